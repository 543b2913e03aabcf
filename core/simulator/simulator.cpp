// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "core/simulator/simulator.h"

#include "core/base/descriptors.h"
#include "core/base/secret.h"
#include "core/base/text.h"
#include "core/simulator/answerplayer.h"
#include "core/simulator/connection.h"
#include "core/simulator/scenariodata.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslSocket>
#include <QTcpServer>
#include <QThread>
#include <QUrlQuery>

#include <algorithm>
#include <map>
#include <vector>

using namespace Qt::StringLiterals;

namespace watchline {

namespace {

constexpr QByteArrayView kEndpoints = "/internal/platform/v1";
/// A fleet of hundreds, each with its stream and a heartbeat.
constexpr std::size_t kMostConnections = 2'048;
/// What the process itself needs of the descriptors that it may have.
constexpr qint64 kDescriptorsBeside = 128;
/// Clients that come at the same time; the default is 50.
constexpr int kBacklog = 1'024;
/// Devices whose runs are kept apart; past that the one longest silent starts again.
constexpr std::size_t kMostDevices = 10'000;

/// What connections may take beside everything else in the process. In the demo that is the
/// watches themselves: they need as much again.
std::size_t mostConnections()
{
    const auto room = (raiseDescriptorLimit().left() - kDescriptorsBeside) / 3;
    return static_cast<std::size_t>(std::clamp<qint64>(room, 64, kMostConnections));
}

/// A listening socket, plain or TLS, that hands over sockets as they come.
class Listener final : public QTcpServer
{
public:
    explicit Listener(std::function<void(std::unique_ptr<QTcpSocket>)> accepted)
        : m_accepted(std::move(accepted))
    {}

    void useTls(const QSslConfiguration &tls) { m_tls = tls; }

protected:
    void incomingConnection(qintptr descriptor) override
    {
        auto socket = m_tls ? std::make_unique<QSslSocket>() : std::make_unique<QTcpSocket>();
        if (!socket->setSocketDescriptor(descriptor))
            return;
        if (m_tls) {
            auto *tls = static_cast<QSslSocket *>(socket.get());
            tls->setSslConfiguration(*m_tls);
            tls->startServerEncryption();
        }
        m_accepted(std::move(socket));
    }

private:
    std::function<void(std::unique_ptr<QTcpSocket>)> m_accepted;
    std::optional<QSslConfiguration> m_tls;
};

/// Everything that TLS needs; nothing when the files are no good, and `error` says why.
std::optional<QSslConfiguration> tlsConfiguration(const SimulatorOptions &options, QString *error)
{
    const auto read = [error](const QString &path, const QString &what) -> QByteArray {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly)) {
            *error = u"%1: the %2 cannot be read: %3; check the path"_s.arg(
                singleLine(path, 200), what, file.errorString());
            return {};
        }
        return file.readAll();
    };
    const auto chain =
        QSslCertificate::fromData(read(options.certificateFile, u"certificate"_s), QSsl::Pem);
    if (!error->isEmpty())
        return {};
    if (chain.isEmpty()) {
        *error = u"%1: has no PEM certificate; name one that does"_s.arg(
            singleLine(options.certificateFile, 200));
        return {};
    }
    const auto pem = read(options.keyFile, u"key"_s);
    if (!error->isEmpty())
        return {};
    QSslKey key(pem, QSsl::Rsa);
    if (key.isNull())
        key = QSslKey(pem, QSsl::Ec);
    if (key.isNull()) {
        *error = u"%1: has no PEM key (RSA or EC, without a password); name one that does"_s.arg(
            singleLine(options.keyFile, 200));
        return {};
    }
    auto tls = QSslConfiguration::defaultConfiguration();
    tls.setLocalCertificateChain(chain);
    tls.setPrivateKey(key);
    tls.setPeerVerifyMode(QSslSocket::VerifyNone);
    tls.setAllowedNextProtocols({QByteArrayLiteral("http/1.1")});
    return tls;
}

QByteArray errorBody(const QString &what)
{
    return QJsonDocument(QJsonObject{{u"error"_s, what}}).toJson(QJsonDocument::Compact);
}

ScenarioResponse errorResponse(int status, const QString &what, const HttpHeaders &headers = {})
{
    return {status, {}, headers, errorBody(what)};
}

/// A device, known by its token, and how far the scenario has come for it.
struct Device
{
    int number = 1;
    QRandomGenerator random;
    quint64 lastSeen = 0;
    qsizetype deviceInfos = 0;
    qsizetype watches = 0;
    qsizetype heartbeats = 0;           // of the whole run
    qsizetype heartbeatsOfTheWatch = 0; // since the latest watch request
};

using DevicePtr = std::shared_ptr<Device>;

} // namespace

struct Simulator::Private
{
    Private(Simulator &simulator, Scenario toPlay, Clock &time)
        : q(simulator)
        , scenario(std::move(toPlay))
        , clock(time)
    {}

    void accept(std::unique_ptr<QTcpSocket> socket);
    bool makeRoom();
    void remove(Connection *connection);
    void handle(Connection &connection, const HttpRequest &request);
    void handleDeviceInfo(Connection &connection, const DevicePtr &device);
    void handleWatch(Connection &connection, const HttpRequest &request, const DevicePtr &device);
    void handleHeartbeat(Connection &connection, const HttpRequest &request,
                         const DevicePtr &device);
    QByteArray tokenOf(const HttpRequest &request) const;
    DevicePtr deviceOf(const QByteArray &token);
    bool isWatching(const DevicePtr &device) const;
    void beginRun(Device &device);
    quint32 seedOf(const Device &device) const;
    static QString labelOf(const Device &device, const QString &what);

    void play(Connection &connection, const QString &label, QList<ScenarioStep> steps,
              const DevicePtr &device = {});
    void playAnswer(Connection &connection, const QString &label, const ScenarioAnswer &answer,
                    const QByteArray &usualBody, const DevicePtr &device);
    QList<ScenarioStep> withRoundTrip(QList<ScenarioStep> steps, Device &device) const;
    static QString newLease(Device &device);

    Simulator &q;
    const Scenario scenario;
    Clock &clock;
    std::unique_ptr<Listener> listener;
    bool tls = false;
    QString error;
    std::vector<Connection *> connections;           // the oldest first; children of q
    std::map<const Connection *, DevicePtr> watches; // whose latest request was one
    std::size_t mostConnections = kMostConnections;
    std::map<QString, DevicePtr> devices; // by the fingerprints of their tokens
    int deviceCount = 0;                  // of all times
    quint64 requests = 0;
};

void Simulator::Private::accept(std::unique_ptr<QTcpSocket> socket)
{
    if (connections.size() >= mostConnections && !makeRoom()) {
        socket->abort();
        return;
    }
    auto *connection = new Connection(std::move(socket), &q);
    connections.push_back(connection);
    connect(connection, &Connection::requestReceived, &q,
            [this, connection](const HttpRequest &request) { handle(*connection, request); });
    connect(connection, &Connection::refused, &q, [this](int status, const QByteArray &why) {
        emit q.logged(
            u"bad request: %1, %2"_s.arg(QString::number(status), QString::fromUtf8(why)));
    });
    connect(connection, &Connection::closed, &q, [this, connection] { remove(connection); });
}

/// Drops the oldest connection that has nothing to do.
bool Simulator::Private::makeRoom()
{
    const auto idle = std::find_if(connections.begin(), connections.end(),
                                   [](const auto *connection) { return connection->isIdle(); });
    if (idle == connections.end())
        return false;
    (*idle)->abort();
    return true;
}

void Simulator::Private::remove(Connection *connection)
{
    std::erase(connections, connection);
    watches.erase(connection);
    connection->deleteLater();
}

/// Empty when it is not accepted.
QByteArray Simulator::Private::tokenOf(const HttpRequest &request) const
{
    constexpr QByteArrayView kScheme = "DeviceToken ";
    const auto header = request.header("authorization").value_or(QByteArray());
    if (!header.startsWith(kScheme))
        return {};
    const auto token = header.sliced(kScheme.size());
    const auto &accepted = scenario.data().token;
    return !accepted || token == *accepted ? token : QByteArray();
}

DevicePtr Simulator::Private::deviceOf(const QByteArray &token)
{
    auto &known = devices[Secret(token).fingerprint()];
    if (!known) {
        known = std::make_shared<Device>();
        known->number = ++deviceCount;
        known->random.seed(seedOf(*known));
    }
    known->lastSeen = ++requests;
    const auto device = known;
    if (devices.size() > kMostDevices)
        devices.erase(
            std::min_element(devices.begin(), devices.end(), [](const auto &a, const auto &b) {
                return a.second->lastSeen < b.second->lastSeen;
            }));
    return device;
}

/// The first one's leases are those that the scenario's seed gives; no other has the same.
quint32 Simulator::Private::seedOf(const Device &device) const
{
    return scenario.data().seed + static_cast<quint32>(device.number - 1) * 7'919U;
}

QString Simulator::Private::labelOf(const Device &device, const QString &what)
{
    return device.number == 1 ? what : u"device %1, %2"_s.arg(QString::number(device.number), what);
}

void Simulator::Private::handle(Connection &connection, const HttpRequest &request)
{
    watches.erase(&connection); // its answer is over
    const QByteArray base = scenario.data().prefix + kEndpoints.toByteArray();
    const auto endpoint =
        request.path.startsWith(base) ? request.path.mid(base.size()) : QByteArray();
    const QString requested =
        QString::fromUtf8(request.method) + u' ' + QString::fromUtf8(request.path);
    const auto label = singleLine(requested, 200);
    const auto token = tokenOf(request);
    QByteArray method;
    if (endpoint == "/device-info" || endpoint == "/remote-sessions/watch")
        method = "GET";
    else if (endpoint == "/remote-sessions/watch/heartbeat")
        method = "POST";

    if (method.isEmpty())
        play(connection, label, {errorResponse(404, u"there is no such endpoint"_s)});
    else if (request.method != method)
        play(connection, label,
             {errorResponse(405, u"this endpoint takes another method"_s, {{"Allow", method}})});
    else if (token.isEmpty())
        play(connection, label, {errorResponse(401, u"the device token is not accepted"_s)});
    else if (endpoint == "/device-info")
        handleDeviceInfo(connection, deviceOf(token));
    else if (endpoint == "/remote-sessions/watch")
        handleWatch(connection, request, deviceOf(token));
    else
        handleHeartbeat(connection, request, deviceOf(token));
}

bool Simulator::Private::isWatching(const DevicePtr &device) const
{
    return std::any_of(watches.begin(), watches.end(), [&device](const auto &watch) {
        return watch.second == device && !watch.first->isIdle();
    });
}

/// A client asks for device-info before its first watch alone: then a new one has come, and sees
/// the scenario from the start. Not while a watch is open: somebody only looks then, as a check
/// does, and whoever watches goes on.
void Simulator::Private::beginRun(Device &device)
{
    device.deviceInfos = 0;
    device.watches = 0;
    device.heartbeats = 0;
    device.heartbeatsOfTheWatch = 0;
    device.random.seed(seedOf(device));
    emit q.logged(labelOf(device, u"a new run: the scenario starts again"_s));
}

void Simulator::Private::handleDeviceInfo(Connection &connection, const DevicePtr &device)
{
    if (device->watches > 0 && !isWatching(device))
        beginRun(*device);
    const auto &data = scenario.data();
    const auto number = device->deviceInfos++;
    const auto suffix = device->number == 1 ? QString() : QString::number(device->number);
    const QJsonObject facts{{u"id"_s, QString(data.deviceId + suffix)},
                            {u"name"_s, QString(data.deviceName + suffix)},
                            {u"projectId"_s, data.projectId},
                            {u"retainRecordingsSeconds"_s, QJsonValue::Null}};
    playAnswer(connection, labelOf(*device, u"device-info %1"_s.arg(number + 1)),
               data.deviceInfo.at(number), QJsonDocument(facts).toJson(QJsonDocument::Compact),
               device);
}

void Simulator::Private::handleWatch(Connection &connection, const HttpRequest &request,
                                     const DevicePtr &device)
{
    const auto &connects = scenario.data().connects;
    const auto number = device->watches++;
    watches[&connection] = device;
    device->heartbeatsOfTheWatch = 0;
    const auto label = labelOf(*device, u"watch %1"_s.arg(number + 1));

    const QUrlQuery query(QString::fromUtf8(request.query));
    QString offered;
    if (query.hasQueryItem(u"previousWatchLeaseId"_s))
        offered += u", offers lease %1"_s.arg(
            singleLine(query.queryItemValue(u"previousWatchLeaseId"_s, QUrl::FullyDecoded), 80));
    if (query.hasQueryItem(u"remoteAccessSessionId"_s))
        offered += u", for session %1"_s.arg(
            singleLine(query.queryItemValue(u"remoteAccessSessionId"_s, QUrl::FullyDecoded), 80));
    emit q.logged(label + ": requested"_L1 + offered);

    if (connects.isEmpty())
        play(connection, label, {errorResponse(503, u"the scenario is empty"_s)});
    else
        play(connection, label,
             withRoundTrip(connects.at(std::min(number, connects.size() - 1)).steps, *device),
             device);
}

void Simulator::Private::handleHeartbeat(Connection &connection, const HttpRequest &request,
                                         const DevicePtr &device)
{
    const auto &data = scenario.data();
    const auto lease = QJsonDocument::fromJson(request.body).object().value(u"watchLeaseId"_s);
    const auto number = device->heartbeats++;
    const auto numberOfTheWatch = device->heartbeatsOfTheWatch++;
    const auto label = labelOf(*device, u"heartbeat %1"_s.arg(number + 1));
    if (!lease.isString()) {
        play(connection, label, {errorResponse(400, u"the body has no watchLeaseId"_s)});
        return;
    }
    const ScenarioConnect *watch = nullptr;
    if (device->watches > 0 && !data.connects.isEmpty())
        watch = &data.connects.at(std::min(device->watches, data.connects.size()) - 1);
    const auto &answer = watch && watch->heartbeats ? watch->heartbeats->at(numberOfTheWatch)
                                                    : data.heartbeats.at(number);
    playAnswer(connection, label + ", lease "_L1 + singleLine(lease.toString(), 80), answer, "{}",
               device);
}

void Simulator::Private::play(Connection &connection, const QString &label,
                              QList<ScenarioStep> steps, const DevicePtr &device)
{
    PlayerHooks hooks;
    hooks.newLease = [device] { return device ? newLease(*device) : QString(); };
    hooks.log = [this, label](const QString &what) { emit q.logged(label + ": "_L1 + what); };
    connection.play(std::make_unique<AnswerPlayer>(connection, clock, std::move(steps), hooks));
}

void Simulator::Private::playAnswer(Connection &connection, const QString &label,
                                    const ScenarioAnswer &answer, const QByteArray &usualBody,
                                    const DevicePtr &device)
{
    QList<ScenarioStep> steps;
    if (const auto *response = std::get_if<ScenarioResponse>(&answer.what)) {
        auto whole = *response;
        if (!whole.body)
            whole.body = whole.status < 300
                             ? usualBody
                             : errorBody(QString::fromLatin1(httpReason(whole.status)));
        steps.append(whole);
    } else {
        steps.append(std::get<ScenarioEnd>(answer.what));
    }
    if (!answer.delay)
        steps = withRoundTrip(std::move(steps), *device);
    else if (answer.delay->count() > 0)
        steps.prepend(WaitStep{*answer.delay});
    play(connection, label, std::move(steps), device);
}

/// With a wait in front that differs a little from request to request, as on a real network.
QList<ScenarioStep> Simulator::Private::withRoundTrip(QList<ScenarioStep> steps,
                                                      Device &device) const
{
    const auto shortest = scenario.data().shortestRoundTrip;
    const auto longest = scenario.data().longestRoundTrip;
    if (longest.count() > 0) {
        const auto spread = static_cast<quint32>((longest - shortest).count()) + 1;
        steps.prepend(
            WaitStep{shortest + std::chrono::milliseconds(device.random.bounded(spread))});
    }
    return steps;
}

QString Simulator::Private::newLease(Device &device)
{
    return u"rwl_%1"_s.arg(device.random.bounded(0x1'0000), 4, 16, QLatin1Char('0'));
}

Simulator::Simulator(Scenario scenario, Clock &clock, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(*this, std::move(scenario), clock))
{}

Simulator::~Simulator()
{
    close();
}

QString tlsProblem(const SimulatorOptions &options)
{
    QString problem;
    if (!options.certificateFile.isEmpty() || !options.keyFile.isEmpty())
        tlsConfiguration(options, &problem);
    return problem;
}

bool Simulator::listen(const SimulatorOptions &options)
{
    close();
    d->error.clear();
    d->mostConnections = options.mostConnections > 0
                             ? static_cast<std::size_t>(options.mostConnections)
                             : mostConnections();
    auto listener = std::make_unique<Listener>(
        [this](std::unique_ptr<QTcpSocket> socket) { d->accept(std::move(socket)); });
    d->tls = !options.certificateFile.isEmpty() || !options.keyFile.isEmpty();
    if (d->tls) {
        const auto tls = tlsConfiguration(options, &d->error);
        if (!tls)
            return false;
        listener->useTls(*tls);
    }
    listener->setListenBacklogSize(kBacklog);
    if (!listener->listen(QHostAddress::LocalHost, options.port)) {
        d->error = u"cannot listen on 127.0.0.1:%1: %2; choose another port, or 0 for any that is "
                   "free"_s.arg(options.port)
                       .arg(listener->errorString());
        return false;
    }
    d->listener = std::move(listener);
    return true;
}

QString Simulator::error() const
{
    return d->error;
}

QUrl Simulator::url() const
{
    if (!d->listener)
        return {};
    QUrl url;
    url.setScheme(d->tls ? u"https"_s : u"http"_s);
    url.setHost(u"127.0.0.1"_s);
    url.setPort(d->listener->serverPort());
    url.setPath(QString::fromUtf8(d->scenario.data().prefix));
    return url;
}

void Simulator::close()
{
    d->listener.reset();
    const auto connections = std::exchange(d->connections, {});
    for (auto *connection : connections) {
        disconnect(connection, nullptr, this, nullptr);
        delete connection;
    }
}

} // namespace watchline
