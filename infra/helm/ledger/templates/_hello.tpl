{{- /* The same pods for a Deployment and a Rollout. */ -}}
{{- define "ledger.helloPod" -}}
{{- $hello := dict "root" . "component" "hello" -}}
metadata:
  labels:
    {{- include "ledger.podLabels" $hello | nindent 4 }}
  annotations:
    {{- include "ledger.scrape" . | nindent 4 }}
spec:
  serviceAccountName: {{ include "ledger.name" . }}-hello
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: 30
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    seccompProfile: {type: RuntimeDefault}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: topology.kubernetes.io/zone
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "ledger.selector" $hello | nindent 10 }}
      matchLabelKeys: [{{ if .Values.canary.enabled }}rollouts-{{ end }}pod-template-hash]
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: {{ .Values.hello.spreadOverNodes }}
      labelSelector:
        matchLabels:
          {{- include "ledger.selector" $hello | nindent 10 }}
      matchLabelKeys: [{{ if .Values.canary.enabled }}rollouts-{{ end }}pod-template-hash]
  containers:
    - name: hello
      image: {{ include "ledger.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args: [serve, --hello-only]
      env:
        - {name: LEDGER_LISTEN, value: "0.0.0.0:8080"}
      ports:
        - {name: http, containerPort: 8080}
      startupProbe:
        httpGet: {path: /livez, port: http}
        periodSeconds: 1
        failureThreshold: 30
      livenessProbe:
        httpGet: {path: /health, port: http}
        periodSeconds: 10
        timeoutSeconds: 2
        failureThreshold: 3
      readinessProbe:
        httpGet: {path: /readyz, port: http}
        periodSeconds: 5
        timeoutSeconds: 2
        failureThreshold: 2
      lifecycle:
        preStop:
          # Until every proxy has heard that this pod gets no more requests.
          sleep: {seconds: 5}
      resources:
        {{- toYaml .Values.hello.resources | nindent 8 }}
      securityContext:
        {{- include "ledger.containerSecurity" . | nindent 8 }}
{{- end }}
