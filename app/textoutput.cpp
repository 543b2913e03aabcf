// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "app/textoutput.h"

#include "app/terminal.h"
#include "core/base/fileproblem.h"

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace watchline {

TextOutput::TextOutput()
    : m_output(STDOUT_FILENO)
    , m_writer(m_output)
{}

bool TextOutput::writeLine(QByteArrayView line)
{
    m_writer.write(line);
    m_writer.write('\n');
    return check();
}

bool TextOutput::flush()
{
    m_writer.flush();
    return check();
}

bool TextOutput::check()
{
    if (!m_writer.hasFailed() || m_isOver)
        return !m_isOver;
    m_isOver = true;
    if (!outputReaderHasGone()) {
        m_status = ExitStatus::Output;
        printMessage(fileProblem(u"cannot write the output"_s, shownPath(u"-"_s, Direction::Output),
                                 QString(m_writer.error() + u"; check where it goes"_s)));
    }
    return false;
}

} // namespace watchline
