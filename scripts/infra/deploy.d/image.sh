# shellcheck shell=bash disable=SC2004,SC2034,SC2154 # the parts of deploy share their variables
# Which image it is: the registry's word for it.

manifests='application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json'
manifests+=', application/vnd.docker.distribution.manifest.list.v2+json'
manifests+=', application/vnd.docker.distribution.manifest.v2+json'

read_image() {
  local wanted=''
  if [[ $IMAGE == *@* ]]; then
    image_repository=${IMAGE%@*} image_reference=${IMAGE#*@} wanted=${IMAGE#*@}
  else
    image_repository=${IMAGE%:*} image_reference=${IMAGE##*:}
  fi
  is_local || [[ $image_repository == "$repository_url" ]] ||
    refuse "IMAGE is not in the repository of $environment, $repository_url"
  [[ -n $SCAN_FILE ]] || is_ecr || refuse "who scanned $IMAGE? Give SCAN_FILE, or SCAN_FILE=none"
  digest=$(ask_registry)
  [[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || fail "the registry does not know $IMAGE"
  [[ -z $wanted || $wanted == "$digest" ]] || fail "the registry answered $digest for $IMAGE"
  image_text=$image_repository@$digest
  say "image $image_text, built from ${COMMIT:0:12}"
  warn_of_branch
}

is_ecr() { [[ $image_repository =~ ^[0-9]{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/ ]]; }
is_local_registry() { [[ $image_repository =~ ^(127\.0\.0\.1|localhost):[0-9]+/ ]]; }

ask_registry() {
  if is_ecr; then
    ecr_digest
  elif is_local_registry; then
    local_digest
  elif [[ $image_reference == sha256:* ]]; then
    echo "$image_reference"
  else
    fail "only ECR is asked what $IMAGE is: give REPOSITORY@sha256:DIGEST for other registries"
  fi
}

ecr_image_id() {
  if [[ $image_reference == sha256:* ]]; then
    echo "imageDigest=$image_reference"
  else
    echo "imageTag=$image_reference"
  fi
}

ecr_digest() {
  aws ecr describe-images --repository-name "${image_repository#*/}" \
    --image-ids "$(ecr_image_id)" --output json >"$work/image.json" &&
    jq -r '.imageDetails[0].imageDigest // empty' "$work/image.json"
}

# The repository's rule takes an image that has such a tag, whatever other tags it has.
warn_of_branch() {
  if [[ -f $work/image.json ]] &&
    jq -e 'any(.imageDetails[0].imageTags[]?; startswith("branch-"))' "$work/image.json" >/dev/null; then
    say "it is an image of a branch, of which ECR keeps the last 20: a task that starts after that has none"
  fi
}

local_repository() { echo "http://${image_repository%%/*}/v2/${image_repository#*/}"; }

local_digest() {
  curl --silent --show-error --fail --head --max-time 10 --header "Accept: $manifests" \
    "$(local_repository)/manifests/$image_reference" |
    tr -d '\r' | sed -n 's/^docker-content-digest: *//Ip'
}

# check_architecture: Fargate starts an image for another one, too, which ends in `exec format error`.
# That it cannot be read, as of an index of several, ends nothing.
check_architecture() {
  local built='' wanted role reason=$work/architecture.error
  is_ecr || is_local_registry || return 0
  built=$(built_for 2>"$reason") || true
  if [[ -z $built ]]; then
    say "which architecture the image is for could not be read: $(grep -m 1 . "$reason" || echo "it does not say")"
    return 0
  fi
  for role in "${roles[@]}"; do
    # What next_revision takes; without a word of it, Fargate's default.
    wanted=$(describe_revision "${family[$role]}" |
      jq -r '.taskDefinition.runtimePlatform.cpuArchitecture // "X86_64"')
    [[ $wanted == "$built" ]] ||
      fail "the image is for $built, and ${family[$role]} runs on $wanted: nothing was changed" \
        "make image builds for cpu_architecture in infra/terraform/envs/common.yaml, or for PLATFORM."
  done
}

# built_for: prints it as Fargate says it, or nothing.
built_for() {
  local config
  config=$(manifest | jq -r '.config.digest // empty') && [[ -n $config ]] || return 1
  blob "$config" | jq -r '{amd64: "X86_64", arm64: "ARM64"}[.architecture // ""] // empty'
}

manifest() {
  if is_ecr; then
    aws ecr batch-get-image --repository-name "${image_repository#*/}" --image-ids "imageDigest=$digest" \
      --accepted-media-types application/vnd.oci.image.manifest.v1+json \
      application/vnd.docker.distribution.manifest.v2+json --output json |
      jq -r '.images[0].imageManifest // empty'
  else
    curl --silent --show-error --fail --max-time 10 --header "Accept: $manifests" \
      "$(local_repository)/manifests/$digest"
  fi
}

blob() {
  local address
  if is_ecr; then
    # Once: who may not, or cannot, is told so at once.
    address=$(AWS_MAX_ATTEMPTS=1 aws ecr get-download-url-for-layer \
      --repository-name "${image_repository#*/}" --layer-digest "$1" --query downloadUrl --output text) || return
  else
    address=$(local_repository)/blobs/$1
  fi
  curl --silent --show-error --fail --location --max-time 10 "$address"
}
