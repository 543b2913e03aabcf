// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include "app/exitstatus.h"
#include "core/base/descriptoroutput.h"
#include "core/transfer/exportfile.h"

namespace watchline {

/// Lines on standard output. When that cannot be written any more, it says so once, unless it was a
/// pipe whose reader has gone.
class TextOutput
{
public:
    TextOutput();

    /// Both false from the first failure on: there is no use in going on.
    bool writeLine(QByteArrayView line);
    bool flush();
    /// Done, also when the reader has gone; Output.
    ExitStatus status() const { return m_status; }

private:
    bool check();

    DescriptorOutput m_output;
    BufferedWriter m_writer;
    ExitStatus m_status = ExitStatus::Done;
    bool m_isOver = false;
};

} // namespace watchline
