// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/base/fileproblem.h"
#include "core/transfer/gatewaylog.h"
#include "core/transfer/loginput.h"

#include <QByteArray>
#include <QDateTime>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr qsizetype kPiece = 256 * 1024;
/// So much is read in one call, if it has no entries.
constexpr qsizetype kMostAtOnce = 16 * 1024 * 1024;
constexpr qsizetype kEnoughEntries = 512;
constexpr qsizetype kLookedAt = 64 * 1024;

/// What no text has, or hardly any.
bool isBinary(QByteArrayView bytes)
{
    const auto controls = std::count_if(bytes.begin(), bytes.end(), [](char c) {
        return (c >= 0 && c < 7) || (c > 13 && c < 27) || c == 127;
    });
    return controls * 20 > bytes.size();
}

} // namespace

class GatewayLogReader::Implementation
{
public:
    Implementation(const LogOptions &options, Mode mode)
        : input(mode)
        , parser(options)
        , hasNow(options.nowUnixNanoseconds.has_value())
    {}

    /// False: there is nothing to be read in it.
    bool look(QByteArrayView bytes)
    {
        hasBytes = true;
        if (isLookedAt)
            return true;
        // A file that was emptied while its writer went on begins with zeros.
        const auto *text = std::find_if(bytes.begin(), bytes.end(), [](char c) { return c != 0; });
        const QByteArrayView start(text, std::min<qsizetype>(bytes.end() - text, kLookedAt));
        if (start.isEmpty())
            return true;
        isLookedAt = true;
        isWide = start.startsWith("\xff\xfe") || start.startsWith("\xfe\xff");
        isJournal = start.startsWith("LPKSHHRH");
        isNoText = isBinary(start);
        return !isWide && !isNoText && !isJournal;
    }

    Got end(QList<LogEntry> &entries)
    {
        if (isOver)
            return Got::End;
        isOver = true;
        parser.finish(entries);
        if (input.isUnpackingCut())
            parser.remark(LogRemark::Kind::UnpackingCut);
        problem = whyEnded();
        return entries.isEmpty() ? Got::End : Got::Entries;
    }

    QString whyEnded() const
    {
        if (!input.packing().isEmpty())
            return u"it is packed with %1; unpack it first"_s.arg(input.packing());
        if (!input.problem().isEmpty())
            return input.problem();
        if (input.isUnpackingCut())
            return u"the compressed data end early or are damaged; what came before was read"_s;
        if (!hasBytes)
            return u"it is empty; check where the gateway writes its log"_s;
        const auto &counts = parser.counts();
        if (counts.entries > 0)
            return {};
        if (isJournal)
            return u"it is journald's own file; name what journalctl --file makes of it"_s;
        if (isWide)
            return u"it is UTF-16; convert it to UTF-8 first (iconv -f UTF-16 -t UTF-8)"_s;
        if (isNoText)
            return u"it is no text; name a gateway's log"_s;
        const auto read =
            counts.read == 1 ? u"in its one line"_s : u"in its %1 lines"_s.arg(counts.read);
        const bool isLeftOut =
            std::any_of(counts.remarks.begin(), counts.remarks.end(), [](const LogRemark &remark) {
                return remark.kind == LogRemark::Kind::Unprintable;
            });
        if (isLeftOut)
            return u"no line of a gateway %1, but some that journalctl left out (\"blob data\"); "
                   "call it with --all"_s.arg(read);
        if (counts.notUnderstood > 0)
            return u"no line of a gateway that is understood %1, the first that is not is line "
                   "%2; check the gateway's version"_s.arg(read)
                       .arg(counts.firstNotUnderstood.first().number);
        return u"no line of a gateway %1; check that it is the gateway's log, from the level "
               "INFO on"_s.arg(read);
    }

    Got next(QList<LogEntry> &entries)
    {
        for (qsizetype done = 0; done < kMostAtOnce && entries.size() < kEnoughEntries;) {
            qsizetype count = 0;
            switch (input.read(piece.data(), piece.size(), count)) {
            case LogInput::Got::Bytes:
                if (!look(QByteArrayView(piece).first(count)))
                    return end(entries);
                // What comes from a pipe was written just now.
                if (!hasNow)
                    parser.setChanged(input.changed() != 0
                                          ? input.changed()
                                          : QDateTime::currentMSecsSinceEpoch() * 1'000'000);
                parser.feed(QByteArrayView(piece).first(count), entries);
                done += count;
                break;
            case LogInput::Got::NewText:
                parser.finish(entries);
                parser.remark(input.whatHappened());
                break;
            case LogInput::Got::NotYet:
                return entries.isEmpty() ? Got::NotYet : Got::Entries;
            case LogInput::Got::End:
                return end(entries);
            }
        }
        return Got::Entries;
    }

    LogInput input;
    GatewayLogParser parser;
    QByteArray piece = QByteArray(kPiece, '\0');
    QString problem;
    bool hasNow;
    bool hasBytes = false;
    bool isLookedAt = false;
    bool isWide = false;
    bool isJournal = false;
    bool isNoText = false;
    bool isOver = false;
};

GatewayLogReader::GatewayLogReader(const LogOptions &options, Mode mode)
    : m_implementation(std::make_unique<Implementation>(options, mode))
{}

GatewayLogReader::~GatewayLogReader() = default;

QString GatewayLogReader::open(const QString &path)
{
    const int error = m_implementation->input.open(path);
    if (error == 0)
        return {};
    return fileProblem(u"cannot read the log"_s, shownPath(path, Direction::Input), error);
}

GatewayLogReader::Got GatewayLogReader::next(QList<LogEntry> &entries)
{
    entries.clear();
    return m_implementation->next(entries);
}

void GatewayLogReader::flush(QList<LogEntry> &entries)
{
    m_implementation->parser.flush(entries);
}

QString GatewayLogReader::problem() const
{
    return m_implementation->problem;
}

const LogCounts &GatewayLogReader::counts() const
{
    return m_implementation->parser.counts();
}

qint64 GatewayLogReader::position() const
{
    return m_implementation->input.position();
}

qint64 GatewayLogReader::total() const
{
    return m_implementation->input.total();
}

} // namespace watchline
