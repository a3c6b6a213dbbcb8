"""Checks values of the chart, which the renderer merged, by values.schema.json.

usage: values.py SCHEMA STAND-IN CHART

Wrong values are tried, too: each must be refused.
"""

import json
import pathlib
import subprocess
import sys

import jsonschema

from objects import fail

GOOD = [
    ["-values", "values-dev.yaml"], ["-values", "values-stage.yaml"], ["-values", "values-prod.yaml"],
    ["-set", "canary.enabled=true"], ["-set", "image.digest=sha256:" + "0" * 64],
    ["-set", "ledger.enabled=false", "-set", "rollouts.server=https://ledger.example.com"],
    ["-set", "canary.enabled=true", "-set", "prometheus.enabled=false",
     "-set", "canary.prometheus=http://prometheus.monitoring:9090"],
    ["-set", "ledger.policyFiles={\"root.pem\":x}"],
]
# Several at a time have a blank between them.
BAD = [
    "image.tag=latest", "image.tagg=1", "image.digest=sha256:0", "hello.autoscaling.minReplicas=1",
    "hello.autoscaling.minReplicas=two", "hello.resources.requests.cpu=0.5", "image.repository=x@y",
    "ingress.host=EXAMPLE", "ledger.secret.github=password", "ledger.secret.github=app",
    "ledger.storage.size=10", "ledger.enabled=false", "admission.mode=off", "admission.mode=true",
    "admission.exemptNamespaces=[default]", "admission.timeoutSeconds=30", "rollouts.schedule=hourly",
    "prometheus.image=prom/prometheus", "rollouts.server=ledger", "unknown=1", "canary=null",
    "rollouts.server=http://ledger.example.com", "rollouts.server=https://ledger.example.com:9000",
    "ledger.enabled=false rollouts.enabled=false admission.mode=enforce", "admission.clientCASecret=CA",
    "canary.enabled=true prometheus.enabled=false", 'ledger.policyFiles={"ledger.yaml":x}',
    'ledger.policyFiles={"a/b":x}',
]


def values(arguments: list[str]) -> dict:
    chart = pathlib.Path(sys.argv[3])
    paths = [str(chart / a) if a.startswith("values-") else a for a in arguments]
    command = [sys.argv[2], "-show", "values", *paths, str(chart)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    schema = json.loads(pathlib.Path(sys.argv[1]).read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    for arguments in [[], *GOOD]:
        for error in validator.iter_errors(values(arguments)):
            fail(f"values: {arguments}: {error.json_path}: {error.message}")
    for fault in BAD:
        if validator.is_valid(values([word for one in fault.split() for word in ("-set", one)])):
            fail(f"values: {fault} was not refused")
    print(f"{len(GOOD) + 1} sets of values hold; control: {len(BAD)} wrong ones, all refused")


if __name__ == "__main__":
    main()
