# shellcheck shell=bash disable=SC2004,SC2034,SC2154 # the parts of deploy share their variables
# What the caller gave, checked before anything is asked.

environment=''
roles=()

read_inputs() {
  environment=$1
  case $environment in dev | stage | prod) ;; *)
    refuse "which environment? dev, stage or prod, and not '$environment'" ;;
  esac
  need jq jq
  need aws awscli
  need curl curl
  defaults
  check_words
  choose_ledger
  forget_other_settings
}

defaults() {
  : "${IMAGE:=}" "${COMMIT:=}" "${VERSION:=}" "${SERVICES:=}" "${OUTPUTS:=}"
  : "${REPOSITORY:=${GITHUB_REPOSITORY:-}}" "${REPOSITORY_ID:=}" "${BUILD_ID:=}" "${RECORD:=all}"
  : "${SCAN_FILE:=}" "${ADVISORY_FILES:=}" "${GATE_WAIT:=0s}" "${RETRY_FOR:=5m}"
  : "${LOCAL:=}" "${ALLOW_HTTP:=}"
  : "${SCAN_TIMEOUT:=300}" "${ROLLOUT_TIMEOUT:=900}" "${ROLLBACK_TIMEOUT:=600}" "${POLL:=5}"
  export AWS_PAGER='' AWS_RETRY_MODE=standard
  if is_local; then local_aws; fi
}

# moto takes any credentials; it must not get real ones.
local_aws() {
  export AWS_ENDPOINT_URL=${AWS_ENDPOINT_URL:-http://127.0.0.1:5000}
  export AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_EC2_METADATA_DISABLED=true
  export AWS_REGION=${AWS_REGION:-us-east-1}
  export AWS_DEFAULT_REGION=$AWS_REGION
  unset AWS_SESSION_TOKEN AWS_PROFILE AWS_CA_BUNDLE
}

check_words() {
  [[ -n $IMAGE ]] || refuse "IMAGE is missing: REPOSITORY@sha256:DIGEST or REPOSITORY:COMMIT"
  [[ $IMAGE =~ ^[a-z0-9][a-zA-Z0-9._:/-]*(@sha256:[0-9a-f]{64}|:[0-9a-f]{40})$ ]] ||
    refuse "IMAGE=$IMAGE names no image that stays the same" \
      "Give REPOSITORY@sha256:DIGEST, or REPOSITORY:COMMIT with all 40 digits."
  [[ -n $COMMIT || $IMAGE == *@* ]] || COMMIT=${IMAGE##*:}
  [[ $COMMIT =~ ^[0-9a-f]{40}$ ]] || refuse "COMMIT must have 40 digits: what was IMAGE built from?"
  [[ $IMAGE == *@* || $IMAGE == *:$COMMIT ]] || refuse "IMAGE is tagged with another commit than COMMIT"
  VERSION=${VERSION:-$COMMIT}
  [[ $VERSION =~ ^(v?[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.-]+)?|[0-9a-f]{40})$ ]] ||
    refuse "VERSION=$VERSION is neither a version such as 1.4.0 nor a commit"
  [[ -z $REPOSITORY || $REPOSITORY =~ ^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$ ]] ||
    refuse "REPOSITORY=$REPOSITORY is not OWNER/NAME"
  [[ -z $REPOSITORY_ID || $REPOSITORY_ID =~ ^[0-9]+$ ]] || refuse "REPOSITORY_ID must be a number"
  [[ $RECORD == all || $RECORD == deployment ]] || refuse "RECORD is all or deployment"
  [[ $GATE_WAIT =~ ^[0-9]+[smh]$ ]] || refuse "GATE_WAIT must be a time such as 10m"
  [[ $RETRY_FOR =~ ^[0-9]+[smh]$ ]] || refuse "RETRY_FOR must be a time such as 5m"
  check_numbers && check_roles && check_files
}

check_numbers() {
  local name
  for name in SCAN_TIMEOUT ROLLOUT_TIMEOUT ROLLBACK_TIMEOUT POLL; do
    [[ ${!name} =~ ^[0-9]{1,5}$ ]] || refuse "$name must be a number of seconds"
  done
}

check_roles() {
  local role
  read -ra roles <<<"$SERVICES"
  for role in "${roles[@]}"; do
    [[ $role == hello || $role == ledger ]] || refuse "SERVICES has $role: hello, ledger or both"
  done
}

check_files() {
  local file
  [[ -z $OUTPUTS || -f $OUTPUTS ]] || refuse "there is no file $OUTPUTS (OUTPUTS)"
  [[ -z $SCAN_FILE || $SCAN_FILE == none || -f $SCAN_FILE ]] ||
    refuse "there is no file $SCAN_FILE (SCAN_FILE)"
  for file in $ADVISORY_FILES; do
    [[ -f $file ]] || say "advisory: there is no file $file"
  done
}

choose_ledger() {
  ledger=${LEDGER:-$root/.build/release/ledger}
  [[ -n ${LEDGER:-} || -x $ledger ]] || ledger=ledger
  command -v "$ledger" >/dev/null ||
    fail "there is no command $ledger" "Build it with make release, or name it in LEDGER."
}

# Most flags of the command can be set by a variable: one that is left over, such as LEDGER_DRY_RUN or
# LEDGER_ON_ERROR, would change what this does.
forget_other_settings() {
  local name
  for name in $(compgen -e LEDGER_ || true); do
    case $name in
      LEDGER_URL | LEDGER_TOKEN | LEDGER_TOKEN_FILE | LEDGER_AUDIENCE) ;;
      *) unset "$name" ;;
    esac
  done
}

# Terraform's outputs, as NAME → VALUE.
read_outputs() {
  if [[ -n $OUTPUTS ]]; then
    cp "$OUTPUTS" "$work/outputs.json"
  else
    "$here/tf-output" "$environment" >"$work/outputs.json" ||
      fail "there are no outputs of $environment" "Was it applied? make tf-plan ENV=$environment"
  fi
  jq -e 'type == "object"' "$work/outputs.json" >/dev/null || fail "terraform's outputs are no object"
  cluster=$(output cluster) || fail "terraform has no output cluster for $environment"
  repository_url=$(output repository_url) || fail "terraform has no output repository_url"
  export AWS_REGION=${AWS_REGION:-$(output region || true)}
  export AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-$AWS_REGION}
  choose_server
  choose_services
}

choose_services() {
  ((${#roles[@]} == 0)) || return 0
  roles=(hello)
  if output ledger_service >/dev/null; then roles+=(ledger); fi
}

# output NAME: fails when there is none.
output() { jq -er --arg name "$1" '.[$name].value // empty' "$work/outputs.json"; }

choose_server() {
  LEDGER_URL=${LEDGER_URL:-$(output ledger_url || true)}
  [[ -n $LEDGER_URL ]] || refuse "where is the ledger? LEDGER_URL is missing"
  [[ -n $ALLOW_HTTP && $LEDGER_URL == http://* ]] ||
    [[ $LEDGER_URL =~ ^https://|^http://(127\.0\.0\.1|localhost|\[::1\])(:|/|$) ]] ||
    refuse "LEDGER_URL=$LEDGER_URL is not https: the token would be readable on the way"
  export LEDGER_URL
}
