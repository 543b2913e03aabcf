// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "tests/support/gatewaylogwriter.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QtEndian>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr qint64 kSecond = 1'000'000'000;

QDateTime dateOf(const QByteArray &time)
{
    return QDateTime::fromString(QString::fromLatin1(time), Qt::ISODateWithMs);
}

QByteArray microseconds(const QByteArray &time)
{
    return time.mid(20, 6);
}

QByteArray formatted(const QByteArray &time, QStringView format)
{
    // Not of the system's language.
    return QLocale::c().toString(dateOf(time), format.toString()).toLatin1();
}

QByteArray unixMicroseconds(const QByteArray &time)
{
    return QByteArray::number(dateOf(time).toSecsSinceEpoch()) + microseconds(time);
}

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QByteArray unquoted(QByteArray value)
{
    if (value.size() >= 2 && value.startsWith('"') && value.endsWith('"'))
        value = value.mid(1, value.size() - 2);
    return value;
}

QJsonObject fieldsOf(const WrittenLine &line)
{
    QJsonObject fields;
    fields.insert("message"_L1, QString::fromUtf8(line.message));
    for (const auto &[name, value] : line.fields)
        fields.insert(QString::fromUtf8(name), QString::fromUtf8(unquoted(value)));
    return fields;
}

QByteArray coloured(const WrittenLine &line)
{
    QByteArray out = "\x1b[2m" + line.time + "\x1b[0m \x1b[32m" + line.level.rightJustified(5) +
                     "\x1b[0m \x1b[2m" + line.target + "\x1b[0m\x1b[2m:\x1b[0m " + line.message;
    for (const auto &[name, value] : line.fields)
        out += " \x1b[3m" + name + "\x1b[0m\x1b[2m=\x1b[0m" + value;
    return out;
}

QByteArray pythonTarget(QByteArray target)
{
    return target.replace("::", ".");
}

QByteArray pythonLevel(const QByteArray &level)
{
    return level == "WARN" ? QByteArray("WARNING") : level;
}

QByteArray pythonTime(const QByteArray &time)
{
    return time.left(10) + ' ' + time.mid(11, 8) + ',' + time.mid(20, 3);
}

QByteArray eachLine(const QByteArray &text, const auto &carry)
{
    QByteArray out;
    for (const auto &line : text.chopped(1).split('\n'))
        out += carry(line);
    return out;
}

} // namespace

QList<WrittenLine> linesOfSample(const QByteArray &log)
{
    static const QRegularExpression whole(
        u"^(\\S+) +([A-Z]+) ([a-z_:]+): (.*?)((?: [a-z_]+=.*)?)$"_s);
    static const QRegularExpression field(
        u" (error|device_name)=(.*)$| ([a-z_]+)=(\"[^\"]*\"|\\S+)"_s);
    QList<WrittenLine> lines;
    for (const auto &text : log.split('\n')) {
        const auto match = whole.match(QString::fromUtf8(text));
        if (!match.hasMatch())
            continue;
        WrittenLine line{
            match.captured(1).toUtf8(), match.captured(2).toUtf8(),
            match.captured(3).toUtf8(), (match.captured(4) + match.captured(5)).toUtf8(),
            match.captured(4).toUtf8(), {}};
        auto found = field.globalMatch(match.captured(5));
        while (found.hasNext()) {
            const auto one = found.next();
            const int at = one.captured(1).isEmpty() ? 3 : 1;
            line.fields.emplace_back(one.captured(at).toUtf8(), one.captured(at + 1).toUtf8());
        }
        lines.append(line);
    }
    return lines;
}

const QList<QByteArray> &logShapes()
{
    static const QList<QByteArray> shapes = {"tracing",       "tracing-ansi",  "tracing-threads",
                                             "tracing-spans", "tracing-files", "json",
                                             "json-flat",     "env",           "env-ms",
                                             "env-us",        "env-ns",        "env-ansi",
                                             "python",        "python-time",   "python-dashes",
                                             "python-bare",   "python-json"};
    return shapes;
}

QByteArray shaped(const WrittenLine &line, const QByteArray &shape)
{
    const auto seconds = line.time.left(19);
    if (shape == "tracing")
        return line.time + ' ' + line.level.rightJustified(5) + ' ' + line.target + ": " +
               line.text;
    if (shape == "tracing-ansi")
        return coloured(line);
    if (shape == "tracing-threads")
        return line.time + ' ' + line.level.rightJustified(5) +
               " tokio-runtime-worker ThreadId(03) " + line.target + ": " + line.text;
    if (shape == "tracing-spans")
        return line.time + ' ' + line.level.rightJustified(5) +
               " gateway{name=\"a } b\" id=3}:session: " + line.target + ": " + line.text;
    if (shape == "tracing-files")
        return line.time + ' ' + line.level.rightJustified(5) + ' ' + line.target +
               ": src/remote_access/watch.rs:412: " + line.text;
    if (shape == "json")
        return compact({{"timestamp"_L1, QString::fromLatin1(line.time)},
                        {"level"_L1, QString::fromLatin1(line.level)},
                        {"fields"_L1, fieldsOf(line)},
                        {"target"_L1, QString::fromLatin1(line.target)}});
    if (shape == "json-flat") {
        auto object = fieldsOf(line);
        object.insert("timestamp"_L1, QString::fromLatin1(line.time));
        object.insert("level"_L1, QString::fromLatin1(line.level));
        object.insert("target"_L1, QString::fromLatin1(line.target));
        return compact(object);
    }
    if (shape.startsWith("env")) {
        QByteArray time = seconds + 'Z';
        if (shape == "env-ms")
            time = seconds + '.' + line.time.mid(20, 3) + 'Z';
        else if (shape == "env-us")
            time = line.time;
        else if (shape == "env-ns")
            time = seconds + '.' + microseconds(line.time) + "000Z";
        const auto level = line.level.leftJustified(5);
        if (shape == "env-ansi")
            return "\x1b[90m[\x1b[0m" + time + " \x1b[32m" + level + "\x1b[0m " + line.target +
                   "\x1b[90m]\x1b[0m " + line.text;
        return '[' + time + ' ' + level + ' ' + line.target + "] " + line.text;
    }
    const auto level = pythonLevel(line.level);
    const auto target = pythonTarget(line.target);
    if (shape == "python")
        return level + ':' + target + ':' + line.text;
    if (shape == "python-time")
        return pythonTime(line.time) + ' ' + level.leftJustified(8) + " [MainThread] " + target +
               ": " + line.text;
    if (shape == "python-dashes")
        return pythonTime(line.time) + " - " + target + " - " + level + " - " + line.text;
    if (shape == "python-bare")
        return '[' + pythonTime(line.time) + "] " + level + ": " + line.text;
    return compact({{"asctime"_L1, QString::fromLatin1(pythonTime(line.time))},
                    {"levelname"_L1, QString::fromLatin1(level)},
                    {"name"_L1, QString::fromLatin1(target)},
                    {"message"_L1, QString::fromUtf8(line.text)}});
}

qint64 resolutionOfShape(const QByteArray &shape)
{
    if (shape == "python")
        return 0;
    if (shape == "env" || shape == "env-ansi")
        return kSecond;
    if (shape == "env-ms" || shape.startsWith("python"))
        return 1'000'000;
    return shape == "env-ns" ? 1 : 1'000;
}

const QList<QByteArray> &logCarriers()
{
    static const QList<QByteArray> carriers = {
        "plain",         "short",  "short-precise", "short-iso", "short-full",     "journal-json",
        "journal-bytes", "export", "docker",        "docker-t",  "kubectl-prefix", "cri",
        "compose",       "ros",    "rfc3164",       "rfc5424",   "ros-in-journal"};
    return carriers;
}

QByteArray carried(const QByteArray &text, const QByteArray &time, const QByteArray &carrier)
{
    const QByteArray tag = "robot-1 gateway[812]: ";
    const QByteArray day = formatted(time, u"MMM ") + formatted(time, u"d").rightJustified(2);
    const QByteArray clock = time.mid(11, 8);
    const auto prefixed = [&](const QByteArray &prefix) {
        return eachLine(text, [&](const QByteArray &line) { return prefix + line + '\n'; });
    };
    if (carrier == "short")
        return prefixed(day + ' ' + clock + ' ' + tag);
    if (carrier == "ros-in-journal")
        return prefixed(day + ' ' + clock + " robot-1 ros2[77]: [gateway-1] ");
    if (carrier == "short-precise")
        return prefixed(day + ' ' + clock + '.' + microseconds(time) + ' ' + tag);
    if (carrier == "short-iso")
        return prefixed(time.left(19) + "+0000 " + tag);
    if (carrier == "short-full")
        return prefixed(formatted(time, u"ddd yyyy-MM-dd HH:mm:ss") + " UTC " + tag);
    if (carrier == "rfc3164")
        return prefixed("<30>" + day + ' ' + clock + ' ' + tag);
    if (carrier == "rfc5424")
        return prefixed("<30>1 " + time + " robot-1 gateway 812 - [a b=\"]\"] \xEF\xBB\xBF");
    if (carrier == "docker-t")
        return prefixed(time.left(26) + "987Z ");
    if (carrier == "kubectl-prefix")
        return prefixed("[pod/fleet-7/gateway] " + time.left(26) + "987Z ");
    if (carrier == "cri")
        return prefixed(time.left(26) + "987Z stderr F ");
    if (carrier == "compose")
        return prefixed("gateway-1  | ");
    if (carrier == "ros")
        return prefixed("[gateway-1] ");
    if (carrier == "docker")
        return eachLine(text, [&](const QByteArray &line) {
            return "{\"log\":" +
                   compact({{"a"_L1, QString::fromUtf8(line + '\n')}}).mid(5).chopped(1) +
                   ",\"stream\":\"stderr\",\"time\":\"" + time.left(26) + "987Z\"}\n";
        });
    if (carrier == "journal-json" || carrier == "journal-bytes") {
        return eachLine(text, [&](const QByteArray &line) {
            QJsonValue message = QString::fromUtf8(line);
            if (carrier == "journal-bytes") {
                QJsonArray bytes;
                for (const char byte : line)
                    bytes.append(static_cast<unsigned char>(byte));
                message = bytes;
            }
            return compact(
                       {{"MESSAGE"_L1, message},
                        {"_HOSTNAME"_L1, u"robot-1"_s},
                        {"_PID"_L1, u"812"_s},
                        {"_SYSTEMD_UNIT"_L1, u"gateway.service"_s},
                        {"SYSLOG_IDENTIFIER"_L1, u"python3"_s},
                        {"__REALTIME_TIMESTAMP"_L1, QString::fromLatin1(unixMicroseconds(time))}}) +
                   '\n';
        });
    }
    if (carrier == "export") {
        return eachLine(text, [&](const QByteArray &line) {
            QByteArray size(8, '\0');
            qToLittleEndian(static_cast<quint64>(line.size()), size.data());
            return "__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=" + unixMicroseconds(time) +
                   "\n_HOSTNAME=robot-1\n_SYSTEMD_UNIT=gateway.service\nMESSAGE\n" + size + line +
                   "\n_PID=812\n\n";
        });
    }
    return text;
}

QByteArray originOfCarrier(const QByteArray &carrier)
{
    if (carrier == "plain" || carrier == "docker" || carrier == "docker-t" || carrier == "cri")
        return "";
    if (carrier == "kubectl-prefix")
        return "fleet-7/gateway";
    if (carrier == "compose" || carrier == "ros")
        return "gateway-1";
    return carrier == "ros-in-journal" ? "robot-1/ros2/gateway-1" : "robot-1/gateway";
}

qint64 resolutionOfCarrier(const QByteArray &carrier)
{
    if (carrier == "plain" || carrier == "compose" || carrier == "ros")
        return 0;
    if (carrier == "short-precise" || carrier == "journal-json" || carrier == "journal-bytes" ||
        carrier == "export" || carrier == "rfc5424")
        return 1'000;
    if (carrier == "docker" || carrier == "docker-t" || carrier == "kubectl-prefix" ||
        carrier == "cri")
        return 1;
    return kSecond;
}

} // namespace watchline
