#!/usr/bin/env bash
# Finds the command `ledger`, or installs it, and puts it in the PATH of the later steps.
#
# usage: install.sh
#
#   INSTALL_PATH                       it is there
#   INSTALL_VERSION, INSTALL_SHA256    a release of INSTALL_REPOSITORY on GITHUB_SERVER_URL; by
#                                      default of GITHUB_REPOSITORY, which a local action is of
#   INSTALL_TOKEN                      may read its releases, by GITHUB_API_URL: a private repository
#                                      shows them to nobody else
#   INSTALL_SOURCE                     a checkout to build it from
#
# With none of them: what an earlier step installed, or what is in PATH.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=say.sh
source "$(dirname "${BASH_SOURCE[0]}")/say.sh"
case ${1-} in -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit 0 ;; esac
: "${INSTALL_PATH:=}" "${INSTALL_VERSION:=}" "${INSTALL_SHA256:=}" "${INSTALL_SOURCE:=}"
: "${INSTALL_REPOSITORY:=${GITHUB_REPOSITORY:-}}" "${RUNNER_TEMP:=${TMPDIR:-/tmp}}"
directory=$RUNNER_TEMP/ledger-command
token=${INSTALL_TOKEN:-}
# What is installed runs here, too, and is not to have it.
unset INSTALL_TOKEN

main() {
  local given=0 name
  for name in INSTALL_PATH INSTALL_VERSION INSTALL_SOURCE; do
    if [[ -n ${!name} ]]; then given=$((given + 1)); fi
  done
  ((given <= 1)) || refuse "give one of path, version and source"
  if [[ -n $INSTALL_PATH ]]; then
    take "$INSTALL_PATH"
  elif [[ -n $INSTALL_VERSION ]]; then
    download
  elif [[ -n $INSTALL_SOURCE ]]; then
    build
  else
    find_one
  fi
}

# take FILE: it must run here.
take() {
  local file answer
  file=$(realpath -- "$1" 2>/dev/null) || refuse "there is no file $1"
  [[ -f $file && -x $file ]] || refuse "$1 cannot be run"
  answer=$("$file" version 2>&1) || fail "$1 does not run on this machine: $answer"
  [[ $answer == ledger\ * ]] || refuse "$1 is not the ledger"
  output path "$file"
  if [[ -n ${GITHUB_PATH:-} ]]; then dirname "$file" >>"$GITHUB_PATH"; fi
  printf '%s, %s\n' "$answer" "$file"
}

find_one() {
  local file=$directory/ledger
  if [[ ! -x $file ]]; then
    file=$(command -v ledger) || refuse "there is no command ledger: give path, version or source"
  fi
  take "$file"
}

download() {
  local machine name url file=$directory/ledger.download
  [[ $INSTALL_VERSION =~ ^[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.-]+)?$ ]] ||
    refuse "version must be such as 1.4.0"
  # A checksum that lay beside the file would be changed with it.
  [[ $INSTALL_SHA256 =~ ^[0-9a-f]{64}$ ]] || refuse "version needs sha256, 64 digits"
  [[ $INSTALL_REPOSITORY =~ ^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$ ]] ||
    refuse "of which repository? give path or source"
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) machine=linux-amd64 ;;
    # Only where the image is for it, too.
    Linux-aarch64) machine=linux-arm64 ;;
    *) fail "there are releases for Linux alone: give source, or path" ;;
  esac
  name=ledger-$machine
  url=${GITHUB_SERVER_URL:-https://github.com}/$INSTALL_REPOSITORY/releases/download
  url+=/v$INSTALL_VERSION/$name
  mkdir -p "$directory"
  download_as_reader "$name" "$file" || fetch --output "$file" "$url" ||
    fail "$url cannot be had; of a private repository it takes a github-token that may read it"
  if ! sha256sum --check --status <<<"$INSTALL_SHA256  $file"; then
    rm -f "$file"
    fail "$url is another file than sha256 says; it was not run"
  fi
  chmod +x "$file"
  mv "$file" "$directory/ledger"
  take "$directory/ledger"
}

fetch() { curl --silent --show-error --fail --location --retry 3 --max-time 300 "$@"; }

# fetch_as_reader ARGUMENTS OF curl...: everybody on a machine can read a command line. curl itself keeps
# the header from other hosts that it is sent to.
fetch_as_reader() {
  printf 'header = "Authorization: Bearer %s"\n' "$token" | fetch --config - "$@"
}

# download_as_reader NAME FILE: by the address of a page no token is believed, but by the API. One that may
# not read the repository must be no worse than none.
download_as_reader() {
  local api id
  [[ -n $token ]] || return 1
  [[ $token =~ ^[A-Za-z0-9._-]+$ ]] || refuse "github-token is none"
  api=${GITHUB_API_URL:-https://api.github.com}/repos/$INSTALL_REPOSITORY/releases
  id=$(fetch_as_reader --header 'Accept: application/vnd.github+json' "$api/tags/v$INSTALL_VERSION" |
    jq -er --arg name "$1" '[.assets[] | select(.name == $name).id][0]') &&
    fetch_as_reader --header 'Accept: application/octet-stream' --output "$2" "$api/assets/$id" && return
  printf 'the API does not show %s of v%s with github-token; trying without\n' "$1" "$INSTALL_VERSION" >&2
  return 1
}

build() {
  [[ -f $INSTALL_SOURCE/Package.swift ]] || refuse "there is no Package.swift in $INSTALL_SOURCE"
  command -v swift >/dev/null || fail "there is no Swift to build with: give version or path"
  make -C "$INSTALL_SOURCE" release || fail "the command could not be built"
  take "$INSTALL_SOURCE/.build/release/ledger"
}

main
