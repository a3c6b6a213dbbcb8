"""Runs the containers of the manifests as processes, and a real Prometheus that scrapes them.

usage: live.py LEDGER KUSTOMIZE.yaml METRICS.txt

The arguments and variables are those of the manifests; only paths, ports and hosts are others.
METRICS.txt is written: what the ledger exports.
"""

import json
import pathlib
import re
import secrets
import subprocess
import sys
import tempfile
import yaml

import names
from objects import Object, containers, fail, load, of_kind, pod_template
from processes import Processes, Prometheus, free_port, get, wait

INFRA = pathlib.Path("infra")


def container(items: list[Object], kind: str, name: str) -> Object:
    return next(
        c for item in of_kind(items, kind) for c in containers(pod_template(item)) if c["name"] == name)


class Place:
    """Where the volumes of the manifests are on this machine."""

    def __init__(self, folder: pathlib.Path, items: list[Object]):
        self.folder = folder
        for name in ("data", "run/secrets/ledger", "etc/ledger/policy", "lists"):
            (folder / name).mkdir(parents=True)
        policy = next(i for i in of_kind(items, "ConfigMap") if "ledger.yaml" in i["data"])
        (folder / "etc/ledger/policy/ledger.yaml").write_text(policy["data"]["ledger.yaml"])
        (folder / "run/secrets/ledger/webhook-secret").write_text(secrets.token_hex(32))
        self.port = free_port()

    def here(self, value: str) -> str:
        value = value.replace("0.0.0.0:8080", f"127.0.0.1:{self.port}")
        value = re.sub(r"^http://ledger$", f"http://127.0.0.1:{self.port}", value)
        return re.sub(r"^/(data|run|etc|lists)/", f"{self.folder}/\\1/", value)

    def command(self, ledger: str, c: Object) -> tuple[list[str], dict]:
        variables = {v["name"]: v["value"] if "value" in v else "a-pod" for v in c.get("env", [])}
        # GitHub is not asked here, and a listener for admission needs a certificate.
        left = {k: v for k, v in variables.items() if "GITHUB" not in k and "_TLS_" not in k and "ADMISSION" not in k}
        return [ledger, *map(self.here, c["args"])], {k: self.here(v) for k, v in left.items()}


def is_ready(place: Place):
    return lambda: get(f"http://127.0.0.1:{place.port}/readyz")[0] == 200


def start_ledger(run: Processes, ledger: str, items: list[Object], place: Place) -> None:
    command, environment = place.command(ledger, container(items, "StatefulSet", "init"))
    # Twice: the container starts before each start of the pod.
    for _ in range(2):
        subprocess.run(command, env=environment, check=True, capture_output=True)
    for name, scope in (("rollouts", "record"), ("reader", "read")):
        made = subprocess.run(
            [ledger, "token", "create", "--name", name, "--scope", scope, "--json"],
            env=environment, check=True, capture_output=True, text=True)
        target = place.folder / "run/secrets/ledger" / ("token" if scope == "record" else "read-token")
        target.write_text(json.loads(made.stdout)["token"])
    command, environment = place.command(ledger, container(items, "StatefulSet", "ledger"))
    run.start("ledger", command, environment)
    wait("ledger", is_ready(place))


def start_hello(run: Processes, ledger: str, items: list[Object], place: Place, name: str):
    command, environment = place.command(ledger, container(items, "Deployment", "hello"))
    process = run.start(name, command, environment)
    wait(name, is_ready(place))
    return process


def workload(name: str, digest: str) -> dict:
    """As the API shows a Deployment of one pod that is complete."""
    meta = {"namespace": "ledger-prod", "creationTimestamp": "2026-01-01T00:00:00Z"}
    image = f"ghcr.io/acme/ledger@{digest}"
    template = {"spec": {"containers": [{"name": "hello", "image": image}]}}
    revision = {"deployment.kubernetes.io/revision": "3"}
    counts = {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1, "readyReplicas": 1}
    return {"apiVersion": "v1", "kind": "List", "items": [
        {"kind": "Deployment", "metadata": {**meta, "name": name, "uid": "d1", "generation": 1, "annotations": revision},
         "spec": {"replicas": 1, "template": template}, "status": counts},
        {"kind": "ReplicaSet", "metadata": {**meta, "name": f"{name}-7f", "uid": "r1", "annotations": revision,
         "ownerReferences": [{"kind": "Deployment", "uid": "d1", "controller": True}]}, "spec": {}, "status": {}},
        {"kind": "Pod", "metadata": {**meta, "name": f"{name}-7f-x", "uid": "p1",
         "ownerReferences": [{"kind": "ReplicaSet", "uid": "r1", "controller": True}]}, "spec": {},
         "status": {"phase": "Running", "containerStatuses": [{"name": "hello", "imageID": image, "state": {}}]}}]}


def report_rollout(ledger: str, items: list[Object], place: Place) -> None:
    """The CronJob's second container, on a list that its first one would have made; twice."""
    digest = "sha256:" + "5d" * 32
    (place.folder / "lists/rollouts.json").write_text(json.dumps(workload("ledger-hello", digest)))
    command, environment = place.command(ledger, container(items, "CronJob", "record"))
    for _ in range(2):
        made = subprocess.run(command, env=environment, capture_output=True, text=True)
        if made.returncode:
            fail(f"rollouts: {made.stderr}")
    token = (place.folder / "run/secrets/ledger/read-token").read_text()
    status, text = get(f"http://127.0.0.1:{place.port}/v1/running", {"Authorization": f"Bearer {token}"})
    entries = get(f"http://127.0.0.1:{place.port}/v1/entries?kind=rollout.observed.v1", {"Authorization": f"Bearer {token}"})
    seen = entries[1].count('"rollout.observed.v1"')
    if status != 200 or digest not in text or '"prod"' not in text or seen != 1:
        fail(f"rollouts: the ledger does not say what runs ({seen} entries): {status} {text}")
    print("rollouts: the CronJob's report is one entry, also when sent twice; ledger running shows it in prod")


def configure(run: Processes, config: dict) -> Prometheus:
    folder = run.folder / f"prometheus-{len(run.started)}"
    folder.mkdir()
    for name in ("recording.yml", "alerts.yml"):
        (folder / name).write_text((INFRA / "prometheus" / name).read_text())
    config["global"] = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    port = free_port()
    run.start(folder.name, [
        "prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address=127.0.0.1:{port}"])
    server = Prometheus(port)
    wait("prometheus", lambda: get(f"{server.url}/-/ready")[0] == 200)
    return server


def beside_compose(run: Processes, ports: dict[str, int]) -> Prometheus:
    config = yaml.safe_load((INFRA / "prometheus/prometheus.yml").read_text())
    for job in config["scrape_configs"]:
        for group in job["static_configs"]:
            group["targets"] = [f"127.0.0.1:{ports[t.removesuffix(':8080')]}" for t in group["targets"]]
    return configure(run, config)


def ask(ports: dict[str, int]) -> None:
    """Forty requests of people, and ten of probes, which do not count."""
    for number in range(40):
        get(f"http://127.0.0.1:{ports[f'hello-{1 + number % 2}']}/")
    for _ in range(10):
        get(f"http://127.0.0.1:{ports['hello-1']}/health")


def expect(server: Prometheus, expression: str, wanted, seconds: float = 30) -> None:
    try:
        wait(expression, lambda: bool(wanted(server.query(expression))), seconds)
    except SystemExit:
        fail(f"live: {expression} is {server.query(expression)}")


def answers(server: Prometheus, ports: dict[str, int]) -> int:
    """Asserted answers; the number of them."""
    people = 'sum(http_server_resp_time_count{job="hello",path="/",code="200"})'
    expect(server, "sum by (job) (up)", lambda r: {m["job"]: v for m, v in r} == {"hello": 2, "ledger": 1})
    for number in range(1, 4):
        ask(ports)
        expect(server, people, lambda r, wanted=40 * number: r and r[0][1] == wanted)
    checks = [
        ('job:http_requests:rate5m{job="hello"}', lambda r: r and r[0][1] > 0),
        ('job:http_errors:ratio5m{job="hello"}', lambda r: r and r[0][1] == 0),
        ('job:http_resp_time:p99_5m{job="hello"}', lambda r: r and 0 < r[0][1] < 1),
        ('job:up:count{job="hello"}', lambda r: r and r[0][1] == 2),
        ('ledger_entries{job="ledger"}', lambda r: r and r[0][1] >= 1),
        ('ledger_disk_free_bytes{job="ledger"} > 0', lambda r: r),
        ('ledger_outbox_oldest_seconds{job="ledger"}', lambda r: r and r[0][1] == 0),
        ('ALERTS{alertname=~"Hello.*|LedgerDown|LedgerDiskFull"}', lambda r: r == []),
    ]
    for expression, wanted in checks:
        expect(server, expression, wanted)
    return len(checks) + 2


def dashboard(server: Prometheus) -> None:
    panels = json.loads((INFRA / "grafana/ledger.json").read_text())["panels"]
    places = {(p["gridPos"]["x"], p["gridPos"]["y"]) for p in panels}
    if len({p["id"] for p in panels}) != len(panels) or len(places) != len(panels):
        fail("live: panels of the dashboard have the same number or the same place")
    found = names.expressions(str(INFRA / "grafana/ledger.json"))
    empty = [e for e in found if not server.query(e)]
    # What cannot be there without GitHub, witnesses and a fault.
    unexpected = [e for e in empty if not re.search("ALERTS|witness|github_calls|deliveries_total|timestamp", e)]
    if unexpected:
        fail(*(f"live: the dashboard's {e} is empty" for e in unexpected))
    print(f"dashboard: {len(found)} queries are understood, {len(found) - len(empty)} have data")


def proxied(run: Processes, ports: dict[str, int], one, items: list[Object], place: Place, ledger: str) -> None:
    """nginx as in compose.yaml: by host, round the two hellos, and no request lost with one of them."""
    text = (INFRA / "nginx/nginx.conf").read_text()
    for name, port in ports.items():
        text = text.replace(f"server {name}:8080", f"server 127.0.0.1:{port}")
    front, folder = free_port(), run.folder / "nginx"
    folder.mkdir()
    text = text.replace("listen 8080", f"listen 127.0.0.1:{front}").replace("/tmp/", f"{folder}/")
    (folder / "nginx.conf").write_text(text)
    run.start("nginx", ["nginx", "-c", f"{folder}/nginx.conf", "-e", "/dev/stderr", "-g", "daemon off;"])
    url = f"http://127.0.0.1:{front}"
    wait("nginx", lambda: get(f"{url}/", host="example.com")[0] == 200)
    seen = {
        (host, path): get(url + path, host=host)[0] for host in ("example.com", "ledger.example.com", "other.example")
        for path in ("/version", "/metrics", "/admission", "/v1/entries")
    }
    ours = {path: seen["ledger.example.com", path] for path in ("/version", "/metrics", "/admission", "/v1/entries")}
    if ours != {"/version": 200, "/metrics": 404, "/admission": 404, "/v1/entries": 401}:
        fail(f"live: nginx answers for the ledger {ours}")
    if seen["example.com", "/version"] != 200 or seen["example.com", "/metrics"] != 404:
        fail(f"live: nginx answers for hello {seen}")
    if {seen["other.example", path] for path in ("/version", "/metrics")} != {404}:
        fail(f"live: nginx answers for a stranger's host {seen}")
    before = [served(port) for port in (ports["hello-1"], ports["hello-2"])]
    answers = [get(f"{url}/", host="example.com")[0] for _ in range(20)]
    shares = [served(port) - count for port, count in zip((ports["hello-1"], ports["hello-2"]), before)]
    one.kill()
    one.wait()
    answers += [get(f"{url}/", host="example.com")[0] for _ in range(50)]
    if set(answers) != {200} or min(shares) < 5:
        fail(f"live: nginx lost requests, or asked one alone: {answers} {shares}")
    start_hello(run, ledger, items, place, "hello-2")
    print(f"nginx: hosts lead where they should, {shares} of 20 requests to each hello, none of 50 lost with one killed")


def served(port: int) -> int:
    page = get(f"http://127.0.0.1:{port}/metrics")[1]
    return int(re.search(r'http_server_resp_time_count\{[^}]*code="200"[^}]*path="/"\} (\d+)', page).group(1))


def losing_one(server: Prometheus, run: Processes, process) -> None:
    if run.end(process) != 0:
        fail("live: hello did not end well on SIGTERM")
    expect(server, 'job:up:count{job="hello"}', lambda r: r and r[0][1] == 1)
    expect(server, 'ALERTS{alertname="HelloReplicasMissing",alertstate="pending"}', lambda r: len(r) == 1)


def discovered(pod: Object, port: int, **other) -> dict:
    """What the API's discovery says of a pod, for one of its ports."""
    meta, prefix = pod["metadata"], "__meta_kubernetes_pod_"
    labels = {f"{prefix}label_{re.sub(r'[^a-zA-Z0-9_]', '_', k)}": v for k, v in meta["labels"].items()}
    notes = {f"{prefix}annotation_{re.sub(r'[^a-zA-Z0-9_]', '_', k)}": v for k, v in meta.get("annotations", {}).items()}
    own = {f"{prefix}name": "a-pod", f"{prefix}phase": "Running", f"{prefix}container_init": "false",
           f"{prefix}container_port_number": "8080", "__meta_kubernetes_namespace": "ledger-dev"}
    return {"targets": [f"127.0.0.1:{port}"], "labels": {**labels, **notes, **own, **other}}


def relabelled(run: Processes, items: list[Object], ports: dict[str, int]) -> None:
    """The relabelling of kubernetes.yml, on what discovery would say of the manifests' pods."""
    config = yaml.safe_load((INFRA / "prometheus/kubernetes.yml").read_text())
    job = config["scrape_configs"][0]
    if job.pop("kubernetes_sd_configs") != [{"role": "pod", "namespaces": {"own_namespace": True}}]:
        fail("live: kubernetes.yml discovers something else than the pods of its namespace")
    hello = pod_template(next(i for i in of_kind(items, "Deployment") if i["metadata"]["name"] == "ledger-hello"))
    ledger = pod_template(of_kind(items, "StatefulSet")[0])
    reporter = pod_template(of_kind(items, "CronJob")[0])
    prefix = "__meta_kubernetes_pod_"
    job["static_configs"] = [
        discovered(hello, ports["hello-1"]), discovered(hello, ports["hello-2"], **{f"{prefix}name": "another"}),
        discovered(ledger, ports["ledger"]),
        # These must not be asked.
        discovered(ledger, ports["ledger"], **{f"{prefix}container_port_number": "8443"}),
        discovered(hello, ports["hello-1"], **{f"{prefix}phase": "Succeeded", f"{prefix}name": "old"}),
        discovered(ledger, ports["ledger"], **{f"{prefix}container_init": "true", f"{prefix}name": "init"}),
        discovered(reporter, ports["ledger"]),
    ]
    server = configure(run, config)
    targets = wait("targets", server.targets)
    found = sorted((t["labels"]["job"], t["labels"]["pod"], t["labels"]["namespace"]) for t in targets)
    wanted = [("hello", "a-pod", "ledger-dev"), ("hello", "another", "ledger-dev"), ("ledger", "a-pod", "ledger-dev")]
    if found != wanted or any(not t["scrapeUrl"].endswith("/metrics") for t in targets):
        fail(f"live: the pods' targets are {found}")
    expect(server, "sum by (job) (up)", lambda r: {m["job"]: v for m, v in r} == {"hello": 2, "ledger": 1})
    print("kubernetes.yml: 3 of 7 discovered ports are targets, each under the name of its component")


def main() -> None:
    ledger, items = str(pathlib.Path(sys.argv[1]).resolve()), load(sys.argv[2])
    with tempfile.TemporaryDirectory() as temporary, Processes(pathlib.Path(temporary)) as run:
        places = {}
        for name in ("ledger", "hello-1", "hello-2"):
            (run.folder / name).mkdir()
            places[name] = Place(run.folder / name, items)
        ports = {name: place.port for name, place in places.items()}
        start_ledger(run, ledger, items, places["ledger"])
        start_hello(run, ledger, items, places["hello-1"], "hello-1")
        second = start_hello(run, ledger, items, places["hello-2"], "hello-2")
        report_rollout(ledger, items, places["ledger"])
        pathlib.Path(sys.argv[3]).write_text(get(f"http://127.0.0.1:{ports['ledger']}/metrics")[1])
        server = beside_compose(run, ports)
        count = answers(server, ports)
        dashboard(server)
        relabelled(run, items, ports)
        losing_one(server, run, second)
        third = start_hello(run, ledger, items, places["hello-2"], "hello-2")
        get(f"http://127.0.0.1:{ports['hello-2']}/")
        proxied(run, ports, third, items, places["hello-2"], ledger)
        print(f"prometheus: {count + 2} answers of a real one are as expected; one hello less is noticed")


if __name__ == "__main__":
    main()
