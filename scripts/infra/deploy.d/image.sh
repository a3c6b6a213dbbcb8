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
    --image-ids "$(ecr_image_id)" --output json | jq -r '.imageDetails[0].imageDigest // empty'
}

local_digest() {
  local address=http://${image_repository%%/*}/v2/${image_repository#*/}/manifests/$image_reference
  curl --silent --show-error --fail --head --max-time 10 --header "Accept: $manifests" "$address" |
    tr -d '\r' | sed -n 's/^docker-content-digest: *//Ip'
}
