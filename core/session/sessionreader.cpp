// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/session/sessionreader.h"

#include "core/base/fileproblem.h"
#include "core/session/rowbatch.h"

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

/// Rows on their way into the store.
class Rows : public LineProduct
{
public:
    void clear() override { batch.clear(); }
    void add(const EventView &event, QByteArrayView, qint64 position) override
    {
        batch.add(event, position);
    }

    RowBatch batch;
};

ReadResult readInto(SessionStore &store, SessionScan &scan, int fd, qint64 end)
{
    store.setHeader(scan.header(), scan.headerLine());
    if (fd >= 0)
        store.setFile(fd, end);
    scan.run([] { return std::make_unique<Rows>(); },
             [&store, fd](LineProduct &product, const LinePiece &piece) {
                 const auto &batch = static_cast<Rows &>(product).batch;
                 if (fd >= 0)
                     store.append(batch);
                 else
                     store.append(batch, piece.bytes(), piece.position);
                 return true;
             });
    return scan.result();
}

} // namespace

ReadResult readSession(const QString &path, SessionStore &store, const ReadProgress &progress)
{
    FileSource source;
    SessionScan scan(source, shownPath(path, Direction::Input), progress);
    if (const int problem = source.open(path); problem != 0)
        scan.fail(u"cannot read the session"_s, fileReason(problem));
    else if (scan.readHeader())
        return readInto(store, scan, source.duplicate(), source.total());
    return scan.result();
}

ReadResult readSession(FileSource &source, const QString &name, SessionStore &store,
                       const ReadProgress &progress)
{
    SessionScan scan(source, name, progress);
    return scan.readHeader() ? readInto(store, scan, source.duplicate(), source.total())
                             : scan.result();
}

ReadResult readSession(QIODevice *device, const QString &name, SessionStore &store,
                       const ReadProgress &progress)
{
    DeviceSource source(*device);
    SessionScan scan(source, name, progress);
    return scan.readHeader() ? readInto(store, scan, -1, 0) : scan.result();
}

} // namespace watchline
