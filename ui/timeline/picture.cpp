// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "ui/timeline/picture.h"

#include "core/base/text.h"
#include "core/timeline/timeticks.h"
#include "ui/timeline/timelinepainter.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QFontMetricsF>
#include <QImage>
#include <QPainter>
#include <QRegularExpression>
#include <QSvgGenerator>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// The size for which lengths are as in the window; larger pictures are enlarged, not emptier.
constexpr double kNaturalWidth = 1'600;
constexpr double kNaturalHeight = 600;
constexpr double kTitleHeight = 38;
constexpr int kTextPixels = 13;

QString translated(const char *text)
{
    return QCoreApplication::translate("TimelineView", text);
}

/// Named, not the system's: the same picture on every machine that has it.
QFont pictureFont()
{
    QFont font(QStringList{u"DejaVu Sans"_s, u"Noto Sans"_s, u"sans-serif"_s});
    font.setStyleHint(QFont::SansSerif);
    font.setPixelSize(kTextPixels);
    return font;
}

QString titleOf(const SessionStore &store)
{
    QStringList names;
    for (int i = 0; i < store.sourceCount(); ++i)
        names += store.sourceName(static_cast<quint16>(i));
    const QString host = QUrl(store.header().apiUrl).host();
    QStringList parts;
    if (!names.isEmpty())
        parts += names.join(u", "_s);
    // A source is mostly named after its host.
    if (!host.isEmpty() && !names.join(u' ').contains(host))
        parts += host;
    return singleLine(parts.isEmpty() ? u"Watchline"_s : parts.join(u"  ·  "_s), 200);
}

QString rangeText(const SessionStore &store, TimeRange range)
{
    const auto started = store.header().started;
    const auto date = [&](Nanoseconds t) {
        return started.addMSecs(std::chrono::floor<std::chrono::milliseconds>(t).count()).toUTC();
    };
    QString text;
    if (started.isValid()) {
        const auto first = date(range.begin);
        const auto last = date(range.end);
        if (range.isEmpty())
            return first.toString(u"yyyy-MM-dd HH:mm:ss"_s) + u" UTC"_s;
        text =
            first.toString(u"yyyy-MM-dd HH:mm:ss"_s) + u" – "_s +
            last.toString(first.date() == last.date() ? u"HH:mm:ss"_s : u"yyyy-MM-dd HH:mm:ss"_s) +
            u" UTC  ·  "_s;
    }
    return text + readableDuration(range.duration());
}

bool check(const PictureOptions &options, QString *error)
{
    const auto &size = options.size;
    const bool possible = std::min(size.width(), size.height()) >= kSmallestPicture &&
                          std::max(size.width(), size.height()) <= kLargestPicture;
    QString message;
    if (!possible) {
        message =
            translated(QT_TRANSLATE_NOOP(
                           "TimelineView",
                           "a picture of %1x%2 is not possible: each side takes %3 to %4 pixels"))
                .arg(size.width())
                .arg(size.height())
                .arg(kSmallestPicture)
                .arg(kLargestPicture);
    } else if (options.from && options.to && *options.to <= *options.from) {
        message = translated(QT_TRANSLATE_NOOP(
            "TimelineView", "the time range is empty: it has to end after it begins"));
    }
    if (error)
        *error = message;
    return message.isEmpty();
}

double enlargement(QSize size)
{
    return std::max(1.0, std::min(size.width() / kNaturalWidth, size.height() / kNaturalHeight));
}

/// Paints into [0, size] of the painter.
void paintPicture(QPainter &painter, QSizeF size, double devicePixelRatio,
                  const SessionStore &store, const PictureOptions &options)
{
    TimelineIndex index(store);
    index.update();
    TimelineViewport viewport;
    viewport.setContent(index.extent());
    viewport.fit();
    TimeRange range = viewport.range();
    if (options.from || options.to) {
        range = {options.from.value_or(index.extent().begin),
                 options.to.value_or(index.extent().end)};
        if (range.isEmpty())
            range.end = range.begin + TimelineViewport::kShortest;
    }

    const TimelineFonts fonts(pictureFont());
    TimelineScene scene(fonts);
    scene.store = &store;
    scene.index = &index;
    scene.theme = options.dark ? Theme::darkTheme() : Theme::light();
    scene.devicePixelRatio = devicePixelRatio;
    scene.range = range;
    scene.session = index.extent();
    scene.openEnd = index.extent().end;
    const QRectF title(0, 0, size.width(), kTitleHeight);
    // A strip of the whole session helps where only a part is shown, and where there is room.
    const bool part = options.from || options.to;
    const bool overview = size.height() >= (part ? 360 : 700);
    scene.layout =
        layoutTimeline(QRectF(0, kTitleHeight, size.width(), size.height() - kTitleHeight), fonts,
                       std::max(1, index.sourceCount()), 0, overview);
    // Lanes that find no room are left out whole.
    std::erase_if(scene.layout.lanes, [&](const LaneBox &box) {
        return box.area.bottom() > scene.layout.canvas.bottom() + 0.5;
    });

    painter.fillRect(QRectF(QPointF(), size), scene.theme.pane);
    painter.fillRect(title, scene.theme.window);
    const double margin = 12;
    QFont bold = fonts.text;
    bold.setBold(true);
    const auto name = titleOf(store);
    const auto time = index.size() == 0 ? QString() : rangeText(store, range & index.extent());
    const QFontMetricsF metrics(fonts.text);
    const double timeWidth = metrics.horizontalAdvance(time);
    const bool room = timeWidth + 160 < size.width();
    painter.setFont(bold);
    painter.setPen(scene.theme.text);
    const double nameWidth = size.width() - 2 * margin - (room ? timeWidth + 16 : 0);
    painter.drawText(QRectF(margin, 0, nameWidth, kTitleHeight),
                     Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     QFontMetricsF(bold).elidedText(name, Qt::ElideRight, nameWidth));
    if (room) {
        painter.setFont(fonts.text);
        painter.setPen(scene.theme.dimText);
        painter.drawText(
            QRectF(size.width() - margin - timeWidth - 2, 0, timeWidth + 2, kTitleHeight),
            Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, time);
    }
    painter.fillRect(QRectF(0, kTitleHeight - 1, size.width(), 1), scene.theme.line);

    paintBack(painter, scene);
    if (index.size() > 0) {
        paintEvents(painter, scene, Spans::All);
    } else {
        painter.setFont(fonts.text);
        painter.setPen(scene.theme.dimText);
        painter.drawText(
            scene.layout.canvas, Qt::AlignCenter,
            translated(QT_TRANSLATE_NOOP("TimelineView", "No events in this session")));
    }
    paintLabels(painter, scene);
    paintRuler(painter, scene);
    if (overview) {
        paintOverview(painter, scene, index.extent());
        paintOverviewWindow(painter, scene, index.extent(), range);
    }
}

bool failed(QString *error, const QString &what)
{
    if (error)
        *error = what;
    return false;
}

QString writeError(const QIODevice &device)
{
    return translated(QT_TRANSLATE_NOOP("TimelineView", "the picture could not be written: ")) +
           singleLine(device.errorString());
}

} // namespace

bool writeTimelinePng(QIODevice &device, const SessionStore &store, const PictureOptions &options,
                      QString *error)
{
    if (!check(options, error))
        return false;
    QImage image(options.size, QImage::Format_RGB32);
    if (image.isNull()) {
        return failed(error, translated(QT_TRANSLATE_NOOP(
                                 "TimelineView", "not enough memory for a picture of this size")));
    }
    const double factor = enlargement(options.size);
    {
        QPainter painter(&image);
        painter.setRenderHint(QPainter::TextAntialiasing);
        painter.scale(factor, factor);
        paintPicture(painter, QSizeF(options.size) / factor, factor, store, options);
    }
    // Whole or not at all: the device gets nothing until the bytes are there.
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (!image.save(&buffer, "PNG")) {
        return failed(error, translated(QT_TRANSLATE_NOOP("TimelineView",
                                                          "the picture could not be encoded")));
    }
    return device.write(bytes) == bytes.size() || failed(error, writeError(device));
}

bool writeTimelineSvg(QIODevice &device, const SessionStore &store, const PictureOptions &options,
                      QString *error)
{
    if (!check(options, error))
        return false;
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    const double factor = enlargement(options.size);
    {
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setSize(options.size);
        generator.setViewBox(QRect(QPoint(), options.size));
        // One unit is a pixel, whatever the machine's screen.
        generator.setResolution(96);
        // Qt does not escape a title everywhere: nothing of the session goes there.
        generator.setTitle(u"Watchline"_s);
        QPainter painter(&generator);
        painter.scale(factor, factor);
        paintPicture(painter, QSizeF(options.size) / factor, 1, store, options);
    }
    // Qt writes the size in millimetres; pixels were asked for.
    static const QRegularExpression millimetres(u"width=\"[0-9.]+mm\" height=\"[0-9.]+mm\""_s);
    QString head = QString::fromUtf8(bytes.first(std::min<qsizetype>(bytes.size(), 300)));
    const auto match = millimetres.match(head);
    if (match.hasMatch()) {
        const QByteArray size = "width=\"" + QByteArray::number(options.size.width()) +
                                "\" height=\"" + QByteArray::number(options.size.height()) + '"';
        bytes.replace(match.capturedStart(), match.capturedLength(), size);
    }
    return device.write(bytes) == bytes.size() || failed(error, writeError(device));
}

} // namespace watchline
