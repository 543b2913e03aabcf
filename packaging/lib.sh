# SPDX-FileCopyrightText: 2026 The Watchline authors
# SPDX-License-Identifier: MIT
#
# What the scripts beside this file share. To be sourced; the caller has `set -euo pipefail`.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

build_packages=(g++ cmake ninja-build qt6-base-dev qt6-svg-dev libsimdjson-dev zlib1g-dev)
run_packages=(qt6-qpa-plugins libqt6svg6 fonts-dejavu-core ca-certificates)
# Servers and readers of other makes that the tests run against.
test_packages=(python3 openssl nginx-light)

say() { printf 'watchline: %s\n' "$*"; }
fail() {
  printf 'watchline: %s\n' "$*" >&2
  exit 1
}

# run_quietly WHAT LOG COMMAND...: the command's output goes to LOG; its end is shown if it fails.
run_quietly() {
  local what=$1 log=$2
  shift 2
  mkdir -p "$(dirname "$log")"
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 40 "$log" >&2
    fail "$what failed; the whole log is in $log"
  fi
}

missing_packages() {
  local package
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' || echo "$package"
  done
}

# Installs what is missing of the packages named; asks nothing, and needs no network when all are there.
need_packages() {
  command -v dpkg-query >/dev/null || fail "this script installs Debian packages and found no dpkg; see README.md for the list"
  local missing as_root=()
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "packages are missing (${missing[*]}) and installing them needs root or sudo"
    as_root=(sudo)
  fi
  say "installing ${#missing[@]} packages: ${missing[*]}"
  local log=$root/build/apt.log
  run_quietly "apt-get update" "$log" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update
  run_quietly "apt-get install" "$log" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${missing[@]}"
}

# build PRESET [CMAKE OPTION...]: configures and builds; one line of progress on a terminal.
build() {
  local preset=$1
  shift
  local folder=$root/build/$preset
  run_quietly "configuring" "$folder/configure.log" cmake -S "$root" --preset "$preset" "$@"
  say "building (log: build/$preset/build.log)"
  local log=$folder/build.log
  if [ -t 1 ]; then
    (cd "$root" && cmake --build --preset "$preset") 2>&1 | tee "$log" |
      while IFS= read -r line; do case $line in \[*) printf '\r\033[K%.*s' "$(($(tput cols 2>/dev/null || echo 80) - 1))" "$line" ;; esac done || true
    printf '\r\033[K'
    (cd "$root" && cmake --build --preset "$preset") >>"$log" 2>&1 || { grep -A12 -E 'error|FAILED' "$log" | tail -n 40 >&2; fail "the build failed; the whole log is in $log"; }
  else
    (cd "$root" && run_quietly "the build" "$log" cmake --build --preset "$preset")
  fi
}
