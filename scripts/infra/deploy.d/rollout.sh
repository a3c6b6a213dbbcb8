# shellcheck shell=bash disable=SC2004,SC2034,SC2154 # the parts of deploy share their variables
# One service: update, wait, record; back to what ran before when it fails.

# Of the deployment under way, for whoever ends it: a signal, an error, or itself.
open_role='' open_id=''

deploy_service() {
  local role=$1
  next_revision "$role"
  check_unchanged "$role"
  if [[ $revision == "${previous[$role]}" ]]; then
    adopt "$role"
  else
    open_role=$role
    update "$role" "$revision" ||
      fail "$role: ECS refused the update to $(short "$revision")"
    see_through "$role"
  fi
}

# It was started before, by this or another run.
adopt() {
  local role=$1
  rollout=$(primary .id)
  if [[ $(primary .rolloutState) == COMPLETED ]]; then
    say "$role: $(short "$revision") runs already"
    summarise "✓ **$role → $environment**: \`$(short "$revision")\` runs already"
  else
    say "$role: $(short "$revision") is on its way already"
    previous[$role]=$(replaced || echo "$revision")
    see_through "$role"
  fi
}

# primary FILTER: of the deployment that ECS works on, in the service described last.
primary() {
  jq -r "[.services[0].deployments[]? | select(.status == \"PRIMARY\")][0] | $1 // empty" \
    "$work/service.json"
}

# What the deployment under way takes the place of.
replaced() {
  jq -er '[.services[0].deployments[]? | select(.status == "ACTIVE")][0].taskDefinition // empty' \
    "$work/service.json"
}

# update ROLE ARN: sets `rollout` to the id that ECS gave the deployment.
update() {
  say "$1: updating the service to $(short "$2")"
  aws ecs update-service --cluster "$cluster" --service "${service[$1]}" --task-definition "$2" \
    --output json | jq '{services: [.service]}' >"$work/service.json" || return 1
  rollout=$(primary .id)
}

see_through() {
  local role=$1 outcome
  open_role=$role
  open_id=$environment/$role/$(short "$revision")/$(rollout_number)
  record_soon deployment start --service "$role" --env "$environment" --id "$open_id" \
    --commit "$COMMIT" --digest "$digest" --revision "$(short "$revision")" --rollout "$rollout"
  watch "$role" "$revision" "$ROLLOUT_TIMEOUT"
  case $outcome in
    completed) succeeded "$role" ;;
    superseded) given_up "$role" ;;
    *) roll_back "$role" ;;
  esac
}

# What is the same for whoever takes a deployment over. moto has one number for all of a service's.
rollout_number() {
  local now=''
  if is_local; then now=.$(date -u +%s); fi
  echo "${rollout##*/}$now"
}

# How long ECS may answer from copies that are older than an update.
settling=60

# watch ROLE ARN SECONDS: sets `outcome` to completed, failed, late or superseded, and `reason`.
watch() {
  local role=$1 wanted=$2 until=$((SECONDS + $3)) settled=$((SECONDS + settling))
  local seen='' listed='' answer
  while true; do
    if { look_again "$role" && is_listed; } || ((SECONDS >= settled)); then listed=yes; fi
    answer=$(judge_rollout "$wanted" "${previous[$role]}" "$listed")
    outcome=${answer%%$'\t'*} reason=${answer#*$'\t'}
    [[ $outcome == running ]] || return 0
    [[ $reason == "$seen" ]] || say "$role: $reason"
    seen=$reason
    if ((SECONDS >= until)); then
      outcome=late reason="no steady state within $3s: $reason"
      return 0
    fi
    pause
  done
}

# What was seen last stays when ECS does not answer.
look_again() {
  if describe_service "$1" >"$work/service.new"; then
    mv "$work/service.new" "$work/service.json"
  else
    say "$1: ECS did not answer"
    return 1
  fi
}

is_listed() {
  jq -e --arg id "$rollout" 'any(.services[0].deployments[]?; .id == $id)' \
    "$work/service.json" >/dev/null
}

# judge_rollout WANTED PREVIOUS LISTED: that another deployment is in its place says something only
# once it was listed itself. Before that, the answer may be older than the update.
judge_rollout() {
  jq -r --arg id "$rollout" --arg wanted "$1" --arg previous "$2" --arg listed "$3" '
    (.services[0] // {}) as $service
    | [$service.deployments[]?] as $all
    | ([$all[] | select(.id == $id)][0]) as $mine
    | ([$all[] | select(.status == "PRIMARY")][0]) as $first
    | ($mine // {} | "\(.runningCount // 0) of \(.desiredCount // 0) tasks run, "
        + "\(.failedTasks // 0) failed") as $counts
    | if $mine.rolloutState == "FAILED" then
        "failed\t\($mine.rolloutStateReason // "ECS gave up"); \($counts)"
      elif $mine.status == "PRIMARY" and $service.taskDefinition == $wanted then
        if $mine.rolloutState == "COMPLETED" then "completed\t\($counts)"
        else "running\t\($counts)" end
      elif $listed == "" or $first == null or $service.taskDefinition == $wanted then
        "running\tnot listed yet"
      elif $service.taskDefinition == $previous then
        "failed\t\($first.rolloutStateReason // "ECS went back to the revision before")"
      else "superseded\tsomebody deployed \($service.taskDefinition | split("/") | last)" end
  ' "$work/service.json" | tr -d '\r' | head -n 1
}

succeeded() {
  say "$1: $(short "$revision") runs ($reason)"
  record_late deployment finish --service "$1" --env "$environment" --id "$open_id" \
    --revision "$(short "$revision")" --rollout "$rollout"
  open_role='' open_id=''
  summarise "✓ **$1 → $environment**: \`$(short "$revision")\`, \`$image_text\`"
}

# Somebody else's deployment is not taken back.
given_up() {
  record_late deployment fail --service "$1" --env "$environment" --id "$open_id" \
    --outcome cancelled --reason "$reason"
  open_role='' open_id=''
  fail "$1: $reason; left as it is"
}

roll_back() {
  local role=$1 failed=$revision status=20
  say "$role: $(short "$failed") failed: $reason"
  summarise "✗ **$role → $environment**: \`$(short "$failed")\` failed: $reason"
  if [[ $failed == "${previous[$role]}" ]]; then
    record_failure record_late "$role"
    say "$role: nothing ran before that it could go back to"
    exit 21
  fi
  return_to_previous "$role" || status=21
  exit "$status"
}

# record_failure HOW ROLE: of the deployment under way, which ends with it.
record_failure() {
  "$1" deployment fail --service "$2" --env "$environment" --id "$open_id" \
    --revision "$(short "$revision")" --reason "$reason"
  open_role='' open_id=''
}

# The service goes back before anybody is told: what is down may be the ledger. ECS may have gone back by
# itself; then an update to the same revision changes nothing. Whether it has is not asked: the answer may
# be older than the update that failed.
return_to_previous() {
  local role=$1 to=${previous[$1]} outcome id
  update "$role" "$to" || {
    say "$role: ECS REFUSED THE WAY BACK TO $(short "$to")"
    record_failure record_late "$role"
    return 1
  }
  record_failure record_soon "$role"
  id=$environment/$role/rollback/$(short "$to")/$(rollout_number)
  record_rollback record_soon start "$role" "$id" "$to"
  watch "$role" "$to" "$ROLLBACK_TIMEOUT"
  if [[ $outcome == completed ]]; then
    say "$role: rolled back, $(short "$to") runs again"
    record_rollback record_late finish "$role" "$id" "$to" --outcome rolled-back
    summarise "↺ **$role → $environment**: rolled back to \`$(short "$to")\`"
  else
    say "$role: THE ROLLBACK TO $(short "$to") IS NOT CONFIRMED: $reason"
    record_rollback record_late fail "$role" "$id" "$to" --reason "rollback: $reason"
    return 1
  fi
}

# record_rollback HOW PHASE ROLE ID ARN ARGUMENTS...
record_rollback() {
  local how=$1 phase=$2 role=$3 id=$4 to=$5 known=''
  shift 5
  if describe_revision "$to" >"$work/previous.json"; then
    known=$(container_image "${container[$role]}" "$work/previous.json")
  fi
  [[ $known == *@sha256:* ]] || known=''
  "$how" deployment "$phase" --service "$role" --env "$environment" --id "$id" \
    --revision "$(short "$to")" --rollout "$rollout" ${known:+--digest "${known##*@}"} "$@"
}
