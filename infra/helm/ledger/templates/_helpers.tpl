{{- define "ledger.name" -}}
{{ default .Release.Name .Values.fullnameOverride }}
{{- end }}

{{- define "ledger.selector" -}}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "ledger.podLabels" -}}
app.kubernetes.io/name: ledger
{{ include "ledger.selector" . }}
{{- end }}

{{- /* root, and optionally: suffix of the name, component */ -}}
{{- define "ledger.metadata" -}}
name: {{ include "ledger.name" .root }}{{ with .suffix }}-{{ . }}{{ end }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "ledger.labels" . | nindent 2 }}
{{- end }}

{{- define "ledger.labels" -}}
app.kubernetes.io/name: ledger
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "ledger.image" -}}
{{- if .Values.image.digest -}}
{{ printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else -}}
{{ printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{- define "ledger.policy" -}}
{{- $policy := .Files.Get "files/ledger.yaml" -}}
{{- if .Values.canary.enabled -}}
{{- $policy = replace "Deployment/ledger-hello" "Rollout/ledger-hello" $policy -}}
{{- end -}}
{{ default $policy .Values.ledger.policy }}
{{- end }}

{{- define "ledger.policyFiles" -}}
{{- with .Values.ledger.policyFiles }}{{ toYaml . }}{{ end }}
{{- end }}

{{- /* Without the groups of what is off, which would sound for ever. */ -}}
{{- define "ledger.alerts" -}}
{{- $text := .Files.Get "files/alerts.yml" -}}
{{- if and .Values.hello.enabled .Values.ledger.enabled -}}
{{ $text }}
{{- else -}}
groups:
{{- range index (fromYaml $text) "groups" }}
{{- if index $.Values .name "enabled" }}
  - {{- toYaml . | nindent 4 }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "ledger.publicURL" -}}
{{ if .Values.ingress.tls.enabled }}https{{ else }}http{{ end }}://{{ .Values.ingress.ledgerHost }}
{{- end }}

{{- define "ledger.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "ledger.scrape" -}}
prometheus.io/scrape: "true"
prometheus.io/port: "8080"
prometheus.io/path: /metrics
{{- end }}

{{- /* Names, and 443 anywhere but the cloud's metadata. */ -}}
{{- define "ledger.egress" -}}
- to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: kube-system
  ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
- to:
    - ipBlock: {cidr: 0.0.0.0/0, except: [169.254.0.0/16]}
    - ipBlock: {cidr: "::/0", except: ["fe80::/10", "fd00:ec2::254/128"]}
  ports:
    - {port: 443, protocol: TCP}
{{- end }}

{{- define "ledger.from" -}}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ .Values.ingress.controllerNamespace }}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ .Values.networkPolicy.monitoringNamespace }}
- podSelector:
    matchLabels:
      {{- include "ledger.selector" (dict "root" . "component" "prometheus") | nindent 6 }}
{{- end }}
