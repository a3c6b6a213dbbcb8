# shellcheck shell=bash
# Sourced by teardown: the ledger's report, where its command is there. Set before: environment, kept,
# STATE_BUCKET.
# shellcheck disable=SC2154
# shellcheck source-path=SCRIPTDIR source=lib.sh
: "${root:?lib.sh has to be sourced before}"

ledger=''
place=()

# prepare_report: which command, and which ledger is told. The environment's own one goes with it.
prepare_report() {
  ledger=${LEDGER:-$root/.build/release/ledger}
  [[ -x $ledger ]] || ledger=$(command -v "${LEDGER:-ledger}" || true)
  if [[ -z $ledger ]]; then
    say "there is no ledger command, so that there will be no report.md and report.html"
    return
  fi
  reports=${REPORT_DIR:-$kept}
  mkdir -p "$reports"
  local own server=${LEDGER_URL-}
  own=$(jq -r '.ledger_url.value // ""' "$kept/outputs.json" 2>/dev/null || true)
  forget_other_settings
  [[ -n ${LEDGER_TOKEN-} ]] || unset LEDGER_TOKEN
  if [[ -n $server && -n ${LEDGER_TOKEN-}${LEDGER_TOKEN_FILE-} && ${server%/} != "${own%/}" ]]; then
    place=(--server "$server")
  else
    place=(--db "$kept/ledger.sqlite")
    [[ -f $kept/ledger.sqlite ]] || "$ledger" init "${place[@]}" --origin "teardown.invalid/$environment" >/dev/null
  fi
  write_kept
}

# Variables stand for flags: one that is left over would change what this does.
forget_other_settings() {
  local name
  for name in $(compgen -e LEDGER_ || true); do
    case $name in
    LEDGER_TOKEN | LEDGER_TOKEN_FILE) ;;
    *) unset "$name" ;;
    esac
  done
}

# What was given, and stays.
write_kept() {
  cat >"$kept/ledger.yaml" <<TEXT
version: 1
teardown:
  kept:
    - {type: aws_iam_role, name: "$(common execution_role_name)", reason: the account was given with it}
    - {type: aws_s3_bucket, name: "$STATE_BUCKET", reason: holds the states of all environments}
TEXT
}

# record_state: what Terraform holds now. Without it a report would say something old.
record_state() {
  [[ -n $ledger ]] || return 0
  in_environment show -json 2>/dev/null |
    "$ledger" record resource "${place[@]}" --env "$environment" --from - --form state && return
  say "THE LEDGER COULD NOT BE TOLD what Terraform holds: there will be no report by it"
  ledger=''
}

# write_report: report.md, report.html and report.json. How this script ends, the list before says: that
# one looks at this environment alone, and this one at the whole account.
write_report() {
  [[ -n $ledger ]] || return 0
  local form
  ending 0,11,13 "$ledger" teardown report "${place[@]}" --env "$environment" --live \
    --config "$kept/ledger.yaml" --output json >"$reports/report.json" 2>"$kept/report.log" || {
    cat "$kept/report.log" >&2
    say "THE LEDGER MADE NO REPORT"
    return
  }
  number=$(sed -n 's/^recorded as entry //p' "$kept/report.log")
  for form in md html; do
    ending 0,11,13 "$ledger" teardown report "${place[@]}" --show "$number" --output "$form" \
      >"$reports/report.$form" || say "THE LEDGER COULD NOT WRITE report.$form"
  done
  say "the ledger's report: $reports/report.html"
}
