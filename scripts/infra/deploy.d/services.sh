# shellcheck shell=bash disable=SC2004,SC2034,SC2154 # the parts of deploy share their variables
# What runs now, and the task definition that shall run.

declare -A service family container replicas named previous

read_services() {
  local role
  for role in "${roles[@]}"; do read_service "$role"; done
}

read_service() {
  local role=$1 described=$work/$1-service.json
  service[$role]=$(output "${role}_service") || fail "terraform has no output ${role}_service"
  family[$role]=$(output "${role}_family") || fail "terraform has no output ${role}_family"
  container[$role]=$(output "${role}_container" || output container || echo app)
  describe_service "$role" >"$described"
  [[ $(jq -r '.services[0].status // "missing"' "$described") == ACTIVE ]] ||
    fail "there is no active service ${service[$role]} in the cluster $cluster"
  replicas[$role]=$(jq -r '.services[0].desiredCount' "$described")
  named[$role]=$(jq -r '.services[0].taskDefinition' "$described")
  # A service may name its family alone: what that means changes with the next registration.
  previous[$role]=$(describe_revision "${named[$role]}" | jq -r .taskDefinition.taskDefinitionArn)
}

# check_unchanged ROLE: it may be long since the gates were asked, and what it would go back to is no
# longer what ran if somebody else deployed. Describes the service anew.
check_unchanged() {
  local role=$1 now
  describe_service "$role" >"$work/service.json" ||
    fail "$role: ECS could not be asked what runs; the service was not changed"
  now=$(jq -r '.services[0].taskDefinition // empty' "$work/service.json")
  [[ $now == "${named[$role]}" ]] ||
    fail "$role: another deployment came between, of $(short "$now"); the service was not changed" \
      "Run it again: then the gate is asked again, too."
}

describe_service() {
  aws ecs describe-services --cluster "$cluster" --services "${service[$1]}" --output json
}

describe_revision() {
  aws ecs describe-task-definition --task-definition "$1" --include TAGS --output json
}

short() { echo "${1##*/}"; }

# Prints the image of the container in a described revision.
container_image() {
  jq -r --arg name "$1" \
    '[.taskDefinition.containerDefinitions[] | select(.name == $name)][0].image // empty' "$2"
}

# next_revision ROLE: sets `revision` to the ARN of the one that has the image.
next_revision() {
  local role=$1 current=$work/$1-current.json image
  # The newest of the family, not the one that runs: Terraform may have registered new settings.
  describe_revision "${family[$role]}" >"$current"
  image=$(container_image "${container[$role]}" "$current")
  [[ -n $image ]] || fail "${family[$role]} has no container ${container[$role]}, it has: $(jq -r \
    '[.taskDefinition.containerDefinitions[].name] | join(", ")' "$current")"
  if [[ $image == "$image_text" ]]; then
    revision=$(jq -r .taskDefinition.taskDefinitionArn "$current")
    say "$role: $(short "$revision") has the image already"
  else
    register "$role" "$current"
  fi
}

register() {
  local role=$1 registered=$work/$1-registered.json
  new_definition "$role" "$2" >"$work/$role-definition.json"
  new_tags "$2" >"$work/$role-tags.json"
  aws ecs register-task-definition --cli-input-json "file://$work/$role-definition.json" \
    --tags "file://$work/$role-tags.json" --output json >"$registered" ||
    fail "$role: the task definition could not be registered; the service was not changed"
  revision=$(jq -r .taskDefinition.taskDefinitionArn "$registered")
  say "$role: registered $(short "$revision")"
  record task-definition --service "$role" --commit "$COMMIT" --from - <"$registered" ||
    fail "$role: the revision could not be recorded; the service was not changed"
}

# The current one with another image, also in containers that have the same one beside it (the ledger's
# `init`), without what only AWS may write.
new_definition() {
  jq --arg name "${container[$1]}" --arg image "$image_text" '
    .taskDefinition
    | del(.taskDefinitionArn, .revision, .status, .requiresAttributes, .compatibilities,
        .registeredAt, .registeredBy, .deregisteredAt)
    | (.containerDefinitions[] | select(.name == $name).image) as $before
    | (.containerDefinitions[] | select(.image == $before).image) = $image
  ' "$2"
}

# Terraform never sees these revisions: the tags are how a teardown finds them.
new_tags() {
  jq --arg environment "$environment" --arg commit "$COMMIT" --arg version "$VERSION" '
    [.tags[]? | select(.key | startswith("aws:") | not) | {(.key): .value}] | add // {}
    | {Project: "ledger"} + . + {Environment: $environment, ManagedBy: "deploy",
        Commit: $commit, Version: $version}
    | to_entries | map({key, value})
  ' "$1"
}
