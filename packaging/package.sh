#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Watchline authors
# SPDX-License-Identifier: MIT
#
# Builds the Debian package for the release that this machine runs: build/release/watchline_VERSION_ARCH.deb
set -euo pipefail
# shellcheck source=packaging/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need_packages "${build_packages[@]}" "${run_packages[@]}" dpkg-dev file
build release -DWATCHLINE_TESTS=OFF
run_quietly "packaging" "$root/build/release/package.log" \
  cmake --build "$root/build/release" --target package
say "built $(cd "$root" && ls -1 build/release/*.deb)"
