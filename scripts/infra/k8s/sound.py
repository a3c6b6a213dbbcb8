"""Checks what must hold between the objects of one environment (rules.py).

usage: sound.py FILE...

Each rule is then shown faults that it must find, made from the same objects; a fault that fits to
none of the files is an error, too.
"""

import copy
import sys

from objects import Object, containers, fail, load, of_kind, pod_template
from rules import RULES


def findings(items: list[Object]) -> list[tuple[str, str]]:
    return [(rule.__name__, finding) for rule in RULES for finding in rule(items)]


def spec(kind: str, change, wanted: str | None = None):
    """A fault in the spec of the first object of a kind."""

    def fault(items):
        found = [i for i in of_kind(items, kind) if wanted in (None, i["metadata"]["name"])]
        if found:
            change(found[0]["spec"])
        return bool(found)

    return fault


def pod(kind: str, change, wanted: str | None = None):
    """A fault in the pods of the first object of a kind."""

    def fault(items):
        found = [i for i in of_kind(items, kind) if wanted in (None, i["metadata"]["name"])]
        if found:
            change(pod_template(found[0])["spec"])
        return bool(found)

    return fault


def without(kind: str, wanted: str | None = None):
    def fault(items):
        found = [i for i in of_kind(items, kind) if wanted in (None, i["metadata"]["name"])]
        for item in found[:1]:
            items.remove(item)
        return bool(found)

    return fault


def added(item: Object):
    def fault(items):
        items.append(item)
        return True

    return fault


def first(change):
    return lambda spec: change(spec["containers"][0])


def pod_labels(kind: str, wanted: str):
    """Others that look like the ledger to the webhook."""

    def fault(items):
        found = [i for i in of_kind(items, kind) if wanted == i["metadata"]["name"] and of_kind(items, HOOK)]
        for item in found:
            pod_template(item)["metadata"]["labels"]["app.kubernetes.io/component"] = "ledger"
        return bool(found)

    return fault


HPA, PDB, HOOK = "HorizontalPodAutoscaler", "PodDisruptionBudget", "ValidatingWebhookConfiguration"
SERVED = "ledger-admission"

FAULTS = [
    ("one_namespace", lambda items: of_kind(items, "Service")[0]["metadata"].update(namespace="other") or True),
    ("selectors", spec("Deployment", lambda s: s["selector"]["matchLabels"].update(x="y"))),
    ("selectors", spec(PDB, lambda s: s["selector"]["matchLabels"].update(x="y"))),
    ("services", spec("Service", lambda s: s["selector"].update(x="y"))),
    ("services", spec("Service", lambda s: s["ports"][0].update(port=8080))),
    ("services", spec("Service", lambda s: s["ports"][0].update(targetPort="https"))),
    ("ingresses", without("Service", "ledger-hello")),
    ("ingresses", spec("Ingress", lambda s: s["rules"][0]["http"]["paths"][0].update(pathType="Prefix"), "ledger-hello")),
    ("ingresses", spec("Ingress", lambda s: s["rules"][0]["http"]["paths"][0].update(path="/metrics"))),
    ("ingresses", spec("Ingress", lambda s: s.update(tls=[{"hosts": ["other.example.com"]}]))),
    ("autoscalers", spec(HPA, lambda s: s["scaleTargetRef"].update(name="other"))),
    ("autoscalers", spec(HPA, lambda s: s.update(minReplicas=1))),
    ("autoscalers", spec(HPA, lambda s: s["metrics"].pop())),
    ("autoscalers", spec("Deployment", lambda s: s.update(replicas=2), "ledger-hello")),
    ("autoscalers", pod("Deployment", first(lambda c: c["resources"]["requests"].pop("cpu")), "ledger-hello")),
    ("autoscalers", pod("Deployment", lambda s: s.pop("topologySpreadConstraints"), "ledger-hello")),
    ("autoscalers", without(PDB)),
    ("rolling", spec("Deployment", lambda s: s["strategy"]["rollingUpdate"].update(maxUnavailable=1), "ledger-hello")),
    ("rolling", pod("Deployment", first(lambda c: c.pop("lifecycle")), "ledger-hello")),
    ("single_writer", spec("StatefulSet", lambda s: s.update(replicas=2))),
    ("single_writer", spec("StatefulSet", lambda s: s.pop("volumeClaimTemplates"))),
    ("single_writer", spec("StatefulSet", lambda s: s.pop("podManagementPolicy"))),
    ("references", without("ServiceAccount")),
    ("references", without("ConfigMap")),
    ("references", without("PersistentVolumeClaim")),
    ("references", without("Role")),
    ("references", pod("StatefulSet", lambda s: s["volumes"].pop())),
    ("references", lambda items: [b["subjects"][0].update(namespace="x") for b in of_kind(items, "RoleBinding")]),
    ("restarts", lambda items: forget_changes(items)),
    ("restricted", pod("StatefulSet", lambda s: s["securityContext"].pop("runAsNonRoot"))),
    ("restricted", pod("CronJob", lambda s: s["securityContext"].pop("seccompProfile"))),
    ("restricted", pod("StatefulSet", lambda s: s["initContainers"][0].pop("securityContext"))),
    ("restricted", pod("StatefulSet", lambda s: s.update(hostNetwork=True))),
    ("limits", pod("CronJob", first(lambda c: c["resources"]["limits"].pop("memory")))),
    ("probes", pod("StatefulSet", first(lambda c: c.pop("startupProbe")))),
    ("probes", pod("Deployment", first(lambda c: c["livenessProbe"]["httpGet"].update(port="x")))),
    ("tokens", added({"kind": "Secret", "metadata": {"name": "x", "namespace": "x"}})),
    ("tokens", pod("StatefulSet", lambda s: s.pop("automountServiceAccountToken"))),
    ("tokens", pod("StatefulSet", first(lambda c: c["env"].append({"name": "A_TOKEN", "value": "x"})))),
    ("images", pod("StatefulSet", first(lambda c: c.update(image="ghcr.io/acme/ledger")))),
    ("images", pod("CronJob", first(lambda c: c.update(image="ghcr.io:443/ledger:latest")))),
    ("network", without("NetworkPolicy", "ledger-default-deny")),
    ("network", spec("NetworkPolicy", lambda s: s["egress"][-1]["to"][0]["ipBlock"].pop("except"), "ledger")),
    ("admission", without(HOOK)),
    ("admission", lambda items: change_hook(items, lambda h: h.update(failurePolicy="Other"))),
    ("admission", lambda items: change_hook(items, lambda h: h["namespaceSelector"].pop("matchLabels"))),
    ("admission", lambda items: change_hook(items, lambda h: h["namespaceSelector"]["matchLabels"].popitem())),
    ("admission", lambda items: change_hook(items, lambda h: h.pop("matchConditions"))),
    ("admission", lambda items: change_hook(items, lambda h: condition(h).update(expression="true"))),
    ("admission", pod_labels("Deployment", "ledger-hello")),
    ("admission", lambda items: change_hook(items, lambda h: exempt(h).pop(0))),
    ("admission", lambda items: change_hook(items, lambda h: h.update(sideEffects="None"))),
    ("admission", lambda items: change_hook(items, lambda h: h["clientConfig"]["service"].update(namespace="x"))),
    ("admission", spec("Certificate", lambda s: s.update(dnsNames=["other.svc"]), SERVED)),
    ("admission", spec("Certificate", lambda s: s.update(secretName="other"), SERVED)),
    ("admission", without("Certificate", f"{SERVED}-ca")),
    ("admission", without("Issuer", SERVED)),
    ("admission", without("Issuer", f"{SERVED}-root")),
    ("admission", spec("Issuer", lambda s: s.update(selfSigned=s.pop("ca") and {}), SERVED)),
    ("admission", spec("Certificate", lambda s: s.pop("isCA"), f"{SERVED}-ca")),
    ("admission", spec("Certificate", lambda s: s.update(renewBefore="720h"), f"{SERVED}-ca")),
    ("admission", spec("Certificate", lambda s: s["privateKey"].update(rotationPolicy="Always"), f"{SERVED}-ca")),
    ("workloads", without("Rollout")),
    ("reported", without("Role", "ledger-rollouts")),
    ("reported", pod("CronJob", lambda s: list_only(s, "deployment,replicaset,pods"))),
    ("alerts", without("Deployment", "ledger-hello")),
    ("alerts", spec("PrometheusRule", lambda s: s["groups"].pop())),
]


def forget_changes(items) -> bool:
    found = of_kind(items, "StatefulSet")
    for template in map(pod_template, found):
        template["metadata"]["annotations"].pop("checksum/policy", None)
        for volume in template["spec"]["volumes"]:
            if "configMap" in volume:
                volume["configMap"]["name"] = "ledger-policy"
    return bool(found)


def exempt(hook: Object) -> list:
    return hook["namespaceSelector"]["matchExpressions"][0]["values"]


def condition(hook: Object) -> Object:
    return hook["matchConditions"][0]


def list_only(spec: Object, kinds: str) -> None:
    spec["initContainers"][0]["args"] = [f"kubectl get {kinds} -o json >/lists/rollouts.json"]


def change_hook(items, change) -> bool:
    found = of_kind(items, HOOK)
    for item in found:
        change(item["webhooks"][0])
    return bool(found)


def control(environments: list[list[Object]]) -> int:
    for number, (rule, fault) in enumerate(FAULTS):
        fits = 0
        for items in environments:
            wrong = copy.deepcopy(items)
            if not fault(wrong):
                continue
            fits += 1
            if rule not in {found for found, _ in findings(wrong)}:
                fail(f"sound: the rule {rule} did not find fault {number}")
        if not fits:
            fail(f"sound: fault {number} of {rule} fits to none of the files")
    return len(FAULTS)


def main() -> None:
    environments = [load(path) for path in sys.argv[1:]]
    lines = [
        f"{path}: {rule}: {text}"
        for path, items in zip(sys.argv[1:], environments) for rule, text in findings(items)
    ]
    if lines:
        fail(*lines, "sound: the objects do not fit together")
    faults = control(environments)
    print(f"{len(RULES)} rules hold in {len(environments)} files; control: {faults} faults, all found")


if __name__ == "__main__":
    main()
