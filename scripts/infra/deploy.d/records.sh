# shellcheck shell=bash disable=SC2004,SC2034,SC2154 # the parts of deploy share their variables
# What the ledger is told, and asked. Its token never stands in an argument.

unrecorded=0

# Files of what the ledger is still to be told, one for each record, in their order.
postponed=()

# The repository that this is about; a job of GitHub Actions says it itself.
about=()

describe_caller() {
  [[ -z $REPOSITORY ]] || about+=(--repo "$REPOSITORY")
  [[ -z $REPOSITORY_ID ]] || about+=(--repository-id "$REPOSITORY_ID")
}

# record KIND ARGUMENTS...
record() {
  patiently "$ledger" record "$@" "${about[@]}" --retry-for "$RETRY_FOR"
}

record_build_and_image() {
  local build=${BUILD_ID:-}
  [[ -n $build || ${GITHUB_ACTIONS:-} == true ]] || build=manual/$COMMIT
  say "recording build and image"
  record build ${build:+--id "$build"} --commit "$COMMIT" --outcome success ||
    fail "the build could not be recorded; nothing was changed"
  record image ${build:+--build "$build"} --commit "$COMMIT" --digest "$digest" \
    --image "$image_repository" --tag "$VERSION" ||
    fail "the image could not be recorded; nothing was changed"
}

# All of them are asked before anything is changed.
ask_gates() {
  local role
  for role in "${roles[@]}"; do ask_gate "$role"; done
}

ask_gate() {
  local status=0
  say "asking the gate: may $1 be deployed to $environment?"
  patiently "$ledger" gate deploy --service "$1" --env "$environment" --digest "$digest" \
    --replicas "${replicas[$1]}" --wait "$GATE_WAIT" --on-error deny || status=$?
  if ((status != 0)); then
    printf 'deploy: the gate did not allow %s: nothing was registered (exit %d)\n' "$1" "$status" >&2
    summarise "⊘ **$1 → $environment refused** by the ledger's gate: \`$image_text\`"
    exit "$status"
  fi
}

# record_soon KIND ARGUMENTS...: for what must not wait for the ledger, which may itself be what is rolled
# out, and down. What it cannot be told now it is told before the next record_late.
record_soon() {
  local file=$work/postponed-${#postponed[@]}
  # One that did arrive, although nobody heard so, is not recorded twice.
  set -- "$@" --idempotency-key "$(</proc/sys/kernel/random/uuid)"
  printf '%s\0' "$@" >"$file"
  postponed+=("$file")
  if ((${#postponed[@]} == 1)) && RETRY_FOR=5s record "$@"; then
    postponed=()
  else
    say "the ledger is told later: $1 $2"
  fi
}

# A deployment goes on when it cannot be told, and ends with a code of its own.
record_late() {
  local RETRY_FOR=$RETRY_FOR
  tell_postponed
  record "$@" || not_told "$@"
}

tell_postponed() {
  local file arguments
  for file in "${postponed[@]}"; do
    mapfile -d '' -t arguments <"$file"
    record "${arguments[@]}" || not_told "${arguments[@]}"
  done
  postponed=()
}

# Who was away for so long is not waited for once more by each record behind this one.
not_told() {
  unrecorded=$((unrecorded + 1))
  say "THE LEDGER COULD NOT BE TOLD: record $1 $2"
  RETRY_FOR=5s
}

summarise() {
  if [[ -n ${GITHUB_STEP_SUMMARY:-} ]]; then printf '%s\n\n' "$1" >>"$GITHUB_STEP_SUMMARY"; fi
}
