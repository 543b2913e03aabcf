// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/base/secret.h"

#include <QCryptographicHash>
#include <QString>

namespace watchline {

namespace {

void wipe(const QByteArray *value)
{
    // const_cast: this is the last owner, and the object was made non-const below.
    auto *bytes = const_cast<QByteArray *>(value); // NOLINT(cppcoreguidelines-pro-type-const-cast)
    volatile char *data = bytes->data();
    for (qsizetype i = 0; i < bytes->size(); ++i)
        data[i] = 0;
    delete bytes;
}

} // namespace

Secret::Secret(QByteArray value)
    : m_value(new QByteArray(std::move(value)), wipe)
{}

bool Secret::isEmpty() const
{
    return !m_value || m_value->isEmpty();
}

QByteArray Secret::reveal() const
{
    // A deep copy: the caller's lifetime must not keep the wiped buffer shared.
    return m_value ? QByteArray(m_value->constData(), m_value->size()) : QByteArray();
}

QString Secret::fingerprint() const
{
    const auto digest = QCryptographicHash::hash(reveal(), QCryptographicHash::Sha256);
    return QStringLiteral("sha256:") + QString::fromLatin1(digest.toHex().first(8));
}

bool Secret::operator==(const Secret &other) const
{
    if (isEmpty() || other.isEmpty())
        return isEmpty() == other.isEmpty();
    return *m_value == *other.m_value;
}

} // namespace watchline
