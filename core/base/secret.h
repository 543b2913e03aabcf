// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>

#include <memory>

namespace watchline {

/// A credential. It can be copied and compared, never printed, converted or logged by mistake; its
/// bytes are wiped when the last copy goes. Copies share the bytes and may be used on any thread.
class Secret
{
public:
    Secret() = default;
    explicit Secret(QByteArray value);

    bool isEmpty() const;
    /// The bytes themselves, for the one place that sends them. Do not keep them.
    QByteArray reveal() const;
    /// Tells two secrets apart without giving either away: `sha256:` and 8 hexadecimal digits.
    QString fingerprint() const;

    bool operator==(const Secret &other) const;

private:
    std::shared_ptr<const QByteArray> m_value;
};

} // namespace watchline
