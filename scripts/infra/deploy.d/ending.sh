# shellcheck shell=bash disable=SC2004,SC2034,SC2154 # the parts of deploy share their variables
# Signals and errors: no deployment stays without an outcome.

signal=''
child=''

begin() {
  work=$(mktemp -d)
  open_prefix=$environment/${GITHUB_RUN_ID:-manual}/${GITHUB_RUN_ATTEMPT:-$(date -u +%s)}
  describe_caller
  trap 'interrupted INT 130' INT
  trap 'interrupted TERM 143' TERM
  trap 'ending $?' EXIT
}

# Runs a command so that a signal is heard at once, not after it.
patiently() {
  local status=0
  "$@" <&0 &
  child=$!
  wait "$child" || status=$?
  child=''
  return "$status"
}

pause() { patiently sleep "$POLL"; }

interrupted() {
  signal=$1
  trap '' INT TERM
  exit "$2"
}

ending() {
  local status=$1
  trap - EXIT
  trap '' INT TERM
  [[ -z $child ]] || kill "$child" 2>/dev/null || true
  [[ -z $open_role ]] || abandon "$status"
  if [[ -n $signal ]]; then RETRY_FOR=5s; fi
  tell_postponed
  rm -rf "$work"
  exit "$status"
}

# There is little time: whoever stops a job waits for seconds. So the service is sent back to what
# ran before, and nobody waits for that.
abandon() {
  local role=$open_role status=$1 outcome=failure reason back
  set +e
  RETRY_FOR=5s
  reason="stopped by an error (exit $status)"
  [[ -z $signal ]] || outcome=cancelled reason="interrupted by SIG$signal"
  back="sent back to $(short "${previous[$role]}"), which nobody waited for"
  [[ $revision != "${previous[$role]}" ]] || back='left as it is'
  if [[ $back == sent* ]]; then
    aws ecs update-service --cluster "$cluster" --service "${service[$role]}" \
      --task-definition "${previous[$role]}" >/dev/null || back='COULD NOT BE SENT BACK'
  fi
  say "$role: $reason; $back"
  summarise "✗ **$role → $environment**: $reason; $back"
  open_id=${open_id:-$open_prefix/$role/$(short "$revision")}
  record_late deployment fail --service "$role" --env "$environment" --id "$open_id" \
    --digest "$digest" --revision "$(short "$revision")" --outcome "$outcome" \
    --reason "$reason; $back"
}
