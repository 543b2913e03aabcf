// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/eventparser.h"
#include "core/session/sessionstore.h"

#include <QFile>

#include <unistd.h>

namespace watchline {

/// What a store knows whose file took nothing any more from some event on: between the file and
/// memory there is a gap. One event of a hundred has a row.
struct FullDisk
{
    static constexpr int kEvents = 20'000;
    static constexpr int kInFile = 5'000;
    static constexpr int kHeldBytes = 200'000;

    /// False: the file cannot be written.
    static bool fill(SessionStore &store, const QString &path)
    {
        QFile file(path);
        if (!file.open(QIODevice::ReadWrite))
            return false;
        file.write(toJsonLine(store.header()) + '\n');
        file.flush();
        store.setLineCapacity(kHeldBytes);
        store.setFile(::dup(file.handle()), file.size());
        Event event(EventKind::Note);
        event.source = QStringLiteral("g");
        for (int i = 0; i < kEvents; ++i) {
            event.t = Nanoseconds(i);
            const auto line = toJsonLine(event);
            if (i % 100 == 0 || i == kEvents - 1)
                store.append(event, line);
            else
                store.appendLine(line);
            if (i >= kInFile)
                continue;
            file.write(line + '\n');
            if (i % 100 == 99 && file.flush())
                store.setFileEnd(file.size());
        }
        return store.lostLines() > 0;
    }
};

} // namespace watchline
