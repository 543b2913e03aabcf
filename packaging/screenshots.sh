#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Watchline authors
# SPDX-License-Identifier: MIT
#
# Takes the README's pictures anew, without a display: the window in the middle of the demo tour, a
# recorded session with its reasons, its findings and a what-if, two sessions compared, and the
# connect dialog. Takes about two minutes after the build.
#   packaging/screenshots.sh [FOLDER]        by default resources/screenshots
set -euo pipefail
# shellcheck source=packaging/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

folder=$(realpath -m "${1:-$root/resources/screenshots}")
need_packages "${build_packages[@]}" "${run_packages[@]}"
build dev -DWATCHLINE_WERROR=OFF
mkdir -p "$folder"
take() {
  run_quietly "the screenshot tool" "$root/build/dev/screenshots.log" \
    env QT_QPA_PLATFORM=offscreen "$root/build/dev/tests/ui/watchline_screenshots" "$folder" "$@"
}
say "taking pictures into $folder"
take light 1440x900 demo 100
take dark 1440x900 replay
take light 1440x900 findings
take light 1440x900 whatif
take light 1440x900 compare
take light 1440x900 connect
rm -f "$folder"/playhead-*.png "$folder"/findings-chosen-*.png "$folder"/whatif-{impossible,sources}-*.png "$folder"/connect-refused-*.png "$folder"/compare-{all,tab1,tab2}-*.png "$folder"/keys-*.png
say "done: $(cd "$folder" && echo *.png)"
