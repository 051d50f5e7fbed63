#ifndef GN_PLUGIN_CALLBACKS_HPP
#define GN_PLUGIN_CALLBACKS_HPP

// Calls that a plugin asks for itself: timers and inline subscriptions. A part of plugin.hpp.
//
// Both own what they call, and their end is the end of the calls. What a body throws is logged. A
// body may end its own timer or subscription.

#include <grapnel/plugin_basics.hpp>
#include <grapnel/plugin_objects.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace gn {

// Calls body() on a loop after delay_ms, then every every_ms (0: once). Thread: made and destroyed
// on that loop. What is left when the plugin is destroyed may end there: the host has closed it.
class Timer {
public:
    Timer() = default;
    Timer(Loop loop, std::uint64_t delay_ms, std::uint64_t every_ms, std::function<void()> body)
        : armed_(std::make_shared<Armed>(loop, std::move(body))),
          number_(loop.timer_start(delay_ms, every_ms, &Armed::fire, armed_.get())) {}
    Timer(Timer&& other) noexcept
        : armed_(std::move(other.armed_)), number_(std::exchange(other.number_, 0)) {}
    Timer& operator=(Timer&& other) noexcept {
        if (this == &other) return *this;
        stop();
        armed_ = std::move(other.armed_);
        number_ = std::exchange(other.number_, 0);
        return *this;
    }
    ~Timer() { stop(); }

    // False: stopped, never started, or refused by the host. One that has fired once stays true.
    explicit operator bool() const noexcept { return number_ != 0; }
    void stop() noexcept {
        if (number_ != 0) armed_->loop.timer_stop(std::exchange(number_, 0));
        armed_.reset();
    }

private:
    struct Armed : std::enable_shared_from_this<Armed> {
        Armed(Loop of, std::function<void()> what) : loop(of), body(std::move(what)) {}
        static void fire(void* argument) {
            const auto armed = static_cast<Armed*>(argument)->shared_from_this();
            try {
                armed->body();
            } catch (...) {
                detail::log_exception(armed->loop.host(), "a timer");
            }
        }
        Loop loop;
        std::function<void()> body;
    };

    std::shared_ptr<Armed> armed_;
    gn_timer number_ = 0;
};

// Calls receive(call, packet) for every message that the filter matches, the retained ones first.
// Thread: main, made in on_started or later; calls come there too. Its end, also with the plugin,
// is the end of the calls.
class Subscription {
public:
    using Receive = std::function<void(Call, PacketView)>;

    Subscription() = default;
    Subscription(Host host, std::string_view filter, Receive receive)
        : held_(std::make_shared<Held>(host, filter, std::move(receive))) {
        status_ = host.raw()->core->subscribe(host.raw(), str(held_->filter), held_->id,
                                              &Held::deliver, held_.get());
        if (status_ != GN_OK) held_.reset();
    }
    Subscription(Subscription&&) noexcept = default;
    Subscription& operator=(Subscription&& other) noexcept {
        if (this == &other) return *this;
        end();
        held_ = std::move(other.held_);
        status_ = other.status_;
        return *this;
    }
    ~Subscription() { end(); }

    explicit operator bool() const noexcept { return held_ != nullptr; }
    // What the host said to it. GN_E_UNSUPPORTED: the inline client is switched off.
    gn_status status() const noexcept { return status_; }
    void end() noexcept {
        if (held_ == nullptr) return;
        const gn_host* host = held_->host.raw();
        static_cast<void>(host->core->unsubscribe(host, str(held_->filter), held_->id));
        held_.reset();
    }

private:
    struct Held : std::enable_shared_from_this<Held> {
        Held(Host of, std::string_view what, Receive to)
            : host(of), filter(what), receive(std::move(to)) {}
        static void deliver(void* argument, gn_call* call, const gn_packet* packet) {
            const auto held = static_cast<Held*>(argument)->shared_from_this();
            try {
                held->receive(Call(call), PacketView(call->host, packet));
            } catch (...) {
                detail::log_exception(held->host, "a subscription");
            }
        }
        // Two subscriptions of one filter do not replace each other.
        static std::int32_t next_id() noexcept {
            static std::atomic<std::int32_t> last{0};
            return ++last;
        }

        Host host;
        std::string filter;
        Receive receive;
        std::int32_t id = next_id();
    };

    std::shared_ptr<Held> held_;
    gn_status status_ = GN_E_GONE;
};

}  // namespace gn

#endif
