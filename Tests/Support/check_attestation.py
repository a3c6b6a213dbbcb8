#!/usr/bin/env python3
"""Checks a DSSE envelope and its in-toto statement with foreign implementations.

usage: check_attestation.py PUBLIC-KEY-HEX ENVELOPE.json

The key is one of Ed25519. securesystemslib checks the signature, in-toto-attestation the statement.

Exit: 0 all is right, 1 something is not, 2 usage, 77 not checked (a package is missing).
"""

import json
import sys
from pathlib import Path

SKIPPED = 77

try:
    from google.protobuf import json_format
    from in_toto_attestation.v1 import statement_pb2
    from in_toto_attestation.v1.statement import Statement
    from securesystemslib.dsse import Envelope
    from securesystemslib.signer import SSlibKey
except ImportError as error:
    print(f"NOT CHECKED: a Python package is missing ({error}); "
          "install Tests/Support/requirements.txt", file=sys.stderr)
    sys.exit(SKIPPED)


def statement(payload):
    said = json_format.Parse(payload, statement_pb2.Statement())
    Statement.copy_from_pb(said).validate()
    # The package's own form of the predicate takes one level, SLSA's a list of them.
    return said, json_format.MessageToDict(said.predicate)


def main(arguments):
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    text = json.loads(Path(arguments[1]).read_text(encoding="utf-8"))
    # Reading the envelope takes its members out.
    keyid = text["signatures"][0]["keyid"]
    envelope = Envelope.from_dict(text)
    key = SSlibKey(keyid, "ed25519", "ed25519", {"public": arguments[0]})
    try:
        accepted = envelope.verify([key], 1)
        said, summary = statement(envelope.payload)
    except Exception as error:  # whatever the packages find wrong
        print(f"{type(error).__name__}: {error}")
        return 1
    print(json.dumps({
        "keys": sorted(accepted), "type": said.predicate_type,
        "digest": said.subject[0].digest["sha256"], "verifier": summary["verifier"]["id"],
        "result": summary["verificationResult"], "levels": summary["verifiedLevels"],
    }, sort_keys=True))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
