#!/usr/bin/env python3
"""Looks at the page of an entry with Chromium: does it believe an honest server, and nobody else?

usage: check_page.py INDEX HONEST CUT FORKED OTHER UNSIGNED ROTATED REWRITTEN

Each is the URL of a ledger with a public log. CUT is an older copy of HONEST, FORKED is that copy
with other entries behind it, OTHER has a key of its own, UNSIGNED has none. ROTATED is a copy of
HONEST whose key was replaced twice, with entries behind each, REWRITTEN is such a copy of FORKED.
A proxy in between forges what the server says. Exit status: 0 as it should be, 1 not, 2 wrong
usage, 77 not checked because there is no Chromium.
"""

import base64
import hashlib
import html
import http.server
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request

try:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
except ImportError:
    Ed25519PrivateKey = None

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
        for name in ("Cache-Control", "Content-Type", "Content-Security-Policy"):
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


# Of keys that were replaced.

def rotations(change):
    """Another list of them; an empty one stays so."""
    return attribute("rotations", lambda text: json.dumps(change(json.loads(text)) or []))


def first(member, change):
    def changed(found):
        return [{**found[0], member: change(found[0][member])}, *found[1:]] if found else []
    return rotations(changed)


def naming_another(text):
    return base64.b64encode(base64.b64decode(text).replace(b"log.key.v1", b"log.kex.v1")).decode()


def members(text):
    return {name: html.unescape(value)
            for name, value in re.findall(r'data-([a-z]+)="([^"]*)"', text)}


def stranger(name):
    """A key of the log's name that no entry names, and the line that it signs with."""
    secret = Ed25519PrivateKey.generate()
    key = b"\x01" + secret.public_key().public_bytes_raw()
    number = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]

    def line(text):
        signed = base64.b64encode(number + secret.sign(text.encode())).decode()
        return f"\u2014 {name} {signed}\n"
    return f"{name}+{number.hex()}+{base64.b64encode(key).decode()}", line


def usurped(path, text):
    """A stranger's signature below the key's own, as if the key had made way for the stranger's."""
    found = members(text)
    if not path.startswith("/ledger/entries/") or not found.get("note"):
        return text
    signed = found["note"][:found["note"].index("\n\n") + 1]
    vkey, line = stranger(signed.split("\n")[0])
    note = found["note"] + line(signed)
    rotation = {"index": int(found["index"]), "bytes": found["bytes"], "note": note,
                "hashes": found["hashes"], "consistency": ""}
    for name, value in [("note", note), ("vkey", vkey), ("rotations", json.dumps([rotation]))]:
        text = attribute(name, lambda _, value=value: value)(path, text)
    return text


UNNAMED = "no entry that it covers replaces it"
USURPATIONS = [
    ("no keys that lead there", rotations(lambda _: []), "not signed by the key"),
    ("the first of two keys left out", rotations(lambda found: found[1:]), "not signed by the key"),
    ("a key's entry of another kind", first("bytes", naming_another), UNNAMED),
    ("another path to a key's entry", first("hashes", flipped), UNNAMED),
    ("another signature below a key's entry", first("note", signature),
     "signature: the key did not make it"),
    ("another proof from a key's entry on", first("consistency", flipped), "does not add to"),
]

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

    def expect(self, what, seen, sign, *words, absent=None):
        verdict, steps = seen
        said = verdict + "\n" + steps
        fits = verdict.startswith(sign) and all(word in said for word in words)
        fits = fits and (absent is None or absent not in said)
        self.failed += not fits
        print(f"{'ok' if fits else 'NOT AS IT SHOULD BE'}: {what}: {verdict}")
        if not fits:
            print(steps)


def serve(upstream, rewrite=unchanged, place=as_asked):
    Proxy.upstream = upstream
    Proxy.rewrite, Proxy.place = staticmethod(rewrite), staticmethod(place)


def fresh():
    return tempfile.TemporaryDirectory(ignore_cleanup_errors=True)


def look(browser, report, honest, cut, forked, other, unsigned):
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


def running(script):
    """The page's script with another end than its call of run."""
    def rewrite(path, text):
        if not path.endswith(".js"):
            return text
        text, run = text.rstrip(), "run();"
        assert text.endswith(run)
        return text.removesuffix(run) + script
    return rewrite


def pressed(vkey):
    """Once the page has checked: the key in its field, and the button below."""
    return running(f"""run().then(() => {{
        get('vkey').value = {json.dumps(vkey)};
        document.querySelector('#trust button').click();
    }});""")


def meanwhile(head):
    """Another tab looks between what the page reads of the browser's memory, which is one for all
    tabs, and what it keeps there."""
    text = json.dumps(head, separators=(",", ":"))
    return running(f"""const alone = memory.read;
    memory.read = () => {{
        const seen = alone();
        localStorage.setItem('ledger.vkey', {json.dumps(head["vkey"])});
        localStorage.setItem('ledger.head', {json.dumps(text)});
        return seen;
    }};
    run();""")


def shown(url, index):
    with urllib.request.urlopen(f"{url}/ledger/entries/{index}", timeout=30) as answer:
        return members(answer.read().decode())


def shown_key(url, index):
    return shown(url, index)["vkey"]


def shown_head(url, index):
    """What a browser keeps of a log that it believes."""
    found = shown(url, index)
    _, size, root = found["note"].split("\n")[:3]
    return {"vkey": found["vkey"], "size": int(size), "root": root}


def look_at_keys(browser, report, honest, other, rotated, rewritten):
    """One browser sees it all: what does not hold changes nothing of what it remembers."""
    keys = {url: shown_key(url, browser.index) for url in (honest, other, rewritten)}
    given = "given instead of the one"
    with fresh() as profile:
        def visit(what, server, rewrite, sign, *words, **more):
            serve(server, rewrite)
            report.expect(what, browser.visit(profile), sign, *words, **more)

        visit("an honest server", honest, unchanged, "✓", "seen for the first time")
        visit("a log that was rewritten when its key was replaced", rewritten, unchanged,
              "✗ DO NOT BELIEVE", "replaces it", "something of them was changed")
        visit("the same, checked with the key that it shows", rewritten,
              pressed(keys[rewritten]), "✗ DO NOT BELIEVE", given, "something of them was changed")
        visit("another log, checked with its own key", other, pressed(keys[other]),
              "✗ DO NOT BELIEVE", given, "which is another one")
        for what, rewrite, words in USURPATIONS:
            visit(what, rotated, rewrite, "✗ DO NOT BELIEVE", words)
        if Ed25519PrivateKey is None:
            print("NOT CHECKED: a stranger's signature (Tests/Support/requirements.txt)")
        else:
            visit("a stranger's signature below the key's", honest, usurped, "✗ DO NOT BELIEVE",
                  UNNAMED)
        visit("what was remembered before all that", honest, unchanged, "✓",
              "nothing of them was changed", absent="?")
        visit("a log whose key was replaced", rotated, unchanged, "✓", "replaces it",
              "nothing of them was changed", absent="?")
        visit("the same log, by the key that was followed", rotated, unchanged, "✓",
              "nothing of them was changed", absent="replaces it")
        visit("the log from before its key was replaced", honest, unchanged,
              "✗ DO NOT BELIEVE", "not signed by the key")
        visit("a key from before, given by hand", rotated, pressed(keys[honest]), "✓", given,
              "replaces it", "nothing of them was changed")


def look_in_two_tabs(browser, report, honest, forked):
    """What another tab kept meanwhile stays: the page compared with what was there before."""
    other = shown_head(forked, browser.index)
    for what, looks in [("the first look", 0), ("a later look", 1)]:
        with fresh() as profile:
            for _ in range(looks):
                serve(honest)
                report.expect("an honest server", browser.visit(profile), "✓",
                              "seen for the first time")
            serve(honest, meanwhile(other))
            report.expect(f"{what} beside another tab", browser.visit(profile), "✓",
                          "another tab looked meanwhile",
                          "nothing of them was changed" if looks else "seen for the first time")
            serve(forked)
            report.expect(f"what another tab kept during {what}", browser.visit(profile), "✓",
                          "nothing of them was changed", absent="?")


def main(arguments):
    if len(arguments) != 8 or not arguments[0].isdecimal():
        print(__doc__, file=sys.stderr)
        return 2
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        print("NOT CHECKED: there is no Chromium (scripts/install-deps --browser)")
        return SKIPPED
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    report = Report()
    browser = Browser(program, server.server_address[1], int(arguments[0]))
    honest, cut, forked, other, unsigned, rotated, rewritten = arguments[1:]
    look(browser, report, honest, cut, forked, other, unsigned)
    look_in_two_tabs(browser, report, honest, forked)
    look_at_keys(browser, report, honest, other, rotated, rewritten)
    print(f"{report.failed} not as it should be")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
