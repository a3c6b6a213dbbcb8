#!/usr/bin/env python3
"""Validates webhook bodies against GitHub's own JSON Schemas.

usage: validate_payloads.py DIR_OF_BODIES SCHEMA_DIR

A body is a file named EVENT.ANYTHING.json; its schema is SCHEMA_DIR/EVENT.schema.json. Where a
schema has one sub-schema per action, the body's own action picks it. Needs `jsonschema` (PyPI).

Exit: 0 all valid, 1 some are not, 2 usage, 77 not checked (no schemas, or no `jsonschema`).
"""

import json
import sys
from pathlib import Path

SKIPPED = 77


def skip(reason):
    print(f"NOT CHECKED: {reason}", file=sys.stderr)
    return SKIPPED


try:
    from jsonschema import Draft202012Validator
except ImportError:
    sys.exit(skip("the Python package jsonschema is not installed"))


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def schema_for(body, schema):
    """The sub-schema of the body's action, or the whole schema where there is only one."""
    mapping = schema.get("discriminator", {}).get("mapping")
    if mapping is None:
        return schema
    action = body.get(schema["discriminator"]["propertyName"])
    if action not in mapping:
        raise LookupError(f"unknown action {action!r}; known: {', '.join(sorted(mapping))}")
    return {"$schema": schema["$schema"], "$defs": schema["$defs"], "$ref": mapping[action]}


def leaves(error):
    """The errors inside a failed anyOf, without its branch that only allows null."""
    causes = [cause for cause in error.context if cause.validator_value != "null" or cause.relative_path]
    inner = [leaf for cause in causes for leaf in leaves(cause)]
    return inner or [error]


def faults(path, schemas, validator_class):
    body = load(path)
    schema_path = schemas / f"{path.name.split('.')[0]}.schema.json"
    if not schema_path.exists():
        return [f"no schema {schema_path.name}"]
    try:
        schema = schema_for(body, load(schema_path))
    except LookupError as error:
        return [str(error)]
    validator = validator_class(schema, format_checker=validator_class.FORMAT_CHECKER)
    return [
        f"{leaf.json_path}: {leaf.message[:160]}"
        for error in validator.iter_errors(body)
        for leaf in leaves(error)
    ]


def main(arguments):
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    bodies, schemas = map(Path, arguments)
    if not schemas.is_dir() or not any(schemas.glob("*.schema.json")):
        return skip(f"no schemas in {schemas}")
    paths = sorted(bodies.glob("*.json"))
    if not paths:
        print(f"no bodies in {bodies}", file=sys.stderr)
        return 1
    wrong = 0
    for path in paths:
        found = faults(path, schemas, Draft202012Validator)
        wrong += bool(found)
        for fault in found:
            print(f"{path.name}: {fault}")
    print(f"{len(paths) - wrong} of {len(paths)} bodies are valid")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
