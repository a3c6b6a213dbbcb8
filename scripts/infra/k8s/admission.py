"""Plays an API server: 1,000 reviews over TLS against the running ledger, each answer checked.

usage: admission.py LEDGER KUSTOMIZE.yaml

Mode, port and paths of the certificate are those of the manifests' variables, on this machine.
"""

import hashlib
import hmac
import http.client
import json
import pathlib
import secrets
import ssl
import subprocess
import sys
import tempfile
import time

from objects import Object, containers, fail, load, of_kind, pod_template
from processes import Processes, free_port, get, wait

REVIEWS = 1_000
# Of these, after the database is gone.
LAST = 200
GOOD, BAD, UNKNOWN = ("sha256:" + hashlib.sha256(word).hexdigest() for word in (b"good", b"bad", b"unknown"))
IMAGE = "ghcr.io/acme/api"
POLICY = """\
version: 1
environments: [{name: prod, aliases: [production]}]
services:
  - name: api
    repositories: [acme/api]
    images: [ghcr.io/acme/api]
    kubernetes: [{namespace: team-a, workload: Deployment/api, environment: production}]
gates:
  deploy:
    environments: [{environment: prod, image-recorded: true, trust-tokens: true}]
  admission:
    images: [docker.io/istio/proxyv2]
"""


def pod(*images: str, namespace: str = "team-a") -> Object:
    """As a ReplicaSet makes it; what is not asked about is there, too."""
    return {
        "kind": "Pod", "apiVersion": "v1",
        "metadata": {"generateName": "api-7d4b9c-", "namespace": namespace, "labels": {"app": "api"},
                     "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "api-7d4b9c",
                                          "uid": "5c1f", "controller": True}]},
        "spec": {"containers": [
            {"name": f"c{n}", "image": image, "env": [{"name": "PASSWORD", "value": "hidden-in-env"}],
             "resources": {}, "imagePullPolicy": "IfNotPresent"} for n, image in enumerate(images)],
            "serviceAccountName": "default", "restartPolicy": "Always"}}


def review(new: Object, old: Object | None = None, *, dry: bool = False, sub: str | None = None) -> Object:
    resource = {"group": "", "version": "v1", "resource": "pods"}
    request = {
        "uid": secrets.token_hex(16), "kind": {"group": "", "version": "v1", "kind": "Pod"}, "resource": resource,
        "requestResource": resource, "namespace": new["metadata"]["namespace"],
        "operation": "UPDATE" if old else "CREATE", "object": new, "oldObject": old, "dryRun": dry,
        "userInfo": {"username": "system:serviceaccount:kube-system:replicaset-controller", "groups": ["system:authenticated"]},
        "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"}}
    if sub:
        request |= {"subResource": sub}
    return {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": request}


def debugged(image: str) -> Object:
    """`kubectl debug`: an ephemeral container in a pod that runs."""
    changed = pod(f"{IMAGE}@{GOOD}")
    changed["spec"]["ephemeralContainers"] = [{"name": "debugger", "image": image}]
    return changed


# What is asked, whether it is let in, and what the message or its absence has to say.
CASES = {
    "allow": (lambda: review(pod(f"{IMAGE}@{GOOD}")), True, ""),
    "deny": (lambda: review(pod(f"{IMAGE}@{BAD}")), False, "denied it in entry"),
    "tag": (lambda: review(pod(f"{IMAGE}:1.4.0")), False, f"{IMAGE}@{GOOD}"),
    "unknown tag": (lambda: review(pod("nginx:1.28")), False, "deploy it by its digest"),
    "unknown digest": (lambda: review(pod(f"{IMAGE}@{UNKNOWN}")), False, "ledger gate deploy -s api -e prod"),
    "two": (lambda: review(pod(f"{IMAGE}@{GOOD}", f"{IMAGE}@{UNKNOWN}")), False, "nobody asked"),
    "mesh": (lambda: review(pod(f"{IMAGE}@{GOOD}", f"istio/proxyv2@{UNKNOWN}")), True, ""),
    "debugger": (lambda: review(debugged("busybox"), pod(f"{IMAGE}@{GOOD}"), sub="ephemeralcontainers"), False, "busybox"),
    "labels": (lambda: review(pod("nginx:1.28"), pod("nginx:1.28")), True, ""),
    "namespace": (lambda: review(pod(f"{IMAGE}@{GOOD}", namespace="team-b")), False, "aliases: [team-b]"),
    "kube-system": (lambda: review(pod("nginx:1.28", namespace="kube-system")), True, ""),
    "dry run": (lambda: review(pod("dry:1"), dry=True), False, "deploy it by its digest"),
}
# Of the cases above, what is let in although nobody can be asked.
UNASKED = {"labels", "kube-system"}


class Server:
    """A connection that is kept, as an API server keeps it."""

    def __init__(self, port: int, authority: pathlib.Path):
        context = ssl.create_default_context(cafile=str(authority))
        self.connection = http.client.HTTPSConnection("localhost", port, context=context, timeout=10)
        self.seconds: list[float] = []

    def post(self, path: str, body: bytes) -> tuple[int, str]:
        start = time.perf_counter()
        self.connection.request("POST", path, body, {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read().decode()
        self.seconds.append(time.perf_counter() - start)
        return answer.status, text

    def ask(self, asked: Object) -> Object:
        status, text = self.post("/admission?timeout=5s", json.dumps(asked).encode())
        if status != 200:
            fail(f"admission: {status} {text}")
        answer = json.loads(text)
        if (answer["apiVersion"], answer["kind"]) != ("admission.k8s.io/v1", "AdmissionReview"):
            fail(f"admission: this is no review: {text}")
        if answer["response"]["uid"] != asked["request"]["uid"]:
            fail("admission: the answer is to another review")
        return answer["response"]


def check(name: str, response: Object, is_allowed: bool, words: str, code: int = 403) -> None:
    message = response.get("status", {}).get("message", "")
    if response["allowed"] is not is_allowed or words not in message or bool(message) is is_allowed:
        fail(f"admission: {name}: {response}")
    if not is_allowed and response["status"]["code"] != code:
        fail(f"admission: {name}: {response}")


def certificate(folder: pathlib.Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", str(folder / "tls.key"), "-out", str(folder / "tls.crt")], check=True, capture_output=True)


class Ledger:
    """The real binary, with what a pipeline would have told it."""

    def __init__(self, binary: str, folder: pathlib.Path, variables: dict[str, str]):
        self.binary, self.folder = binary, folder
        self.port, self.tls = free_port(), free_port()
        self.secret = secrets.token_hex(32)
        self.url = f"http://127.0.0.1:{self.port}"
        (folder / "ledger.yaml").write_text(POLICY)
        (folder / "tls").mkdir()
        certificate(folder / "tls")
        here = {k: v.replace("/etc/ledger/tls", f"{folder}/tls").replace("0.0.0.0:8443", f"127.0.0.1:{self.tls}")
                for k, v in variables.items()}
        self.environment = {
            **here, "LEDGER_DB": f"{folder}/ledger.sqlite", "LEDGER_CONFIG": f"{folder}/ledger.yaml",
            "LEDGER_LISTEN": f"127.0.0.1:{self.port}", "LEDGER_WEBHOOK_SECRET": self.secret}

    def run(self, *arguments: str, codes: tuple[int, ...] = (0,), **variables: str) -> str:
        # A server is asked alone: another process opens no file that is served.
        environment = variables if variables else self.environment
        made = subprocess.run([self.binary, *arguments], env=environment, capture_output=True, text=True)
        if made.returncode not in codes:
            fail(f"admission: ledger {' '.join(arguments)}: {made.returncode} {made.stderr}{made.stdout}")
        return made.stdout

    def token(self, name: str, scope: str, *more: str, **variables: str) -> str:
        return json.loads(self.run("token", "create", "--name", name, "--scope", scope, "--json", *more, **variables))["token"]

    def push(self) -> None:
        """GitHub tells the repository's number."""
        body = json.dumps({
            "ref": "refs/heads/main", "before": "0" * 40, "after": "a1" * 20, "created": False, "deleted": False,
            "forced": False, "commits": [], "repository": {"id": 640, "name": "api", "full_name": "acme/api",
                                                           "owner": {"id": 45, "login": "acme"}},
            "sender": {"id": 7, "login": "mia"}}).encode()
        signature = "sha256=" + hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("POST", "/webhooks/github", body, {
            "Content-Type": "application/json", "X-GitHub-Event": "push", "X-GitHub-Delivery": "push-1",
            "X-Hub-Signature-256": signature})
        answer = connection.getresponse()
        if answer.status != 202:
            fail(f"admission: push: {answer.status} {answer.read()}")

    def tell(self, admin: str) -> None:
        """A pipeline records one image and asks about two."""
        self.push()
        server = {"LEDGER_SERVER": self.url}
        token = self.token("ci", "record", "--repository", "acme/api", **server, LEDGER_TOKEN=admin)
        asked = {**server, "LEDGER_TOKEN": token}
        self.run("record", "image", "-s", "api", "--repository-id", "640", "--image", IMAGE, "--tag", "1.4.0",
                 "--digest", GOOD, "-c", "a1" * 20, **asked)
        self.run("gate", "deploy", "-s", "api", "-e", "prod", "--digest", GOOD, **asked)
        self.run("gate", "deploy", "-s", "api", "-e", "production", "--digest", BAD, codes=(10,), **asked)


def entries(ledger: Ledger, token: str, kind: str) -> list[str]:
    text = ledger.run("entries", "--kind", kind, "-o", "ndjson", LEDGER_SERVER=ledger.url, LEDGER_TOKEN=token)
    return [line for line in text.splitlines() if f'"{kind}"' in line]


def variables(items: list[Object]) -> dict[str, str]:
    container = next(c for i in of_kind(items, "StatefulSet") for c in containers(pod_template(i)) if c["name"] == "ledger")
    named = {v["name"]: v.get("value", "") for v in container["env"]}
    found = {k: v for k, v in named.items() if k == "LEDGER_ADMISSION" or k.startswith("LEDGER_TLS_")}
    if sorted(found) != ["LEDGER_ADMISSION", "LEDGER_TLS_CERT", "LEDGER_TLS_KEY", "LEDGER_TLS_LISTEN"]:
        fail(f"admission: the manifests set {sorted(found)}")
    return found


def refused(ledger: Ledger, server: Server) -> None:
    """What is no review, and what the other listener says."""
    if get(f"{ledger.url}/admission")[0] != 404:
        fail("admission: the plain listener knows the path")
    old = review(pod("a"))
    old["apiVersion"] = "admission.k8s.io/v1beta1"
    other = review(pod("a"))
    other["request"]["resource"] = {"group": "apps", "version": "v1", "resource": "deployments"}
    for body, code in ((b"{", "review"), (json.dumps(old).encode(), "version"), (json.dumps(other).encode(), "resource")):
        status, text = server.post("/admission", body)
        if status != 400 or json.loads(text)["code"] != code:
            fail(f"admission: {code}: {status} {text}")
    if server.post("/v1/notes", b"{}")[0] != 404:
        fail("admission: the listener for clusters answers more than /admission")
    server.seconds.clear()


def play(ledger: Ledger, server: Server, admin: str) -> None:
    names = list(CASES)
    before = REVIEWS - LAST
    for number in range(before):
        name = names[number % len(names)]
        asked, is_allowed, words = CASES[name]
        check(name, server.ask(asked()), is_allowed, words)
    made = len(entries(ledger, admin, "admission.decided.v1"))
    # Those that are judged and are no dry run, once each.
    if made != len(names) - len(UNASKED) - 1 or len(entries(ledger, admin, "admission.asked.v1")) != made:
        fail(f"admission: {made} decisions of {len(names)} cases")
    if any("hidden-in-env" in line for kind in ("asked", "decided") for line in entries(ledger, admin, f"admission.{kind}.v1")):
        fail("admission: an entry holds more of the pod than it may")
    ranked = sorted(server.seconds)
    page = get(f"{ledger.url}/metrics")[1]
    for line in ('ledger_admission_reviews_total{verdict="allow",mode="enforce"}', "ledger_tls_certificate_expiry_timestamp_seconds "):
        if line not in page:
            fail(f"admission: /metrics has no {line}")
    print(f"admission: {before} reviews over TLS, each answered as it must be; {made} decisions are entries; one client, "
          f"p50 {ranked[before // 2] * 1000:.1f} ms, p99 {ranked[before * 99 // 100] * 1000:.1f} ms")


def database_gone(ledger: Ledger, server: Server) -> None:
    for file in ledger.folder.glob("ledger.sqlite*"):
        file.rename(file.with_name(f"gone-{file.name}"))
    names = list(CASES)
    for number in range(LAST):
        name = names[number % len(names)]
        is_allowed = name in UNASKED
        words = "" if is_allowed else "the release ledger cannot answer: its database is gone"
        check(name, server.ask(CASES[name][0]()), is_allowed, words, code=503)
    if server.post("/readyz", b"")[0] == 200 or get(f"{ledger.url}/readyz")[0] != 503:
        fail("admission: a ledger without its database calls itself ready")
    print(f"admission: its database gone, {LAST} reviews more: refused, but what nobody has to be asked about")


def new_certificate(ledger: Ledger, server: Server) -> None:
    """Another one while connections are open: they go on, and new ones are shown it."""
    certificate(ledger.folder / "tls")
    authority = ledger.folder / "tls/tls.crt"

    def is_shown() -> bool:
        return Server(ledger.tls, authority).ask(CASES["allow"][0]())["allowed"]

    wait("the new certificate", is_shown, 20)
    check("an old connection", server.ask(CASES["allow"][0]()), True, "")
    print("admission: a new certificate is shown without a restart, and the old connection goes on")


def main(binary: str, manifests: str) -> None:
    named = variables(load(manifests))
    if named["LEDGER_ADMISSION"] != "enforce":
        fail(f"admission: production's mode is {named['LEDGER_ADMISSION']}")
    with tempfile.TemporaryDirectory() as name, Processes(pathlib.Path(name)) as run:
        ledger = Ledger(binary, pathlib.Path(name), named)
        ledger.run("init", "--origin", "k8s.example")
        admin = ledger.token("me", "admin")
        process = run.start("ledger", [binary, "serve"], ledger.environment)
        try:
            wait("ledger", lambda: get(f"{ledger.url}/readyz")[0] == 200)
            ledger.tell(admin)
            server = Server(ledger.tls, ledger.folder / "tls/tls.crt")
            refused(ledger, server)
            play(ledger, server, admin)
            new_certificate(ledger, server)
            database_gone(ledger, server)
        except SystemExit:
            print((ledger.folder / "ledger.log").read_text()[-3000:], file=sys.stderr)
            raise
        run.end(process)
        for file in ledger.folder.glob("gone-ledger.sqlite*"):
            file.rename(file.with_name(file.name.removeprefix("gone-")))
        ledger.run("verify")
        print("admission: ledger verify concludes each decision again")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
