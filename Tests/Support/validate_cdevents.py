#!/usr/bin/env python3
"""Validates CDEvents against the JSON Schemas of CDEvents 0.5.1.

usage: validate_cdevents.py CDEVENTS_DIR EVENTS.ndjson...

CDEVENTS_DIR holds schemas/, schemas/links/ and custom/schema.json. An event is a line of JSON; its
context.type picks its schema. Times are checked, too. Needs `jsonschema` (requirements.txt).

Exit: 0 all valid, 1 some are not, or there are none, 2 usage, 77 not checked (no schemas, or no
`jsonschema`).
"""

import json
import sys
from pathlib import Path

SKIPPED = 77
CUSTOM = "dev.cdeventsx."

try:
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource
except ImportError as error:
    print(f"NOT CHECKED: the Python package jsonschema is missing ({error}); "
          "install Tests/Support/requirements.txt", file=sys.stderr)
    sys.exit(SKIPPED)


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


class Schemas:
    def __init__(self, folder):
        resources = [Resource.from_contents(load(path))
                     for path in sorted((folder / "schemas" / "links").glob("*.json"))]
        self.registry = Registry().with_resources((r.id(), r) for r in resources)
        self.custom = load(folder / "custom" / "schema.json")
        self.by_type = {}
        for path in sorted((folder / "schemas").glob("*.json")):
            schema = load(path)
            for name in schema["properties"]["context"]["properties"]["type"]["enum"]:
                self.by_type[name] = schema

    def faults(self, event):
        """What is wrong with one event: a list of sentences."""
        name = event.get("context", {}).get("type", "")
        schema = self.custom if name.startswith(CUSTOM) else self.by_type.get(name)
        if schema is None:
            return [f"no schema for {name!r}"]
        validator = Draft202012Validator(
            schema, registry=self.registry, format_checker=Draft202012Validator.FORMAT_CHECKER)
        return [f"{name}: {error.json_path}: {error.message[:160]}"
                for error in validator.iter_errors(event)]


def main(arguments):
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    if not (folder / "schemas").is_dir():
        print(f"NOT CHECKED: no schemas in {folder}", file=sys.stderr)
        return SKIPPED
    schemas = Schemas(folder)
    checked = wrong = 0
    for name in arguments[1:]:
        for number, line in enumerate(Path(name).read_text(encoding="utf-8").splitlines(), 1):
            checked += 1
            found = schemas.faults(json.loads(line))
            wrong += bool(found)
            for fault in found:
                print(f"{number}: {fault}")
    print(f"{checked} events checked, {wrong} wrong")
    return 1 if wrong or checked == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
