"""What must hold between the objects of one environment, which no schema can say."""

import yaml

from objects import HASH, Object, containers, name, of_kind, pod_template, pods

LONG_RUNNING = ("Deployment", "StatefulSet", "Rollout")
SECRET_WORDS = ("TOKEN", "SECRET", "KEY", "PASSWORD")


def is_part(labels: Object, of: Object) -> bool:
    return all(of.get(key) == value for key, value in labels.items())


def selected(items, selector: Object) -> list[tuple[str, Object]]:
    return [
        (owner, pod) for owner, pod in pods(items) if is_part(selector, pod["metadata"]["labels"])
    ]


def named(items, kind: str, wanted: str) -> Object | None:
    return next((i for i in of_kind(items, kind) if i["metadata"]["name"] == wanted), None)


def ports(pod: Object) -> set:
    return {port["name"] for c in pod["spec"]["containers"] for port in c.get("ports", [])}


def one_namespace(items):
    places = {i["metadata"].get("namespace") for i in items if i["kind"] not in OUTSIDE}
    if len(places) != 1 or None in places:
        yield f"objects are in {places}"


OUTSIDE = ("Namespace", "ValidatingWebhookConfiguration", "Application")


def selectors(items):
    for item in of_kind(items, *LONG_RUNNING):
        if not is_part(item["spec"]["selector"]["matchLabels"], pod_template(item)["metadata"]["labels"]):
            yield f"{name(item)} does not select its own pods"
    for item in of_kind(items, "PodDisruptionBudget"):
        if not selected(items, item["spec"]["selector"]["matchLabels"]):
            yield f"{name(item)} selects no pod"
    for item in of_kind(items, "NetworkPolicy"):
        if not selected(items, item["spec"]["podSelector"].get("matchLabels", {})):
            yield f"{name(item)} selects no pod"


def services(items):
    for item in of_kind(items, "Service"):
        found = selected(items, item["spec"]["selector"])
        if not found:
            yield f"{name(item)} selects no pod"
        for port in item["spec"]["ports"]:
            if port["port"] != (443 if port["name"] == "admission" else 80):
                yield f"{name(item)} is on port {port['port']}"
            for owner, pod in found:
                if port["targetPort"] not in ports(pod):
                    yield f"{name(item)}: {owner} has no port {port['targetPort']}"


def leads(path: Object, to: str) -> bool:
    if path["pathType"] == "Exact":
        return path["path"] == to
    return f"{to}/".startswith(f"{path['path'].rstrip('/')}/")


def ingresses(items):
    for item in of_kind(items, "Ingress"):
        hosts = {rule["host"] for rule in item["spec"]["rules"]}
        for path in (path for rule in item["spec"]["rules"] for path in rule["http"]["paths"]):
            for inner in ("/metrics", "/admission"):
                if leads(path, inner):
                    yield f"{name(item)} shows {inner} to the world"
            wanted = path["backend"]["service"]
            service = named(items, "Service", wanted["name"])
            if not service or wanted["port"]["name"] not in {
                port["name"] for port in service["spec"]["ports"]
            }:
                yield f"{name(item)} leads to {wanted}, which is not there"
        for tls in item["spec"].get("tls", []):
            if set(tls["hosts"]) != hosts:
                yield f"{name(item)} has a certificate for {tls['hosts']}, and serves {hosts}"


def autoscalers(items):
    for item in of_kind(items, "HorizontalPodAutoscaler"):
        target = named(items, item["spec"]["scaleTargetRef"]["kind"], item["spec"]["scaleTargetRef"]["name"])
        if not target or target["apiVersion"] != item["spec"]["scaleTargetRef"]["apiVersion"]:
            yield f"{name(item)} scales nothing"
            continue
        if "replicas" in target["spec"]:
            yield f"{name(target)} says how many, and so does {name(item)}"
        if item["spec"]["minReplicas"] < 2 or item["spec"]["maxReplicas"] <= item["spec"]["minReplicas"]:
            yield f"{name(item)} does not scale, or from fewer than two"
        metrics = {metric["resource"]["name"] for metric in item["spec"]["metrics"]}
        if metrics != {"cpu", "memory"}:
            yield f"{name(item)} scales by {metrics}"
        for container in containers(pod_template(target)):
            if not metrics <= container.get("resources", {}).get("requests", {}).keys():
                yield f"{name(item)}: {container['name']} requests not what is scaled by"
        labels = pod_template(target)["metadata"]["labels"]
        budgets = of_kind(items, "PodDisruptionBudget")
        if not any(is_part(b["spec"]["selector"]["matchLabels"], labels) for b in budgets):
            yield f"{name(target)} has no PodDisruptionBudget"
        if not pod_template(target)["spec"].get("topologySpreadConstraints"):
            yield f"{name(target)} is not spread"


def rolling(items):
    for item in of_kind(items, "Deployment", "Rollout"):
        if not any(h["spec"]["scaleTargetRef"]["name"] == item["metadata"]["name"]
                   for h in of_kind(items, "HorizontalPodAutoscaler")):
            continue
        strategy = item["spec"]["strategy"]
        update = strategy.get("rollingUpdate") or strategy.get("canary") or {}
        if update.get("maxUnavailable") != 0 or not update.get("maxSurge"):
            yield f"{name(item)} takes a pod away before there is another"
        for container in pod_template(item)["spec"]["containers"]:
            wait = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
            if not 0 < wait < pod_template(item)["spec"]["terminationGracePeriodSeconds"]:
                yield f"{name(item)} ends while it still gets requests"


def single_writer(items):
    for item in of_kind(items, "StatefulSet"):
        if item["spec"]["replicas"] != 1:
            yield f"{name(item)} has {item['spec']['replicas']} writers on one file"
        if item["spec"].get("podManagementPolicy") != "Parallel":
            yield f"{name(item)} is never mended when its pod does not get ready"
        if not item["spec"].get("volumeClaimTemplates"):
            yield f"{name(item)} has no volume"


def references(items):
    for owner, pod in pods(items):
        spec = pod["spec"]
        if not named(items, "ServiceAccount", spec["serviceAccountName"]):
            yield f"{owner} runs as {spec['serviceAccountName']}, which is not there"
        holder = next(item for item in items if name(item) == owner)
        claims = {c["metadata"]["name"] for c in holder["spec"].get("volumeClaimTemplates", [])}
        volumes = {volume["name"] for volume in spec.get("volumes", [])} | claims
        mounted = {m["name"] for c in containers(pod) for m in c.get("volumeMounts", [])}
        if volumes != mounted:
            yield f"{owner}: volumes {volumes}, mounted {mounted}"
        for volume in spec.get("volumes", []):
            yield from missing(items, owner, volume)
    for item in of_kind(items, "RoleBinding"):
        if not named(items, "Role", item["roleRef"]["name"]):
            yield f"{name(item)} binds no role"
        for subject in item["subjects"]:
            account = named(items, "ServiceAccount", subject["name"])
            if not account or account["metadata"]["namespace"] != subject["namespace"]:
                yield f"{name(item)} binds {subject}, which is not there"


def missing(items, owner: str, volume: Object):
    if "configMap" in volume and not named(items, "ConfigMap", volume["configMap"]["name"]):
        yield f"{owner} mounts {volume['configMap']}, which is not there"
    claim = volume.get("persistentVolumeClaim", {}).get("claimName")
    if claim and not named(items, "PersistentVolumeClaim", claim):
        yield f"{owner} mounts {claim}, which is not there"


def restarts(items):
    """A pod whose configuration changed must be another pod."""
    for owner, pod in pods(items):
        maps = [v["configMap"]["name"] for v in pod["spec"].get("volumes", []) if "configMap" in v]
        notes = pod["metadata"].get("annotations", {})
        sums = [value for key, value in notes.items() if key.startswith("checksum/")]
        if any(not HASH.match(one) for one in maps) and not any(len(value) == 64 for value in sums):
            yield f"{owner} does not start again when {maps} change"


def restricted(items):
    """The Pod Security Standard `restricted`, and a read-only root file system."""
    for owner, pod in pods(items):
        context = pod["spec"].get("securityContext", {})
        if context.get("runAsNonRoot") is not True or not context.get("runAsUser"):
            yield f"{owner} may run as root"
        if context.get("seccompProfile", {}).get("type") != "RuntimeDefault":
            yield f"{owner} may make any system call"
        if {"hostNetwork", "hostPID", "hostIPC"} & pod["spec"].keys():
            yield f"{owner} shares with its host"
        for volume in pod["spec"].get("volumes", []):
            if "hostPath" in volume:
                yield f"{owner} sees files of its host"
        for container in containers(pod):
            own = container.get("securityContext", {})
            if own != {
                "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }:
                yield f"{owner}: {container['name']} may do more than it needs: {own}"


def limits(items):
    for owner, pod in pods(items):
        for container in containers(pod):
            resources = container.get("resources", {})
            for part in ("requests", "limits"):
                if resources.get(part, {}).keys() != {"cpu", "memory"}:
                    yield f"{owner}: {container['name']} has no {part}"


def probes(items):
    for item in of_kind(items, *LONG_RUNNING):
        pod = pod_template(item)
        for container in pod["spec"]["containers"]:
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                asked = container.get(probe, {}).get("httpGet", {})
                if asked.get("port") not in ports(pod):
                    yield f"{name(item)}: {container['name']} has no {probe}"


def tokens(items):
    """Only who asks the API has its token, and secrets are never in the text."""
    for item in of_kind(items, "Secret"):
        yield f"{name(item)} is in the text"
    for item in of_kind(items, "ServiceAccount"):
        if item.get("automountServiceAccountToken") is not False:
            yield f"{name(item)} gives its token to every pod"
    bound = {s["name"] for b in of_kind(items, "RoleBinding") for s in b["subjects"]}
    for owner, pod in pods(items):
        asks = pod["spec"]["serviceAccountName"] in bound
        if pod["spec"].get("automountServiceAccountToken") is not False and not asks:
            yield f"{owner} has a token that it does not need"
        for variable in (v for c in containers(pod) for v in c.get("env", [])):
            value = variable.get("value", "/")
            if any(word in variable["name"] for word in SECRET_WORDS) and not value.startswith("/"):
                yield f"{owner}: {variable['name']} is in the text"


def images(items):
    for owner, pod in pods(items):
        for container in containers(pod):
            image = container["image"]
            tag = image.rsplit("/", 1)[-1].partition(":")[2]
            if "@sha256:" not in image and tag in ("", "latest"):
                yield f"{owner}: {image} may be another one tomorrow"


def network(items):
    policies = of_kind(items, "NetworkPolicy")
    closed = [p["spec"] for p in policies if not {"ingress", "egress"} & p["spec"].keys()]
    for owner, pod in pods(items):
        labels = pod["metadata"]["labels"]
        if not any(
            set(spec["policyTypes"]) == {"Ingress", "Egress"}
            and is_part(spec["podSelector"].get("matchLabels", {}), labels)
            for spec in closed
        ):
            yield f"{owner} is open where no policy says otherwise"
    for policy in policies:
        for block in (to.get("ipBlock") for rule in policy["spec"].get("egress", []) for to in rule.get("to", [])):
            if block and block["cidr"] == "0.0.0.0/0" and "169.254.0.0/16" not in block.get("except", []):
                yield f"{name(policy)} lets ask the cloud's metadata"


def admission(items):
    stateful = of_kind(items, "StatefulSet")
    variables = {
        v["name"]: v.get("value") for i in stateful for v in pod_template(i)["spec"]["containers"][0]["env"]
    }
    mode = variables.get("LEDGER_ADMISSION")
    hooks = of_kind(items, "ValidatingWebhookConfiguration")
    if bool(mode) != bool(hooks):
        yield f"admission is {mode}, and there are {len(hooks)} configurations"
    for item in hooks:
        for hook in item["webhooks"]:
            yield from wrong_hook(items, item, hook, mode, stateful[0]["metadata"]["namespace"])


COMPONENT = "app.kubernetes.io/component"
NOT_ITSELF = (
    'request.namespace != "{place}" || !has(object.metadata.labels)'
    f' || !("{COMPONENT}" in object.metadata.labels) || object.metadata.labels["{COMPONENT}"] != "ledger"'
)


def wrong_hook(items, item: Object, hook: Object, mode: str, place: str):
    if hook["failurePolicy"] != {"enforce": "Fail", "audit": "Ignore"}[mode]:
        yield f"{name(item)}: {mode} with {hook['failurePolicy']}"
    exempt = hook["namespaceSelector"]["matchExpressions"][0]
    if exempt["operator"] != "NotIn" or "kube-system" not in exempt["values"]:
        yield f"{name(item)} may keep the cluster from starting"
    conditions = [" ".join(c["expression"].split()) for c in hook.get("matchConditions", [])]
    own = {o for o, pod in pods(items) if pod["metadata"]["labels"].get(COMPONENT) == "ledger"}
    if conditions != [NOT_ITSELF.format(place=place)] or own != {"StatefulSet/ledger"}:
        yield f"{name(item)} may keep the ledger from starting, or others from being judged: {conditions}"
    if hook["namespaceSelector"].get("matchLabels") != {"release-ledger/admission": place}:
        yield f"{name(item)} does not wait to be asked for"
    if hook["sideEffects"] != "NoneOnDryRun" or not 1 <= hook["timeoutSeconds"] <= 10:
        yield f"{name(item)}: side effects or timeout"
    wanted = hook["clientConfig"]["service"]
    service = named(items, "Service", wanted["name"])
    if not service or wanted["namespace"] != place or service["spec"]["ports"][0]["port"] != wanted["port"]:
        yield f"{name(item)} calls {wanted}, which is not there"
    yield from wrong_certificate(items, item, hook, f"{wanted['name']}.{place}.svc", place)


def wrong_certificate(items, item: Object, hook: Object, host: str, place: str):
    reference = item["metadata"].get("annotations", {}).get("cert-manager.io/inject-ca-from")
    if not reference:
        if not hook["clientConfig"].get("caBundle"):
            yield f"{name(item)} trusts no certificate"
        return
    certificate = named(items, "Certificate", reference.removeprefix(f"{place}/"))
    if not certificate or host not in certificate["spec"]["dnsNames"]:
        yield f"{name(item)}: there is no certificate {reference} for {host}"
        return
    yield from wrong_authority(items, certificate)
    volumes = [volume for _, pod in pods(items) for volume in pod["spec"].get("volumes", [])]
    secrets = [volume["secret"]["secretName"] for volume in volumes if "secret" in volume]
    if certificate["spec"]["secretName"] not in secrets:
        yield f"{name(certificate)} is in a secret that nobody mounts"


def hours(time: str) -> int:
    return int(time.removesuffix("h"))


def wrong_authority(items, certificate: Object):
    """What is trusted must not change when the certificate does."""
    issuer = named(items, "Issuer", certificate["spec"]["issuerRef"]["name"])
    secret = issuer and issuer["spec"].get("ca", {}).get("secretName")
    authority = next((c for c in of_kind(items, "Certificate") if c["spec"]["secretName"] == secret), None)
    if not authority or not authority["spec"].get("isCA"):
        yield f"{name(certificate)} is not made by an authority"
        return
    if not named(items, "Issuer", authority["spec"]["issuerRef"]["name"]):
        yield f"{name(authority)} has no issuer"
    if authority["spec"]["privateKey"]["rotationPolicy"] != "Never":
        yield f"{name(authority)} does not vouch for what the one before it signed"
    if hours(authority["spec"]["renewBefore"]) <= hours(certificate["spec"]["duration"]):
        yield f"{name(authority)} may end before what it signed"


def reported(items):
    """What runs is listed, and nothing else may be."""
    kinds = {item["kind"].lower() for item in of_kind(items, *LONG_RUNNING)}
    for item in of_kind(items, "CronJob"):
        asked = containers(pod_template(item))[0]["args"][0].split()[2].split(",")
        role = named(items, "Role", item["metadata"]["name"]) or {"rules": []}
        allowed = {resource for rule in role["rules"] for resource in rule["resources"]}
        listed = {f"{kind.partition('.')[0].removesuffix('s')}s" for kind in asked}
        if listed != allowed or not {f"{kind}s" for kind in kinds} <= listed:
            yield f"{name(item)} lists {asked}, may list {allowed}, and there are {kinds}"


def workloads(items):
    """What the policy calls them."""
    for item in of_kind(items, "ConfigMap"):
        policy = yaml.safe_load(item["data"].get("ledger.yaml", "{}"))
        for place in (p for service in policy.get("services", []) for p in service["kubernetes"]):
            if place["namespace"] == item["metadata"]["namespace"] and not named(items, *place["workload"].split("/")):
                yield f"{name(item)} names {place['workload']}, which is not there"


def alerts(items):
    """Each part has its alerts, and nothing sounds for a part that is off."""
    there = {pod["metadata"]["labels"][COMPONENT] for _, pod in pods(items)} & {"hello", "ledger"}
    maps = [(i, i["data"].get("alerts.yml")) for i in of_kind(items, "ConfigMap")]
    rules = [(i, yaml.safe_load(text)) for i, text in maps if text]
    for item, content in [*rules, *((i, i["spec"]) for i in of_kind(items, "PrometheusRule"))]:
        groups = {group["name"] for group in content["groups"]} & {"hello", "ledger"}
        if groups != there:
            yield f"{name(item)} has alerts of {groups}, and there are {there}"


RULES = [
    one_namespace, selectors, services, ingresses, autoscalers, rolling, single_writer, references, restarts,
    restricted, limits, probes, tokens, images, network, admission, reported, workloads, alerts,
]
