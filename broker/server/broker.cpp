#include "server/broker.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/log.h"
#include "server/worker.h"

namespace grapnel {

namespace {

constexpr uint64_t kStopLeast_ms = 1000;   // for plugins
constexpr uint64_t kWatchLeast_ms = 1500;  // longer than clients are waited for
constexpr int kConfigurationFault = 2;     // the exit status of whatever the operator must mend

uint16_t worker_count_of(const config::Config& config) {
    if (config.broker.workers != 0)
        return static_cast<uint16_t>(std::min<uint32_t>(config.broker.workers, 1024));
    cpu_set_t cores;
    if (::sched_getaffinity(0, sizeof cores, &cores) != 0) return 1;
    return static_cast<uint16_t>(std::max(CPU_COUNT(&cores), 1));
}

}  // namespace

Broker::Broker(const config::Config& config, Reread reread, Owner& owner)
    : config_(config),
      takes_inline_(config.broker.inline_client),
      reread_(std::move(reread)),
      owner_(owner),
      worker_count_(worker_count_of(config)),
      core_(config, worker_count_, *this) {
    Clock now;
    now.refresh();
    core_.started_ms = now.wall_ms;
    // Nanoseconds since 1970: above every key of an earlier life as long as fewer than a message a
    // nanosecond came.
    core_.first_message_key = static_cast<uint64_t>(now.wall_ms) * 1'000'000;
    core_.deliver_inline = [this](std::shared_ptr<std::vector<Mail>> mails) {
        main_.post([this, mails = std::move(mails)] { receive_inline(*mails); });
    };
    for (uint16_t i = 0; i < core_.inline_worker; ++i)
        core_.workers.push_back(std::make_unique<Worker>(core_, i));
}

Broker::~Broker() = default;

int Broker::run() {
    core_.hooks.main().bind_thread();
    const std::vector<Error> failures = core_.hooks.load(config_);
    owner_.opening();
    start_workers();
    for (const Error& failure : failures) fail(failure.text, kConfigurationFault);
    if (failures.empty()) start_web();
    if (!stopping_) start_plugins();
    main_.run();
    return status_;
}

void Broker::fail(const std::string& why, int status) {
    log_error("server", why);
    owner_.failed(why);
    shut_down(status);
}

void Broker::start_workers() {
    for (const auto& worker : core_.workers) worker->start();
}

// Before plugins and stores, so that /healthz and /ready answer while those take their time.
void Broker::start_web() {
    const auto needs_web = [](const config::Listener& listener) { return Web::opens(listener); };
    if (std::none_of(config_.listeners.begin(), config_.listeners.end(), needs_web)) return;
    web_ = std::make_unique<Web>(core_, [this] { return snapshot(); });
    uv_timer_init(main_.uv(), &note_timer_);
    if (!web_->start()) return fail("libwebsockets cannot start", 1);
    owner_.add_routes(web_->admin_routes());
    note_plugins();
    for (const config::Listener& listener : config_.listeners)
        if (listener.type == config::ListenerType::http && !open_listener(listener)) return;
}

void Broker::start_plugins() {
    core_.hooks.start([this](const std::vector<Error>& failures) {
        for (const Error& failure : failures) fail(failure.text, 1);
        if (!stopping_) restore();
    });
}

void Broker::open_listeners() {
    for (const config::Listener& listener : config_.listeners)
        if (listener.type != config::ListenerType::http && !open_listener(listener)) return;
    for (const InheritedSockets::Socket& socket : inherited_.left())
        log_warn("server", "an inherited socket is no listener's: closed",
                 {{"name", socket.name}, {"address", socket.address}});
    inherited_ = {};
    ready();
}

Result<ListeningSocket::Pointer> Broker::open_socket(const config::Listener& listener) {
    const bool is_unix = listener.type == config::ListenerType::unix_socket;
    const int inherited = inherited_.take(
        listener.id, is_unix ? listener.address : PeerAddress::parse(listener.address).text());
    if (inherited < 0 && is_unix)
        return ListeningSocket::bind(
            {listener.address, listener.mode, listener.owner, listener.group});
    if (inherited < 0) return ListeningSocket::bind(listener.host, listener.port);
    auto adopted = ListeningSocket::adopt(inherited);
    if (adopted && adopted.value()->is_unix() != is_unix)
        return Error{"the inherited socket is of another type"};
    return adopted;
}

bool Broker::open_listener(const config::Listener& listener) {
    const bool is_unix = listener.type == config::ListenerType::unix_socket;
    auto bound = open_socket(listener);
    if (!bound) {
        fail(listener.where.text() + ": listener " + listener.id + " cannot open " +
                 listener.address + ": " + bound.error().text,
             1);
        return false;
    }
    std::unique_ptr<TlsServer> tls;
    if (!load_tls(listener, tls)) return false;
    if (Web::opens(listener)) {
        const std::optional<Error> fault = web_->open(listener, bound.value(), std::move(tls));
        if (fault) fail(fault->text, 1);
        return !fault;
    }
    OpenListener open;
    open.socket = bound.value();
    open.state = std::make_unique<ListenerState>();
    open.state->id = listener.id;
    open.state->maximum_clients = listener.maximum_clients;
    open.state->proxy = listener.proxy;
    open.state->tls = std::move(tls);
    open.acceptors.resize(core_.workers.size());
    log_info("server", "listening",
             {{"listener", listener.id},
              {"type", is_unix ? "unix" : "tcp"},
              {"address", open.socket->address()}});
    core_.listeners.add({.state = open.state.get(),
                         .socket = open.socket,
                         .type = is_unix ? "unix" : "tcp",
                         .tls = open.state->tls.get()});
    listeners_.push_back(std::move(open));
    return true;
}

bool Broker::load_tls(const config::Listener& listener, std::unique_ptr<TlsServer>& out) {
    if (!listener.tls) return true;
    config::Faults faults;
    auto context = TlsContext::load(*listener.tls, faults, tls_protocol_of(listener));
    if (context) {
        out = std::make_unique<TlsServer>(listener.id, std::move(context));
        return true;
    }
    for (const config::Fault& fault : faults)
        fail("listener " + listener.id + ": " + fault.line(), kConfigurationFault);
    return false;
}

TlsServer* Broker::tls_of(const std::string& listener_id) const {
    for (const OpenListener& listener : listeners_)
        if (listener.state->id == listener_id) return listener.state->tls.get();
    return web_ ? web_->tls_of(listener_id) : nullptr;
}

// Who is connected stays so. What cannot be loaded leaves the listener as it is, and is returned.
std::vector<std::string> Broker::reload_certificates() {
    std::vector<std::string> lines;
    for (const config::Listener& started : core_.config.listeners) {
        TlsServer* const tls = tls_of(started.id);
        if (tls == nullptr) continue;
        auto context = load_tls_anew(started);
        if (context) {
            tls->replace(std::move(context.value()));
            continue;
        }
        const std::string& text = context.error().text;
        log_error("server", "the listener keeps the certificates it has",
                  {{"listener", started.id}, {"fault", text}});
        lines.push_back("listener " + started.id + " keeps the certificates it has: " + text);
    }
    return lines;
}

// Another type of it waits for a restart: its clients go on speaking what they spoke.
Result<std::shared_ptr<const TlsContext>> Broker::load_tls_anew(
    const config::Listener& started) const {
    const auto found =
        std::find_if(config_.listeners.begin(), config_.listeners.end(),
                     [&](const config::Listener& fresh) { return fresh.id == started.id; });
    if (found == config_.listeners.end())
        return Error{"the configuration has no listener of that id any more"};
    if (!found->tls) return Error{"the configuration has no tls for it any more"};
    config::Faults faults;
    if (auto context = TlsContext::load(*found->tls, faults, tls_protocol_of(started)))
        return std::shared_ptr<const TlsContext>(std::move(context));
    std::string text;
    for (const config::Fault& fault : faults) text += (text.empty() ? "" : "; ") + fault.line();
    return Error{text};
}

void Broker::ready() {
    on_all_workers(
        [this](Worker& worker, std::function<void()> done) {
            for (OpenListener& listener : listeners_) {
                ListenerState* const state = listener.state.get();
                listener.acceptors[worker.index] =
                    Acceptor::start(worker.loop.uv(), listener.socket,
                                    [&worker, state](int descriptor, const PeerAddress& peer) {
                                        worker.entrance.come(descriptor, peer, *state);
                                    });
            }
            done();
        },
        [this] {
            if (stopping_) return;
            core_.hooks.main().started();
            tick();
            uv_timer_init(main_.uv(), &tick_timer_);
            tick_timer_.data = this;
            const uint64_t every_ms = std::max<uint64_t>(config_.broker.sys_interval_ms, 1);
            uv_timer_start(
                &tick_timer_,
                [](uv_timer_t* handle) { static_cast<Broker*>(handle->data)->tick(); }, every_ms,
                every_ms);
            ticking_ = true;
            warn_if_nobody_may_connect();
            core_.ready.store(true, std::memory_order_release);
            log_info("server", "ready", {{"workers", core_.workers.size()}});
            owner_.ready();
            if (std::exchange(reload_again_, false)) reload();
        });
}

void Broker::on_all_workers(std::function<void(Worker&, std::function<void()>)> task,
                            std::function<void()> done) {
    auto left = std::make_shared<std::atomic<size_t>>(core_.workers.size());
    auto finished = std::make_shared<std::function<void()>>(std::move(done));
    for (const auto& owned : core_.workers) {
        Worker* const worker = owned.get();
        worker->loop.post([this, worker, task, left, finished] {
            worker->wake();
            task(*worker, [this, left, finished] {
                if (left->fetch_sub(1) == 1) main_.post([finished] { (*finished)(); });
            });
        });
    }
}

void Broker::shut_down(int status) {
    if (stopping_) return;
    stopping_ = true;
    status_ = status;
    stop_asked_ms_ = monotonic_ms();
    watch_.begin(std::max(config_.limits.shutdown_timeout_ms, kWatchLeast_ms),
                 [this](bool last) { return give_up_blocked(last); });
    owner_.stopping();
    core_.draining.store(true);
    log_info("server", "stopping");
    core_.hooks.cancel_restore();
    if (web_) web_->drain();
    close_listeners();
}

void Broker::close_listeners() {
    on_all_workers(
        [this](Worker& worker, std::function<void()> done) {
            for (OpenListener& listener : listeners_) {
                Acceptor*& acceptor = listener.acceptors[worker.index];
                if (acceptor != nullptr) std::exchange(acceptor, nullptr)->stop();
            }
            worker.entrance.close();
            done();
        },
        [this] {
            for (OpenListener& listener : listeners_) listener.socket->remove_file();
            gate_.is_open() ? drain_workers() : stop_plugins();
        });
}

// First the wills, on all workers, then the farewells: so that clients still here get what the
// others leave.
void Broker::drain_workers() {
    on_all_workers(
        [](Worker& worker, std::function<void()> done) { worker.send_wills(std::move(done)); },
        [this] {
            on_all_workers(
                [](Worker& worker, std::function<void()> done) {
                    worker.drain(mqtt::Reason::server_shutting_down, std::move(done));
                },
                [this] { stop_plugins(); });
        });
}

// What plugins keep for clients goes before the plugins do.
void Broker::stop_plugins() {
    on_all_workers(
        [](Worker& worker, std::function<void()> done) {
            worker.commits.stop();
            worker.drop_plugin_slots();
            done();
        },
        [this] {
            if (ticking_) uv_timer_stop(&tick_timer_);  // plugins are told of it
            core_.hooks.main().stopped();
            stopping_plugins_ = true;
            if (!reloading_) watch_.end();
            core_.hooks.stop(
                stop_timeout_ms(), [this](bool clean) { stop_workers(clean); },
                [this] { owner_.give_up(1); });
        });
}

// shutdown_timeout begins when the stop is asked for; a plugin that took its time before leaves
// the others a second at least.
uint64_t Broker::stop_timeout_ms() const {
    const uint64_t whole_ms = config_.limits.shutdown_timeout_ms;
    const auto gone_ms = static_cast<uint64_t>(monotonic_ms() - stop_asked_ms_);
    const uint64_t left_ms = whole_ms > gone_ms ? whole_ms - gone_ms : 0;
    return std::max(left_ms, std::min(whole_ms, kStopLeast_ms));
}

bool Broker::give_up_blocked(bool last) {
    const std::vector<HookHost::Inside> blocked = core_.hooks.inside_plugins();
    if (blocked.empty() && !last) return false;
    for (const HookHost::Inside& inside : blocked)
        log_error(inside.where.plugin->log_module(), "plugin blocks a loop",
                  {{"in", inside.where.part}, {"loop", inside.loop}});
    log_error("server", "stopped, with a loop that did not: ending without it");
    owner_.give_up(1);
    return true;
}

void Broker::stop_workers(bool clean) {
    if (!clean) {
        log_error("server", "stopped, with a plugin that did not");
        return owner_.give_up(status_ == 0 ? 1 : status_);
    }
    if (web_) web_->stop();
    for (const auto& worker : core_.workers) worker->loop.post([w = worker.get()] { w->stop(); });
    for (const auto& worker : core_.workers) worker->join();
    // Behind whatever was posted to this loop before.
    main_.post([this] { close_main(); });
}

void Broker::close_main() {
    owner_.closing();
    if (ticking_) uv_close(reinterpret_cast<uv_handle_t*>(&tick_timer_), nullptr);
    if (web_) uv_close(reinterpret_cast<uv_handle_t*>(&note_timer_), nullptr);
    main_.stop();
    log_info("server", "stopped");
    const bool left_open = main_.left_open() ||
                           std::any_of(core_.workers.begin(), core_.workers.end(),
                                       [](const auto& worker) { return worker->loop.left_open(); });
    // A plugin's handle is still on a loop, in memory that may be gone: nothing is touched any
    // more.
    if (left_open) owner_.give_up(status_);
}

std::vector<Broker::Bound> Broker::bound() const {
    std::vector<Bound> all;
    for (const OpenListener& listener : listeners_)
        all.push_back({listener.state->id, listener.socket->address()});
    if (web_)
        for (const Web::Bound& listener : web_->bound())
            all.push_back({listener.id, listener.address});
    return all;
}

Broker::Phase Broker::phase() const {
    if (core_.draining.load()) return Phase::draining;
    return core_.ready.load(std::memory_order_acquire) ? Phase::serving : Phase::starting;
}

void Broker::reload() {
    if (stopping_) return;
    if (reloading_ || !ticking_) {
        reload_again_ = true;
        return;
    }
    begin_reload([](const ReloadEnd&) {});
}

Broker::ReloadStart Broker::reload(Reloaded done) {
    if (stopping_ || !ticking_ || !reread_) return ReloadStart::impossible;
    if (reloading_) return ReloadStart::busy;
    begin_reload(std::move(done));
    return ReloadStart::begun;
}

void Broker::begin_reload(Reloaded done) {
    owner_.reloading();
    config::Faults faults;
    std::optional<config::Config> read = reread_(faults);
    for (const config::Fault& fault : faults)
        log_error("server", "configuration",
                  {{"where", fault.where.text()}, {"fault", fault.text}});
    if (!read) {
        log_error("server", "reload failed",
                  {{"reason", "the configuration has faults; everything stays as it was"}});
        ReloadEnd end;
        for (const config::Fault& fault : faults) end.faults.push_back(fault.line());
        owner_.reloaded();
        return done(end);
    }
    reloading_ = true;
    // It has ended when the plugins have, and the workers have what they need of it.
    struct Ends {
        ReloadEnd end;
        int left = 2;
        Reloaded done;
    };
    const auto ends = std::make_shared<Ends>(Ends{{}, 2, std::move(done)});
    const auto end_one = [ends] {
        if (--ends->left == 0) ends->done(ends->end);
    };
    const auto fresh = std::make_shared<const config::Config>(std::move(*read));
    core_.hooks.reload(
        fresh, fresh->limits.shutdown_timeout_ms,
        [this, fresh, ends, end_one](std::vector<Error> failures) {
            for (const Error& failure : failures) {
                log_error("server", "reload failed", {{"reason", failure.text}});
                ends->end.faults.push_back(failure.text);
            }
            ends->end.adopted = failures.empty();
            failures.empty() ? adopt(*fresh, ends->end.faults, end_one) : end_one();
        },
        [this, end_one] {
            reloading_ = false;
            if (stopping_plugins_) watch_.end();
            if (!stopping_) owner_.reloaded();
            end_one();
            if (std::exchange(reload_again_, false)) reload();
        });
}

void Broker::adopt(const config::Config& fresh, std::vector<std::string>& faults,
                   std::function<void()> done) {
    warn_of_restart(fresh);
    owner_.adopt(fresh);
    log_configure(fresh.log.level, fresh.log.format);
    const auto limits = std::make_shared<const config::Limits>(fresh.limits);
    const auto compatibility = fresh.compatibility;
    config_ = fresh;
    takes_inline_ = config_.broker.inline_client;
    core_.adopt(config_.limits);
    faults = reload_certificates();
    core_.access_epoch.fetch_add(1);  // the rules of topics may have changed
    warn_if_nobody_may_connect();
    on_all_workers(
        [limits, compatibility](Worker& worker, std::function<void()> done) {
            worker.adopt(*limits, compatibility);
            done();
        },
        [done = std::move(done)] {
            log_info("server", "reloaded");
            done();
        });
}

void Broker::warn_if_nobody_may_connect() {
    if (!core_.hooks.main().wants(Event::on_connect_authenticate))
        log_warn("server", "no plugin lets anybody connect: every client is refused");
}

// What only a start reads: compared with that, however often it was read since.
void Broker::warn_of_restart(const config::Config& fresh) const {
    const config::Config& started = core_.config;
    const auto warn = [](Bytes key) {
        log_warn("server", "a change of this key needs a restart", {{"key", key}});
    };
    if (fresh.broker.workers != started.broker.workers) warn("broker.workers");
    if (fresh.broker.data_dir != started.broker.data_dir) warn("broker.data_dir");
    if (fresh.broker.sys_interval_ms != started.broker.sys_interval_ms) warn("broker.sys_interval");
    if (fresh.admin.enabled() && !started.admin.enabled()) warn("admin");
    const bool same = std::equal(
        fresh.listeners.begin(), fresh.listeners.end(), started.listeners.begin(),
        started.listeners.end(), [](const config::Listener& a, const config::Listener& b) {
            return a.id == b.id && a.address == b.address && a.type == b.type &&
                   a.maximum_clients == b.maximum_clients && a.mode == b.mode &&
                   a.owner == b.owner && a.group == b.group && a.proxy == b.proxy &&
                   a.tls.has_value() == b.tls.has_value() && a.path == b.path &&
                   a.origins == b.origins && a.maximum_frame_bytes == b.maximum_frame_bytes &&
                   a.admin == b.admin;
        });
    if (!same) warn("listener");
}

}  // namespace grapnel
