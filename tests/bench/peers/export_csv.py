#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Watchline authors
# SPDX-License-Identifier: MIT
"""The timeline CSV of a session as a short Python script makes it: export_csv.py SESSION CSV"""
import csv
import datetime
import json
import sys

OTHERS = ("device_id", "device_name", "project_id", "remote_access_session_id", "url", "http_version", "content_type",
          "heartbeat_interval_ms", "advertised_heartbeat_interval_ms", "device_wait_for_viewer_ms", "text", "type",
          "size", "token_fingerprint", "backoff_ms")


def cell(text):
    return "'" + text if isinstance(text, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def milliseconds(value):
    return "" if value is None else f"{value:.3f}"


with open(sys.argv[1], encoding="utf-8") as lines, open(sys.argv[2], "w", encoding="utf-8", newline="") as output:
    started = datetime.datetime.fromisoformat(json.loads(next(lines))["started"].replace("Z", "+00:00"))
    writer = csv.writer(output)
    writer.writerow("seq,time,elapsed_ms,source,attempt,kind,status,outcome,rule,action,delay_ms,lease_id,"
                    "previous_lease_id,http_status,duration_ms,detail".split(","))
    for seq, line in enumerate(lines, 1):
        event = json.loads(line)
        get = event.get
        elapsed = event["t"] / 1e6
        time = (started + datetime.timedelta(milliseconds=elapsed)).isoformat(timespec="milliseconds")[:23] + "Z"
        detail = get("detail")
        if detail is None:
            detail = "; ".join(f"{name}={event[name]}" for name in OTHERS if get(name) is not None)
        writer.writerow((seq, time, f"{elapsed:.3f}", cell(get("source")), get("attempt"), get("kind"), get("status"),
                         get("outcome") or get("result") or get("phase"), get("rule"), get("action"), get("delay_ms"),
                         cell(get("lease_id")), cell(get("previous_lease_id")), get("http_status"),
                         milliseconds(get("duration_ms")), cell(detail)))
