"""Reads what was rendered."""

import copy
import re
import sys

import yaml

Object = dict


def load(path: str) -> list[Object]:
    with open(path, encoding="utf-8") as file:
        return [item for item in yaml.safe_load_all(file) if item is not None]


def name(item: Object) -> str:
    return f"{item['kind']}/{item['metadata']['name']}"


def of_kind(items: list[Object], *kinds: str) -> list[Object]:
    return [item for item in items if item["kind"] in kinds]


def pod_template(item: Object) -> Object | None:
    """Of anything that makes pods."""
    if item["kind"] == "CronJob":
        return item["spec"]["jobTemplate"]["spec"]["template"]
    return item.get("spec", {}).get("template") if item["kind"] in MAKERS else None


MAKERS = ("Deployment", "StatefulSet", "Job", "Rollout", "CronJob")


def pods(items: list[Object]) -> list[tuple[str, Object]]:
    templates = ((name(item), pod_template(item)) for item in items)
    return [(owner, template) for owner, template in templates if template]


def containers(template: Object) -> list[Object]:
    spec = template["spec"]
    return spec.get("initContainers", []) + spec["containers"]


def leaves(value, path=()):
    """Every path to something that holds nothing else."""
    if isinstance(value, dict) and value:
        for key in value:
            yield from leaves(value[key], path + (key,))
    elif isinstance(value, list) and value:
        for index, member in enumerate(value):
            yield from leaves(member, path + (index,))
    else:
        yield path


def changed(items: list, path: tuple, value) -> list:
    """A copy with one value in another's place."""
    result = copy.deepcopy(items)
    holder = result
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return result


# What kustomize writes hashes with: hexadecimal, without what could make a word.
HASH = re.compile(r"^(.+)-[2456789bcdfghkmt]{10}$")


def fail(*lines: str) -> None:
    for line in lines:
        print(line, file=sys.stderr)
    sys.exit(1)
