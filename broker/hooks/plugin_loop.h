#pragma once

#include <grapnel/plugin.h>
#include <uv.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "base/slots.h"
#include "hooks/event.h"
#include "hooks/plugin.h"
#include "hooks/port.h"

namespace grapnel {

class Dispatcher;

// One plugin on one loop: a gn_loop. Loop thread only, but for post() and what is constant. Aligned
// so that a pointer to it has room for an Event.
class PluginLoop {
public:
    PluginLoop(Plugin& plugin, Dispatcher& dispatcher, Port& port, uint32_t index);
    ~PluginLoop();
    PluginLoop(const PluginLoop&) = delete;
    PluginLoop& operator=(const PluginLoop&) = delete;

    gn_loop* handle() { return reinterpret_cast<gn_loop*>(this); }
    static PluginLoop* from(gn_loop* loop) { return reinterpret_cast<PluginLoop*>(loop); }
    static const PluginLoop* from(const gn_loop* loop) {
        return reinterpret_cast<const PluginLoop*>(loop);
    }

    Plugin& plugin() const { return plugin_; }
    Dispatcher& dispatcher() const { return dispatcher_; }
    uint32_t index() const { return index_; }
    uv_loop_t* uv() const { return port_.uv_loop(index_); }
    // The plugin asked for the libuv loop: it may have handles of its own there.
    bool lent() const { return lent_; }
    void set_lent() { lent_ = true; }

    // What the hooks get as gn_call.self.
    void* self() const { return self_; }
    void set_self(void* self) { self_ = self; }
    bool started() const { return started_; }
    void set_started() { started_ = true; }

    // Runs fn(arg) of the plugin on this loop; serialised, and contained when it throws.
    void run(void (*fn)(void*), void* arg, const char* what);

    gn_status post(void (*fn)(void*), void* arg);  // [any]
    gn_status work(void (*fn)(void*), void (*done)(void*), void* arg);
    gn_timer timer_start(uint64_t delay_ms, uint64_t every_ms, void (*fn)(void*), void* arg);
    void timer_stop(gn_timer timer);

    // The plugin has stopped on this loop: timers are closed, posts and work are refused.
    void close();
    bool closed() const { return closed_.load(std::memory_order_acquire); }
    // Work and timer handles that libuv still has.
    uint32_t outstanding() const { return outstanding_.load(std::memory_order_acquire); }

    bool commits = false;  // implements on_commit

    // Which topics concern the plugin, here: `concerns` need only be asked when it is limited.
    bool limited() const { return interest_ != nullptr; }
    bool concerns(Bytes topic);
    void set_interest(std::shared_ptr<const Interest> interest);

    // Counts a call of that event. Answers whether it is to be timed.
    bool count_call(size_t event) {
        std::atomic<uint64_t>& count = calls_[event];
        const uint64_t before = count.load(std::memory_order_relaxed);
        count.store(before + 1, std::memory_order_relaxed);
        return (before & untimed_.load(std::memory_order_relaxed)) == 0;
    }
    // [any] How often it was called for that event, here.
    uint64_t calls(size_t event) const { return calls_[event].load(std::memory_order_relaxed); }

    // [any] Times each of its calls, or one in kTimedOneIn.
    void time_all(bool all) {
        untimed_.store(all ? 0 : kTimedOneIn - 1, std::memory_order_relaxed);
    }

private:
    struct Timer;
    struct Work;

    Plugin& plugin_;
    Dispatcher& dispatcher_;
    Port& port_;
    const uint32_t index_;
    void* self_ = nullptr;
    bool started_ = false;
    bool lent_ = false;
    Slots<Timer*> timers_;
    std::atomic<bool> closed_{false};
    std::atomic<uint32_t> outstanding_{0};
    std::atomic<uint64_t> untimed_{kTimedOneIn -
                                   1};  // bits of a call's number: timed if none is set
    // Written by the loop alone; no other loop writes into these cache lines.
    alignas(64) std::array<std::atomic<uint64_t>, kEventCount> calls_{};
    std::shared_ptr<const Interest> interest_;
    // What was asked last: one publish is several events.
    std::string asked_topic_;
    bool asked_ = false;
    bool answered_ = false;
};

}  // namespace grapnel
