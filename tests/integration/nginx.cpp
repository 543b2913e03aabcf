// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/integration/nginx.h"

#include <QFile>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr int kAttempts = 5;
constexpr int kStartMs = 10'000;

QString program()
{
    const auto inPath = QStandardPaths::findExecutable(u"nginx"_s);
    return inPath.isEmpty()
               ? QStandardPaths::findExecutable(u"nginx"_s, {u"/usr/sbin"_s, u"/usr/local/sbin"_s})
               : inPath;
}

constexpr auto kConfiguration = R"(
daemon off;
master_process off;
pid nginx.pid;
error_log stderr error;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  server {
    listen 127.0.0.1:%1 ssl http2;
    ssl_certificate %2;
    ssl_certificate_key %3;
    location / {
      proxy_pass %4;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_read_timeout %5s;
    }
  }
}
)";

} // namespace

Nginx::~Nginx()
{
    m_process.terminate();
    if (!m_process.waitForFinished(5'000))
        m_process.kill();
    m_process.waitForFinished();
}

bool Nginx::isInstalled()
{
    return !program().isEmpty();
}

bool Nginx::start(const QUrl &upstream, int readTimeoutS)
{
    if (!m_certificate.isValid()) {
        m_error = m_certificate.error();
        return false;
    }
    // The port that was free may be taken by the time nginx wants it.
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        if (tryStart(upstream, readTimeoutS))
            return true;
    }
    return false;
}

bool Nginx::tryStart(const QUrl &upstream, int readTimeoutS)
{
    QTcpServer probe;
    probe.listen(QHostAddress::LocalHost);
    const auto port = probe.serverPort();
    probe.close();

    QFile file(m_folder.filePath(u"nginx.conf"_s));
    if (!file.open(QIODevice::WriteOnly)) {
        m_error = file.errorString();
        return false;
    }
    file.write(
        QString::fromLatin1(kConfiguration)
            .arg(port)
            .arg(m_certificate.certificateFile(), m_certificate.keyFile(), upstream.toString())
            .arg(readTimeoutS)
            .toUtf8());
    file.close();

    m_process.start(program(),
                    {u"-p"_s, m_folder.path(), u"-c"_s, file.fileName(), u"-e"_s, u"stderr"_s});
    const bool isUp = QTest::qWaitFor(
        [&] {
            QTcpSocket socket;
            socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
            return socket.waitForConnected(1'000) || m_process.state() == QProcess::NotRunning;
        },
        kStartMs);
    if (isUp && m_process.state() == QProcess::Running) {
        m_url = QUrl(u"https://127.0.0.1:%1"_s.arg(port));
        return true;
    }
    m_error = QString::fromLocal8Bit(m_process.readAllStandardError()) + m_process.errorString();
    m_process.kill();
    m_process.waitForFinished();
    return false;
}

} // namespace watchline
