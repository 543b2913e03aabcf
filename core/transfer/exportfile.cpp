// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/transfer/exportfile.h"

#include "core/base/descriptoroutput.h"
#include "core/base/text.h"

#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

ExportResult couldNotWrite(const QString &where, const QString &why)
{
    return ExportResult::failed(
        u"could not write %1: %2; free some space or choose another place"_s.arg(
            where, why.isEmpty() ? u"unknown error"_s : singleLine(why)));
}

ExportResult existsAlready(const QString &where)
{
    return ExportResult::failed(
        u"%1 exists already; choose another name or allow it to be replaced (--force)"_s.arg(
            where));
}

/// Through a file that keeps what was written so far, whatever happens.
ExportResult writeDirectly(QFileDevice &file, const QString &where,
                           const std::function<ExportResult(QIODevice &)> &write)
{
    auto result = write(file);
    if (result.status == ExportResult::Status::Failed)
        return couldNotWrite(where, result.error);
    if (!file.flush())
        return couldNotWrite(where, file.errorString());
    file.close();
    if (file.error() != QFileDevice::NoError)
        return couldNotWrite(where, file.errorString());
    return result;
}

} // namespace

bool isSameFile(const QString &input, const QString &output)
{
    struct stat in = {};
    struct stat out = {};
    const int inputStatus = input == "-"_L1 ? ::fstat(STDIN_FILENO, &in)
                                            : ::stat(QFile::encodeName(input).constData(), &in);
    return inputStatus == 0 && output != "-"_L1 &&
           ::stat(QFile::encodeName(output).constData(), &out) == 0 && S_ISREG(out.st_mode) &&
           in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}

QString wouldReplaceItsInput(const QString &path)
{
    return u"%1 is the session itself, which would be lost; choose another name"_s.arg(
        singleLine(path));
}

ExportResult writeExport(const QString &path, ExistingFile existing,
                         const std::function<ExportResult(QIODevice &)> &write)
{
    if (path == "-"_L1) {
        DescriptorOutput output(STDOUT_FILENO);
        const auto result = write(output);
        return result.status == ExportResult::Status::Failed
                   ? couldNotWrite(u"to standard output"_s, result.error)
                   : result;
    }

    const auto where = singleLine(path);
    const QFileInfo info(path);
    if (info.isDir())
        return ExportResult::failed(
            u"could not write %1: it is a folder; name a file"_s.arg(where));
    if (info.exists() && !info.isFile()) {
        QFile device(path);
        if (!device.open(QIODevice::WriteOnly | QIODevice::ExistingOnly))
            return couldNotWrite(where, device.errorString());
        return writeDirectly(device, where, write);
    }
    if (existing == ExistingFile::Refuse && (info.exists() || info.isSymLink()))
        return existsAlready(where);

    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly)) {
        return ExportResult::failed(
            u"could not write %1: %2; check the folder and its permissions"_s.arg(
                where, singleLine(file.errorString())));
    }
    auto result = write(file);
    if (result.status == ExportResult::Status::Cancelled)
        return result;
    if (result.status == ExportResult::Status::Failed)
        return couldNotWrite(where, result.error);
    // Somebody may have made it meanwhile.
    if (existing == ExistingFile::Refuse && QFileInfo::exists(path))
        return existsAlready(where);
    if (!file.commit())
        return couldNotWrite(where, file.errorString());
    return result;
}

BufferedWriter::BufferedWriter(QIODevice &device)
    : m_device(device)
{
    m_buffer.reserve(kCapacity);
}

void BufferedWriter::write(QByteArrayView bytes)
{
    if (bytes.size() > kCapacity - m_buffer.size()) {
        flush();
        if (bytes.size() > kCapacity) {
            send(bytes);
            return;
        }
    }
    m_buffer.append(bytes);
}

bool BufferedWriter::flush()
{
    send(m_buffer);
    m_buffer.resize(0);
    return !hasFailed();
}

void BufferedWriter::send(QByteArrayView bytes)
{
    while (!bytes.isEmpty() && !hasFailed()) {
        const qint64 written = m_device.write(bytes.data(), bytes.size());
        if (written <= 0) {
            m_error = m_device.errorString();
            if (m_error.isEmpty())
                m_error = u"nothing was taken"_s;
            return;
        }
        bytes = bytes.sliced(written);
    }
}

} // namespace watchline
