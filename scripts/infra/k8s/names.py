"""Checks that rules, alerts and dashboards ask for what is exported.

usage: names.py METRICS.txt FILE...     FILE: rules, a dashboard, or manifests

METRICS.txt is what a running ledger answered. Some series exist only once there is something to
tell; those must stand in the sources. Each name is then misspelt, which must be found.
"""

import json
import pathlib
import re
import sys

import yaml

from objects import fail

WORDS = {
    "and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset",
}
PROMETHEUS = {"up", "ALERTS"}
SUFFIX = re.compile(r"_(bucket|sum|count)$")
SOURCES = pathlib.Path("Sources/Service/Metrics")


def strings(value):
    if isinstance(value, dict):
        for key, member in value.items():
            if key in ("expr", "query") and isinstance(member, str):
                yield member
            yield from strings(member)
    elif isinstance(value, list):
        for member in value:
            yield from strings(member)


def expressions(path: str) -> list[str]:
    text = pathlib.Path(path).read_text(encoding="utf-8")
    documents = [json.loads(text)] if path.endswith(".json") else list(yaml.safe_load_all(text))
    return [e for e in strings(documents) if e != "prometheus"]


def names(expression: str) -> set[str]:
    rest = re.sub(r'"[^"]*"', "", expression)
    rest = re.sub(r"\{[^}]*\}|\[[^\]]*\]", " ", rest)
    rest = re.sub(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", " ", rest)
    found = re.finditer(r"[a-zA-Z_:][a-zA-Z0-9_:]*(?!\s*\(|[a-zA-Z0-9_:])", rest)
    return {match.group() for match in found} - WORDS


def exported(path: str) -> set[str]:
    text = pathlib.Path(path).read_text(encoding="utf-8")
    return set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))


def recorded(paths: list[str]) -> set[str]:
    rules = "".join(pathlib.Path(p).read_text(encoding="utf-8") for p in paths)
    return set(re.findall(r"record: (\S+)", rules))


def in_sources(metric: str) -> bool:
    return any(f'"{metric}"' in file.read_text(encoding="utf-8") for file in SOURCES.glob("*.swift"))


def unknown(name: str, known: set[str]) -> bool:
    return name not in known and SUFFIX.sub("", name) not in known and not in_sources(name)


def main() -> None:
    page, paths = sys.argv[1], sys.argv[2:]
    known = exported(page) | recorded(paths) | PROMETHEUS
    asked = {(path, name) for path in paths for e in expressions(path) for name in names(e)}
    wrong = [f"names: {path} asks for {name}, which nobody exports" for path, name in asked if unknown(name, known)]
    if wrong:
        fail(*sorted(wrong))
    for _, name in asked:
        if not unknown(name.replace("e", "3", 1) + "x", known):
            fail(f"names: {name} misspelt was not found")
    distinct = {name for _, name in asked}
    late = sorted(n for n in distinct if n not in known and SUFFIX.sub("", n) not in known)
    print(f"{len(distinct)} names are exported or recorded; control: each misspelt, all found")
    print(f"  only once there is something to tell: {', '.join(late) or 'none'}")


if __name__ == "__main__":
    main()
