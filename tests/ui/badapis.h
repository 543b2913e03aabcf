// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <array>

/// APIs with something wrong, as scenarios of the simulator: for the tests of what the window says
/// to them, and for its pictures.
namespace watchline {

struct BadApi
{
    const char *name;
    const char *scenario;
    const char *says; ///< A part of the window's message.
};

inline constexpr std::array kBadApis{
    BadApi{"html-device-info",
           R"({"title": "A web page answers for the API.",
               "device_info": [{"status": 200, "content_type": "text/html; charset=utf-8",
                                "body": "<!doctype html><title>Sign in</title>"}],
               "connects": [["silence"]]})",
           "web page"},
    BadApi{"html-stream",
           R"({"title": "A page stands where the stream should be.",
               "connects": [[{"page": "<!doctype html><h1>Maintenance</h1>"}]]})",
           "text/html instead of an event stream"},
    BadApi{"malformed-hello",
           R"({"title": "A hello that cannot be read.",
               "connects": [[{"event": {"type": "hello", "data": {"watchLeaseId": 7}}}, "silence"]]})",
           "hello that cannot be understood"},
    BadApi{"unauthorized",
           R"({"title": "Another token is wanted.", "token": "another",
               "connects": [["silence"]]})",
           "rejected the device token (401)"},
    BadApi{"not-found",
           R"({"title": "Another server.",
               "device_info": [{"status": 404, "content_type": "text/html",
                                "body": "<h1>Not found</h1>"}],
               "connects": [["silence"]]})",
           "404"},
    BadApi{"server-error",
           R"({"title": "A server in trouble.",
               "device_info": [{"status": 503, "body": {"error": "try again later"}}],
               "connects": [["silence"]]})",
           "HTTP 503"},
    BadApi{"conflict",
           R"({"title": "The lease is held.",
               "connects": [[{"status": 409, "body": {"error": "held"}}]]})",
           "Another gateway holds"},
    BadApi{"early-end",
           R"({"title": "The stream ends before its hello.",
               "connects": [[{"headers": {}}, "end"]]})",
           "before its hello"},
    BadApi{"closed", R"({"title": "Nobody speaks.", "device_info": ["close"],
               "connects": [["silence"]]})",
           "closed the connection before it answered"},
    BadApi{"garbage", R"({"title": "No HTTP.", "device_info": ["garbage"],
               "connects": [["silence"]]})",
           "No answer from"},
};

} // namespace watchline
