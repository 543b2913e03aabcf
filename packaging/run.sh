#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Watchline authors
# SPDX-License-Identifier: MIT
#
# Installs what is missing (Debian, as root or with sudo), builds Watchline, and runs its main job
# against the embedded staging simulator: a window where there is a display; otherwise it records the
# two-minute tour and exports the timeline as CSV and as a picture.
#   packaging/run.sh [--no-window]
set -euo pipefail
# shellcheck source=packaging/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

window=${DISPLAY:-}${WAYLAND_DISPLAY:-}
case ${1:-} in
  '') ;;
  --no-window) window= ;;
  *) fail "unknown option $1; usage: packaging/run.sh [--no-window]" ;;
esac

need_packages "${build_packages[@]}" "${run_packages[@]}"
build release -DWATCHLINE_TESTS=OFF
watchline=$root/build/release/bin/watchline

if [ -n "$window" ]; then
  say "opening the demo: the window connects to a simulator on this machine"
  exec "$watchline" --demo
fi

out=$root/out
mkdir -p "$out"
say "no display: recording the demo tour, about two minutes"
coproc simulator { exec "$watchline" simulate --scenario tour 2>"$out/simulator.log"; }
simulator_id=$simulator_PID
trap 'kill "$simulator_id" 2>/dev/null || true' EXIT
read -r -t 20 url <&"${simulator[0]}" || fail "the simulator did not start; see $out/simulator.log"
# The simulator takes any token; this one means nothing anywhere else.
FOXGLOVE_DEVICE_TOKEN=fox_dt_demo "$watchline" record --api-url "$url" --duration 125s \
  --output "$out/tour.watchline" --force 2>"$out/record.log" &
recorder_id=$!
seconds=0
while kill -0 "$recorder_id" 2>/dev/null; do
  [ -t 1 ] && printf '\r\033[Krecording: %d s, %d events' "$seconds" \
    "$(wc -l <"$out/tour.watchline" 2>/dev/null || echo 0)"
  sleep 1
  seconds=$((seconds + 1))
done
[ -t 1 ] && printf '\r\033[K'
wait "$recorder_id" || { tail -n 5 "$out/record.log" >&2; fail "recording failed"; }

"$watchline" export "$out/tour.watchline" --format csv --output "$out/tour.csv" --force
"$watchline" export "$out/tour.watchline" --format png --output "$out/tour.png" --force
"$watchline" export "$out/tour.watchline" --format svg --output "$out/tour.svg" --force
"$watchline" verify "$out/tour.watchline"
say "done; $(($(wc -l <"$out/tour.watchline") - 1)) events are in"
printf '  %s\n' "out/tour.watchline  the session" "out/tour.csv        the timeline as CSV" \
  "out/tour.png        its picture" "out/tour.svg        the same, scalable"
