// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/timeline/timelinelayout.h"

#include <QCoreApplication>
#include <QFontInfo>
#include <QFontMetricsF>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr double kTextPixels = 13;
constexpr double kRulerHeight = 40;
constexpr double kSourceHeight = 24;
constexpr double kOverviewHeight = 50;
constexpr double kOverviewMargin = 9;
/// Lanes grow with the room there is, all together to this many times their natural height.
constexpr double kMostStretch = 2.7;

struct LaneHeight
{
    double natural;
    double growth; ///< Its share of the room that is left, relative to the others'.
    double least;  ///< What can still be read.
};

/// What has a height to be read grows; what is one line of marks hardly does.
LaneHeight heightOf(Lane lane)
{
    switch (lane) {
    case Lane::Status:
        return {32, 3, 21};
    case Lane::Watch:
        return {64, 12, 58};
    case Lane::Decisions:
        return {28, 3, 20};
    case Lane::Backoff:
        return {38, 6, 28};
    case Lane::Heartbeats:
        return {54, 14, 38};
    case Lane::Frames:
        return {32, 4, 20};
    case Lane::Marks:
    case Lane::Room:
        return {30, 3, 22};
    }
    return {30, 3, 22};
}

constexpr LaneHeight kWhatIfHeight{50, 7, 40};

/// A source's lanes from above.
struct LaneRow
{
    Lane lane;
    LaneHeight height;
    bool isWhatIf = false;
};

std::vector<LaneRow> laneRows(const SourceFolding &sources)
{
    std::vector<LaneRow> rows;
    for (const Lane lane : kLanes) {
        rows.push_back({lane, heightOf(lane)});
        if (lane == Lane::Watch && sources.hasWhatIf)
            rows.push_back({lane, kWhatIfHeight, true});
    }
    if (sources.hasRooms)
        rows.push_back({Lane::Room, heightOf(Lane::Room)});
    return rows;
}

QFont sized(QFont font, double pixels, QFont::Weight weight)
{
    font.setPixelSize(std::max(6, static_cast<int>(std::lround(pixels))));
    font.setWeight(weight);
    return font;
}

QString translated(const char *text)
{
    return QCoreApplication::translate("TimelineView", text);
}

} // namespace

TimelineFonts::TimelineFonts(const QFont &base)
{
    const double pixels = std::clamp(QFontInfo(base).pixelSize(), 9, 60);
    unit = pixels / kTextPixels;
    text = sized(base, pixels, QFont::Normal);
    bold = sized(base, pixels * 0.96, QFont::Medium);
    small = sized(base, pixels * 0.86, QFont::Normal);
    QFont fixed(QStringList{u"DejaVu Sans Mono"_s, u"Noto Sans Mono"_s, u"monospace"_s});
    fixed.setStyleHint(QFont::Monospace);
    mono = sized(fixed, pixels * 0.82, QFont::Normal);
    monoBold = sized(fixed, pixels * 0.92, QFont::Bold);
    monoTiny = sized(fixed, std::max(7, mono.pixelSize() - 2), QFont::Normal);
    digitWidth = QFontMetricsF(small).horizontalAdvance(u'0');
}

QString laneTitle(Lane lane)
{
    switch (lane) {
    case Lane::Status:
        return translated(QT_TRANSLATE_NOOP("TimelineView", "Status"));
    case Lane::Watch:
        return translated(QT_TRANSLATE_NOOP("TimelineView", "Watch"));
    case Lane::Decisions:
        return translated(QT_TRANSLATE_NOOP("TimelineView", "Decisions"));
    case Lane::Backoff:
        return translated(QT_TRANSLATE_NOOP("TimelineView", "Backoff"));
    case Lane::Heartbeats:
        return translated(QT_TRANSLATE_NOOP("TimelineView", "Heartbeats"));
    case Lane::Frames:
        return translated(QT_TRANSLATE_NOOP("TimelineView", "Frames"));
    case Lane::Marks:
        return translated(QT_TRANSLATE_NOOP("TimelineView", "Marks"));
    case Lane::Room:
        return translated(QT_TRANSLATE_NOOP("TimelineView", "Room"));
    }
    return {};
}

QString laneSubtitle(Lane lane)
{
    if (lane == Lane::Watch)
        return translated(QT_TRANSLATE_NOOP("TimelineView", "attempts and leases"));
    return {};
}

QString whatIfTitle()
{
    return translated(QT_TRANSLATE_NOOP("TimelineView", "What if"));
}

QString whatIfSubtitle()
{
    return translated(QT_TRANSLATE_NOOP("TimelineView", "not what happened"));
}

const LaneBox *TimelineLayout::laneAt(QPointF position) const
{
    if (!canvas.contains(position) && !labels.contains(position))
        return nullptr;
    for (const auto &box : lanes) {
        if (position.y() >= box.area.top() && position.y() < box.area.bottom())
            return &box;
    }
    return nullptr;
}

const LaneBox *TimelineLayout::find(int source, Lane lane) const
{
    for (const auto &box : lanes) {
        if (box.source == source && !box.isWhatIf && (box.lane == lane || box.isFolded))
            return &box;
    }
    return nullptr;
}

const LaneBox *TimelineLayout::findWhatIf(int source) const
{
    for (const auto &box : lanes) {
        if (box.source == source && box.isWhatIf)
            return &box;
    }
    return nullptr;
}

const SourceBox *TimelineLayout::sourceAt(QPointF position) const
{
    if (!canvas.contains(position) && !labels.contains(position))
        return nullptr;
    for (const auto &box : sources) {
        if (position.y() >= box.rect.top() && position.y() < box.rect.bottom())
            return &box;
    }
    return nullptr;
}

void SourceFolding::setAll(bool folded)
{
    toggled.clear();
    for (int source = 0; source < count; ++source) {
        if (isFolded(source) != folded)
            toggled.insert(source);
    }
}

TimelineLayout layoutTimeline(const QRectF &rect, const TimelineFonts &fonts,
                              const SourceFolding &sources, double scroll, bool withOverview,
                              double rightMargin, Lanes lanes)
{
    TimelineLayout layout;
    const double unit = fonts.unit;
    double widest = 0;
    const QFontMetricsF bold(fonts.bold);
    const QFontMetricsF small(fonts.small);
    for (const Lane lane : kLanes) {
        widest = std::max({widest, bold.horizontalAdvance(laneTitle(lane)),
                           small.horizontalAdvance(laneSubtitle(lane))});
    }
    if (sources.hasWhatIf)
        widest = std::max(widest, small.horizontalAdvance(whatIfSubtitle()));
    const double labelWidth =
        std::round(std::min(std::max(widest + 26 * unit, 120 * unit), rect.width() * 0.3));
    const double rulerHeight = std::round(kRulerHeight * unit);
    const double overviewHeight =
        withOverview ? std::round((kOverviewHeight + 2 * kOverviewMargin) * unit) : 0;
    const double left = rect.left() + labelWidth;
    const double width = std::max(1.0, rect.width() - labelWidth);
    const double height = std::max(0.0, rect.height() - rulerHeight - overviewHeight);

    layout.corner = QRectF(rect.left(), rect.top(), labelWidth, rulerHeight);
    layout.ruler = QRectF(left, rect.top(), width - rightMargin, rulerHeight);
    layout.labels = QRectF(rect.left(), rect.top() + rulerHeight, labelWidth, height);
    layout.canvas = QRectF(left, rect.top() + rulerHeight, width - rightMargin, height);
    if (withOverview) {
        const double margin = std::round(kOverviewMargin * unit);
        const double top = layout.canvas.bottom() + margin;
        layout.overviewLabel =
            QRectF(rect.left(), layout.canvas.bottom(), labelWidth, overviewHeight);
        layout.overview = QRectF(left, top, layout.canvas.width(), overviewHeight - 2 * margin);
    }

    const bool headed = sources.count > 1;
    double natural = 0;
    double least = 0;
    double growth = 0;
    const auto rows = laneRows(sources);
    for (const auto &row : rows) {
        natural += row.height.natural * unit;
        least += row.height.least * unit;
        growth += row.height.growth;
    }
    int open = 0;
    for (int source = 0; source < sources.count; ++source)
        open += sources.isFolded(source) ? 0 : 1;
    open = std::max(1, open);
    const double header = headed ? std::round(kSourceHeight * unit) : 0;
    const double each = (height - sources.count * header) / open;
    const double room = std::clamp(each - natural, 0.0, natural * (kMostStretch - 1));
    // Of the way from their least to their natural height.
    const double wanted = (each - least) / (natural - least);
    const double shrunk = lanes == Lanes::AllInSight ? std::clamp(wanted, 0.0, 1.0) : 1.0;
    double y = layout.canvas.top() - scroll;
    const double top = y;
    for (int source = 0; source < sources.count; ++source) {
        const bool isFolded = sources.isFolded(source);
        if (headed) {
            layout.sources.push_back(
                {source, QRectF(rect.left(), y, left + width - rect.left(), header), isFolded});
            if (isFolded)
                layout.lanes.push_back(
                    {source, Lane::Status, QRectF(),
                     QRectF(layout.canvas.left(), y, layout.canvas.width(), header), true});
            y += header;
        }
        if (isFolded)
            continue;
        for (const auto &row : rows) {
            const auto [usual, share, lowest] = row.height;
            const double base = lowest + (usual - lowest) * shrunk;
            const double tall = std::floor(base * unit + room * share / growth);
            layout.lanes.push_back({source, row.lane, QRectF(rect.left(), y, labelWidth, tall),
                                    QRectF(layout.canvas.left(), y, layout.canvas.width(), tall),
                                    false, row.isWhatIf});
            y += tall;
        }
    }
    layout.contentHeight = y - top;
    return layout;
}

double leastTimelineHeight(const TimelineFonts &fonts, const SourceFolding &sources,
                           bool withOverview)
{
    double lanes = 0;
    for (const auto &row : laneRows(sources))
        lanes += row.height.least * fonts.unit;
    const double header = sources.count > 1 ? std::round(kSourceHeight * fonts.unit) : 0;
    double all = 0;
    for (int source = 0; source < std::max(1, sources.count); ++source)
        all += header + (sources.isFolded(source) ? 0 : std::ceil(lanes));
    const double overview =
        withOverview ? std::round((kOverviewHeight + 2 * kOverviewMargin) * fonts.unit) : 0;
    return std::round(kRulerHeight * fonts.unit) + overview + all;
}

} // namespace watchline
