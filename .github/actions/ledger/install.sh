#!/usr/bin/env bash
# Finds the command `ledger`, or installs it, and puts it in the PATH of the later steps.
#
# usage: install.sh
#
#   INSTALL_PATH                       it is there
#   INSTALL_VERSION, INSTALL_SHA256    a release of INSTALL_REPOSITORY on GITHUB_SERVER_URL; by
#                                      default of GITHUB_REPOSITORY, which a local action is of
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
  local machine url file=$directory/ledger.download
  [[ $INSTALL_VERSION =~ ^[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.-]+)?$ ]] ||
    refuse "version must be such as 1.4.0"
  # A checksum that lay beside the file would be changed with it.
  [[ $INSTALL_SHA256 =~ ^[0-9a-f]{64}$ ]] || refuse "version needs sha256, 64 digits"
  [[ $INSTALL_REPOSITORY =~ ^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$ ]] ||
    refuse "of which repository? give path or source"
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) machine=linux-amd64 ;;
    *) fail "there are releases for Linux on amd64 alone: give source, or path" ;;
  esac
  url=${GITHUB_SERVER_URL:-https://github.com}/$INSTALL_REPOSITORY/releases/download
  url+=/v$INSTALL_VERSION/ledger-$machine
  mkdir -p "$directory"
  curl --silent --show-error --fail --location --retry 3 --max-time 300 --output "$file" "$url" ||
    fail "$url cannot be had"
  if ! sha256sum --check --status <<<"$INSTALL_SHA256  $file"; then
    rm -f "$file"
    fail "$url is another file than sha256 says; it was not run"
  fi
  chmod +x "$file"
  mv "$file" "$directory/ledger"
  take "$directory/ledger"
}

build() {
  [[ -f $INSTALL_SOURCE/Package.swift ]] || refuse "there is no Package.swift in $INSTALL_SOURCE"
  command -v swift >/dev/null || fail "there is no Swift to build with: give version or path"
  make -C "$INSTALL_SOURCE" release || fail "the command could not be built"
  take "$INSTALL_SOURCE/.build/release/ledger"
}

main
