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

/// Many sources are folded, as in the window.
SourceFolding sourcesOf(const SessionStore &store)
{
    SourceFolding sources{std::max(1, store.sourceCount()), {}};
    for (qsizetype row = 0; row < store.size() && !sources.hasRooms; ++row)
        sources.hasRooms = store.kind(row) == EventKind::Room;
    return sources;
}

/// In which all lanes of all sources are in sight.
QSize smallestPicture(const SessionStore &store)
{
    const double lanes = leastTimelineHeight(TimelineFonts(pictureFont()), sourcesOf(store), false);
    return {kSmallestPicture.width(),
            std::max(kSmallestPicture.height(), static_cast<int>(std::ceil(kTitleHeight + lanes)))};
}

/// Large pictures are enlarged as far as all lanes keep their room.
double enlargement(QSize size, const SessionStore &store)
{
    const double wanted = std::min(size.width() / kNaturalWidth, size.height() / kNaturalHeight);
    const double most = static_cast<double>(size.height()) / smallestPicture(store).height();
    return std::max(1.0, std::min(wanted, most));
}

/// Paints into [0, size] of the painter.
void paintPicture(QPainter &painter, QSizeF size, double devicePixelRatio,
                  const SessionStore &store, const TimelineIndex &index,
                  const PictureOptions &options)
{
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
    const auto sources = sourcesOf(store);
    const bool overview = size.height() >= (part ? 360 : 700) &&
                          size.height() >= kTitleHeight + leastTimelineHeight(fonts, sources, true);
    scene.layout =
        layoutTimeline(QRectF(0, kTitleHeight, size.width(), size.height() - kTitleHeight), fonts,
                       sources, 0, overview, 0, Lanes::AllInSight);

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

QSize sizeOf(const PictureOptions &options, const SessionStore &store)
{
    return options.size.isValid() ? options.size : usualPictureSize(store);
}

QString sizeComplaint(const PictureOptions &options, const SessionStore &store)
{
    const QSize size = sizeOf(options, store);
    if (std::max(size.width(), size.height()) > kLargestPicture) {
        return translated(QT_TRANSLATE_NOOP("TimelineView",
                                            "a picture of %1x%2 is too large: each side takes at "
                                            "most %3 pixels"))
            .arg(size.width())
            .arg(size.height())
            .arg(kLargestPicture);
    }
    const QSize least = smallestPicture(store);
    if (size.width() < least.width() || size.height() < least.height()) {
        return translated(QT_TRANSLATE_NOOP("TimelineView",
                                            "a picture of %1x%2 has no room for all lanes: this "
                                            "session takes at least %3x%4"))
            .arg(size.width())
            .arg(size.height())
            .arg(least.width())
            .arg(least.height());
    }
    return {};
}

QString rangeComplaint(const PictureOptions &options, const TimelineIndex &index)
{
    if (options.from && options.to && *options.to <= *options.from) {
        return translated(QT_TRANSLATE_NOOP(
            "TimelineView", "the time range is empty: it has to end after it begins"));
    }
    if (index.size() == 0)
        return {};
    const TimeRange extent = index.extent();
    if (options.from && *options.from > extent.end) {
        return translated(QT_TRANSLATE_NOOP("TimelineView",
                                            "the time range begins after the session's end: "
                                            "it is %1 long"))
            .arg(readableDuration(extent.end));
    }
    if (options.to && *options.to < extent.begin) {
        return translated(QT_TRANSLATE_NOOP("TimelineView",
                                            "the time range ends before the first event, which "
                                            "came after %1"))
            .arg(readableDuration(extent.begin));
    }
    return {};
}

/// Takes the session in once, for what is checked and what is painted.
bool prepare(TimelineIndex &index, const PictureOptions &options, const SessionStore &store,
             QString *error)
{
    auto message = sizeComplaint(options, store);
    if (message.isEmpty()) {
        index.update();
        message = rangeComplaint(options, index);
    }
    if (error)
        *error = message;
    return message.isEmpty();
}

} // namespace

QSize usualPictureSize(const SessionStore &store)
{
    return {static_cast<int>(kNaturalWidth),
            std::max(static_cast<int>(kNaturalHeight), smallestPicture(store).height())};
}

QString pictureComplaint(const PictureOptions &options, const SessionStore &store)
{
    TimelineIndex index(store);
    auto message = sizeComplaint(options, store);
    if (message.isEmpty() && (options.from || options.to)) {
        index.update();
        message = rangeComplaint(options, index);
    }
    return message;
}

bool writeTimelinePng(QIODevice &device, const SessionStore &store, const PictureOptions &options,
                      QString *error)
{
    TimelineIndex index(store);
    return writeTimelinePng(device, store, index, options, error);
}

bool writeTimelinePng(QIODevice &device, const SessionStore &store, TimelineIndex &index,
                      const PictureOptions &options, QString *error)
{
    if (!prepare(index, options, store, error))
        return false;
    const QSize size = sizeOf(options, store);
    QImage image(size, QImage::Format_RGB32);
    if (image.isNull()) {
        return failed(error, translated(QT_TRANSLATE_NOOP(
                                 "TimelineView", "not enough memory for a picture of this size")));
    }
    const double factor = enlargement(size, store);
    {
        QPainter painter(&image);
        painter.setRenderHint(QPainter::TextAntialiasing);
        painter.scale(factor, factor);
        paintPicture(painter, QSizeF(size) / factor, factor, store, index, options);
    }
    // Whole or not at all: the device gets nothing until the bytes are there.
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    // Packing harder takes twice as long to make the file a fifth smaller.
    constexpr int kQuality = 70;
    if (!image.save(&buffer, "PNG", kQuality)) {
        return failed(error, translated(QT_TRANSLATE_NOOP("TimelineView",
                                                          "the picture could not be encoded")));
    }
    return device.write(bytes) == bytes.size() || failed(error, writeError(device));
}

bool writeTimelineSvg(QIODevice &device, const SessionStore &store, const PictureOptions &options,
                      QString *error)
{
    TimelineIndex index(store);
    return writeTimelineSvg(device, store, index, options, error);
}

bool writeTimelineSvg(QIODevice &device, const SessionStore &store, TimelineIndex &index,
                      const PictureOptions &options, QString *error)
{
    if (!prepare(index, options, store, error))
        return false;
    const QSize size = sizeOf(options, store);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    const double factor = enlargement(size, store);
    {
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setSize(size);
        generator.setViewBox(QRect(QPoint(), size));
        // One unit is a pixel, whatever the machine's screen.
        generator.setResolution(96);
        // Qt does not escape a title everywhere: nothing of the session goes there.
        generator.setTitle(u"Watchline"_s);
        QPainter painter(&generator);
        painter.scale(factor, factor);
        paintPicture(painter, QSizeF(size) / factor, 1, store, index, options);
    }
    // Qt writes the size in millimetres; pixels were asked for.
    static const QRegularExpression millimetres(u"width=\"[0-9.]+mm\" height=\"[0-9.]+mm\""_s);
    QString head = QString::fromUtf8(bytes.first(std::min<qsizetype>(bytes.size(), 300)));
    const auto match = millimetres.match(head);
    if (match.hasMatch()) {
        const QByteArray pixels = "width=\"" + QByteArray::number(size.width()) + "\" height=\"" +
                                  QByteArray::number(size.height()) + '"';
        bytes.replace(match.capturedStart(), match.capturedLength(), pixels);
    }
    return device.write(bytes) == bytes.size() || failed(error, writeError(device));
}

} // namespace watchline
