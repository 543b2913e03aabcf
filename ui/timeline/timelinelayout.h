// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/timeline/timelineindex.h"

#include <QFont>
#include <QRectF>
#include <QStringList>

#include <set>

namespace watchline {

/// The timeline's fonts, all derived from one. `unit` scales everything that is measured in pixels:
/// 1 for a text of 13 pixels.
struct TimelineFonts
{
    QFont text;
    QFont bold;
    QFont small;
    QFont mono;
    QFont monoBold;
    QFont monoTiny;
    double unit = 1;
    double digitWidth = 7; ///< Of `small`.

    explicit TimelineFonts(const QFont &base);
};

/// Which sources show all their lanes and which are folded to one line: each of a few, none of
/// many, until somebody asks for it.
struct SourceFolding
{
    static constexpr int kFew = 4;

    int count = 1; ///< Of the sources.
    std::set<int> toggled;
    bool hasWhatIf = false; ///< Those that show their lanes have one more.
    bool hasRooms = false;  ///< Likewise, for viewers' sessions.

    bool isFolded(int source) const
    {
        return count > 1 && (count > kFew) != toggled.contains(source);
    }
    void toggle(int source)
    {
        if (toggled.erase(source) == 0)
            toggled.insert(source);
    }
    void setAll(bool folded);
};

/// A lane's place, in the pixels of the whole timeline; scrolled already.
struct LaneBox
{
    int source = 0;
    Lane lane = Lane::Status;
    QRectF label; ///< Empty for a folded source: its name stands there.
    QRectF area;
    bool isFolded = false; ///< It stands for all lanes of its source.
    bool isWhatIf = false; ///< What would have been, below the watches: no lane of the recording.
};

/// The strip above a source's lanes, where there are several sources; all there is of a folded one.
struct SourceBox
{
    int source = 0;
    QRectF rect;
    bool isFolded = false;
};

/// Where everything is.
struct TimelineLayout
{
    QRectF corner; ///< Above the labels, beside the ruler.
    QRectF ruler;
    QRectF labels;
    QRectF canvas;
    QRectF overviewLabel;
    QRectF overview; ///< The strip itself; empty without one.
    std::vector<LaneBox> lanes;
    std::vector<SourceBox> sources;
    double contentHeight = 0; ///< Of all lanes; more than the canvas is scrolled.

    const LaneBox *laneAt(QPointF position) const;
    /// Where the lane is drawn, or what stands for it.
    const LaneBox *find(int source, Lane lane) const;
    /// nullptr: it is not shown.
    const LaneBox *findWhatIf(int source) const;
    const SourceBox *sourceAt(QPointF position) const;
};

/// The texts of the label column.
QString laneTitle(Lane lane);
QString laneSubtitle(Lane lane);
QString whatIfTitle();
QString whatIfSubtitle();

/// Lanes that do not fit are scrolled to, or all of them are made lower.
enum class Lanes { Scrolled, AllInSight };

/// `rightMargin` is left free beside the canvas for a scroll bar.
TimelineLayout layoutTimeline(const QRectF &rect, const TimelineFonts &fonts,
                              const SourceFolding &sources, double scroll, bool withOverview,
                              double rightMargin = 0, Lanes lanes = Lanes::Scrolled);
/// In which all lanes can be in sight.
double leastTimelineHeight(const TimelineFonts &fonts, const SourceFolding &sources,
                           bool withOverview);

} // namespace watchline
