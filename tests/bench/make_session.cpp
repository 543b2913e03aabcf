// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

// Writes a long session, always the same one: make_session EVENTS FILE
// Weeks of keep-alives and heartbeats, watches that end in all ways, some outages: what a watch
// that was left on records.

#include "core/session/sessionwriter.h"
#include "tests/support/sessionbuilder.h"

#include <QFile>

#include <cstdio>

using namespace watchline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// One lease: its watch, how it ended, and now and then a server that is away for a while.
void addLease(SessionBuilder &session, int lease)
{
    session.connect(u"rwl_%1"_s.arg(lease, 8, 16, QChar(u'0'))).run(300s * (1 + lease % 12));
    switch (lease % 7) {
    case 3:
        session.end(WatchOutcome::ReadTimeout);
        break;
    case 5:
        session.heartbeat(Word::Conflict, 31ms, 409).end(WatchOutcome::HeartbeatConflict);
        break;
    default:
        session.end(lease % 2 ? WatchOutcome::StreamEnded : WatchOutcome::StreamError);
    }
    if (lease % 11 == 6) {
        for (int failed = 0; failed < 1 + lease % 5; ++failed)
            session.failConnect(ConnectError::Api, 503);
    }
}

} // namespace

int main(int argc, char **argv)
{
    const auto wanted = argc == 3 ? QByteArray(argv[1]).toLongLong() : 0;
    if (wanted <= 0) {
        std::fputs("usage: make_session EVENTS FILE\n", stderr);
        return 2;
    }
    SessionWriter writer;
    auto isOk = writer.open(QFile::decodeName(argv[2]), SessionBuilder::header(),
                            SessionWriter::Existing::Replace);
    SessionBuilder session;
    session.start();
    qint64 written = 0;
    for (int lease = 0; isOk && written < wanted; ++lease) {
        addLease(session, lease);
        for (const auto &event : session.takeEvents()) {
            isOk = isOk && (written == wanted || writer.append(toJsonLine(event)));
            written += written < wanted ? 1 : 0;
        }
    }
    if (isOk && writer.close())
        return 0;
    std::fprintf(stderr, "%s\n", qPrintable(writer.error()));
    return 4;
}
