#!/usr/bin/env bash
# Records one thing in the ledger, or asks one of its gates.
#
# usage: run.sh         everything comes by the variables that action.yml names
#
# Exit 0 recorded or allowed; 2 something given is wrong; 10 denied; 8 pending; else why not.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=say.sh
source "$(dirname "${BASH_SOURCE[0]}")/say.sh"
case ${1-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit 0 ;; esac
: "${DO:=}" "${LEDGER_COMMAND_PATH:=ledger}" "${LEDGER_SERVER:=}" "${LEDGER_AUDIENCE:=}"
: "${LEDGER_TOKEN:=}" "${SERVICE:=}" "${ENVIRONMENT:=}" "${DIGEST:=}" "${IMAGE:=}" "${TAG:=}"
: "${COMMIT:=}" "${OUTCOME:=}" "${FILE:=}" "${ID:=}" "${REASON:=}" "${PULL_REQUEST:=}"
: "${WAIT:=0s}" "${RETRY_FOR:=60s}" "${ON_ERROR:=fail}"
ledger=$LEDGER_COMMAND_PATH
answer=$(mktemp)
errors=$(mktemp)
trap 'rm -f "$answer" "$errors"' EXIT

main() {
  check_inputs
  keep_few_settings
  case $DO in
    build) record build ${OUTCOME:+--outcome "$OUTCOME"} ${SERVICE:+--service "$SERVICE"} ;;
    tests) required FILE && record test-results --from "$FILE" ;;
    image)
      required DIGEST IMAGE
      record image --digest "$DIGEST" --image "$IMAGE" ${TAG:+--tag "$TAG"}
      ;;
    scan) required FILE && record scan --from "$FILE" ;;
    deployment-start)
      required SERVICE ENVIRONMENT
      record deployment start --service "$SERVICE" --env "$ENVIRONMENT" ${ID:+--id "$ID"}
      ;;
    deployment-finish)
      required SERVICE ENVIRONMENT
      record deployment finish --service "$SERVICE" --env "$ENVIRONMENT" ${ID:+--id "$ID"}
      ;;
    deployment-fail)
      required SERVICE ENVIRONMENT
      record deployment fail --service "$SERVICE" --env "$ENVIRONMENT" ${ID:+--id "$ID"} \
        ${REASON:+--reason "$REASON"} ${OUTCOME:+--outcome "$OUTCOME"}
      ;;
    gate-deploy) required SERVICE ENVIRONMENT && gate_deploy ;;
    gate-merge) gate_merge ;;
    *) refuse "do: there is no '$DO'" ;;
  esac
}

check_inputs() {
  [[ $LEDGER_SERVER =~ ^https://[^/]|^http://(127\.0\.0\.1|localhost)(:|/|$) ]] ||
    refuse "server must be an https address"
  [[ $ON_ERROR == fail || $ON_ERROR == warn ]] || refuse "on-error is fail or warn"
  [[ -z $DIGEST || $DIGEST =~ ^sha256:[0-9a-f]{64}$ ]] || refuse "digest must be sha256:… in full"
  [[ -z $COMMIT || $COMMIT =~ ^[0-9a-f]{40}$ ]] || refuse "commit must have 40 digits"
  [[ -z $OUTCOME || $OUTCOME =~ ^(success|failure|cancelled)$ ]] ||
    refuse "outcome is success, failure or cancelled"
  [[ -z $FILE || -f $FILE ]] || refuse "there is no file $FILE"
  [[ $WAIT =~ ^[0-9]+[smh]$ && $RETRY_FOR =~ ^[0-9]+[smh]$ ]] ||
    refuse "wait and retry-for are times such as 90s or 10m"
}

required() {
  local name
  for name in "$@"; do
    [[ -n ${!name} ]] || refuse "$DO needs $(tr '[:upper:]_' '[:lower:]-' <<<"$name")"
  done
}

# Each flag of the command can be set by a variable, and the job may have some of its own.
keep_few_settings() {
  local name
  for name in $(compgen -e LEDGER_ || true); do
    case $name in
      LEDGER_SERVER | LEDGER_AUDIENCE | LEDGER_TOKEN) if [[ -z ${!name} ]]; then unset "$name"; fi ;;
      *) unset "$name" ;;
    esac
  done
}

# record KIND ARGUMENTS...
record() {
  local status=0 about=()
  [[ $DO == build || $DO == tests || -z $DIGEST || $DO == image ]] || about+=(--digest "$DIGEST")
  [[ -z $COMMIT || $DO == deployment-f* ]] || about+=(--commit "$COMMIT")
  "$ledger" record "$@" "${about[@]}" --retry-for "$RETRY_FOR" --json \
    >"$answer" 2>"$errors" || status=$?
  cat "$errors" >&2
  if ((status == 0)); then
    recorded
  else
    output recorded false
    not_recorded "$status"
  fi
}

recorded() {
  local entry
  entry=$(jq -r '.index // empty' "$answer")
  output recorded true
  output entry "$entry"
  # The command itself writes the id of a deployment that begins where later steps read it.
  summary "✓ $DO recorded as entry $entry"
  printf '%s: entry %s\n' "$DO" "$entry"
}

not_recorded() {
  local why
  why=$(sed -n 's/^ledger: //p' "$errors" | tail -n 1)
  why="$DO was not recorded: ${why:-exit $1}"
  summary "✗ $(plain <<<"$why")"
  if (($1 == 2)) || [[ $ON_ERROR == fail ]]; then fail "$why" "$1"; fi
  warn "$why"
}

gate_deploy() {
  local about=()
  [[ -n $DIGEST || -n $COMMIT ]] || refuse "gate-deploy needs digest, or commit"
  [[ -z $DIGEST ]] || about+=(--digest "$DIGEST")
  [[ -z $COMMIT ]] || about+=(--commit "$COMMIT")
  ask "$SERVICE → $ENVIRONMENT" deploy --service "$SERVICE" --env "$ENVIRONMENT" "${about[@]}" \
    --wait "$WAIT" --on-error deny
}

gate_merge() {
  local pull=${PULL_REQUEST:-$(pull_of_run)}
  [[ $pull != [0-9]* ]] || pull=${GITHUB_REPOSITORY:-}#$pull
  [[ $pull =~ ^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+#[0-9]+$ ]] || refuse "gate-merge needs pull-request"
  ask "$pull" merge --pr "$pull"
}

pull_of_run() {
  if [[ -f ${GITHUB_EVENT_PATH:-} ]]; then
    jq -r '.pull_request.number // empty' "$GITHUB_EVENT_PATH"
  fi
}

# ask SUBJECT GATE ARGUMENTS...: whatever is not a plain yes is a no.
ask() {
  local status=0 subject=$1 state words
  shift
  "$ledger" gate "$@" --json >"$answer" 2>"$errors" || status=$?
  cat "$errors" >&2
  state=$(jq -r '.state // empty' "$answer" 2>/dev/null || true)
  words=$(jq -r '.summary // empty' "$answer" 2>/dev/null || true)
  [[ -n $words ]] || words=$(sed -n 's/^ledger: //p' "$errors" | tail -n 1)
  if ((status == 0)) && [[ $state != allow ]]; then status=1 words="no answer of a gate: $words"; fi
  output allowed "$( ((status == 0)) && echo true || echo false)"
  output summary "$words"
  show "$subject" "$status" "$words"
  if ((status != 0)); then fail "$subject: ${words:-the gate could not be asked}" "$status"; fi
  notice "$subject: allowed"
}

# show SUBJECT STATUS WORDS: the findings as a table.
show() {
  local word='✗ denied'
  (($2 != 0)) || word='✓ allowed'
  (($2 != 8)) || word='● pending'
  summary "### $word: $(plain <<<"$1")"
  summary ''
  summary "$(plain <<<"$3")"
  if jq -e '.findings | length > 0' "$answer" >/dev/null 2>&1; then
    summary ''
    summary '| | rule | finding |'
    summary '|---|---|---|'
    rows >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
  fi
  summary ''
}

rows() {
  local result rule detail
  jq -r '.findings[] | [.result, (.rule // .name // ""), (.detail // .word // "")]
    | map(tostring | gsub("[\t\r\n]"; " ")) | join("\t")' "$answer" |
    while IFS=$'\t' read -r result rule detail; do
      printf '| %s | %s | %s |\n' "$(plain <<<"$result")" "$(plain <<<"$rule")" "$(plain <<<"$detail")"
    done
}

main
