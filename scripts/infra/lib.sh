# shellcheck shell=bash
# Sourced by the scripts beside it.

# say TEXT...
say() { printf '%s: %s\n' "${0##*/}" "$*"; }

# fail TEXT [HINT...]: one line for each, and the end.
fail() {
  printf "${0##*/}: %s\n" "$@" >&2
  exit 1
}

# refuse TEXT [HINT...]: as fail, where the caller made the mistake.
refuse() {
  printf "${0##*/}: %s\n" "$@" >&2
  exit 2
}

# need TOOL PACKAGE
need() {
  local hint="make infra-deps installs it."
  case $1 in terraform | kubectl | docker | gh) hint="It has to be installed by hand." ;; esac
  command -v "$1" >/dev/null || fail "$1 is not installed (package $2)." "$hint"
}

# skip TEXT: for tests whose tool is missing.
skip() {
  printf '%s: SKIPPED: %s\n' "${0##*/}" "$*" >&2
  exit 77
}

# want TOOL PACKAGE: as need, in a test.
want() { command -v "$1" >/dev/null || skip "$1 is missing (package $2)"; }

# usage: prints the comment at the head of the script, for --help.
usage() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; }

# help_or_nothing "$@": --help, or no arguments at all.
help_or_nothing() {
  case "${1-}" in
  '') ;;
  -h | --help)
    usage
    exit 0
    ;;
  *) refuse "it takes no arguments, and got: $*" "See ${0##*/} --help." ;;
  esac
}

# ending CODES COMMAND...: whether it ends with one of them: ending 0,11,13 ledger teardown report
ending() {
  local codes=,$1, code=0
  shift
  "$@" || code=$?
  [[ $codes == *,$code,* ]]
}

# eventually SECONDS COMMAND...: tries every 0.1 s until it succeeds.
eventually() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < end)) || return 1
    sleep 0.1
  done
}

# milliseconds since some time
milliseconds() { echo $(($(date +%s%N) / 1000000)); }

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
infra_state=$root/.build/infra
export root infra_state

# What make infra-deps installs from PyPI comes before what a machine happens to have, and behind what
# a test puts before it.
tools=$root/.build/infra-venv/bin
if [[ -d $tools && :$PATH: != *:$tools:* ]]; then PATH=$tools:$PATH; fi
unset tools

# is_local: whether LOCAL asks for what stands in on this machine; LOCAL=0 does not.
is_local() { [[ -n ${LOCAL-} && $LOCAL != 0 ]]; }

# common NAME: a value of Terraform's envs/common.yaml.
common() { sed -n "s/^$1: *[\"']\{0,1\}\([^ #\"']*\).*/\1/p" "$root/infra/terraform/envs/common.yaml"; }

# has_ledger: sets LEDGER to the one that is named so, or was built here, if there is one.
has_ledger() {
  local candidate
  for candidate in "${LEDGER-}" "$root"/.build/{release,debug}/ledger; do
    if [[ -x $candidate ]]; then LEDGER=$candidate && return; fi
  done
  return 1
}

# find_ledger: as has_ledger, in a test that needs it.
find_ledger() { has_ledger || skip "there is no ledger in .build: run make build"; }
