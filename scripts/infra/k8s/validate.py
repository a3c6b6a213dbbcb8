"""Checks objects strictly by the schemas of Kubernetes, and of what is installed into it.

usage: validate.py [--control] VERSION FILE...

--control: break each object in many ways, and see that each fault is found.

Kinds of Kubernetes are checked by kubernetes-validate. Kinds of cert-manager, the Prometheus
Operator and Argo are checked by custom.schema.json, which was written for this test from their
documentation and knows what is used here alone. A kind that neither knows is an error.
"""

import copy
import functools
import json
import pathlib
import sys

import jsonschema
import kubernetes_validate

from objects import Object, changed, fail, leaves, load, name

# It would read the definitions again for each object.
utils = kubernetes_validate.utils
utils.schema_contents = functools.lru_cache(maxsize=None)(utils.schema_contents)

CUSTOM = json.loads((pathlib.Path(__file__).parent / "custom.schema.json").read_text())


def deployment(rollout: Object) -> Object:
    """What of a Rollout is the same in a Deployment."""
    spec = {key: rollout["spec"][key] for key in ("selector", "template")}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {}, "spec": spec}


def problem(item: Object, version: str) -> str | None:
    key = f"{item['apiVersion']}/{item['kind']}"
    try:
        if key in CUSTOM["kinds"]:
            schema = {"$ref": f"#/kinds/{key.replace('/', '~1')}", **CUSTOM}
            jsonschema.Draft202012Validator(schema).validate(item)
            if item["kind"] == "Rollout":
                kubernetes_validate.validate(deployment(item), version, strict=True)
        else:
            kubernetes_validate.validate(item, version, strict=True)
    except jsonschema.ValidationError as error:
        return f"{'.'.join(str(step) for step in error.path)}: {error.message[:200]}"
    except kubernetes_validate.SchemaNotFoundError as error:
        return error.message
    return None


def broken(item: Object) -> list[tuple[str, Object]]:
    """The object with one fault each; every one must be found."""
    top, inner, kind = copy.deepcopy(item), copy.deepcopy(item), copy.deepcopy(item)
    top["misspelt"] = {}
    kind["kind"] += "x"
    faults = [("a field nobody knows", top), ("a kind nobody knows", kind)]
    if isinstance(item.get("spec"), dict) and item["spec"]:
        inner["spec"]["misspelt"] = {}
        faults.append(("a field nobody knows in spec", inner))
    for path in leaves(item):
        value = item
        for step in path:
            value = value[step]
        if isinstance(value, int) and path[0] == "spec":
            faults.append((f"a word at {path}", changed([item], (0,) + path, {"no": "number"})[0]))
    return faults


def control(item: Object, version: str) -> int:
    faults = broken(item)
    for fault, wrong in faults:
        if problem(wrong, version) is None:
            fail(f"validate: {name(item)}: {fault} was not found")
    return len(faults)


def main() -> None:
    wants_control = sys.argv[1] == "--control"
    version, *paths = sys.argv[2:] if wants_control else sys.argv[1:]
    items = [(path, item) for path in paths for item in load(path)]
    for path, item in items:
        if found := problem(item, version):
            fail(f"validate: {path}: {name(item)}: {found}")
    print(f"{len(items)} objects hold for {version}", end="")
    faults = sum(control(item, version) for _, item in items) if wants_control else 0
    print(f"; control: {faults} faults, all found" if wants_control else "")


if __name__ == "__main__":
    main()
