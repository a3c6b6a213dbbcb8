# shellcheck shell=bash
# Sourced by the scripts beside it, after lib.sh: Terraform and the account it works on.

# shellcheck source-path=SCRIPTDIR source=lib.sh
: "${root:?lib.sh has to be sourced before}"

# read_environment NAME: sets `environment` and `env_dir`.
read_environment() {
  case ${1-} in
  dev | stage | prod) environment=$1 ;;
  '') refuse "which environment? dev, stage or prod" "See ${0##*/} --help." ;;
  *) refuse "there is no environment $1: it is dev, stage or prod" ;;
  esac
  env_dir=$root/infra/terraform/envs/$environment
}

# use_account: where the aws command and Terraform work. LOCAL=1 makes it impossible to reach a real
# account: keys and address are those of moto.
use_account() {
  need terraform "terraform, https://developer.hashicorp.com/terraform/install"
  need aws awscli
  export TF_IN_AUTOMATION=1 TF_INPUT=0 AWS_PAGER='' CHECKPOINT_DISABLE=1
  AWS_REGION=$(common region) && export AWS_REGION AWS_DEFAULT_REGION=$AWS_REGION
  local account
  if is_local; then
    unset AWS_PROFILE AWS_SESSION_TOKEN AWS_CA_BUNDLE AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE
    export AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_EC2_METADATA_DISABLED=true
    export AWS_ENDPOINT_URL=${AWS_ENDPOINT_URL:-http://127.0.0.1:5000}
    case $AWS_ENDPOINT_URL in
    http://127.0.0.1:* | http://localhost:*) ;;
    *) refuse "LOCAL=1 works on this machine only, and AWS_ENDPOINT_URL is $AWS_ENDPOINT_URL" ;;
    esac
    account=123456789012
  elif [[ -z ${STATE_BUCKET-} ]]; then
    account=$(aws sts get-caller-identity --query Account --output text) ||
      fail "AWS does not know who you are" "Log in (aws sso login, AWS_PROFILE), or set LOCAL=1 for moto."
  fi
  STATE_BUCKET=${STATE_BUCKET:-$(common project)-tfstate-$account}
  export STATE_BUCKET TF_VAR_state_bucket=$STATE_BUCKET
}

# work_dir: what these scripts keep for this environment, such as plans.
work_dir() { echo "$root/.build/infra/terraform/$(is_local && echo local || echo aws)/$environment"; }

# prepare ENV: everything that a terraform command needs in the environment's directory.
prepare() {
  read_environment "$1"
  use_account
  use_provider
  mkdir -p "$(work_dir)"
  # What a person does by hand in the directory works on AWS and is never mixed with moto.
  if is_local; then TF_DATA_DIR=$(work_dir)/data && export TF_DATA_DIR; fi
}

# initialise: terraform init, which takes the provider that the lock file names or none.
initialise() {
  local log
  log=$(work_dir)/init.log
  in_environment init -no-color -reconfigure -lockfile=readonly \
    -backend-config="bucket=$STATE_BUCKET" -backend-config="region=$AWS_REGION" >"$log" 2>&1 && return
  cat "$log" >&2
  if grep -q 'checksums\|lock file' "$log"; then
    fail "the lock file does not know the provider for this platform" "scripts/infra/terraform-lock adds it, with internet."
  fi
  fail "terraform init failed" "Is there a bucket $STATE_BUCKET? scripts/infra/bootstrap makes it."
}

in_environment() { terraform -chdir="$env_dir" "$@"; }

# state_bucket_exists: ends the script where that cannot be known. Taken for "there is none", a session
# that has expired would begin an empty state, or keep a teardown from what it is to destroy.
state_bucket_exists() { exists "$STATE_BUCKET" head-bucket --bucket "$STATE_BUCKET"; }

# exists NAME ARGUMENTS OF s3api...: a HEAD is answered without a body, and its number alone says why not.
exists() {
  local problem
  if problem=$(aws s3api "${@:2}" 2>&1 >/dev/null); then return; fi
  if [[ $problem == *'(404)'* ]]; then return 1; fi
  fail "it cannot be known whether there is $1" "$(tail -n 1 <<<"$problem")" \
    "Is the session still valid, and may it ask?"
}

lock_timeout() { echo "-lock-timeout=${LOCK_TIMEOUT:-60s}"; }

# can_confirm WORD: refuses early what `confirm` would refuse after long work.
can_confirm() {
  if [[ -n ${CONFIRM-} ]]; then
    [[ $CONFIRM == "$1" ]] || refuse "CONFIRM is $CONFIRM, not $1: nothing was done"
    return
  fi
  [[ -t 0 ]] || refuse "nobody is there to ask: set CONFIRM=$1"
}

# confirm WORD QUESTION: goes on when CONFIRM is WORD, or WORD is typed.
confirm() {
  can_confirm "$1"
  if [[ -n ${CONFIRM-} ]]; then return; fi
  local answer
  read -r -p "$2 Type $1 to go on: " answer
  [[ $answer == "$1" ]] || fail "nothing was done"
}

# use_provider: writes Terraform's settings file and names it. The provider comes from a mirror on
# this machine (TERRAFORM_MIRROR, or found), otherwise from the registry.
use_provider() {
  local rc=$root/.build/infra/terraform/terraform.rc mirror aws
  mkdir -p "${rc%/*}"
  export TF_CLI_CONFIG_FILE=$rc
  if [[ -z ${TERRAFORM_MIRROR-} && -f $rc ]]; then
    mirror=$(sed -n 's/^ *path *= "\(.*\)"$/\1/p' "$rc")
    [[ -n $mirror && -d $mirror ]] && return
  fi
  mirror=$(find_mirror)
  if [[ -n $mirror ]]; then
    aws=$(provider)
    cat >"$rc" <<TEXT
disable_checkpoint = true
provider_installation {
  filesystem_mirror {
    path    = "$mirror"
    include = ["${aws%%/*}/*/*"]
  }
}
TEXT
  else
    mkdir -p "$root/.build/infra/terraform/plugins"
    cat >"$rc" <<TEXT
disable_checkpoint = true
plugin_cache_dir   = "$root/.build/infra/terraform/plugins"
plugin_cache_may_break_dependency_lock_file = true
TEXT
  fi
}

# provider: prints the address of the provider, REGISTRY/NAMESPACE/NAME: the lock files alone name it.
provider() {
  sed -n 's|^provider "\(.*/hashicorp/aws\)" {$|\1|p' "$root/infra/terraform/envs/dev/.terraform.lock.hcl"
}

# find_mirror: prints the directory of a mirror, or nothing where the registry is to be used.
find_mirror() {
  if [[ -n ${TERRAFORM_MIRROR-} ]]; then
    if [[ $TERRAFORM_MIRROR != none ]]; then echo "$TERRAFORM_MIRROR"; fi
    return
  fi
  local found
  found=$(search_mirror /opt /usr/local /usr/share "${HOME:-/root}")
  if [[ -z $found ]] && ! registry_answers; then found=$(search_mirror /); fi
  echo "$found"
}

# `init` links providers below its own directories under the same path: those are no mirrors.
search_mirror() {
  local aws found
  aws=$(provider)
  [[ -n $aws ]] || return 0
  found=$(timeout 120 find "$@" -type d -path "*/$aws" -not -path "*/.terraform/*" \
    -not -path "*/providers/$aws" -not -path "*/plugins/$aws" -print -quit 2>/dev/null || true)
  if [[ -n $found ]]; then echo "${found%/"$aws"}"; fi
}

registry_answers() {
  local aws
  aws=$(provider)
  curl --silent --fail --max-time 5 --output /dev/null "https://${aws%%/*}/.well-known/terraform.json"
}
