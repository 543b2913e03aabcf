#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Watchline authors
# SPDX-License-Identifier: MIT
"""What it costs Python merely to parse a session: parse_json.py SESSION"""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as lines:
    for line in lines:
        json.loads(line)
