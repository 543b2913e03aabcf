// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/analysis/diagnosis.h"

#include "core/analysis/diagnosisinput.h"
#include "core/analysis/evidence.h"
#include "core/analysis/roundtrips.h"
#include "core/base/text.h"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <unordered_set>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace watchline {

namespace {

constexpr auto kRuleCount = static_cast<std::size_t>(Rule::OutcomeHeartbeatCancelled) + 1;
/// More leases than a year of reconnecting every ten seconds makes.
constexpr std::size_t kMostLeases = 4'000'000;

constexpr std::size_t kLoopConnects = 5;
constexpr Nanoseconds kLoopTime = 10s;
/// Watches that end early belong together unless one between them ran for longer than this.
constexpr Nanoseconds kSteadyTime = 1h;
/// Past this many sources, what is one's own is no longer told apart.
constexpr std::size_t kMostSources = 10'000;
constexpr qsizetype kCutsInARow = 3;
/// Of heartbeats, where no `hello` says it: watches that are shorter may just be flapping.
constexpr Nanoseconds kUsualInterval = 10s;
constexpr Nanoseconds kBurstSilence = 1s;
constexpr Nanoseconds kBurstGap = 500ms;
constexpr qsizetype kFramesInABurst = 3;
constexpr qsizetype kBurstsInARow = 2;
constexpr qsizetype kMostSessions = 5;

Nanoseconds positive(Nanoseconds duration)
{
    return std::max(duration, Nanoseconds::zero());
}

/// When that began which the event ends; not so long ago that differences would not be numbers.
Nanoseconds beganAt(const DiagnosisInput &input)
{
    const Nanoseconds duration = Microseconds(std::max<qint64>(input.durationUs, 0));
    return std::max<Nanoseconds>(input.t - duration, -kFarthestTime);
}

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

QString nameOf(const DiagnosisDetails *details)
{
    return details ? QString::fromStdString(details->name) : QString();
}

class WordCounter : public WordCounts
{
public:
    void addWord(Word word, const DiagnosisDetails *details)
    {
        if (word == Word::Other || word == Word::None)
            addOther(nameOf(details));
        else
            add(word);
    }
};

/// One event that may belong to a finding, once there are enough of its like.
struct Suspect
{
    qsizetype seq = 0;
    Nanoseconds from{};
    Nanoseconds to{};
    bool isCounted = false;
};

struct Cut : Suspect
{
    Nanoseconds duration{};
    Nanoseconds silence{};
    bool hadFrames = false;
};

/// Frames that come at once after a silence.
struct Burst
{
    Suspect suspect;
    Nanoseconds silence{};
    qsizetype size = 0; // 0: no silence came before
};

struct Watch
{
    qsizetype seq = 0; // of its `hello`
    Nanoseconds began{};
    Nanoseconds interval{}; // of its heartbeats; zero when it is not known
    Nanoseconds lastFrame{};
    bool hadFrames = false;
    bool isFromLog = false;             // which tells of no frames
    qsizetype heartbeatsSinceFrame = 0; // that succeeded
    Nanoseconds lastSuccess{};          // of a heartbeat
    Burst burst;
    Burst previousBurst;
    qsizetype burstsInARow = 0;
};

/// Something that keeps a source disconnected.
struct Obstacle
{
    FindingCode code;
    Nanoseconds since{};
};

struct Source
{
    std::string name;
    quint32 seenCodes = 0; // a bit each
    Nanoseconds lastTime = Nanoseconds::min();
    std::string lease;
    Nanoseconds interval{}; // of heartbeats, as a `hello` last said; zero when none did
    std::optional<Watch> watch;
    std::optional<Nanoseconds> backoff;
    std::optional<Suspect> attempt; // that has no result yet
    bool sawPhase = false;
    bool sawHeaders = false;
    std::optional<Obstacle> obstacle;   // until the next try
    std::optional<FindingCode> failing; // until the next `hello`
    std::optional<Nanoseconds> lastConflict;
    Word lastHeartbeat = Word::None; // since the last attempt or outcome

    std::deque<Suspect> connects; // the last few since a backoff that was waited for
    bool isNextSkippedTo = false; // the next attempt is one that the user did not wait for
    qsizetype loopConnects = 0;
    Nanoseconds loopBegan{};
    std::deque<Suspect> earlyEnds;
    CutRun cutRun;
    std::deque<Cut> cuts; // the last two of the run
};

} // namespace

struct Diagnosis::Private
{
    qsizetype seq = 0; // of the event that is being taken in
    Nanoseconds first{};
    Nanoseconds last{};
    std::deque<Source> sources;
    std::unordered_map<std::string_view, Source *> sourcesByName;
    Source *lastSource = nullptr;

    Nanoseconds connected{};
    Nanoseconds backoff{};
    std::optional<Microseconds> deviceInfo;
    qsizetype attempts = 0;
    WordCounter attemptsByOutcome;
    qsizetype watches = 0;
    WordCounter watchesByOutcome;
    std::unordered_set<std::size_t> leases; // hashes
    bool hasMoreLeases = false;
    bool hasMoreSources = false;
    qsizetype keepAlives = 0;
    WordCounter heartbeats;
    RoundTrips roundTrips;
    Nanoseconds longestSilence{};
    CodeCounter<Rule, kRuleCount> decisions;

    Evidences evidences;

    // Rows of a store most often have what the row before had.
    std::optional<quint16> rowSource;
    std::string rowSourceName;
    StringId rowLease = 0;
    std::string rowLeaseId;

    qsizetype unknownKinds = 0;
    qsizetype backwards = 0;
    qsizetype unknownOutcomes = 0;
    qsizetype watchesWithoutStart = 0;
    qsizetype watchesWithoutEnd = 0;

    void take(const DiagnosisInput &input);
    Source &sourceOf(std::string_view name);
    void takeLease(Source &source, std::string_view lease);

    void takeNote(const DiagnosisInput &input);
    void takeStatus(Source &source, const DiagnosisInput &input);
    void takeDeviceInfo(Source &source, const DiagnosisInput &input);
    void takeAttempt(Source &source, const DiagnosisInput &input);
    void takeConnect(Source &source, const DiagnosisInput &input);
    void takePhase(Source &source, const DiagnosisInput &input);
    void takeConnectError(Source &source, const DiagnosisInput &input);
    void takeHello(Source &source, const DiagnosisInput &input);
    void takeFrame(Source &source, const DiagnosisInput &input);
    void takeKeepAlive(Source &source, const DiagnosisInput &input);
    void takeHeartbeat(Source &source, const DiagnosisInput &input);
    void takeWake(Source &source, const DiagnosisInput &input);
    void takeOutcome(Source &source, const DiagnosisInput &input);
    void takeBackoff(Source &source, const DiagnosisInput &input);

    void takeHttpFailure(Source &source, const DiagnosisInput &input, Nanoseconds from);
    void takeUnreachable(Source &source, const DiagnosisInput &input, Nanoseconds from);
    void takeConflict(Source &source, Nanoseconds t);
    void takeHeartbeatLoss(Source &source, const DiagnosisInput &input, Word result);
    void takeCut(Source &source, const Cut &cut);
    void takeEarlyEnd(Source &source);
    void takeBurst(Source &source, Watch &watch);

    void endWatch(Source &source, Nanoseconds t);
    void endBackoff(Source &source, Nanoseconds t);
    void endObstacle(Source &source, Nanoseconds t);
    void fail(Source &source, FindingCode code, Nanoseconds from);
    void show(Source &source, FindingCode code, qsizetype shownSeq, Nanoseconds from,
              Nanoseconds to);
    void showHere(Source &source, FindingCode code, const DiagnosisInput &input)
    {
        show(source, code, seq, input.t, input.t);
    }
    void showOnce(Source &source, FindingCode code, Suspect &suspect);
};

Source &Diagnosis::Private::sourceOf(std::string_view name)
{
    if (lastSource && lastSource->name == name)
        return *lastSource;
    const auto found = sourcesByName.find(name);
    if (found != sourcesByName.end())
        return *(lastSource = found->second);
    if (sources.size() >= kMostSources) {
        hasMoreSources = true;
        return *(lastSource = &sources.back());
    }
    auto &source = sources.emplace_back();
    source.name = name;
    sourcesByName.emplace(source.name, &source);
    ++evidences.sources;
    return *(lastSource = &source);
}

void Diagnosis::Private::takeLease(Source &source, std::string_view lease)
{
    if (lease.empty() || lease == source.lease)
        return;
    source.lease = lease;
    if (leases.size() < kMostLeases)
        leases.insert(std::hash<std::string_view>()(lease));
    else
        hasMoreLeases = true;
}

void Diagnosis::Private::take(const DiagnosisInput &input)
{
    ++seq;
    first = seq == 1 ? input.t : std::min(first, input.t);
    last = seq == 1 ? input.t : std::max(last, input.t);
    if (input.kind == EventKind::Note) {
        takeNote(input);
        return;
    }
    auto &source = sourceOf(input.source);
    if (input.t < source.lastTime)
        ++backwards;
    source.lastTime = std::max(source.lastTime, input.t);
    takeLease(source, input.lease);
    switch (input.kind) {
    case EventKind::Status:
        takeStatus(source, input);
        break;
    case EventKind::DeviceInfo:
        takeDeviceInfo(source, input);
        break;
    case EventKind::ConnectAttempt:
        takeAttempt(source, input);
        break;
    case EventKind::ConnectPhase:
        takePhase(source, input);
        break;
    case EventKind::Hello:
        takeHello(source, input);
        break;
    case EventKind::ConnectError:
        takeConnectError(source, input);
        break;
    case EventKind::KeepAlive:
        takeKeepAlive(source, input);
        break;
    case EventKind::SseEvent:
        if (input.details && contains(input.details->detail, "UTF-8")) {
            ++evidences.malformedLines;
            showHere(source, FindingCode::Malformed, input);
        }
        takeFrame(source, input);
        break;
    case EventKind::Heartbeat:
        takeHeartbeat(source, input);
        break;
    case EventKind::Wake:
        takeWake(source, input);
        break;
    case EventKind::Outcome:
        takeOutcome(source, input);
        break;
    case EventKind::Decision:
        if (input.rule < kRuleCount)
            decisions.add(static_cast<Rule>(input.rule));
        else
            decisions.addOther(nameOf(input.details));
        break;
    case EventKind::Backoff:
        takeBackoff(source, input);
        break;
    case EventKind::Unknown:
        ++unknownKinds;
        break;
    case EventKind::Room:
    case EventKind::Note:
        break;
    }
}

// What happens, by kind.

/// A user's are no part of what happened; those that an import made say what it found.
void Diagnosis::Private::takeNote(const DiagnosisInput &input)
{
    if (!input.details || input.details->finding.empty())
        return;
    for (const auto code :
         {FindingCode::LogGap, FindingCode::PolicyMismatch, FindingCode::Restarted}) {
        if (input.details->finding != name(code))
            continue;
        auto &source = sourceOf(input.source);
        auto &example = evidences.logNotes[static_cast<std::size_t>(code) -
                                           static_cast<std::size_t>(FindingCode::LogGap)];
        if (example.isEmpty())
            example = singleLine(QString::fromStdString(input.details->detail), 400);
        // How long what ran went on after its last line is not known.
        if (code == FindingCode::Restarted) {
            const auto lastLine = std::clamp<Nanoseconds>(
                source.lastTime, -kFarthestTime, std::max<Nanoseconds>(input.t, -kFarthestTime));
            endWatch(source, lastLine);
            endBackoff(source, lastLine);
            endObstacle(source, lastLine);
        }
        showHere(source, code, input);
    }
}

void Diagnosis::Private::takeStatus(Source &source, const DiagnosisInput &input)
{
    if (input.word != Word::Shutdown)
        return;
    // A run that its user stopped has no outcome.
    endWatch(source, input.t);
    endBackoff(source, input.t);
    endObstacle(source, input.t);
    source.attempt.reset();
    source.connects.clear();
}

void Diagnosis::Private::takeDeviceInfo(Source &source, const DiagnosisInput &input)
{
    const auto began = beganAt(input);
    endObstacle(source, began);
    if (input.word == Word::Ok) {
        if (input.durationUs >= 0)
            deviceInfo = Microseconds(input.durationUs);
        return;
    }
    if (input.word != Word::Error)
        ++unknownOutcomes;
    else
        takeHttpFailure(source, input, began);
}

void Diagnosis::Private::takeAttempt(Source &source, const DiagnosisInput &input)
{
    ++attempts;
    if (source.watch) {
        ++watchesWithoutEnd;
        endWatch(source, input.t);
    }
    // A backoff whose end is not told was waited for.
    if (source.backoff)
        source.connects.clear();
    endBackoff(source, input.t);
    endObstacle(source, input.t);
    source.attempt = Suspect{seq, input.t, input.t, false};
    source.sawPhase = source.sawHeaders = false;
    source.lastHeartbeat = Word::None;
    takeConnect(source, input);
}

/// Looks for a loop. An attempt that the user did not wait for is the user's: it neither makes a
/// loop nor ends one, and neither does the backoff that was skipped.
void Diagnosis::Private::takeConnect(Source &source, const DiagnosisInput &input)
{
    auto &connects = source.connects;
    if (std::exchange(source.isNextSkippedTo, false))
        return;
    connects.push_back(*source.attempt);
    if (connects.size() > kLoopConnects)
        connects.pop_front();
    const bool isLoop =
        connects.size() == kLoopConnects && positive(input.t - connects.front().from) <= kLoopTime;
    if (!isLoop) {
        source.loopConnects = 0;
        return;
    }
    if (source.loopConnects == 0) {
        source.loopConnects = static_cast<qsizetype>(kLoopConnects) - 1;
        source.loopBegan = connects.front().from;
    }
    ++source.loopConnects;
    for (auto &connect : connects)
        showOnce(source, FindingCode::HotLoop, connect);
    if (source.loopConnects > evidences.longestLoop) {
        evidences.longestLoop = source.loopConnects;
        evidences.longestLoopTime = positive(input.t - source.loopBegan);
    }
}

void Diagnosis::Private::takePhase(Source &source, const DiagnosisInput &input)
{
    source.sawPhase = true;
    source.sawHeaders = source.sawHeaders || input.word == Word::Headers;
}

void Diagnosis::Private::takeConnectError(Source &source, const DiagnosisInput &input)
{
    attemptsByOutcome.addWord(input.word, input.details);
    const Nanoseconds began = source.attempt ? source.attempt->from : input.t;
    source.attempt.reset();
    const auto report = [&](FindingCode code) {
        showHere(source, code, input);
        fail(source, code, began);
    };
    switch (input.word) {
    case Word::Unauthorized:
        evidences.rejectedBy.add("connecting");
        report(FindingCode::TokenRejected);
        break;
    case Word::Conflict:
        ++evidences.conflictsOnConnect;
        takeConflict(source, input.t);
        report(FindingCode::LeaseContention);
        break;
    case Word::UnexpectedContentType:
        evidences.contentTypes.add(input.details && !input.details->contentType.empty()
                                       ? input.details->contentType
                                       : "no content type");
        report(FindingCode::MaintenancePage);
        break;
    case Word::HelloTimeout:
        // Its limit covers all stages: without headers nobody answered at all.
        if (source.sawPhase && !source.sawHeaders && input.httpStatus == 0)
            takeUnreachable(source, input, began);
        else
            report(FindingCode::HelloTimeout);
        break;
    case Word::MalformedEvent:
        ++evidences.malformedHellos;
        report(FindingCode::Malformed);
        break;
    case Word::Transport:
        if (input.httpStatus == 0 && !source.sawHeaders && input.details &&
            unreachableCause(input.details->detail) != UnreachableCause::Other) {
            takeUnreachable(source, input, began);
            break;
        }
        [[fallthrough]];
    case Word::UnexpectedEof:
        ++evidences.endedBeforeHello;
        report(FindingCode::Malformed);
        break;
    case Word::Api:
        takeHttpFailure(source, input, began);
        break;
    default:
        ++unknownOutcomes;
        break;
    }
}

void Diagnosis::Private::takeHttpFailure(Source &source, const DiagnosisInput &input,
                                         Nanoseconds from)
{
    const int status = input.httpStatus;
    const auto text = std::to_string(status);
    const bool isDeviceInfo = input.kind == EventKind::DeviceInfo;
    auto code = FindingCode::WrongEndpoint;
    if (status == 0) {
        takeUnreachable(source, input, from);
        return;
    }
    if (status == 401) {
        evidences.rejectedBy.add(isDeviceInfo ? "device-info" : "connecting");
        code = FindingCode::TokenRejected;
    } else if (status == 429) {
        code = FindingCode::RateLimited;
    } else if (status >= 500) {
        evidences.serverStatuses.add(text);
        code = FindingCode::ServerErrors;
    } else if (status < 300) {
        ++(isDeviceInfo ? evidences.malformedAnswers : evidences.endedBeforeHello);
        code = FindingCode::Malformed;
    } else {
        // Also a redirect that leads nowhere.
        evidences.endpointStatuses.add(text);
    }
    showHere(source, code, input);
    fail(source, code, from);
}

void Diagnosis::Private::takeUnreachable(Source &source, const DiagnosisInput &input,
                                         Nanoseconds from)
{
    const auto detail = input.details ? input.details->detail : std::string();
    const auto cause =
        input.word == Word::HelloTimeout ? UnreachableCause::TimedOut : unreachableCause(detail);
    ++evidences.unreachable[static_cast<std::size_t>(cause)];
    if (evidences.unreachableExample.isEmpty())
        evidences.unreachableExample = singleLine(QString::fromStdString(detail), 200);
    showHere(source, FindingCode::Unreachable, input);
    fail(source, FindingCode::Unreachable, from);
}

void Diagnosis::Private::takeConflict(Source &source, Nanoseconds t)
{
    if (source.lastConflict)
        evidences.conflictGaps.add(positive(t - *source.lastConflict));
    source.lastConflict = t;
}

void Diagnosis::Private::takeHello(Source &source, const DiagnosisInput &input)
{
    if (source.watch) {
        ++watchesWithoutEnd;
        endWatch(source, input.t);
    }
    ++watches;
    endBackoff(source, input.t);
    endObstacle(source, input.t);
    source.attempt.reset();
    source.failing.reset();
    auto &watch = source.watch.emplace();
    watch.seq = seq;
    watch.began = watch.lastFrame = input.t;
    if (input.details && input.details->heartbeatInterval > 0ns)
        source.interval = input.details->heartbeatInterval;
    watch.interval = source.interval;
    watch.isFromLog = input.details && input.details->isFromLog;
    evidences.isFromLog = evidences.isFromLog || watch.isFromLog;
}

void Diagnosis::Private::takeFrame(Source &source, const DiagnosisInput &input)
{
    if (!source.watch)
        return;
    auto &watch = *source.watch;
    longestSilence = std::max(longestSilence, input.t - watch.lastFrame);
    watch.lastFrame = std::max(watch.lastFrame, input.t);
    watch.hadFrames = true;
    watch.heartbeatsSinceFrame = 0;
}

void Diagnosis::Private::takeKeepAlive(Source &source, const DiagnosisInput &input)
{
    ++keepAlives;
    if (source.watch) {
        auto &watch = *source.watch;
        auto &burst = watch.burst;
        const Nanoseconds gap = positive(input.t - watch.lastFrame);
        if (burst.size > 0 && gap <= std::min(kBurstGap, burst.silence / 10)) {
            burst.suspect.to = std::max(burst.suspect.to, input.t);
            if (++burst.size >= kFramesInABurst)
                takeBurst(source, watch);
        } else {
            // One that came alone is as it should be.
            if (burst.size < kFramesInABurst)
                watch.burstsInARow = 0;
            watch.previousBurst = burst;
            burst = {};
            if (gap >= kBurstSilence)
                burst = {{seq, watch.lastFrame, input.t, false}, gap, 1};
        }
    }
    takeFrame(source, input);
}

void Diagnosis::Private::takeBurst(Source &source, Watch &watch)
{
    auto &burst = watch.burst;
    if (burst.size == kFramesInABurst)
        ++watch.burstsInARow;
    if (watch.burstsInARow < kBurstsInARow)
        return;
    for (auto *shown : {&watch.previousBurst, &burst}) {
        evidences.largestBurst = std::max(evidences.largestBurst, shown->size);
        if (!shown->suspect.isCounted)
            evidences.burstSilences.add(shown->silence);
        showOnce(source, FindingCode::BurstyStream, shown->suspect);
    }
}

void Diagnosis::Private::takeHeartbeat(Source &source, const DiagnosisInput &input)
{
    heartbeats.addWord(input.word, input.details);
    if (input.durationUs >= 0)
        roundTrips.add(Microseconds(input.durationUs));
    source.lastHeartbeat = input.word;
    const bool isOk = input.word == Word::Ok;
    if (!isOk)
        takeHeartbeatLoss(source, input, input.word);
    // What got no answer had no round trip.
    if (!source.watch || (!isOk && input.httpStatus == 0))
        return;
    auto &watch = *source.watch;
    if (isOk) {
        ++watch.heartbeatsSinceFrame;
        watch.lastSuccess = input.t;
    }
    const Nanoseconds roundTrip = Microseconds(std::max<qint64>(input.durationUs, 0));
    if (watch.interval > 0ns && roundTrip > watch.interval / 3) {
        showHere(source, FindingCode::SlowHeartbeats, input);
        if (roundTrip > evidences.slowestRoundTrip) {
            evidences.slowestRoundTrip = roundTrip;
            evidences.slowestInterval = watch.interval;
        }
    }
}

/// A heartbeat that did not succeed, or the end of a watch that tells of one.
void Diagnosis::Private::takeHeartbeatLoss(Source &source, const DiagnosisInput &input, Word result)
{
    switch (result) {
    case Word::Unauthorized:
        evidences.rejectedBy.add("heartbeat");
        showHere(source, FindingCode::TokenRejected, input);
        break;
    case Word::Conflict:
        ++evidences.conflictsOnHeartbeat;
        takeConflict(source, input.t);
        showHere(source, FindingCode::LeaseContention, input);
        break;
    case Word::Gone:
        showHere(source, FindingCode::LeaseLost, input);
        break;
    case Word::Failed:
        if (input.kind == EventKind::Heartbeat)
            evidences.heartbeatFailures.add(input.httpStatus != 0 ? std::to_string(input.httpStatus)
                                                                  : "no answer");
        showHere(source, FindingCode::HeartbeatFailures, input);
        break;
    default:
        ++unknownOutcomes;
        break;
    }
}

void Diagnosis::Private::takeWake(Source &source, const DiagnosisInput &input)
{
    takeFrame(source, input);
    showHere(source, FindingCode::Woken, input);
    const auto session =
        input.details ? singleLine(QString::fromStdString(input.details->session), 60) : QString();
    auto &sessions = evidences.wakeSessions;
    if (!session.isEmpty() && !sessions.contains(session) && sessions.size() < kMostSessions)
        sessions.append(session);
}

void Diagnosis::Private::takeOutcome(Source &source, const DiagnosisInput &input)
{
    watchesByOutcome.addWord(input.word, input.details);
    ++evidences.endedWatches;
    Watch watch;
    if (source.watch) {
        watch = *source.watch;
    } else {
        ++watchesWithoutStart;
        watch.began = watch.lastFrame = beganAt(input);
        watch.interval = source.interval;
    }
    // Of a watch whose `hello` is not there its outcome may tell how long it was.
    const bool hasDuration = source.watch || input.durationUs >= 0;
    const Nanoseconds duration = input.durationUs >= 0 ? Nanoseconds(Microseconds(input.durationUs))
                                                       : positive(input.t - watch.began);
    Nanoseconds silence = positive(input.t - watch.lastFrame);
    if (watch.isFromLog && input.word == Word::ReadTimeout && watch.interval > 0ns)
        silence = std::min(silence, watch.interval * 5 / 2);
    endWatch(source, input.t);

    const auto lastHeartbeat = std::exchange(source.lastHeartbeat, Word::None);
    const auto loseTo = [&](Word result) {
        if (lastHeartbeat != result)
            takeHeartbeatLoss(source, input, result);
    };
    const bool isMalformed = input.word == Word::StreamError && input.details &&
                             contains(input.details->detail, "malformed");
    const bool isCut =
        (input.word == Word::StreamError || input.word == Word::StreamEnded) && !isMalformed;
    const auto leastOfACut = watch.interval > 0ns ? watch.interval : kUsualInterval;
    if (isCut && hasDuration && duration > leastOfACut) {
        Cut cut;
        cut.seq = seq;
        cut.from = watch.began;
        cut.to = input.t;
        cut.duration = duration;
        cut.silence = silence;
        cut.hadFrames = watch.hadFrames;
        takeCut(source, cut);
    } else {
        source.cutRun = {};
        source.cuts.clear();
    }
    if (watch.interval > 0ns && duration < watch.interval && input.word != Word::Wake &&
        input.word != Word::HeartbeatCancelled) {
        source.earlyEnds.push_back({seq, watch.began, input.t, false});
        takeEarlyEnd(source);
    } else if (duration > kSteadyTime) {
        source.earlyEnds.clear();
    }

    switch (input.word) {
    case Word::ReadTimeout:
        evidences.heartbeatsInSilence += watch.heartbeatsSinceFrame;
        // One that came soon after the last frame says little about the rest.
        if (watch.heartbeatsSinceFrame > 0 && input.t - watch.lastSuccess <= silence / 2)
            ++evidences.silencesOfTheStream;
        evidences.silences.add(silence);
        if (watch.isFromLog)
            longestSilence = std::max(longestSilence, silence);
        show(source, FindingCode::SilentStream, seq, std::max(watch.lastFrame, input.t - silence),
             input.t);
        break;
    case Word::StreamError:
        if (isMalformed) {
            ++evidences.malformedWakes;
            showHere(source, FindingCode::Malformed, input);
        }
        break;
    case Word::HeartbeatConflict:
        loseTo(Word::Conflict);
        fail(source, FindingCode::LeaseContention, input.t);
        break;
    case Word::HeartbeatGone:
        loseTo(Word::Gone);
        break;
    case Word::HeartbeatUnauthorized:
        loseTo(Word::Unauthorized);
        fail(source, FindingCode::TokenRejected, input.t);
        break;
    case Word::HeartbeatFailed:
        loseTo(Word::Failed);
        ++evidences.watchesLostToHeartbeats;
        break;
    case Word::StreamEnded:
    case Word::Wake:
    case Word::HeartbeatCancelled:
        break;
    default:
        ++unknownOutcomes;
        break;
    }
}

void Diagnosis::Private::takeCut(Source &source, const Cut &cut)
{
    auto &run = source.cutRun;
    auto &cuts = source.cuts;
    const auto fits = [](const Spread &durations, Nanoseconds duration) {
        return durations.count == 0 ||
               isSameTime(std::min(durations.min, duration), std::max(durations.max, duration));
    };
    const auto add = [&run](const Cut &more) {
        run.durations.add(more.duration);
        run.silences.add(more.silence);
        run.withoutFrames += more.hadFrames ? 0 : 1;
    };
    if (fits(run.durations, cut.duration)) {
        add(cut);
    } else {
        // The run begins anew, with those before it that fit.
        run = {};
        add(cut);
        while (!cuts.empty() && !fits(run.durations, cuts.front().duration) && cuts.size() > 1)
            cuts.pop_front();
        std::deque<Cut> kept;
        for (auto before = cuts.rbegin(); before != cuts.rend(); ++before) {
            if (!fits(run.durations, before->duration))
                break;
            add(*before);
            kept.push_front(*before);
        }
        cuts = kept;
    }
    cuts.push_back(cut);
    if (run.durations.count >= kCutsInARow) {
        for (auto &one : cuts)
            showOnce(source, FindingCode::PeriodicCut, one);
        if (run.durations.count > evidences.longestCuts.durations.count)
            evidences.longestCuts = run;
    }
    while (cuts.size() > static_cast<std::size_t>(kCutsInARow) - 1)
        cuts.pop_front();
}

void Diagnosis::Private::takeEarlyEnd(Source &source)
{
    auto &ends = source.earlyEnds;
    constexpr std::size_t kEnough = 3;
    while (ends.size() > kEnough)
        ends.pop_front();
    if (ends.size() < kEnough)
        return;
    for (auto &end : ends) {
        if (!end.isCounted)
            evidences.earlyEnds.add(positive(end.to - end.from));
        showOnce(source, FindingCode::Flapping, end);
    }
}

void Diagnosis::Private::takeBackoff(Source &source, const DiagnosisInput &input)
{
    endBackoff(source, input.t);
    source.isNextSkippedTo = input.word == Word::Skipped;
    if (input.word == Word::Started)
        source.backoff = input.t;
    else if (input.word != Word::Skipped)
        source.connects.clear();
}

// What comes to an end.

void Diagnosis::Private::endWatch(Source &source, Nanoseconds t)
{
    if (!source.watch)
        return;
    connected = cappedSum(connected, positive(t - source.watch->began));
    if (!source.watch->isFromLog)
        longestSilence = std::max(longestSilence, t - source.watch->lastFrame);
    source.watch.reset();
}

void Diagnosis::Private::endBackoff(Source &source, Nanoseconds t)
{
    if (source.backoff)
        backoff = cappedSum(backoff, positive(t - *source.backoff));
    source.backoff.reset();
}

void Diagnosis::Private::endObstacle(Source &source, Nanoseconds t)
{
    if (!source.obstacle)
        return;
    auto &lost = evidences.of(source.obstacle->code).lost;
    lost = cappedSum(lost, positive(t - source.obstacle->since));
    source.obstacle.reset();
}

/// From `from` on the source is disconnected because of this.
void Diagnosis::Private::fail(Source &source, FindingCode code, Nanoseconds from)
{
    source.obstacle = Obstacle{code, from};
    source.failing = code;
}

void Diagnosis::Private::show(Source &source, FindingCode code, qsizetype shownSeq,
                              Nanoseconds from, Nanoseconds to)
{
    auto &evidence = evidences.of(code);
    evidence.add(shownSeq, from, to);
    const quint32 bit = 1U << static_cast<unsigned>(code);
    if (source.seenCodes & bit)
        return;
    source.seenCodes |= bit;
    if (evidence.sources++ == 0)
        evidence.source = singleLine(QString::fromStdString(source.name), 60);
}

void Diagnosis::Private::showOnce(Source &source, FindingCode code, Suspect &suspect)
{
    if (suspect.isCounted)
        return;
    suspect.isCounted = true;
    show(source, code, suspect.seq, suspect.from, suspect.to);
}

// The diagnosis itself.

Diagnosis::Diagnosis()
    : d(std::make_unique<Private>())
{}

Diagnosis::~Diagnosis() = default;
Diagnosis::Diagnosis(Diagnosis &&) noexcept = default;
Diagnosis &Diagnosis::operator=(Diagnosis &&) noexcept = default;

void Diagnosis::take(const DiagnosisInput &input)
{
    d->take(input);
}

void Diagnosis::take(const EventView &event)
{
    DiagnosisBatch batch;
    batch.add(event, {}, 0);
    take(batch.inputs().front());
}

void Diagnosis::take(const Event &event)
{
    const auto columns = packed(event);
    auto input = inputOf(columns);
    const auto source = event.source.toStdString();
    const auto lease = event.text(Field::LeaseId).toStdString();
    input.source = source;
    input.lease = lease;
    if (columns.durationUs == PackedRow::kLargeNumber)
        input.durationUs = longDuration(event.number(Field::DurationMs));
    DiagnosisDetails details;
    if (needsDetails(columns)) {
        details = detailsOf(event);
        input.details = &details;
    }
    take(input);
}

void Diagnosis::take(const SessionStore &store, qsizetype row)
{
    const auto columns = store.row(row);
    PackedRow packedRow;
    packedRow.t = columns.t.count();
    packedRow.httpStatus = static_cast<quint16>(columns.httpStatus);
    packedRow.kind = columns.kind;
    packedRow.word = columns.word;
    if (columns.rule)
        packedRow.rule = static_cast<quint8>(*columns.rule);
    auto input = inputOf(packedRow);
    if (columns.duration)
        input.durationUs = columns.duration->count();
    if (d->rowSource != columns.source) {
        d->rowSource = columns.source;
        d->rowSourceName = store.sourceName(columns.source).toStdString();
    }
    if (columns.leaseId != 0 && columns.leaseId != d->rowLease) {
        d->rowLease = columns.leaseId;
        d->rowLeaseId = store.string(columns.leaseId).toStdString();
    }
    input.source = d->rowSourceName;
    if (columns.leaseId != 0)
        input.lease = d->rowLeaseId;
    DiagnosisDetails details;
    if (needsDetails(packedRow)) {
        details = detailsOf(store.event(row));
        input.details = &details;
    }
    take(input);
}

qsizetype Diagnosis::events() const
{
    return d->seq;
}

Figures Diagnosis::figures() const
{
    Figures figures;
    figures.events = d->seq;
    figures.sources = static_cast<int>(d->sources.size());
    figures.duration = d->last - d->first;
    figures.connected = d->connected;
    figures.backoff = d->backoff;
    figures.longestSilence = d->longestSilence;
    // What goes on, goes on to the last event.
    for (const auto &source : d->sources) {
        if (source.watch) {
            figures.connected =
                cappedSum(figures.connected, positive(d->last - source.watch->began));
            if (!source.watch->isFromLog)
                figures.longestSilence =
                    std::max(figures.longestSilence, d->last - source.watch->lastFrame);
        }
        if (source.backoff)
            figures.backoff = cappedSum(figures.backoff, positive(d->last - *source.backoff));
    }
    figures.deviceInfo = d->deviceInfo;
    figures.attempts = d->attempts;
    if (d->watches > 0)
        figures.attemptsByOutcome.emplace_back(u"hello"_s, d->watches);
    const auto errors = d->attemptsByOutcome.named();
    figures.attemptsByOutcome.insert(figures.attemptsByOutcome.end(), errors.begin(), errors.end());
    figures.watches = d->watches;
    figures.watchesByOutcome = d->watchesByOutcome.named();
    figures.leases = static_cast<qsizetype>(d->leases.size());
    figures.keepAlives = d->keepAlives;
    figures.heartbeats = d->heartbeats.named();
    figures.roundTripP50 = d->roundTrips.percentile(0.5);
    figures.roundTripP90 = d->roundTrips.percentile(0.9);
    figures.roundTripP99 = d->roundTrips.percentile(0.99);
    figures.roundTripMax = d->roundTrips.max();
    figures.decisionsByRule = d->decisions.named();
    return figures;
}

std::vector<Finding> Diagnosis::findings() const
{
    auto evidences = d->evidences;
    for (const auto &source : d->sources) {
        if (source.obstacle) {
            auto &lost = evidences.of(source.obstacle->code).lost;
            lost = cappedSum(lost, positive(d->last - source.obstacle->since));
        }
        if (source.failing)
            evidences.of(*source.failing).isOngoing = true;
    }
    const auto now = figures();
    evidences.watches = now.watches;
    evidences.connected = now.connected;
    evidences.duration = now.duration;
    evidences.hasUnknownTroubles = d->unknownOutcomes > 0;
    return makeFindings(evidences);
}

QStringList Diagnosis::leftOut() const
{
    QStringList result;
    const auto say = [&result](qsizetype count, const QString &one, const QString &many) {
        if (count > 0)
            result.append(count == 1 ? one : many.arg(count));
    };
    if (d->seq == 0)
        result.append(u"the session has no events: there is nothing to say about it"_s);
    say(d->unknownKinds, u"1 event is of a kind that this version does not know"_s,
        u"%1 events are of kinds that this version does not know"_s);
    say(d->unknownOutcomes, u"1 event has an outcome that this version does not know"_s,
        u"%1 events have outcomes that this version does not know"_s);
    say(d->backwards,
        u"1 event is dated before the one that it follows: a time between them counts as none"_s,
        u"%1 events are dated before those that they follow: a time between them counts as none"_s);
    say(d->watchesWithoutStart,
        u"1 watch ended whose `hello` is not in the session: the time that it was connected is "
        u"not counted"_s,
        u"%1 watches ended whose `hello` is not in the session: the time that they were connected "
        u"is not counted"_s);
    say(d->watchesWithoutEnd,
        u"1 watch has no outcome: it counts as connected until the next attempt"_s,
        u"%1 watches have no outcome: they count as connected until the next attempt"_s);
    if (d->hasMoreSources)
        result.append(
            u"there are more than %1 sources: the rest counts as one of them"_s.arg(kMostSources));
    if (d->hasMoreLeases)
        result.append(u"there are more leases than the %1 that were counted"_s.arg(kMostLeases));
    return result;
}

void diagnose(SessionScan &scan, Diagnosis &diagnosis)
{
    scan.run([] { return std::make_unique<DiagnosisBatch>(); },
             [&diagnosis](LineProduct &product, const LinePiece &) {
                 for (const auto &input : static_cast<DiagnosisBatch &>(product).inputs())
                     diagnosis.take(input);
                 return true;
             });
}

} // namespace watchline
