// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/fleettroubles.h"

#include "core/base/text.h"
#include "ui/eventtext.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// So many are named; the table has the others.
constexpr std::size_t kMostNamed = 3;

QString tr(const char *text)
{
    return QCoreApplication::translate("FleetTroubles", text);
}

} // namespace

bool FleetTroubles::add(const QString &source, const LiveHint &hint)
{
    const auto known = std::ranges::find(m_troubles, source, &Trouble::source);
    if (known != m_troubles.end()) {
        if (known->hint == hint)
            return false;
        m_troubles.erase(known);
    }
    m_troubles.push_back({source, hint});
    return true;
}

bool FleetTroubles::remove(const QString &source)
{
    return std::erase_if(m_troubles, [&](const Trouble &one) { return one.source == source; }) > 0;
}

void FleetTroubles::dismiss()
{
    for (auto &trouble : m_troubles)
        trouble.isDismissed = true;
}

bool FleetTroubles::isWorthTelling() const
{
    return std::ranges::any_of(m_troubles, &Trouble::isNew);
}

bool FleetTroubles::isFatal() const
{
    return std::ranges::any_of(m_troubles,
                               [](const Trouble &one) { return one.isNew() && one.hint.fatal; });
}

QString FleetTroubles::text(int watches) const
{
    std::vector<const Trouble *> told; // the newest first
    for (auto one = m_troubles.rbegin(); one != m_troubles.rend(); ++one) {
        if (one->isNew())
            told.push_back(&*one);
    }
    if (told.empty())
        return {};
    const auto &newest = *told.front();
    const auto name = singleLine(newest.source, 60);
    if (told.size() == 1)
        return tr("Watch %1: %2").arg(name, newest.hint.text);
    QStringList names;
    for (std::size_t i = 0; i < std::min(kMostNamed, told.size()); ++i)
        names.append(singleLine(told[i]->source, 60));
    if (told.size() > kMostNamed)
        names.append(u"…"_s);
    return tr("%1 of %2 watches have a trouble: %3. The newest, %4: %5")
        .arg(groupedNumber(static_cast<qint64>(told.size())), groupedNumber(watches),
             names.join(u", "_s), name, newest.hint.text);
}

} // namespace watchline
