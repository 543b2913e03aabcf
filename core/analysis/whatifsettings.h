// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/policy/policyconstants.h"
#include "core/protocol/endpoints.h"

#include <QByteArrayView>
#include <QString>
#include <QStringList>

namespace watchline {

/// How a wait is spread: not at all; half of it as planned and half drawn; all of it drawn.
enum class Jitter { None, Equal, Full };

std::string_view name(Jitter jitter);
std::optional<Jitter> jitterFromName(std::string_view name);

/// What a gateway would run with.
struct WhatIfSettings
{
    PolicyConstants policy;
    /// A watch that is silent for this many of its heartbeat intervals is given up.
    double readTimeoutFactor = kReadTimeoutFactor;
    Jitter jitter = Jitter::None;

    bool operator==(const WhatIfSettings &) const = default;
};

/// The names that assign() knows: those of the session header's `policy` first.
QStringList settingNames();
/// The setting's value as assign() takes it: whole milliseconds, or a factor.
QString settingValue(const WhatIfSettings &settings, const QString &name);

/// Takes one `NAME=VALUE`; a time may also be written as `20s`. Says in one line what is wrong with
/// it, and changes nothing then; empty when all is well.
QString assign(WhatIfSettings &settings, const QString &assignment);
/// Says what cannot be together; empty when all can.
QString contradiction(const WhatIfSettings &settings);

/// Those that a session was recorded with, as its header's line says; the gateway's where it does
/// not say, or says what cannot be.
WhatIfSettings recordedSettings(const QByteArray &headerLine);

} // namespace watchline
