#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Watchline authors
# SPDX-License-Identifier: MIT
#
# Installs what is missing (Debian, as root or with sudo), builds Watchline and runs all tests.
#   packaging/test.sh [CMAKE OPTION...]
# Ends with the test runner's own summary; the exit status is the runner's.
set -euo pipefail
# shellcheck source=packaging/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need_packages "${build_packages[@]}" "${run_packages[@]}" "${test_packages[@]}"
build dev -DWATCHLINE_WERROR=OFF "$@"
say "running the tests"
cd "$root"
status=0
ctest --preset dev --progress --output-junit "$root/build/dev/tests.xml" || status=$?
exit "$status"
