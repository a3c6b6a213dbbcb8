"""Checks that what compose.yaml starts finds each other, and is as narrow as it says.

usage: compose.py INFRA
"""

import copy
import pathlib
import re
import sys

import yaml

from objects import fail


def problems(compose: dict, nginx: str, prometheus: dict, grafana: dict):
    services = compose["services"]
    wanted = {"ledger", "hello-1", "hello-2", "nginx", "prometheus", "grafana"}
    if services.keys() != wanted:
        yield f"services are {sorted(services)}"
    upstreams = re.findall(r"^    server ([a-z0-9-]+):(\d+)", nginx, re.MULTILINE)
    targets = [t.split(":") for j in prometheus["scrape_configs"] for s in j["static_configs"] for t in s["targets"]]
    source = re.findall(r"^http://([a-z]+):(\d+)$", grafana["datasources"][0]["url"])
    for host, port in [*upstreams, *targets, *source]:
        if host not in services:
            yield f"{host}:{port} is asked for, and is no service"
    if {host for host, _ in upstreams} != {"hello-1", "hello-2", "ledger"}:
        yield f"nginx leads to {upstreams}"
    for name, service in services.items():
        if not service.get("read_only") or service.get("cap_drop") != ["ALL"] or "mem_limit" not in service:
            yield f"{name} may do more than it needs"
        if service.get("image", "").endswith(":latest"):
            yield f"{name} may be another one tomorrow"
        for variable in service.get("environment", {}):
            if re.search("TOKEN|SECRET|PASSWORD", variable) and not variable.endswith("_FILE"):
                yield f"{name}: {variable} is in the text"
        for volume in service.get("volumes", []):
            path = volume.split(":")[0] if isinstance(volume, str) else volume["source"]
            # The policy is the user's own.
            if path.startswith("./") and path != "./policy" and not (INFRA / path).exists():
                yield f"{name} mounts {path}, which is not there"
    # Its folder: a file that is mounted alone stays the old one when an editor replaces it.
    policy = pathlib.PurePosixPath(services["ledger"].get("environment", {}).get("LEDGER_CONFIG", ""))
    folders = [v.get("target") for v in services["ledger"].get("volumes", []) if isinstance(v, dict)]
    if str(policy.parent) not in folders:
        yield f"the folder of the ledger's policy {policy} is not mounted"
    if services.get("hello-1") != services.get("hello-2"):
        yield "the two hellos differ"
    if "--hello-only" not in services["hello-1"].get("command", []):
        yield "hello would open a ledger"


INFRA = pathlib.Path(sys.argv[1])

FAULTS = [
    lambda s: s.pop("hello-2"),
    lambda s: s["ledger"].pop("read_only"),
    lambda s: s["grafana"].update(cap_drop=[]),
    lambda s: s["nginx"].update(image="nginx:latest"),
    lambda s: s["ledger"]["environment"].update(LEDGER_GITHUB_TOKEN="x"),
    lambda s: s["nginx"]["volumes"].append("./absent.conf:/x:ro"),
    lambda s: s["ledger"]["environment"].pop("LEDGER_CONFIG"),
    lambda s: s["ledger"]["volumes"][1].update(target="/etc/ledger/policy/ledger.yaml"),
    lambda s: s["hello-1"].update(command=["serve"]),
]


def main() -> None:
    compose = yaml.safe_load((INFRA / "compose.yaml").read_text())
    others = (
        (INFRA / "nginx/nginx.conf").read_text(),
        yaml.safe_load((INFRA / "prometheus/prometheus.yml").read_text()),
        yaml.safe_load((INFRA / "grafana/provisioning/datasources/prometheus.yml").read_text()),
    )
    if found := list(problems(compose, *others)):
        fail(*(f"compose: {text}" for text in found))
    for number, fault in enumerate(FAULTS):
        wrong = copy.deepcopy(compose)
        fault(wrong["services"])
        if not list(problems(wrong, *others)):
            fail(f"compose: fault {number} was not found")
    print(f"{len(compose['services'])} services find each other; control: {len(FAULTS)} faults, all found")


if __name__ == "__main__":
    main()
