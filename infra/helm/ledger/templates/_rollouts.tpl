{{- /* The same pods for the CronJob and the hook. */ -}}
{{- define "ledger.rolloutsPod" -}}
metadata:
  labels:
    {{- include "ledger.podLabels" (dict "root" . "component" "rollouts") | nindent 4 }}
spec:
  serviceAccountName: {{ include "ledger.name" . }}-rollouts
  automountServiceAccountToken: false
  enableServiceLinks: false
  # The list is made once for each pod, and its key is the pod: a container that starts again sends
  # the same, which is recorded once.
  restartPolicy: OnFailure
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    seccompProfile: {type: RuntimeDefault}
  initContainers:
    - name: list
      image: {{ .Values.rollouts.kubectlImage }}
      imagePullPolicy: IfNotPresent
      command: [sh, -ec]
      args:
        - kubectl get deployment,statefulset,{{ if .Values.canary.enabled }}rollouts.argoproj.io,{{ end }}replicaset,pods -o json >/lists/rollouts.json
      env:
        - {name: HOME, value: /tmp}
      volumeMounts:
        - {name: lists, mountPath: /lists}
        - {name: tmp, mountPath: /tmp}
        - {name: api, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true}
      resources:
        requests: {cpu: 50m, memory: 64Mi}
        limits: {cpu: 500m, memory: 256Mi}
      securityContext:
        {{- include "ledger.containerSecurity" . | nindent 8 }}
  containers:
    - name: record
      image: {{ include "ledger.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args: [record, rollout, --from, /lists/rollouts.json]
      env:
        - {name: LEDGER_SERVER, value: {{ default (printf "http://%s" (include "ledger.name" .)) .Values.rollouts.server | quote }}}
        - {name: LEDGER_CLUSTER, value: {{ .Values.rollouts.cluster | quote }}}
        - {name: LEDGER_TOKEN_FILE, value: /run/secrets/ledger/token}
        - name: LEDGER_IDEMPOTENCY_KEY
          valueFrom:
            fieldRef: {fieldPath: metadata.uid}
      volumeMounts:
        - {name: lists, mountPath: /lists, readOnly: true}
        - {name: tmp, mountPath: /tmp}
        - {name: token, mountPath: /run/secrets/ledger, readOnly: true}
      resources:
        requests: {cpu: 50m, memory: 64Mi}
        limits: {cpu: 500m, memory: 256Mi}
      securityContext:
        {{- include "ledger.containerSecurity" . | nindent 8 }}
  volumes:
    - name: lists
      emptyDir: {sizeLimit: 64Mi}
    - name: tmp
      emptyDir: {sizeLimit: 64Mi}
    - name: token
      secret:
        secretName: {{ .Values.rollouts.tokenSecret.name }}
        defaultMode: 0440
        items:
          - {key: {{ .Values.rollouts.tokenSecret.key }}, path: token}
    # The API's token for the container that asks it, and for no other.
    - name: api
      projected:
        defaultMode: 0440
        sources:
          - serviceAccountToken: {path: token, expirationSeconds: 3600}
          - configMap:
              name: kube-root-ca.crt
              items: [{key: ca.crt, path: ca.crt}]
          - downwardAPI:
              items:
                - {path: namespace, fieldRef: {fieldPath: metadata.namespace}}
{{- end }}
