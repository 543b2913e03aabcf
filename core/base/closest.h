// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QStringList>

namespace watchline {

/// Of the candidates, the one that was probably meant; empty when none is near.
QString closestTo(const QString &typed, const QStringList &candidates);

} // namespace watchline
