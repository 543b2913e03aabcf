// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/timeline/whatifpainter.h"

#include "core/analysis/whatifwords.h"
#include "core/base/text.h"
#include "core/timeline/timelinefold.h"
#include "core/timeline/whatiflane.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// How far beside a mark the pointer may be.
constexpr double kReach = 6;
/// Narrower boxes have plain edges: there may be a thousand, and dashes take long.
constexpr double kLeastDashed = 16;

QString translated(const char *text)
{
    return QCoreApplication::translate("TimelineView", text);
}

QColor withAlpha(QColor color, double alpha)
{
    color.setAlphaF(static_cast<float>(alpha));
    return color;
}

const WhatIfLane *laneOf(const TimelineScene &scene, const LaneBox &box)
{
    return scene.whatIf ? scene.whatIf->lane(box.source) : nullptr;
}

/// Where watches lie; attempts and waits are lower.
QRectF bodyOf(const LaneBox &box, double unit)
{
    const double margin = std::min(6 * unit, box.area.height() * 0.13);
    return box.area.adjusted(0, margin, 0, -margin - 1);
}

/// Without its severity alone: how an attempt without an answer goes nobody knows.
Tone toneOfAttempt(const Span &span)
{
    if (span.word == Word::None || span.word == Word::Other)
        return span.hello == kNoTime ? Tone::Quiet : Tone::Ok;
    return toneOf(span.severity());
}

/// Spans of a lane, or several that are drawn as one, in pixels and cut at the lane's edges.
struct Piece
{
    SpanFold fold;
    double left = 0;
    double right = 0;
    bool endIsVisible = true;

    double width() const { return right - left; }
};

class WhatIfPainter
{
public:
    WhatIfPainter(QPainter &painter, const TimelineScene &scene, const LaneBox &box,
                  const WhatIfLane &lane)
        : m_painter(painter)
        , m_scene(scene)
        , m_lane(lane)
        , m_theme(scene.theme)
        , m_unit(scene.fonts.unit)
        , m_small(scene.fonts.small)
        , m_left(box.area.left())
        , m_right(box.area.right())
        , m_body(bodyOf(box, m_unit))
    {}

    void paint()
    {
        const auto attempts = pieces(m_lane.attempts());
        const auto waits = pieces(m_lane.waits());
        m_glyphs = glyphsOf(attempts);
        for (const auto &wait : waits)
            paintWait(wait);
        for (const auto &attempt : attempts)
            paintAttempt(attempt);
        for (const auto &glyph : m_glyphs)
            paintOne(glyph);
    }

private:
    struct Glyph
    {
        double x = 0;
        Tone tone = Tone::Quiet;
        Severity severity = Severity::Quiet;
        std::size_t count = 1;
        bool isGuess = false;
        QString beside{}; ///< How many, and whether it is a guess; empty where there is no room.
        double left = 0;
        double right = 0; ///< With what is written beside it.
    };

    std::vector<Piece> pieces(const SpanSeries &series) const
    {
        const double least = 2 * m_unit;
        std::vector<Piece> result;
        for (const auto &fold :
             m_scene.whatIf->folds->spans(series, m_scene.scale(), kSpanCell, m_scene.openEnd)) {
            const double begin = m_left + fold.x;
            const double end = begin + std::max(fold.width, least);
            if (end <= m_left || begin >= m_right)
                continue;
            Piece piece;
            piece.fold = fold;
            piece.endIsVisible = end <= m_right;
            piece.left = std::max(m_left, m_scene.snapped(begin));
            piece.right = std::min(m_right, std::max(m_scene.snapped(end), piece.left + least));
            if (piece.right > piece.left)
                result.push_back(piece);
        }
        return result;
    }

    /// Which share of its time a fold really spent watching, or waiting, by a few of its spans.
    double coverage(const SpanSeries &series, const Piece &piece) const
    {
        constexpr std::size_t kSamples = 4;
        const std::size_t last = piece.fold.first + std::min(piece.fold.count, kSamples);
        qint64 spent = 0;
        for (std::size_t i = piece.fold.first; i < last; ++i) {
            const Span &span = series[i];
            const bool isAttempt = span.kind == EventKind::ConnectAttempt;
            spent += !isAttempt              ? span.end - span.begin
                     : span.hello == kNoTime ? 0
                                             : span.end - span.hello;
        }
        const double share =
            static_cast<double>(last - piece.fold.first) / static_cast<double>(piece.fold.count);
        const double covered =
            piece.width() * static_cast<double>(m_scene.scale().perPixel().count()) * share;
        return std::clamp(static_cast<double>(spent) / std::max(covered, 1.0), 0.0, 1.0);
    }

    /// An opaque colour that looks like this one upon the pane: small fills that blend take ten
    /// times as long, and there may be thousands.
    QColor onPane(const QColor &color, double alpha) const
    {
        const auto &pane = m_theme.pane;
        const auto mixed = [alpha](int above, int below) {
            return static_cast<int>(std::lround(above * alpha + below * (1 - alpha)));
        };
        return {mixed(color.red(), pane.red()), mixed(color.green(), pane.green()),
                mixed(color.blue(), pane.blue())};
    }

    /// A box that is hardly filled, in dashes where there is room for them.
    void outline(const QRectF &rect, const QColor &color, double fill)
    {
        m_painter.fillRect(rect, onPane(color, fill));
        const double thin = std::max(1.0, m_scene.snapped(1.2 * m_unit));
        if (rect.width() < kLeastDashed) {
            const QColor edge = onPane(color, 0.75);
            m_painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), thin), edge);
            m_painter.fillRect(QRectF(rect.left(), rect.bottom() - thin, rect.width(), thin), edge);
            m_painter.fillRect(
                QRectF(rect.left(), rect.top() + thin, thin, rect.height() - 2 * thin), edge);
            if (rect.width() > 2 * thin)
                m_painter.fillRect(
                    QRectF(rect.right() - thin, rect.top() + thin, thin, rect.height() - 2 * thin),
                    edge);
            return;
        }
        m_painter.setRenderHint(QPainter::Antialiasing, true);
        QPen pen(color, thin, Qt::CustomDashLine, Qt::FlatCap);
        pen.setDashPattern({4, 2.5});
        m_painter.setPen(pen);
        m_painter.setBrush(Qt::NoBrush);
        m_painter.drawRoundedRect(rect.adjusted(thin / 2, thin / 2, -thin / 2, -thin / 2), 4, 4);
        m_painter.setRenderHint(QPainter::Antialiasing, false);
    }

    /// In the middle of the room that the glyphs leave.
    void label(QRectF rect, const QString &text, const QColor &color)
    {
        const double width = m_small.horizontalAdvance(text) + 6 * m_unit;
        if (width > rect.width())
            return;
        const double middle = rect.center().x();
        auto glyph = std::lower_bound(m_glyphs.begin(), m_glyphs.end(), rect.left(),
                                      [](const Glyph &one, double x) { return one.right < x; });
        for (; glyph != m_glyphs.end() && glyph->left < rect.right(); ++glyph) {
            if (glyph->x < middle)
                rect.setLeft(std::max(rect.left(), glyph->right));
            else
                rect.setRight(std::min(rect.right(), glyph->left));
        }
        if (width > rect.width())
            return;
        m_painter.setFont(m_scene.fonts.small);
        m_painter.setPen(color);
        m_painter.drawText(rect, Qt::AlignCenter | Qt::TextSingleLine | Qt::TextDontClip, text);
    }

    void paintWait(const Piece &piece)
    {
        const QColor amber = m_theme.color(Tone::Waiting);
        const double tall = m_body.height() * 0.52;
        const QRectF rect(piece.left, m_body.center().y() - tall / 2, piece.width(), tall);
        if (piece.fold.count > 1 || rect.width() <= 4 * m_unit) {
            const double part = std::max(0.3, coverage(m_lane.waits(), piece));
            m_painter.fillRect(
                QRectF(rect.left(), rect.bottom() - tall * part, rect.width(), tall * part),
                onPane(amber, 0.55));
            return;
        }
        outline(rect, amber, m_theme.dark ? 0.10 : 0.12);
        const Span &wait = m_lane.waits()[piece.fold.first];
        label(rect, readableDuration(Nanoseconds(wait.end - wait.begin)), m_theme.text);
    }

    void paintAttempt(const Piece &piece)
    {
        const Span &span = m_lane.attempts()[piece.fold.worst];
        const QColor ok = m_theme.color(Tone::Ok);
        const QRectF rect(piece.left, m_body.top(), piece.width(), m_body.height());
        const bool isWatch = span.hello != kNoTime;
        if (piece.fold.count > 1 || (rect.width() < 5 && !isWatch)) {
            const double watching = coverage(m_lane.attempts(), piece);
            if (watching > 0.02)
                m_painter.fillRect(rect, onPane(ok, 0.16 * (0.4 + 0.6 * watching)));
            if (watching < 0.5 || span.severity() > Severity::Ok) {
                const double tall = m_body.height() * 0.75 * std::max(0.4, 1 - watching);
                m_painter.fillRect(QRectF(rect.left(), rect.bottom() - tall, rect.width(), tall),
                                   onPane(m_theme.color(toneOfAttempt(span)), 0.6));
            }
            return;
        }
        const double low = m_body.height() * 0.17;
        if (!isWatch) {
            outline(rect.adjusted(0, low, 0, -low), m_theme.color(toneOfAttempt(span)), 0.10);
            return;
        }
        const double hello = std::clamp(m_scene.snapped(m_scene.x(Nanoseconds(span.hello))),
                                        piece.left, piece.right);
        if (hello - piece.left > 3)
            outline(
                QRectF(piece.left, rect.top() + low, hello - piece.left, rect.height() - 2 * low),
                m_theme.color(Tone::Quiet), 0.08);
        const QRectF watch(hello, rect.top(), std::max(piece.right - hello, 2.0), rect.height());
        outline(watch, ok, m_theme.dark ? 0.09 : 0.07);
        label(watch, readableDuration(Nanoseconds(span.end - span.hello)), m_theme.dimText);
    }

    /// How attempts end; those that would touch are one, the worst of them.
    std::vector<Glyph> glyphsOf(const std::vector<Piece> &attempts) const
    {
        const double size = 14 * m_unit;
        std::vector<Glyph> glyphs;
        for (const auto &piece : attempts) {
            const Span &span = m_lane.attempts()[piece.fold.worst];
            if (span.word == Word::None || !piece.endIsVisible)
                continue;
            const bool isWide = piece.width() > 30 * m_unit;
            Glyph glyph;
            glyph.x = std::clamp(piece.right - (isWide ? 11 * m_unit : 0), m_left + size / 2,
                                 m_right - size / 2);
            glyph.tone = toneOfAttempt(span);
            glyph.severity = span.severity();
            glyph.count = piece.fold.count;
            glyph.isGuess = m_lane.basis(piece.fold.worst) == WhatIfBasis::Nearest;
            if (glyphs.empty() || glyph.x - glyphs.back().x > size + 2 * m_unit) {
                glyphs.push_back(glyph);
                continue;
            }
            auto &before = glyphs.back();
            before.count += glyph.count;
            before.isGuess = before.isGuess || glyph.isGuess;
            if (glyph.severity > before.severity) {
                before.severity = glyph.severity;
                before.tone = glyph.tone;
            }
        }
        for (std::size_t i = 0; i < glyphs.size(); ++i) {
            auto &glyph = glyphs[i];
            glyph.left = glyph.x - size / 2;
            glyph.right = glyph.left + size;
            QString beside;
            if (glyph.count > 1)
                beside = u'×' + QString::number(glyph.count);
            if (glyph.isGuess)
                beside += u'?';
            if (beside.isEmpty())
                continue;
            const double wide = m_small.horizontalAdvance(beside) + m_unit;
            const double room = i + 1 < glyphs.size() ? glyphs[i + 1].x - size / 2 : m_right;
            if (glyph.right + wide >= room - 2 * m_unit)
                continue;
            glyph.beside = beside;
            glyph.right += wide;
        }
        return glyphs;
    }

    void paintOne(const Glyph &glyph)
    {
        const double size = 14 * m_unit;
        const QRectF place(glyph.left, m_body.center().y() - size / 2, size, size);
        m_painter.setRenderHint(QPainter::Antialiasing, true);
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(withAlpha(m_theme.pane, 0.92));
        m_painter.drawRoundedRect(place.adjusted(0, 0, glyph.right - place.right(), 0), 4, 4);
        m_painter.setRenderHint(QPainter::Antialiasing, false);
        m_painter.setOpacity(0.85);
        const double margin = 2 * m_unit;
        paintGlyph(m_painter, place.adjusted(margin, margin, -margin, -margin), glyph.tone,
                   m_theme);
        m_painter.setOpacity(1);
        if (glyph.beside.isEmpty())
            return;
        m_painter.setFont(m_scene.fonts.small);
        m_painter.setPen(m_theme.text);
        m_painter.drawText(QRectF(place.right(), place.top(), glyph.right - place.right(), size),
                           Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine | Qt::TextDontClip,
                           glyph.beside);
    }

    QPainter &m_painter;
    const TimelineScene &m_scene;
    const WhatIfLane &m_lane;
    const Theme &m_theme;
    double m_unit;
    QFontMetricsF m_small;
    double m_left;
    double m_right;
    QRectF m_body;
    std::vector<Glyph> m_glyphs;
};

/// The nearest of a series, and how far away it is.
struct Near
{
    SpanFold fold;
    double left = 0;
    double right = 0;
    double away = 0;
};

std::optional<Near> nearest(const TimelineScene &scene, const LaneBox &box,
                            const SpanSeries &series, double x)
{
    std::optional<Near> best;
    double least = kReach * scene.fonts.unit;
    for (const auto &fold :
         scene.whatIf->folds->spans(series, scene.scale(), kSpanCell, scene.openEnd)) {
        const double left = box.area.left() + fold.x;
        const double right = left + std::max(fold.width, 2 * scene.fonts.unit);
        const double away = std::max({left - x, x - right, 0.0});
        if (away > least || right < box.area.left() || left > box.area.right())
            continue;
        least = away;
        best = Near{fold, left, right, away};
    }
    return best;
}

} // namespace

void paintWhatIf(QPainter &painter, const TimelineScene &scene, const LaneBox &box)
{
    if (const auto *lane = laneOf(scene, box))
        WhatIfPainter(painter, scene, box, *lane).paint();
}

std::optional<TimelineHit> whatIfHitAt(const TimelineScene &scene, const LaneBox &box,
                                       QPointF position)
{
    const auto *lane = laneOf(scene, box);
    if (!lane)
        return std::nullopt;
    const auto attempt = nearest(scene, box, lane->attempts(), position.x());
    const auto wait = nearest(scene, box, lane->waits(), position.x());
    if (!attempt && !wait)
        return std::nullopt;
    const bool isWait = wait && (!attempt || wait->away < attempt->away);
    const auto &found = isWait ? *wait : *attempt;
    const auto &series = isWait ? lane->waits() : lane->attempts();
    TimelineHit hit;
    hit.source = box.source;
    hit.lane = box.lane;
    hit.isWhatIf = true;
    hit.isSpan = !isWait;
    hit.count = found.fold.count;
    hit.first = isWait ? lane->attemptBefore(series[found.fold.worst]) : found.fold.worst;
    if (hit.first >= lane->size())
        return std::nullopt;
    if (const auto row = lane->attempts()[hit.first].row; row != kNoRow)
        hit.row = row;
    const auto body = bodyOf(box, scene.fonts.unit);
    const double from = std::max(found.left, box.area.left());
    hit.outline =
        QRectF(from, body.top(), std::min(found.right, box.area.right()) - from, body.height());
    hit.time = {Nanoseconds(found.fold.begin), Nanoseconds(found.fold.end)};
    return hit;
}

std::optional<QRectF> whatIfOutline(const TimelineScene &scene, int source, std::size_t attempt)
{
    const auto *box = scene.layout.findWhatIf(source);
    const auto *lane = box ? laneOf(scene, *box) : nullptr;
    if (!lane || attempt >= lane->size())
        return std::nullopt;
    const Span &span = lane->attempts()[attempt];
    const double left = scene.x(Nanoseconds(span.begin));
    const double right = std::max(left + 3 * scene.fonts.unit, scene.x(Nanoseconds(span.end)));
    const auto &canvas = scene.layout.canvas;
    if (right < canvas.left() || left > canvas.right())
        return std::nullopt;
    auto area = bodyOf(*box, scene.fonts.unit);
    area.setLeft(std::max(left, canvas.left()));
    area.setRight(std::min(right, canvas.right()));
    return area;
}

QStringList whatIfLines(const TimelineScene &scene, const TimelineHit &hit)
{
    const auto *lane = scene.whatIf ? scene.whatIf->lane(hit.source) : nullptr;
    if (!lane || hit.first >= lane->size())
        return {};
    QStringList lines;
    if (hit.count > 1)
        lines += translated(QT_TRANSLATE_NOOP("TimelineView", "%1 in %2; one of them:"))
                     .arg(QString::number(hit.count), readableDuration(hit.time.duration()));
    const auto number = QString::number(lane->attempts()[hit.first].attempt);
    lines += (hit.isSpan
                  ? translated(QT_TRANSLATE_NOOP("TimelineView", "What if: attempt %1"))
                  : translated(QT_TRANSLATE_NOOP("TimelineView", "What if: wait after attempt %1")))
                 .arg(number);
    lines += whatIfExplanation(lane->step(hit.first));
    return lines;
}

} // namespace watchline
