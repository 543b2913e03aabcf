// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/timeline/timerange.h"

#include <QSize>

#include <optional>

class QIODevice;
class QString;

namespace watchline {

class SessionStore;
class TimelineIndex;

/// What a picture of a session's timeline shows.
struct PictureOptions
{
    QSize size; ///< In pixels; usualPictureSize() while it is not valid.
    bool dark = false;
    std::optional<Nanoseconds> from; ///< Since the session's start; the first event without it.
    std::optional<Nanoseconds> to;   ///< The last event without it.
};

/// The smallest picture that has room for all lanes of one source, and the largest side of any.
inline constexpr QSize kSmallestPicture{320, 290};
inline constexpr int kLargestPicture = 16'384;

/// What is wrong with the options for this session, in one line; empty when they are possible.
/// Needs a QGuiApplication.
QString pictureComplaint(const PictureOptions &options, const SessionStore &store);
/// The usual size; higher where the session has more lanes than that has room for.
QSize usualPictureSize(const SessionStore &store);

/// Writes the timeline as the window paints it, without anything live. They need a QGuiApplication
/// (the `offscreen` platform will do), no widget. Blocking; on the thread that calls. The same
/// session, options and fonts give the same bytes. False: nothing useful was written, `error` says
/// why in one line.
bool writeTimelinePng(QIODevice &device, const SessionStore &store, const PictureOptions &options,
                      QString *error);
bool writeTimelineSvg(QIODevice &device, const SessionStore &store, const PictureOptions &options,
                      QString *error);
/// The same with an index of the store, which may have taken it in while it was being read.
bool writeTimelinePng(QIODevice &device, const SessionStore &store, TimelineIndex &index,
                      const PictureOptions &options, QString *error);
bool writeTimelineSvg(QIODevice &device, const SessionStore &store, TimelineIndex &index,
                      const PictureOptions &options, QString *error);

} // namespace watchline
