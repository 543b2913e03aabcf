// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/base/fileproblem.h"

#include "core/base/text.h"

#include <cerrno>
#include <system_error>

using namespace Qt::StringLiterals;

namespace watchline {

QString fileReason(int error)
{
    switch (error) {
    case ENOENT:
        return u"no such file or folder; check the path"_s;
    case ENOTDIR:
        return u"a part of the path is no folder; check the path"_s;
    case EACCES:
    case EPERM:
        return u"permission denied; change the permissions or choose another place"_s;
    case EROFS:
        return u"the file system is read-only; choose another place"_s;
    case EISDIR:
        return u"it is a folder; name a file in it"_s;
    case EEXIST:
        return u"it exists already; choose another name, or allow it to be replaced"_s;
    case ELOOP:
        return u"it is a symbolic link; name the file itself"_s;
    case ENAMETOOLONG:
        return u"the name is too long; choose a shorter one"_s;
    case ENOSPC:
    case EDQUOT:
        return u"no space left; free some or choose another place"_s;
    case EFBIG:
        return u"the file would be larger than allowed; choose another place or raise the limit"_s;
    case ENXIO:
        return u"nobody reads from this pipe; start its reader first"_s;
    case EPIPE:
        return u"the reader has gone; start it again"_s;
    case EMFILE:
    case ENFILE:
        return u"too many files are open; close some"_s;
    default:
        return QString::fromStdString(std::generic_category().message(error)) +
               u"; check the file and its disk"_s;
    }
}

QString fileProblem(const QString &what, const QString &path, int error)
{
    return fileProblem(what, path, fileReason(error));
}

QString fileProblem(const QString &what, const QString &path, const QString &reason)
{
    return what + u": "_s + singleLine(path) + u": "_s + reason;
}

QString shownPath(const QString &path, Direction direction)
{
    if (path != "-"_L1)
        return path;
    return direction == Direction::Input ? u"standard input"_s : u"standard output"_s;
}

} // namespace watchline
