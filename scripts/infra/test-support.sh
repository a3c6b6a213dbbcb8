# shellcheck shell=bash disable=SC2034 # the tests use what is set here
# Sourced by tests that start a real ledger, and stand-ins for AWS and a registry.

infra=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/infra/lib.sh
source "$infra/lib.sh"

scratch=$(mktemp -d)
started=()
failures=0
checks=0
repository_id=640100200

finish() {
  local status=$?
  trap - EXIT
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$scratch"
  ((status != 0)) || say "$checks checks, $failures failed"
  exit "$((status != 0 ? status : failures > 0 ? 1 : 0))"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# check NAME COMMAND...: counts, goes on after a failure, and shows the output of what was run last.
check() {
  local name=$1
  shift
  checks=$((checks + 1))
  if "$@"; then
    printf '  ✓ %s\n' "$name"
  else
    failures=$((failures + 1))
    printf '  ✗ %s: %s\n' "$name" "$*"
    [[ ! -f $scratch/out ]] || sed 's/^/      | /' "$scratch/out" | tail -n 25
  fi
}

# run COMMAND...: sets `status`; all output is in $scratch/out.
run() {
  status=0
  "$@" >"$scratch/out" 2>&1 || status=$?
}

ended() { ((status == $1)); }
said() { grep -qF -- "$1" "$scratch/out"; }
same() { [[ $1 == "$2" ]]; }
never_said() { ! grep -qF -- "$1" "$scratch/out"; }

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# wait_for NAME URL: any answer will do.
wait_for() {
  local tries
  for ((tries = 0; tries < 600; tries++)); do
    if curl --silent --output /dev/null --max-time 2 "$2"; then return; fi
    sleep 0.2
  done
  fail "$1 did not start" "$(tail -n 5 "$scratch"/*.log 2>/dev/null || true)"
}

# start_ledger CONFIG: sets LEDGER_URL, record_token, read_token and webhook_secret.
start_ledger() {
  local port
  port=$(free_port)
  webhook_secret=$(openssl rand -hex 32)
  "$LEDGER" init --db "$scratch/l.sqlite" --origin test.example >/dev/null
  record_token=$(new_token ci record --repository "$repository_id")
  read_token=$(new_token reader read)
  LEDGER_WEBHOOK_SECRET=$webhook_secret "$LEDGER" serve --db "$scratch/l.sqlite" \
    --listen "127.0.0.1:$port" --config "$1" --public-url "http://127.0.0.1:$port" \
    >"$scratch/ledger.log" 2>&1 &
  ledger_pid=$!
  started+=("$ledger_pid")
  LEDGER_URL=http://127.0.0.1:$port
  wait_for "the ledger" "$LEDGER_URL/readyz"
}

# new_token NAME SCOPE ARGUMENTS...
new_token() {
  "$LEDGER" token create --db "$scratch/l.sqlite" --name "$1" --scope "$2" "${@:3}" --json |
    jq -r .token
}

# ask COMMAND...: a question, as somebody who may read.
ask() {
  env -u LEDGER_TOKEN_FILE LEDGER_TOKEN="$read_token" "$LEDGER" "$@" --server "$LEDGER_URL"
}

# lines FILTER [ARGUMENTS...]: the history as JSON, oldest first, through a filter of jq.
lines() { ask history -L 0 --reverse --json "${@:2}" 2>/dev/null | jq -r ".items[] | $1"; }

# deliver EVENT < BODY: a delivery of GitHub's, signed.
deliver() {
  local body=$scratch/delivery.json signature
  cat >"$body"
  signature=$(openssl dgst -sha256 -hmac "$webhook_secret" -r "$body" | cut -d ' ' -f 1)
  curl --silent --show-error --fail --output /dev/null --max-time 10 \
    --header 'Content-Type: application/json' --header "X-GitHub-Event: $1" \
    --header "X-GitHub-Delivery: $(cat /proc/sys/kernel/random/uuid)" \
    --header "X-Hub-Signature-256: sha256=$signature" --header 'X-GitHub-Hook-ID: 1' \
    --data-binary "@$body" "$LEDGER_URL/webhooks/github"
}

# start_moto: sets AWS_ENDPOINT_URL and what goes with it.
start_moto() {
  local port
  port=$(free_port)
  MOTO_ECS_SERVICE_RUNNING=2 moto_server -H 127.0.0.1 -p "$port" >"$scratch/moto.log" 2>&1 &
  started+=("$!")
  export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
  export AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_EC2_METADATA_DISABLED=true
  export AWS_PAGER=''
  unset AWS_CA_BUNDLE AWS_PROFILE AWS_SESSION_TOKEN
  wait_for moto "$AWS_ENDPOINT_URL/moto-api/data.json"
}
