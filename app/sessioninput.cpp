// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "app/sessioninput.h"

#include "app/terminal.h"
#include "core/transfer/inputsource.h"

using namespace Qt::StringLiterals;

namespace watchline {

SessionInput readInput(const QString &path, SessionStore &store)
{
    ReadResult result;
    {
        ProgressLine progress(u"reading"_s);
        result = readSessionOrLog(path, store, [&progress](qint64 done, qint64 total) {
            progress.show(done, total);
            return true;
        });
    }
    if (!result.message.isEmpty())
        printMessage(result.message);
    SessionInput input;
    input.isUsable = result.status != ReadResult::Status::Failed;
    if (result.status != ReadResult::Status::Complete)
        input.status = ExitStatus::Input;
    return input;
}

} // namespace watchline
