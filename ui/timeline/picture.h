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

/// What a picture of a session's timeline shows.
struct PictureOptions
{
    QSize size{1600, 600};
    bool dark = false;
    std::optional<Nanoseconds> from; ///< Since the session's start; the first event without it.
    std::optional<Nanoseconds> to;   ///< The last event without it.
};

/// The smallest and largest side that a picture may have.
inline constexpr int kSmallestPicture = 100;
inline constexpr int kLargestPicture = 16'384;

/// Writes the timeline as the window paints it, without anything live. They need a QGuiApplication
/// (the `offscreen` platform will do), no widget. Blocking; on the thread that calls. The same
/// session, options and fonts give the same bytes. False: nothing useful was written, `error` says
/// why in one line.
bool writeTimelinePng(QIODevice &device, const SessionStore &store, const PictureOptions &options,
                      QString *error);
bool writeTimelineSvg(QIODevice &device, const SessionStore &store, const PictureOptions &options,
                      QString *error);

} // namespace watchline
