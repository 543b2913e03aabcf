// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionheader.h"

#include "core/base/text.h"
#include "core/policy/retrypolicy.h"

namespace watchline {

QByteArray toJsonLine(const SessionHeader &header)
{
    QByteArray out = R"({"watchline":1,"started":)";
    appendJsonString(out, header.started.toUTC().toString(Qt::ISODateWithMs));
    out += R"(,"generator":)";
    appendJsonString(out, header.generator);
    out += R"(,"api_url":)";
    appendJsonString(out, header.apiUrl);
    out += R"(,"sources":[)";
    for (qsizetype i = 0; i < header.sources.size(); ++i) {
        if (i > 0)
            out += ',';
        appendJsonString(out, header.sources[i]);
    }
    out += R"(],"policy":{"initial_backoff_ms":)" +
           QByteArray::number(qint64{kInitialBackoff.count()});
    out += R"(,"max_backoff_ms":)" + QByteArray::number(qint64{kMaxBackoff.count()});
    out += R"(,"lease_conflict_backoff_ms":)" +
           QByteArray::number(qint64{kLeaseConflictBackoff.count()});
    out += R"(,"non_sse_response_backoff_ms":)" +
           QByteArray::number(qint64{kNonSseResponseBackoff.count()});
    out += "}}";
    return out;
}

} // namespace watchline
