"""Checks that the unit tests of the rules notice when a rule no longer works.

usage: alerts.py FOLDER     with recording.yml, alerts.yml and rules_test.yml

Every rule is replaced by one that never says anything; `promtool test rules` must fail each time.
"""

import concurrent.futures
import pathlib
import shutil
import subprocess
import sys
import tempfile

import yaml

from objects import fail

FILES = ("recording.yml", "alerts.yml")


def noticed(folder: pathlib.Path, name: str, file: str, group: int, rule: int) -> bool:
    tests = yaml.safe_load((folder / "rules_test.yml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as place:
        for other in FILES:
            shutil.copy(folder / other, place)
        target = pathlib.Path(place) / file
        rules = yaml.safe_load(target.read_text(encoding="utf-8"))
        rules["groups"][group]["rules"][rule]["expr"] = "vector(0) > 1"
        target.write_text(yaml.safe_dump(rules), encoding="utf-8")
        # Those that name it come first: most often they are enough.
        ordered = sorted(tests["tests"], key=lambda test: name not in yaml.safe_dump(test))
        return any(fails(pathlib.Path(place), {**tests, "tests": [test]}) for test in ordered)


def fails(place: pathlib.Path, tests: dict) -> bool:
    (place / "one_test.yml").write_text(yaml.safe_dump(tests), encoding="utf-8")
    command = ["promtool", "test", "rules", "one_test.yml"]
    return subprocess.run(command, cwd=place, capture_output=True).returncode != 0


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    cases = []
    for file in FILES:
        groups = yaml.safe_load((folder / file).read_text(encoding="utf-8"))["groups"]
        for group, content in enumerate(groups):
            for number, rule in enumerate(content["rules"]):
                cases.append((rule.get("alert") or rule["record"], file, group, number))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda case: noticed(folder, *case), cases))
    silent = [case[0] for case, result in zip(cases, results) if not result]
    if silent:
        fail(f"alerts: no test fails without {', '.join(silent)}")
    print(f"control: without any of {len(cases)} rules a unit test fails")


if __name__ == "__main__":
    main()
