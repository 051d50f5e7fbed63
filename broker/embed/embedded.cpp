#include "embed/embedded.h"

#include <algorithm>
#include <charconv>
#include <shared_mutex>
#include <utility>

#include "config/fault.h"
#include "hooks/abi.h"
#include "topics/filter.h"

using namespace grapnel;
using grapnel::embed::Run;
using grapnel::embed::Settings;
using grapnel::embed::Subscription;

namespace {

constexpr size_t kFilterBytesMost = 65'535;

// The log of an embedder: a target and who it is written to.
struct EmbedderLog {
    explicit EmbedderLog(const gn_broker_options& options)
        : write(options.log),
          argument(options.log_arg),
          target(options.log == nullptr ? nullptr : &EmbedderLog::hand_on, this) {}

    static void hand_on(void* self, LogLevel level, std::string_view line) {
        const auto* log = static_cast<const EmbedderLog*>(self);
        log->write(log->argument, static_cast<int32_t>(level), to_abi(line));
    }

    void (*write)(void*, int32_t, gn_str);
    void* argument;
    LogTarget target;
};

std::shared_ptr<LogTarget> make_log(const gn_broker_options& options) {
    const auto log = std::make_shared<EmbedderLog>(options);
    return {log, &log->target};
}

std::string lines_of(const config::Faults& faults) {
    std::string lines;
    for (const config::Fault& fault : faults) lines += (lines.empty() ? "" : "\n") + fault.line();
    return lines;
}

}  // namespace

gn_broker::gn_broker(const gn_broker_options& options) : log_(make_log(options)) {
    Bytes name;
    Bytes text;
    from_abi(options.name, name);
    from_abi(options.settings, text);
    config::Faults faults;
    settings_ =
        std::make_unique<Settings>(name.empty() ? "broker" : std::string(name), text, faults);
    log_->configure(settings_->config().log.level, settings_->config().log.format);
    faulty_ = !faults.empty();
    error_ = lines_of(faults);
}

template <class Body>
gn_status gn_broker::as_owner(Body body) {
    if (&log_target() == log_.get()) return GN_E_THREAD;
    const std::lock_guard lock(owner_);
    if (faulty_) return fail(GN_E_STATE, "the settings have faults");
    error_.clear();
    return body();
}

gn_status gn_broker::fail(gn_status status, std::string why) {
    error_ = std::move(why);
    return status;
}

std::shared_ptr<Run> gn_broker::run() const {
    const std::shared_lock lock(mutex_);
    return run_;
}

// What the run before was ends without the lock.
void gn_broker::set_run(std::shared_ptr<Run> run) {
    const std::unique_lock lock(mutex_);
    run_.swap(run);
}

gn_status gn_broker::add_plugin(const gn_plugin& plugin, std::string_view id,
                                std::string_view table) {
    return as_owner([&] {
        if (run() != nullptr) return fail(GN_E_STATE, "the broker is started");
        config::Faults faults;
        settings_->add_plugin(plugin, id, table, faults);
        return faults.empty() ? gn_status{GN_OK} : fail(GN_E_INVALID, lines_of(faults));
    });
}

gn_status gn_broker::start() {
    return as_owner([this] {
        if (left_behind_) return fail(GN_E_STATE, "an earlier run could not be stopped");
        if (run() != nullptr) return fail(GN_E_STATE, "the broker is started");
        const auto held = [this] {
            const std::shared_lock lock(mutex_);
            return subscriptions_;
        };
        const auto fresh = std::make_shared<Run>(*settings_, log_, held);
        set_run(fresh);
        const Run::Phase phase = fresh->start();
        if (phase == Run::Phase::serving) return gn_status{GN_OK};
        left_behind_ = phase == Run::Phase::abandoned;
        set_run(nullptr);
        return fail(left_behind_ ? GN_E_LIMIT : fresh->status(), fresh->failure());
    });
}

gn_status gn_broker::stop_run() {
    const std::shared_ptr<Run> ending = run();
    if (ending == nullptr) return fail(GN_E_STATE, "the broker is not started");
    left_behind_ = ending->stop() == Run::Phase::abandoned;
    set_run(nullptr);
    return left_behind_ ? fail(GN_E_LIMIT, ending->failure()) : gn_status{GN_OK};
}

gn_status gn_broker::stop() {
    return as_owner([this] { return stop_run(); });
}

gn_status gn_broker::close() {
    const gn_status status = as_owner([this] { return stop_run(); });
    if (status == GN_E_THREAD) return status;
    {
        const std::unique_lock lock(mutex_);
        for (const auto& subscription : subscriptions_) subscription->over = true;
    }
    log_->mute();
    return status == GN_E_STATE ? gn_status{GN_OK} : status;
}

gn_status gn_broker::port(std::string_view listener, uint16_t& port) const {
    const std::shared_ptr<Run> serving = run();
    if (serving == nullptr || serving->phase() != Run::Phase::serving) return GN_E_STATE;
    for (const Broker::Bound& bound : serving->bound()) {
        if (bound.id != listener) continue;
        const size_t colon = bound.address.rfind(':');
        if (colon == std::string::npos) return GN_E_UNSUPPORTED;
        const char* const end = bound.address.data() + bound.address.size();
        const auto read = std::from_chars(bound.address.data() + colon + 1, end, port);
        return read.ec == std::errc{} && read.ptr == end ? GN_OK : GN_E_UNSUPPORTED;
    }
    return GN_E_GONE;
}

gn_status gn_broker::publish(const gn_message& message) const {
    const std::shared_ptr<Run> serving = run();
    return serving == nullptr ? gn_status{GN_E_STATE} : serving->publish(message);
}

gn_status gn_broker::subscribe(std::string_view filter, gn_message_fn receive, void* argument,
                               gn_subscription& number) {
    Filter parsed;
    if (receive == nullptr || filter.size() > kFilterBytesMost ||
        !parse_filter(filter, 0, parsed) || parsed.shared)
        return GN_E_INVALID;
    if (faulty_) return GN_E_STATE;
    if (!settings_->config().broker.inline_client) return GN_E_UNSUPPORTED;
    const auto subscription = std::make_shared<Subscription>();
    subscription->filter = filter;
    subscription->receive = receive;
    subscription->argument = argument;
    std::shared_ptr<Run> serving;
    {
        const std::unique_lock lock(mutex_);
        subscription->number = ++last_subscription_;
        subscriptions_.push_back(subscription);
        serving = run_;
    }
    const gn_status status = serving == nullptr ? GN_OK : serving->subscribe(subscription);
    if (status == GN_OK)
        number = subscription->number;
    else
        take(subscription->number);
    return status;
}

std::shared_ptr<Subscription> gn_broker::take(gn_subscription number) {
    const std::unique_lock lock(mutex_);
    const auto found = std::find_if(subscriptions_.begin(), subscriptions_.end(),
                                    [number](const auto& held) { return held->number == number; });
    if (found == subscriptions_.end()) return nullptr;
    std::shared_ptr<Subscription> taken = std::move(*found);
    subscriptions_.erase(found);
    taken->over = true;
    return taken;
}

gn_status gn_broker::unsubscribe(gn_subscription number) {
    const std::shared_ptr<Subscription> subscription = take(number);
    if (subscription == nullptr) return GN_E_GONE;
    const std::shared_ptr<Run> serving = run();
    if (serving != nullptr) serving->unsubscribe(subscription);
    return GN_OK;
}
