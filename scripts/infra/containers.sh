# shellcheck shell=bash
# Sourced after lib.sh by what builds and runs containers: with docker where its daemon answers,
# otherwise with buildah and podman, whose files then all lie in .build/infra.
#
# It sets for who sources it, and lib.sh for it:
# shellcheck disable=SC2034,SC2154

registry=${REGISTRY:-127.0.0.1:5001}

# The architecture that an image is for is never taken from the machine that builds it: what runs
# on Fargate is what the task definition says, and that has it from envs/common.yaml.
case $(common cpu_architecture 2>/dev/null) in
X86_64 | '') usual_platform=linux/amd64 ;; # nothing where the scripts are without Terraform
ARM64) usual_platform=linux/arm64 ;;
*) refuse "cpu_architecture in infra/terraform/envs/common.yaml must be X86_64 or ARM64" ;;
esac
platform=${PLATFORM:-$usual_platform}
case "$platform" in
linux/amd64 | linux/arm64) architecture=${platform#linux/} ;;
*) refuse "PLATFORM=$platform must be linux/amd64 or linux/arm64" ;;
esac

version=${VERSION:-latest}
[[ $version =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$ ]] ||
  refuse "VERSION=$version must be letters, digits, '.', '_' and '-'"

# revision: the commit, with -dirty behind it when the tree is not that of the commit.
revision() {
  local commit
  commit=$(git -C "$root" rev-parse HEAD) || fail "$root is no git checkout: give REVISION=."
  if [[ -n $(git -C "$root" status --porcelain) ]]; then commit+=-dirty; fi
  printf '%s\n' "$commit"
}
revision=${REVISION:-$(revision)}
[[ $revision =~ ^[0-9a-f]{7,40}(-dirty)?$ ]] || refuse "REVISION=$revision is no commit"
image=${IMAGE_NAME:-localhost/ledger}
if [[ $platform == "$usual_platform" ]]; then tag=$revision; else tag=$revision-$architecture; fi

# engine: docker or podman
engine() {
  if [[ -n ${ENGINE-} ]]; then
    printf '%s\n' "$ENGINE"
  elif docker info --format '{{.ServerVersion}}' 2>/dev/null | grep --quiet '[0-9]'; then
    echo docker
  else
    echo podman
  fi
}
engine=$(engine)

# template NAME: a file of infra/local with our directory in it.
template() {
  sed -e "s|@STATE@|$infra_state|g" -e "s|@REGISTRY@|$registry|g" "$root/infra/local/$1" \
    >"$infra_state/$1"
}

# Overlay works nearly everywhere; vfs everywhere, slowly.
begin_containers() {
  mkdir -p "$infra_state/tmp"
  [[ $engine == docker ]] && return
  template storage.conf
  template containers.conf
  export CONTAINERS_STORAGE_CONF=$infra_state/storage.conf
  export CONTAINERS_CONF=$infra_state/containers.conf
  export TMPDIR=$infra_state/tmp
}

need_engine() {
  case "$engine" in
  docker) need docker docker.io ;;
  podman)
    need buildah buildah
    need podman podman
    # crun does not start where cgroups are in hybrid mode.
    need runc runc
    ;;
  *) refuse "ENGINE=$engine must be docker or podman" ;;
  esac
}

containers() {
  if [[ $engine == docker ]]; then docker "$@"; else podman --runtime runc "$@"; fi
}

# run_image ARGUMENTS...: as every other way of running it must: nothing to write to but /data, no
# capabilities, no new ones. podman would put file systems in memory over /tmp and /run.
run_image() {
  local own=(--read-only --cap-drop ALL --security-opt no-new-privileges)
  if [[ $engine == podman ]]; then own+=(--read-only-tmpfs=false --pids-limit 256); fi
  containers run "${own[@]}" "$@"
}

# Where it was built: docker knows no digest before a push, and names it by its configuration.
image_digest() {
  local field='{{.Digest}}'
  if [[ $engine == docker ]]; then field='{{.Id}}'; fi
  containers image inspect --format "$field" "$1"
}
