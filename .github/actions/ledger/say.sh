# shellcheck shell=bash
# Sourced by the scripts beside it: what a job shows, and what later steps read.

# escaped TEXT: as the value of a workflow command; a line of somebody's cannot become one.
escaped() {
  local text=${1//'%'/%25}
  text=${text//$'\r'/%0D}
  printf '%s' "${text//$'\n'/%0A}"
}

notice() { printf '::notice title=ledger::%s\n' "$(escaped "$1")"; }
warn() { printf '::warning title=ledger::%s\n' "$(escaped "$1")"; }

# fail TEXT [STATUS]
fail() {
  printf '::error title=ledger::%s\n' "$(escaped "$1")"
  exit "${2:-1}"
}

# refuse TEXT: the caller gave something wrong; `on-error: warn` is not for that.
refuse() { fail "$1" 2; }

# output NAME VALUE: one line, whatever the value is.
output() { printf '%s=%s\n' "$1" "$(tr -d '\r\n' <<<"$2")" >>"${GITHUB_OUTPUT:-/dev/null}"; }

# summary TEXT
summary() { printf '%s\n' "$1" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"; }

# plain: what others wrote, on its way into Markdown.
plain() { tr -d '\r' | tr '\n' ' ' | sed 's/ $//; s/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g; s/[][\\`*_|~]/\\&/g'; }
