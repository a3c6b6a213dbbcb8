"""Compares the objects of the chart with those of an overlay.

usage: compare.py CHART.yaml KUSTOMIZE.yaml

Left out, because each tool has its own: the labels managed-by and helm.sh/chart, the annotations
checksum/* and helm.sh/*, the hash in the names of ConfigMaps, and the Namespace, which Helm does not make.
"""

import difflib
import sys

import yaml

from objects import HASH, Object, changed, fail, leaves, load, name

LABELS = ("app.kubernetes.io/managed-by", "helm.sh/chart")
ANNOTATIONS = ("checksum/", "helm.sh/")


def renamed(value, names: dict[str, str]):
    if isinstance(value, dict):
        return {key: renamed(member, names) for key, member in value.items()}
    if isinstance(value, list):
        return [renamed(member, names) for member in value]
    return names.get(value, value) if isinstance(value, str) else value


def without_own(metadata: Object) -> Object:
    labels = {k: v for k, v in metadata.get("labels", {}).items() if k not in LABELS}
    annotations = {
        k: v for k, v in metadata.get("annotations", {}).items() if not k.startswith(ANNOTATIONS)
    }
    rest = {k: v for k, v in metadata.items() if k not in ("labels", "annotations")}
    if labels:
        rest["labels"] = labels
    if annotations:
        rest["annotations"] = annotations
    return rest


def normal(value):
    if isinstance(value, dict):
        result = {key: normal(member) for key, member in value.items()}
        if isinstance(result.get("metadata"), dict):
            result["metadata"] = without_own(result["metadata"])
        return result
    return [normal(member) for member in value] if isinstance(value, list) else value


def normalized(items: list[Object]) -> dict[str, Object]:
    items = [item for item in items if item["kind"] != "Namespace"]
    maps = [item["metadata"]["name"] for item in items if item["kind"] == "ConfigMap"]
    names = {long: HASH.match(long).group(1) for long in maps if HASH.match(long)}
    return {name(item): item for item in (normal(renamed(item, names)) for item in items)}


def differences(left: list[Object], right: list[Object]) -> list[str]:
    one, other = normalized(left), normalized(right)
    lines = [f"only in the chart: {key}" for key in sorted(one.keys() - other.keys())]
    lines += [f"only in kustomize: {key}" for key in sorted(other.keys() - one.keys())]
    for key in sorted(one.keys() & other.keys()):
        if one[key] != other[key]:
            texts = [yaml.safe_dump(side[key]).splitlines() for side in (one, other)]
            lines += list(difflib.unified_diff(*texts, f"chart {key}", f"kustomize {key}", "", "", 2, ""))
    return lines


def own(items: list[Object], path: tuple) -> bool:
    """Whether a change at this path is one that must not be noticed."""
    if items[path[0]]["kind"] == "Namespace":
        return True
    return path[-1] in LABELS or "annotations" in path and path[-1].startswith(ANNOTATIONS)


def control(chart: list[Object], overlay: list[Object]) -> int:
    """Changes every value of the chart, one after the other: each must be noticed."""
    baseline = normalized(overlay)
    count = 0
    for path in leaves(chart):
        mutated = [changed([chart[path[0]]], (0,) + path[1:], "CHANGED")[0]]
        noticed = any(baseline.get(key) != item for key, item in normalized(mutated).items())
        if noticed == own(chart, path):
            fail(f"compare: a change at {path} was {'' if noticed else 'not '}noticed")
        count += 1
    return count


def main() -> None:
    chart, overlay = load(sys.argv[1]), load(sys.argv[2])
    lines = differences(chart, overlay)
    if lines:
        fail(*lines, f"compare: {sys.argv[1]} and {sys.argv[2]} differ")
    count = control(chart, overlay)
    print(f"{len(normalized(chart))} objects are the same; control: {count} changes, all noticed")


if __name__ == "__main__":
    main()
