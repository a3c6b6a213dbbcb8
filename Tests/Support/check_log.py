#!/usr/bin/env python3
"""Verifies a ledger's log with other people's programs, over HTTP or from a folder.

usage: check_log.py VKEY https://LEDGER [TOKEN]
       check_log.py VKEY FOLDER
       check_log.py --download FOLDER VKEY https://LEDGER [TOKEN]

The log is read as C2SP's tlog-tiles publishes it: `checkpoint`, `tile/L/N`, `tile/entries/N`. Its
signature is checked with `cryptography`, the checkpoint is read by sigstore, the tree is built anew
by pymerkle from the entries, every tile is compared with it byte by byte, and over HTTP every
inclusion proof is verified by sigstore and by pymerkle, and consistency proofs against pymerkle's
roots. The code here takes nothing from the ledger.

Exit status: 0 everything holds, 1 something does not, 2 wrong usage, 77 not checked because a
library is missing (see requirements.txt).
"""

import base64
import hashlib
import json
import os
import sys
import urllib.error
import urllib.request

SKIPPED = 77
WIDTH = 256

try:
    import pymerkle
    import pymerkle.proof
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from pymerkle.core import _inclusion_path_layout
    from sigstore._internal.merkle import verify_merkle_inclusion
    from sigstore._internal.rekor.checkpoint import SignedCheckpoint
    from sigstore.errors import VerificationError
except ImportError as error:
    print(f"NOT CHECKED: a Python package is missing ({error}); install "
          "Tests/Support/requirements.txt", file=sys.stderr)
    sys.exit(SKIPPED)


class Wrong(Exception):
    """Something about the log does not hold."""


def demand(condition, sentence):
    if not condition:
        raise Wrong(sentence)


# Where the log is read from.

class Server:
    def __init__(self, url, token):
        self.url, self.token = url.rstrip("/"), token

    def get(self, path):
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        request = urllib.request.Request(f"{self.url}/{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            raise Wrong(f"{path}: {error.code}") from error


class Folder:
    def __init__(self, path):
        self.path = path

    def get(self, path):
        try:
            with open(os.path.join(self.path, path), "rb") as file:
                return file.read()
        except OSError as error:
            raise Wrong(f"{path}: {error.strerror}") from error


# C2SP: signed-note, tlog-checkpoint, tlog-tiles.

class Key:
    def __init__(self, vkey):
        self.name, number, key = vkey.split("+", 2)
        raw = base64.b64decode(key, validate=True)
        demand(raw[0] == 1 and len(raw) == 33, "the vkey is none of Ed25519")
        self.id = hashlib.sha256(self.name.encode() + b"\n" + raw).digest()[:4]
        demand(self.id.hex() == number, "the vkey's id does not fit")
        self.public = Ed25519PublicKey.from_public_bytes(raw[1:])


def checked_head(note, key):
    """Size and root, after sigstore has read the note and cryptography its signature."""
    try:
        signed = SignedCheckpoint.from_text(note)
    except VerificationError as error:
        raise Wrong(f"sigstore does not read the checkpoint: {error}") from error
    own = [s for s in signed.signed_note.signatures if s.name == key.name and s.sig_hash == key.id]
    demand(len(own) == 1, "the checkpoint is not signed by the key")
    try:
        key.public.verify(base64.b64decode(own[0].signature), signed.signed_note.note.encode())
    except InvalidSignature as error:
        raise Wrong("the signature of the checkpoint does not fit") from error
    demand(signed.checkpoint.origin == key.name, "the checkpoint is another log's")
    demand(signed.checkpoint.other_content == [], "the checkpoint has more lines than three")
    return signed.checkpoint.log_size, bytes.fromhex(signed.checkpoint.log_hash)


def tile_path(kind, number, width):
    groups = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        groups.insert(0, f"x{number % 1000:03d}")
    return f"tile/{kind}/{'/'.join(groups)}" + ("" if width == WIDTH else f".p/{width}")


def tiles(size, level):
    """Number and width of each tile of a level."""
    count = size >> (8 * level)
    return [(number, min(WIDTH, count - number * WIDTH))
            for number in range((count + WIDTH - 1) // WIDTH)]


def all_paths(size):
    paths = [tile_path("entries", *tile) for tile in tiles(size, 0)]
    level = 0
    while size >> (8 * level) > 0:
        paths += [tile_path(level, *tile) for tile in tiles(size, level)]
        level += 1
    return paths


def entries_of(bundle, width, path):
    entries, at = [], 0
    while at < len(bundle):
        length = int.from_bytes(bundle[at:at + 2], "big")
        demand(at + 2 + length <= len(bundle), f"{path} is cut")
        entries.append(bundle[at + 2:at + 2 + length])
        at += 2 + length
    demand(len(entries) == width, f"{path} has {len(entries)} entries, not {width}")
    return entries


# The tree, from the entries alone.

def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def complete_levels(leaves):
    """The roots of all complete subtrees, level by level."""
    levels = [leaves]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])
    return levels


def pymerkle_tree(entries):
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for entry in entries:
        tree.append_entry(entry)
    demand(tree.hash_buff(b"x") == leaf_hash(b"x"), "pymerkle does not hash as RFC 6962 does")
    return tree


def check_tree(source, size, root):
    entries = []
    for number, width in tiles(size, 0):
        path = tile_path("entries", number, width)
        entries += entries_of(source.get(path), width, path)
    tree = pymerkle_tree(entries)
    demand(tree.get_size() == size, "another number of entries")
    demand(tree.get_root() == root, "pymerkle's root over the entries is not the checkpoint's")
    levels = complete_levels([leaf_hash(entry) for entry in entries])
    checked = 0
    level = 0
    while size >> (8 * level) > 0:
        for number, width in tiles(size, level):
            path = tile_path(level, number, width)
            start = number * WIDTH
            demand(source.get(path) == b"".join(levels[8 * level][start:start + width]),
                   f"{path} is not what the entries hash to")
            checked += 1
        level += 1
    return entries, tree, checked


# Proofs of the server.

class Inner:
    """What sigstore looks at of an entry of Rekor."""

    def __init__(self, body, index, size, root, hashes):
        self.canonicalized_body = body
        self.inclusion_proof = self
        self.log_index, self.tree_size = index, size
        self.root_hash, self.hashes = root, hashes
        self._inner = self


def check_inclusion(server, entry, index, size, root):
    answer = json.loads(server.get(f"v1/proof/inclusion?entry={index}&size={size}"))
    hashes = [base64.b64decode(text, validate=True) for text in answer["hashes"]]
    demand(base64.b64decode(answer["root"]) == root, f"the proof of {index} has another root")
    try:
        verify_merkle_inclusion(Inner(entry, index, size, root, hashes))
    except VerificationError as error:
        raise Wrong(f"sigstore refuses the inclusion proof of {index}: {error}") from error
    base = leaf_hash(entry)
    rule, _ = _inclusion_path_layout(index + 1, size)
    proof = pymerkle.proof.InclusionProof("sha256", True, size, index + 1, rule, [base] + hashes)
    try:
        pymerkle.proof.verify_inclusion(base, root, proof, index=index + 1, size=size)
    except pymerkle.proof.InvalidProof as error:
        raise Wrong(f"pymerkle refuses the inclusion proof of {index}: {error}") from error


def check_consistency(server, tree, old, size, root):
    """By RFC 9162's algorithm, against pymerkle's roots: its own proofs have another form."""
    answer = json.loads(server.get(f"v1/proof/consistency?from={old}&to={size}"))
    hashes = [base64.b64decode(text, validate=True) for text in answer["hashes"]]
    old_root = tree.get_root(old)
    demand(base64.b64decode(answer["from_root"]) == old_root, f"another root of {old} entries")
    demand(base64.b64decode(answer["to_root"]) == root, f"another root of {size} entries")
    demand(rfc_consistency(old, size, old_root, root, hashes),
           f"the consistency proof from {old} does not hold")


def rfc_consistency(old, new, old_root, new_root, hashes):
    """RFC 9162, 2.1.4.2."""
    if old == new:
        return not hashes and old_root == new_root
    if not hashes:
        return False
    path = [old_root] + hashes if old & (old - 1) == 0 else list(hashes)
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while fn & 1 == 0 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == new_root


def check(source, key):
    size, root = checked_head(source.get("checkpoint").decode(), key)
    entries, tree, checked = check_tree(source, size, root)
    words = [f"{size} entries", f"{checked} tiles"]
    if isinstance(source, Server):
        for index, entry in enumerate(entries):
            check_inclusion(source, entry, index, size, root)
        olds = sorted({1, 2, size // 3 or 1, size // 2 or 1, size - 1 or 1, size}
                      | {1 << n for n in range(size.bit_length())})
        for old in olds:
            check_consistency(source, tree, old, size, root)
        words += [f"{size} inclusion proofs", f"{len(olds)} consistency proofs"]
    print(f"ok: {', '.join(words)}")


def download(folder, source, key):
    """The log as a static site would serve it."""
    note = source.get("checkpoint")
    size, _ = checked_head(note.decode(), key)
    for path in ["checkpoint"] + all_paths(size):
        target = os.path.join(folder, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            file.write(note if path == "checkpoint" else source.get(path))
    print(f"ok: {len(all_paths(size))} tiles and bundles in {folder}")


def main(arguments):
    folder = None
    if arguments[:1] == ["--download"] and len(arguments) > 1:
        folder, arguments = arguments[1], arguments[2:]
    if len(arguments) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    is_url = arguments[1].startswith(("http://", "https://"))
    source = Server(arguments[1], arguments[2] if len(arguments) > 2 else None) \
        if is_url else Folder(arguments[1])
    try:
        key = Key(arguments[0])
        if folder is None:
            check(source, key)
        else:
            download(folder, source, key)
    except (Wrong, ValueError) as error:
        print(f"WRONG: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
