// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/simulator/scenario.h"

#include "core/base/text.h"
#include "core/simulator/recordedscenario.h"
#include "core/simulator/scenariodata.h"
#include "core/simulator/scenarioparser.h"

#include <QFile>
#include <QFileInfo>
#include <QStringList>

using namespace Qt::StringLiterals;

// The linker drops a static library's resources unless somebody asks for them; the macro does not
// work inside a namespace.
static void initScenarioResources()
{
    Q_INIT_RESOURCE(scenarios);
}

namespace watchline {

namespace {

constexpr qint64 kLargestFile = 4 * 1'024 * 1'024;
/// Of a session's first line.
constexpr qint64 kLongestHeader = 1'024 * 1'024;

// The default one first, then from the harmless to the nasty.
constexpr QStringView kBuiltIn[] = {
    u"tour",          u"happy-day",        u"proxy-cut", u"lease-fight", u"maintenance",
    u"silent-stream", u"flaky-heartbeats", u"malformed", u"hot-loop",    u"outage",
    u"wake",
};

QString builtInFile(QStringView name)
{
    initScenarioResources();
    return u":/watchline/scenarios/%1.json"_s.arg(name);
}

bool isBuiltIn(const QString &name)
{
    return std::find(std::begin(kBuiltIn), std::end(kBuiltIn), name) != std::end(kBuiltIn);
}

QString builtInNames()
{
    QStringList names;
    for (const auto name : kBuiltIn)
        names.append(name.toString());
    return names.join(", "_L1);
}

} // namespace

Scenario::Scenario()
    : d(std::make_shared<const Data>())
{}

Scenario::~Scenario() = default;
Scenario::Scenario(const Scenario &) = default;
Scenario &Scenario::operator=(const Scenario &) = default;
Scenario::Scenario(Scenario &&) noexcept = default;
Scenario &Scenario::operator=(Scenario &&) noexcept = default;

QList<Scenario::Listed> Scenario::builtIn()
{
    QList<Listed> result;
    for (const auto name : kBuiltIn) {
        QString error;
        const auto scenario = load(name.toString(), &error);
        Q_ASSERT_X(scenario, "Scenario::builtIn", qPrintable(error));
        result.append({name.toString(), scenario->title()});
    }
    return result;
}

QString Scenario::defaultName()
{
    return kBuiltIn[0].toString();
}

std::optional<Scenario> Scenario::load(const QString &nameOrFile, QString *error)
{
    const auto shown = singleLine(nameOrFile, 200);
    QFile file(isBuiltIn(nameOrFile) ? builtInFile(nameOrFile) : nameOrFile);
    if (nameOrFile.isEmpty() || !file.exists()) {
        *error =
            u"%1: neither a built-in scenario (%2) nor a file; choose one of these, or check the path"_s
                .arg(shown, builtInNames());
        return {};
    }
    if (!file.open(QIODevice::ReadOnly)) {
        *error = u"%1: cannot be read: %2; check the path and its permissions"_s.arg(
            shown, file.errorString());
        return {};
    }
    if (isRecording(file.peek(kLongestHeader))) {
        auto data = loadRecording(file, nameOrFile, error);
        return data ? std::optional(made(std::move(*data), nameOrFile)) : std::nullopt;
    }
    const auto json = file.read(kLargestFile + 1);
    if (file.error() != QFileDevice::NoError) {
        *error = u"%1: cannot be read: %2; check the path and its permissions"_s.arg(
            shown, file.errorString());
        return {};
    }
    if (json.size() > kLargestFile) {
        *error = u"%1: larger than %2 MiB; a scenario is a small file"_s.arg(shown).arg(
            kLargestFile / (1'024 * 1'024));
        return {};
    }
    return parse(json, nameOrFile, error);
}

std::optional<Scenario> Scenario::parse(const QByteArray &json, const QString &where,
                                        QString *error)
{
    auto data = parseScenario(json, error);
    if (!data) {
        *error = singleLine(where, 200) + ": "_L1 + *error + "; correct it there"_L1;
        return {};
    }
    return made(std::move(*data), where);
}

Scenario Scenario::made(Data data, const QString &where)
{
    data.name = QFileInfo(where).completeBaseName();
    Scenario result;
    result.d = std::make_shared<const Data>(std::move(data));
    return result;
}

QString Scenario::name() const
{
    return d->name;
}

QString Scenario::title() const
{
    return d->title;
}

QString Scenario::remark() const
{
    return d->remark;
}

std::chrono::milliseconds Scenario::length() const
{
    return d->length;
}

} // namespace watchline
