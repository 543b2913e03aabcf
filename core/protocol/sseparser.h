// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <memory>
#include <type_traits>

namespace watchline {

/// What an event stream said. The views are valid during the callback alone; they are valid UTF-8
/// (but may hold any character), except for BadLine.
struct SseFrame
{
    enum class Kind {
        Comment, ///< A line that starts with a colon: a keep-alive. `data` is its text.
        Event,   ///< `type` and `data`.
        Id,      ///< An `id` line with its value in `data`: shown, without effect.
        Retry,   ///< A `retry` line with its value in `data`: shown, without effect.
        BadLine, ///< A line that is not UTF-8 was dropped; `data` is its raw bytes.
    };
    Kind kind = Kind::Event;
    QByteArrayView type; ///< Of an Event: `message` where the stream names none.
    QByteArrayView data; ///< Of an Event: its data lines, joined by line feeds.
    /// The stream ended before the empty line that should have ended this Event.
    bool unterminated = false;

    /// Whether it proves that the server lives, and so restarts the read time-out.
    bool isSignOfLife() const { return kind == Kind::Comment || kind == Kind::Event; }
};

/// Splits a stream of server-sent events into frames, whatever pieces its bytes come in.
///
/// Lines end in LF, CRLF or CR; one leading byte-order mark is dropped. A line that is complete
/// counts, one that the end of the stream cuts off does not; see finish(). Work is linear in the
/// bytes fed; memory is bounded by the limits. Not thread-safe.
class SseParser
{
public:
    struct Limits
    {
        qsizetype line = 1024 * 1024;  ///< Bytes of a line, without its end.
        qsizetype event = 1024 * 1024; ///< Bytes of an event's data.
    };

    SseParser()
        : SseParser(Limits())
    {}
    explicit SseParser(Limits limits)
        : m_limits(limits)
    {}

    /// Takes the next bytes and calls `sink(const SseFrame &)` for each frame that they complete.
    /// False once a limit was passed (error() says which) or stop() was called: nothing more is
    /// taken then. The sink may call stop(), but neither feed() nor finish(), and may not destroy
    /// the parser.
    template<typename Sink>
    bool feed(QByteArrayView bytes, Sink &&sink)
    {
        return feedTo(bytes, FrameSink(sink));
    }

    /// The body is over. An event whose lines are complete but for the empty one is given, marked
    /// as unterminated; a last line without a line end is dropped.
    template<typename Sink>
    bool finish(Sink &&sink)
    {
        return finishTo(FrameSink(sink));
    }

    void stop() { m_stopped = true; }
    /// Empty while no limit was passed.
    QString error() const { return m_error; }

private:
    /// Refers to a callable for the time of a call, without an allocation.
    class FrameSink
    {
    public:
        template<typename Sink>
        explicit FrameSink(Sink &sink)
            : m_sink(const_cast<std::remove_const_t<Sink> *>(std::addressof(sink)))
            , m_call([](void *object, const SseFrame &frame) {
                (*static_cast<Sink *>(object))(frame);
            })
        {}
        void operator()(const SseFrame &frame) const { m_call(m_sink, frame); }

    private:
        void *m_sink;
        void (*m_call)(void *, const SseFrame &);
    };

    bool feedTo(QByteArrayView bytes, const FrameSink &sink);
    bool finishTo(const FrameSink &sink);
    void keepPartialLine(QByteArrayView bytes);
    void takeKeptLine(QByteArrayView rest, const FrameSink &sink);
    void takeLine(QByteArrayView line, bool isKnownUtf8, const FrameSink &sink);
    void takeField(QByteArrayView line, const FrameSink &sink);
    void setType(QByteArrayView value);
    void addData(QByteArrayView value);
    void dispatch(const FrameSink &sink, bool unterminated);
    void keepEvent();
    void keepData();
    void keepType();
    void fail(const QString &error);

    Limits m_limits;
    QString m_error;
    bool m_stopped = false;
    bool m_atStart = true; // no line was complete yet: it may have a byte-order mark
    bool m_skipLineFeed = false;

    QByteArray m_line; // the piece of a line that earlier calls brought

    // The event so far. Views are into the bytes being fed until keepEvent() makes them ours.
    bool m_hasData = false;
    bool m_dataIsOurs = false;
    bool m_typeIsOurs = false;
    QByteArrayView m_data;
    QByteArrayView m_type;
    QByteArray m_dataBuffer;
    qsizetype m_dataStart = 0; // of the data in its buffer, once it is ours
    QByteArray m_typeBuffer;
};

} // namespace watchline
