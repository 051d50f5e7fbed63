#ifndef GN_TESTING_PLUGIN_HPP
#define GN_TESTING_PLUGIN_HPP

// A plugin in a FakeHost. A part of testing.hpp.

#include <grapnel/testing_client.hpp>
#include <grapnel/testing_config.hpp>
#include <grapnel/testing_frame.hpp>
#include <grapnel/testing_host.hpp>

#include <cstdint>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace gn::testing {

// A plugin loaded into a FakeHost and started on its loops. Throws where create or loop_start
// refuses, with the reason. The end stops it and runs what it still waits for, as a broker does.
class FakePlugin {
public:
    FakePlugin(const gn_plugin& entry, FakeHost& host, const FakeNode& config);
    FakePlugin(const FakePlugin&) = delete;
    FakePlugin& operator=(const FakePlugin&) = delete;
    ~FakePlugin();

    // The number of the commit that calls on the loop belong to.
    std::uint64_t commit = 1;

    // Calls a hook as the broker does:
    //
    //     FakeClient client{"c1"};
    //     FakePacket packet = FakePacket::publish("a/b", "hello");
    //     CHECK(plugin.run(&gn_hooks::on_publish, client, packet) == GN_V_CONTINUE);
    //
    // Arguments are fakes, nullptr, texts and numbers. A hook that the plugin lacks has no opinion.
    // Until it returns, the host refuses what that event does not allow. What it throws, an answer
    // that the event does not know, and gn_core_api.failed are logged and become the closed answer.
    // A ticket that it defers with stays in host.open; the packet and the sink must live until it
    // is completed.
    template <class R, class... A, class... Given>
    R run(R (*gn_hooks::*hook)(gn_call*, A...), Given&&... given);

    // Does the plugin, with these settings, have that hook?
    template <class F>
    bool offers(F* gn_hooks::*hook) const noexcept {
        return hooks_.*hook != nullptr;
    }

    // The C way: a table whose missing entries are NULL, and contexts for calls of its entries on
    // the worker's loop and on the main one, valid while the plugin is. The host allows such calls
    // everything.
    const gn_hooks& hooks() const noexcept { return hooks_; }
    gn_call* call() noexcept {
        call_ = context(host_.worker(), worker_self_, commit);
        return &call_;
    }
    gn_call* main_call() noexcept {
        main_call_ = context(host_.main_loop(), main_self_, 0);
        return &main_call_;
    }

    // GN_OK too where the plugin has no reload. Warns of keys that nobody asked for.
    gn_status reload(const FakeNode& config);
    // Tells the loops to stop, and answers the ticket of the worker's: it is completed when that
    // has stopped. 0 where there is nothing to stop.
    gn_ticket stop();

    // The command line of a plugin, without an instance.
    static int run_tool(const gn_plugin& entry, FakeHost& host, const FakeNode& config,
                        const std::vector<std::string>& words);

private:
    gn_call context(FakeLoop& loop, void* self, std::uint64_t number) noexcept {
        return gn_call{sizeof(gn_call), 0, &host_, loop.raw(), self, number};
    }
    bool start(FakeLoop& loop, void*& loop_self);
    void stop_loop(FakeLoop& loop, void* loop_self, gn_ticket& ticket);
    // Waits until the loops have stopped, runs what is left, and destroys.
    void end();
    void warn_unasked(const FakeNode& config);
    void close_stopped();

    // A fake, or what a test derived from it.
    template <class T, class Fake>
    static constexpr bool kIs = std::is_base_of_v<Fake, T>;
    template <class To, class From>
    static To pass(From&& from) noexcept;
    template <class To, class From>
    static void bind(detail::Frame& frame, From& from) noexcept;
    // Runs a hook; false after it threw, which is logged.
    template <class F>
    bool enter(detail::Frame& frame, F body);
    // Does the event know that answer? Logs that it does not.
    bool knows(const detail::EventRule& rule, std::int32_t answer);
    // What becomes of a hook's answer, and of the ticket and the sink of the call.
    std::int32_t conclude(const detail::Frame& frame, bool threw, std::int32_t answer);

    const gn_plugin& entry_;
    FakeHost& host_;
    gn_hooks hooks_{};
    void* self_ = nullptr;
    void* worker_self_ = nullptr;
    void* main_self_ = nullptr;
    bool started_ = false;
    gn_ticket worker_stop_ = 0;
    gn_ticket main_stop_ = 0;
    gn_call call_{};
    gn_call main_call_{};
};

inline FakePlugin::FakePlugin(const gn_plugin& entry, FakeHost& host, const FakeNode& config)
    : entry_(entry), host_(host) {
    static_cast<void>(config.take_unasked());
    const gn_hooks* hooks = entry.hooks;
    if (entry.create != nullptr && entry.create(&host, config.raw(), &self_, &hooks) != GN_OK) {
        throw std::runtime_error(host.failure);
    }
    warn_unasked(config);
    if (hooks != nullptr) {
        static_cast<void>(detail::take_in(hooks, offsetof(gn_hooks, on_started), hooks_));
    }
    hooks_.size = sizeof(gn_hooks);
    host_.worker().open();
    host_.main_loop().open();
    const bool on_worker = start(host_.worker(), worker_self_);
    if (!on_worker || !start(host_.main_loop(), main_self_)) {
        if (on_worker) stop_loop(host_.worker(), worker_self_, worker_stop_);
        end();
        throw std::runtime_error("loop_start failed");
    }
    started_ = true;
    host_.set_main_call(*main_call());
}

inline FakePlugin::~FakePlugin() {
    stop();
    end();
}

inline void FakePlugin::end() {
    const auto stopped = [this] {
        return !host_.open.contains(worker_stop_) && !host_.open.contains(main_stop_);
    };
    static_cast<void>(host_.wait_until(stopped));
    while (host_.run_work()) {
    }
    close_stopped();
    if (entry_.destroy != nullptr) entry_.destroy(self_);
}

inline bool FakePlugin::start(FakeLoop& loop, void*& loop_self) {
    loop_self = self_;
    if (entry_.loop_start == nullptr) return true;
    return entry_.loop_start(self_, loop.raw(), &loop_self) == GN_OK;
}

inline void FakePlugin::warn_unasked(const FakeNode& config) {
    for (const std::string& key : config.take_unasked()) {
        host_.log_line(GN_LOG_WARN, "the plugin did not ask for this key: " + key);
    }
}

inline gn_status FakePlugin::reload(const FakeNode& config) {
    if (entry_.reload == nullptr) return GN_OK;
    static_cast<void>(config.take_unasked());
    const gn_status status = entry_.reload(self_, config.raw());
    if (status == GN_OK) warn_unasked(config);
    return status;
}

inline void FakePlugin::stop_loop(FakeLoop& loop, void* loop_self, gn_ticket& ticket) {
    if (entry_.loop_stop == nullptr) return loop.close();
    ticket = host_.draw_ticket();
    entry_.loop_stop(loop_self, ticket);
    close_stopped();
}

inline gn_ticket FakePlugin::stop() {
    if (!std::exchange(started_, false)) return 0;
    stop_loop(host_.worker(), worker_self_, worker_stop_);
    stop_loop(host_.main_loop(), main_self_, main_stop_);
    return worker_stop_;
}

inline void FakePlugin::close_stopped() {
    if (worker_stop_ != 0 && !host_.is_open(worker_stop_)) host_.worker().close();
    if (main_stop_ != 0 && !host_.is_open(main_stop_)) host_.main_loop().close();
}

inline int FakePlugin::run_tool(const gn_plugin& entry, FakeHost& host, const FakeNode& config,
                                const std::vector<std::string>& words) {
    const bool has_tool = entry.size > offsetof(gn_plugin, tool) && entry.tool != nullptr;
    if (!has_tool) throw std::logic_error("the plugin has no tool");
    std::vector<gn_str> texts;
    for (const std::string& word : words) texts.push_back(str(word));
    return entry.tool(&host, config.raw(), static_cast<std::uint32_t>(texts.size()), texts.data());
}

template <class To, class From>
To FakePlugin::pass(From&& from) noexcept {
    using Plain = std::remove_cvref_t<From>;
    if constexpr (kIs<Plain, FakeClient> || kIs<Plain, FakePacket> || kIs<Plain, FakeTargets> ||
                  kIs<Plain, FakeSink>) {
        return from.raw();
    } else if constexpr (std::is_same_v<To, gn_str> && !std::is_same_v<Plain, gn_str>) {
        return str(from);
    } else {
        return static_cast<To>(from);
    }
}

template <class To, class From>
void FakePlugin::bind(detail::Frame& frame, From& from) noexcept {
    using Plain = std::remove_cv_t<From>;
    if constexpr (kIs<Plain, FakeClient>) frame.client = &from;
    if constexpr (kIs<Plain, FakeSink>) frame.sink = &from;
    if constexpr (kIs<Plain, FakePacket>) {
        frame.packet = &from;
        from.read_only = std::is_same_v<To, const gn_packet*>;
    }
    if constexpr (std::is_integral_v<Plain>) {
        if (frame.event == detail::kOnAclCheck && from == GN_ACCESS_DELIVER) {
            frame.may_defer = false;
        }
    }
}

inline bool FakePlugin::knows(const detail::EventRule& rule, std::int32_t answer) {
    if (detail::knows(rule, answer)) return true;
    host_.log_line(GN_LOG_ERROR, detail::undefined(rule, answer));
    return false;
}

inline std::int32_t FakePlugin::conclude(const detail::Frame& frame, bool threw,
                                         std::int32_t answer) {
    const detail::EventRule* const rule = detail::event_rule(frame.event);
    const bool deferred = !threw && answer == GN_V_DEFER && frame.ticket != 0;
    if (deferred) {
        host_.attach(frame.ticket, frame.packet, frame.sink);
        return answer;
    }
    if (frame.ticket != 0) host_.take_ticket(frame.ticket);
    if (frame.sink != nullptr) frame.sink->end();
    if (rule == nullptr || (!threw && knows(*rule, answer))) return answer;
    host_.reason_code = 0;
    host_.reason_text.clear();
    host_.challenge_data.clear();
    return rule->closed;
}

template <class F>
bool FakePlugin::enter(detail::Frame& frame, F body) {
    detail::Frame* const outer = std::exchange(detail::running, &frame);
    std::string fault;
    try {
        body();
    } catch (const std::exception& error) {
        fault = std::string("a hook threw: ") + error.what();
    } catch (...) {
        fault = "a hook threw";
    }
    detail::running = outer;
    if (!fault.empty()) host_.log_line(GN_LOG_ERROR, fault);
    return fault.empty();
}

template <class R, class... A, class... Given>
R FakePlugin::run(R (*gn_hooks::*hook)(gn_call*, A...), Given&&... given) {
    static_assert(sizeof...(A) == sizeof...(Given), "the hook has other arguments");
    const auto entry = hooks_.*hook;
    if (entry == nullptr) return R();
    detail::Frame frame;
    frame.event = detail::event_of(hook);
    const detail::EventRule* const rule = detail::event_rule(frame.event);
    frame.may_defer = rule != nullptr && rule->defers;
    (bind<A>(frame, given), ...);
    if (frame.sink != nullptr) frame.sink->begin(frame.event);
    gn_call* const call = detail::is_main_event(frame.event) ? main_call() : this->call();
    call->event = frame.event;
    host_.reason_code = 0;
    host_.reason_text.clear();
    host_.challenge_data.clear();
    const std::optional<FakePacket> before =
        frame.packet == nullptr ? std::nullopt : std::optional(*frame.packet);
    std::int32_t answer = 0;
    bool returned = enter(frame, [&] {
        if constexpr (std::is_void_v<R>) {
            entry(call, pass<A>(given)...);
        } else {
            answer = entry(call, pass<A>(given)...);
        }
    });
    returned = returned && !frame.failed;
    const std::int32_t concluded = conclude(frame, !returned, answer);
    if (frame.packet != nullptr) {
        if (concluded == GN_V_CONTINUE && (!returned || answer != concluded)) {
            *frame.packet = *before;
        }
        frame.packet->read_only = false;
    }
    if constexpr (!std::is_void_v<R>) return concluded;
}

}  // namespace gn::testing

#endif
