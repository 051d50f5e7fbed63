#include "server/worker.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "server/connection.h"
#include "server/router.h"
#include "server/sessions.h"
#include "server/wills.h"

namespace grapnel {

namespace {

constexpr size_t kRoutesRemembered = 65'536;

// Mail that goes to another worker in the middle of a turn, and mail that the other one may have
// untaken before publishers wait: in messages and KiB.
constexpr uint32_t kMailDueUnits = 256;
constexpr uint32_t kMailMostUnits = 1024;

thread_local Worker* current_worker = nullptr;

}  // namespace

Worker::Worker(Core& shared, uint16_t number)
    : core(shared),
      index(number),
      clock([] {
          Clock now;
          now.refresh();
          return now;
      }()),
      timers(
          loop.uv(), &clock.monotonic_ms, [](void* self) { static_cast<Worker*>(self)->wake(); },
          this),
      hooks(shared.hooks.dispatcher(number)),
      limits(shared.config.limits),
      announced(limits),
      compatibility(shared.config.compatibility),
      marks(limits),
      routes(shared.index, kRoutesRemembered),
      commits(*this),
      brakes(*this),
      replays(*this),
      entrance(*this),
      read_buffer(new char[kReadBuffer]),
      deferral_timer_([](Timer&) {
          Worker* const worker = current();
          worker->wake();
          worker->hooks.expire(worker->clock.monotonic_ms);
      }),
      outboxes_(size_t{shared.inline_worker} + 1),
      inflow_(std::make_unique<MailFlow[]>(shared.inline_worker)),
      next_key_(shared.first_message_key + number) {
    inline_client.id.assign("inline");
    inline_client.is_inline = true;
}

// What stop() closes is closed here for one that never ran.
Worker::~Worker() {
    if (!stopped_) timers.close();
}

Worker* Worker::current() { return current_worker; }

void Worker::start() {
    thread_ = std::thread([this, &target = log_target()] {
        const LogBinding binding(target);
        run();
    });
}

void Worker::join() { thread_.join(); }

void Worker::enter() {
    hooks.bind_thread();
    current_worker = this;
    loop.at_turn_end([this] {
        end_turn();
        observe_turn();
    });
}

void Worker::run() {
    enter();
    loop.run();
    // What was posted and never ran may own sessions' messages: gone with the loop.
    end_turn();
}

void Worker::stop() {
    wake();
    std::vector<Session*> all;
    sessions.for_each([&](Session& session) { all.push_back(&session); });
    for (Session* session : all) session->disarm();
    end_turn();
    timers.close();
    stopped_ = true;
    loop.stop();
}

void Worker::accept(TransportPointer transport, const PeerAddress& peer, ListenerPlace place,
                    int64_t deadline_ms) {
    wake();
    ListenerState& listener = place.listener();
    if (listener.tls) transport = start_tls(std::move(transport), *listener.tls, peer);
    if (!transport) return;
    listener.accepted.fetch_add(1, std::memory_order_relaxed);
    auto* connection = new Connection(*this, std::move(place), peer);
    if (deadline_ms != 0) connection->connect_by(deadline_ms);
    connection->open(std::move(transport), {});
}

void Worker::drain(mqtt::Reason reason, std::function<void()> drained) {
    wake();
    drained_ = std::move(drained);
    for_each_connection([&](Connection& connection) {
        if (connection.established())
            connection.fail(reason);
        else
            connection.lost(reason);
    });
}

void Worker::send_wills(std::function<void()> sent) {
    wills_sent_ = std::move(sent);
    const bool keep_delayed = keeps_delayed_wills();
    sessions.for_each([&](Session& session) {
        const ClientInfo& client = session.info;
        if (!client.will) return;
        const bool delayed = client.will->delay_s != 0 && session.persistent();
        if (!delayed || !keep_delayed) send_will(*this, session.info);
    });
}

void Worker::drop_plugin_slots() {
    sessions.for_each([](Session& session) { session.info.drop_slots(); });
    inline_client.drop_slots();
}

void Worker::drop_plugin_slots(size_t plugin) {
    sessions.for_each([plugin](Session& session) { session.info.drop_slot(plugin); });
    connections_.for_each([plugin](Handle, Connection*& connection) {
        if (ClientInfo* const client = connection->client()) client->drop_slot(plugin);
    });
    inline_client.drop_slot(plugin);
}

bool Worker::keeps_delayed_wills() const {
    return !core.draining.load(std::memory_order_relaxed) ||
           core.hooks.main().wants(Event::stored_clients);
}

uint64_t Worker::name_connection(Connection& connection) {
    const Handle handle = connections_.insert(&connection);
    GN_ASSERT((handle & kWorkerBits) == 0);  // four million connections on one worker
    return handle | (uint64_t{index} << kWorkerShift);
}

Connection* Worker::connection_of(uint64_t key) {
    Connection** found = connections_.find(key & ~kWorkerBits);
    return found == nullptr ? nullptr : *found;
}

void Worker::mark_dirty(Connection& connection) {
    if (connection.set_dirty(true)) dirty_.push_back(connection.key());
}

void Worker::doom(Connection& connection, mqtt::Reason reason) {
    doomed_.push_back({connection.key(), reason});
}

void Worker::bury(std::unique_ptr<Connection> connection) {
    dead_connections_.push_back(std::move(connection));
}

void Worker::bury(std::unique_ptr<Session> session) {
    dead_sessions_.push_back(std::move(session));
}

void Worker::bury(std::unique_ptr<Job> job) {
    if (job) dead_jobs_.push_back(std::move(job));
}

void Worker::end_turn() {
    while (awake_) settle_turn();
}

// What is left to do shows itself in awake_: writing may end connections, and their wills make
// mail.
void Worker::settle_turn() {
    while (!doomed_.empty()) {
        for (const Doomed& doomed : std::exchange(doomed_, {})) {
            Connection* connection = connection_of(doomed.key);
            if (connection != nullptr) connection->fail(doomed.reason);
        }
    }
    send_mail();
    commits.end_turn();
    for (size_t i = 0; i < dirty_.size(); ++i) {
        Connection* connection = connection_of(dirty_[i]);
        if (connection == nullptr) continue;
        connection->set_dirty(false);
        connection->flush();
    }
    dirty_.clear();
    if (wills_sent_) std::exchange(wills_sent_, nullptr)();
    brakes.end_turn();
    replays.end_turn();
    arm_deferral_deadline();
    dead_connections_.clear();
    dead_sessions_.clear();
    dead_jobs_.clear();
    if (drained_ && connections_.size() == 0) std::exchange(drained_, nullptr)();
    awake_ = has_mail() || !doomed_.empty() || !dirty_.empty() || commits.due();
}

void Worker::observe_turn() {
    const uint64_t woken_ns = loop.poller().woken_ns();
    if (woken_ns == 0 && delivery_times.empty()) return;
    const uint64_t now_ns = uv_hrtime();
    if (woken_ns != 0) counters.loop_lag.observe((now_ns - woken_ns) / 1000);
    observe_deliveries(now_ns);
}

void Worker::observe_deliveries(uint64_t now_ns) {
    delivery_times.observe(now_ns / 1000, counters.delivery_latency);
}

void Worker::arm_deferral_deadline() {
    if (hooks.pending() == 0) return;
    const int64_t deadline_ms = hooks.next_deadline_ms();
    if (deadline_ms >= 0) timers.arm(deferral_timer_, deadline_ms);
}

void Worker::mail(uint16_t worker, Mail mail) {
    has_mail_ = true;
    if (worker != core.inline_worker) ++mails_;
    Outbox& outbox = outboxes_[worker];
    outbox.units += 1 + static_cast<uint32_t>(mail.message->footprint() / 1024);
    outbox.mails.push_back(std::move(mail));
    if (outbox.units < kMailDueUnits) return;
    send_mail(worker);
    brakes.take_requests();
}

void Worker::send_mail() {
    if (!std::exchange(has_mail_, false)) return;
    for (uint16_t other = 0; other < outboxes_.size(); ++other)
        if (!outboxes_[other].mails.empty()) send_mail(other);
}

void Worker::send_mail(uint16_t other) {
    Outbox& outbox = outboxes_[other];
    const uint32_t units = std::exchange(outbox.units, 0);
    auto batch = std::make_shared<std::vector<Mail>>(std::exchange(outbox.mails, {}));
    if (other == core.inline_worker) return core.deliver_inline(std::move(batch));
    counters.mail_batches.add();
    Worker* const worker = core.workers[other].get();
    MailFlow& flow = worker->inflow_[index];
    const uint32_t before = flow.units.fetch_add(units);
    const auto taken = [this, worker, batch, units, &flow] {
        worker->receive(*batch);
        flow.units.fetch_sub(units);
        if (flow.awaited.exchange(false)) loop.post([this] { mail_taken(); });
    };
    worker->loop.post_first(
        [worker, taken, number = commits.open()] { worker->commits.when_open(number, taken); });
    if (before + units < kMailMostUnits) return;
    mail_rests_ = true;
    flow.awaited.store(true);
    // Taken just now: nobody else would tell.
    if (flow.units.load() >= kMailMostUnits || !flow.awaited.exchange(false)) return;
    mail_rests_ = false;
    brakes.mail_taken();
}

void Worker::wait_for_mail(Connection& publisher) {
    brakes.wait_for_mail(publisher.key());
    publisher.hold();
}

void Worker::mail_taken() {
    wake();
    mail_rests_ = false;
    brakes.mail_taken();
}

void Worker::receive(const std::vector<Mail>& mails) {
    wake();
    commits.begin_packet();
    Router router(*this);
    for (const Mail& mail : mails) router.receive(mail);
}

void Worker::adopt(const config::Limits& fresh, const config::Compatibility& compatible) {
    limits = fresh;
    announced = Announced(fresh);
    compatibility = compatible;
    marks = Marks(limits);
}

}  // namespace grapnel
