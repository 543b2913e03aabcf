// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "core/session/rowbatch.h"
#include "core/session/sessionscan.h"

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace watchline {

/// What a diagnosis looks at in few events only.
struct DiagnosisDetails
{
    Nanoseconds heartbeatInterval{}; ///< Of a `hello`; zero when it does not say.
    std::string name;                ///< Of an outcome, a result or a rule that is not known.
    std::string detail;
    std::string contentType;
    std::string session; ///< Of a `wake`.
    std::string finding; ///< Of a `note` that an import made.
    bool isFromLog = false;
};

/// What a diagnosis looks at in every event. Views into whatever it was made from.
struct DiagnosisInput
{
    static constexpr qint64 kNone = -1;

    Nanoseconds t{};
    qint64 durationUs = kNone;
    std::string_view source;
    std::string_view lease;
    const DiagnosisDetails *details = nullptr; ///< When the event is one that needs them.
    int httpStatus = 0;
    EventKind kind = EventKind::Unknown;
    Word word = Word::None;
    quint8 rule = PackedRow::kNoCode;
};

/// Whether the input of such an event needs its details.
bool needsDetails(const PackedRow &columns);
DiagnosisDetails detailsOf(const Event &event);
DiagnosisDetails detailsOf(const EventView &event);
/// The rest is for the caller to set.
DiagnosisInput inputOf(const PackedRow &columns);
/// Of a duration that is too long for its column.
qint64 longDuration(std::optional<double> milliseconds);

/// Inputs made of a piece of a session, away from the diagnosis that takes them in.
class DiagnosisBatch : public LineProduct
{
public:
    void clear() override;
    void add(const EventView &event, QByteArrayView line, qint64 position) override;

    const std::vector<DiagnosisInput> &inputs() const { return m_inputs; }

private:
    std::string_view kept(RowBatch::Strings &strings, std::string_view text);

    std::vector<DiagnosisInput> m_inputs;
    std::deque<DiagnosisDetails> m_details;
    RowBatch::Strings m_sources;
    RowBatch::Strings m_leases;
};

} // namespace watchline
