#!/usr/bin/env python3
"""Looks at the page of an entry with Chromium: does it believe an honest server, and nobody else?

usage: check_page.py INDEX HONEST CUT FORKED OTHER UNSIGNED

Each is the URL of a ledger with a public log. CUT is an older copy of HONEST, FORKED is that copy
with other entries behind it, OTHER has a key of its own, UNSIGNED has none. A proxy in between
forges what the server says. Exit status: 0 as it should be, 1 not, 2 wrong usage, 77 not checked
because there is no Chromium.
"""

import base64
import hashlib
import html
import http.server
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request

SKIPPED = 77
SECONDS = 90
# So many places further on the path to the root turns left and right as before.
FAR = 1 << 20


def unchanged(path, text):
    return text


def as_asked(path):
    return path


class Proxy(http.server.BaseHTTPRequestHandler):
    """One address for all servers: what the browser remembers belongs to it."""
    upstream = ""
    rewrite = staticmethod(unchanged)
    place = staticmethod(as_asked)

    def do_GET(self):
        headers = {name: self.headers[name] for name in ("Accept",) if name in self.headers}
        request = urllib.request.Request(
            Proxy.upstream + Proxy.place(self.path), headers=headers)
        try:
            answer = urllib.request.urlopen(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        body = Proxy.rewrite(self.path, answer.read().decode()).encode()
        self.send_response(answer.status)
        for name in ("Content-Type", "Content-Security-Policy"):
            if answer.headers[name]:
                self.send_header(name, answer.headers[name])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Browser:
    def __init__(self, program, port, index):
        self.program, self.index = program, index
        self.entries = f"http://127.0.0.1:{port}/ledger/entries"

    def visit(self, profile, index=None):
        """The verdict and the steps, as a person reads them."""
        url = f"{self.entries}/{self.index if index is None else index}"
        run = subprocess.run(
            [self.program, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
             f"--user-data-dir={profile}", "--virtual-time-budget=20000", "--dump-dom", url],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=SECONDS, check=False)
        page = run.stdout.decode()
        verdict = re.search(r'id="verdict"[^>]*>([^<]*)<', page)
        steps = re.findall(r"<li[^>]*>([^<]*)</li>", page)
        return html.unescape(verdict[1]) if verdict else "(no page)", "\n".join(steps)


# Forgeries: each takes the page as the honest server made it.

def attribute(name, change):
    def rewrite(path, text):
        if not path.startswith("/ledger/entries/"):
            return text
        return re.sub(rf'data-{name}="([^"]*)"',
                      lambda m: f'data-{name}="{html.escape(change(html.unescape(m[1])))}"', text)
    return rewrite


def flipped(text, place=0, offset=0):
    """Another byte in one word of base64."""
    words = text.split(" ")
    raw = bytearray(base64.b64decode(words[place]))
    raw[offset] ^= 1
    words[place] = base64.b64encode(raw).decode()
    return " ".join(words)


def signature(note):
    text, line = note.rstrip("\n").rsplit(" ", 1)
    return f"{text} {flipped(line, 0, -1)}\n"


def consistently(path, text):
    """Another word in the entry's bytes, and the same in what is shown of them."""
    if not path.startswith("/ledger/entries/"):
        return text
    old, new = "PUSH", "PULL"

    def change(match):
        raw = base64.b64decode(match[1])
        assert old.encode() in raw
        return f'data-bytes="{base64.b64encode(raw.replace(old.encode(), new.encode())).decode()}"'
    return re.sub(r'data-bytes="([^"]*)"', change, text).replace(old, new)


def with_its_leaf(path, text):
    """As before, with the leaf that fits it."""
    text = consistently(path, text)
    match = re.search(r'data-bytes="([^"]*)"', text)
    if match is None:
        return text
    leaf = hashlib.sha256(b"\x00" + base64.b64decode(match[1])).hexdigest()
    return re.sub(r'id="leaf">[0-9a-f]*<', f'id="leaf">{leaf}<', text)


def without_ed25519(path, text):
    refuse = "crypto.subtle.importKey = () => Promise.reject(new Error('unknown'));\n"
    return refuse + text if path.endswith(".js") else text


FORGERIES = [
    ("what is shown", lambda path, text: text.replace("&quot;PUSH&quot;", "&quot;PULL&quot;"),
     "what is shown as data"),
    ("a byte of the entry", attribute("bytes", lambda text: flipped(text, 0, 40)), ""),
    ("a word of the entry, shown so", consistently, "leaf: the entry's bytes hash to"),
    ("a word of the entry, with its leaf", with_its_leaf, "root: the path does not lead"),
    ("the first hash of the path", attribute("hashes", flipped), "root: the path does not lead"),
    ("the last hash of the path", attribute("hashes", lambda text: flipped(text, -1, 31)),
     "root: the path does not lead"),
    ("a path without its last hash",
     attribute("hashes", lambda text: text.rsplit(" ", 1)[0]), "root: the path does not lead"),
    ("a path with a hash more", attribute("hashes", lambda text: f"{text} {text.split(' ')[0]}"),
     "root: the path does not lead"),
    ("the signature", attribute("note", signature), "signature: the key did not make it"),
    ("the checkpoint's size",
     attribute("note", lambda note: re.sub(r"\n(\d+)\n", lambda m: f"\n{int(m[1]) + 1}\n", note, 1)),
     "signature: the key did not make it"),
    ("the checkpoint's root",
     attribute("note", lambda note: "\n".join(
         flipped(line) if number == 2 else line for number, line in enumerate(note.split("\n")))),
     "signature: the key did not make it"),
    ("no signature", attribute("note", lambda note: note[:note.index("\u2014")]), "not signed"),
    ("another entry's index", attribute("index", lambda index: str(int(index) + 1)), "this is entry"),
    ("a key that is none", attribute("vkey", lambda key: key[:-4] + "AAAA"), "this is no key"),
]


class Report:
    def __init__(self):
        self.failed = 0

    def expect(self, what, seen, sign, words):
        verdict, steps = seen
        fits = verdict.startswith(sign) and words in verdict + "\n" + steps
        self.failed += not fits
        print(f"{'ok' if fits else 'NOT AS IT SHOULD BE'}: {what}: {verdict}")
        if not fits:
            print(steps)


def serve(upstream, rewrite=unchanged, place=as_asked):
    Proxy.upstream = upstream
    Proxy.rewrite, Proxy.place = staticmethod(rewrite), staticmethod(place)


def look(browser, report, honest, cut, forked, other, unsigned):
    def fresh():
        return tempfile.TemporaryDirectory(ignore_cleanup_errors=True)

    for what, second, words, sign in [
            ("the same log again", honest, "nothing of them was changed", "✓"),
            ("a log that was cut", cut, "are cut off", "✗"),
            ("a log that was rewritten", forked, "something of them was changed", "✗"),
            ("a log of another key", other, "not signed by the key", "✗"),
            ("a log that is signed no more", unsigned,
             "the log was signed when this browser looked last", "✗ DO NOT BELIEVE")]:
        with fresh() as profile:
            serve(honest)
            report.expect("an honest server", browser.visit(profile), "✓", "seen for the first time")
            serve(second)
            report.expect(what, browser.visit(profile), sign, words)
    for what, rewrite, words in FORGERIES:
        with fresh() as profile:
            serve(honest, rewrite)
            report.expect(what, browser.visit(profile), "✗ DO NOT BELIEVE", words)
    nowhere = browser.index + FAR
    with fresh() as profile:
        serve(honest, attribute("index", lambda index: str(nowhere)),
              lambda path: path.replace(str(nowhere), str(browser.index)))
        report.expect("an entry that the log does not have", browser.visit(profile, nowhere),
                      "✗ DO NOT BELIEVE", "the log has no entry")
    with fresh() as profile:
        serve(unsigned)
        report.expect("a log that is not signed", browser.visit(profile), "? The log is not signed", "")
    with fresh() as profile:
        serve(honest, without_ed25519)
        report.expect("a browser without Ed25519", browser.visit(profile), "? ", "cannot check Ed25519")


def main(arguments):
    if len(arguments) != 6 or not arguments[0].isdecimal():
        print(__doc__, file=sys.stderr)
        return 2
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        print("NOT CHECKED: there is no Chromium (scripts/install-deps --browser)")
        return SKIPPED
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    report = Report()
    look(Browser(program, server.server_address[1], int(arguments[0])), report, *arguments[1:])
    print(f"{report.failed} not as it should be")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
