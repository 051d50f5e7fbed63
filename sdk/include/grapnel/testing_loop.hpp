#ifndef GN_TESTING_LOOP_HPP
#define GN_TESTING_LOOP_HPP

// A loop that the test cranks by hand. A part of testing.hpp.

#include <grapnel/testing_border.hpp>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gn::testing {

// What a plugin asked one loop for. FakeHost has two and turns them; both live on the test's
// thread. Thread: post any, everything else the test's.
class FakeLoop {
public:
    // What a loop shares with its host, which owns all of it.
    struct Shared {
        std::recursive_mutex& lock;
        std::condition_variable_any& changed;
        const std::int64_t& now_ms;    // the clock of the timers
        const gn_status& work_status;  // what work answers; timer_start refuses unless GN_OK
        std::function<void(std::string_view)> fault;  // told what a function of the plugin threw
    };

    FakeLoop(std::uint32_t index, Shared shared) : index_(index), shared_(std::move(shared)) {}
    FakeLoop(const FakeLoop&) = delete;
    FakeLoop& operator=(const FakeLoop&) = delete;

    struct uv_loop_s* uv = nullptr;  // what uv answers; NULL: this host's libuv is older

    gn_loop* raw() noexcept { return reinterpret_cast<gn_loop*>(this); }
    std::size_t work_waiting() const noexcept { return work_.size(); }
    std::size_t timers() const noexcept { return timers_.size(); }
    std::size_t posts() const {
        const std::lock_guard guard(shared_.lock);
        return posts_.size();
    }

    // Each runs what was there when it was called, in order; false: nothing was.
    bool run_work();
    bool run_posts();
    // When the next timer is due, on the clock of `now_ms`.
    std::optional<std::int64_t> next_due_ms() const;
    // Runs the timer that is due first.
    void fire();

    // Before start and after the plugin has stopped the loop takes nothing; what was posted and did
    // not run never does, and timers end.
    void open() noexcept { open_ = true; }
    void close();
    bool is_open() const noexcept { return open_; }

    static gn_loop_api api() noexcept;

private:
    struct Work {
        void (*run)(void*);
        void (*done)(void*);
        void* arg;
    };
    struct Post {
        void (*fn)(void*);
        void* arg;
    };
    struct Timer {
        std::int64_t due_ms;
        std::int64_t every_ms;
        void (*fn)(void*);
        void* arg;
    };
    using Timers = std::map<gn_timer, Timer>;

    static FakeLoop* of(gn_loop* loop) noexcept { return reinterpret_cast<FakeLoop*>(loop); }
    Timers::const_iterator first() const;
    void contain(void (*fn)(void*), void* arg, std::string_view what) const noexcept;
    gn_status add_post(void (*fn)(void*), void* arg);
    gn_timer add_timer(std::uint64_t delay_ms, std::uint64_t every_ms, void (*fn)(void*),
                       void* arg);

    std::uint32_t index_;
    Shared shared_;
    bool open_ = true;
    std::deque<Work> work_;
    std::deque<Post> posts_;  // under the lock
    Timers timers_;
    gn_timer last_timer_ = 0;
};

inline void FakeLoop::contain(void (*fn)(void*), void* arg, std::string_view what) const noexcept {
    try {
        fn(arg);
    } catch (const std::exception& error) {
        shared_.fault(std::string(what) + " threw: " + error.what());
    } catch (...) {
        shared_.fault(std::string(what) + " threw");
    }
}

inline bool FakeLoop::run_work() {
    const bool any = !work_.empty();
    for (std::size_t left = work_.size(); left > 0; --left) {
        const Work job = work_.front();
        work_.pop_front();
        {
            const detail::ThreadMark pool(false);
            contain(job.run, job.arg, "a work function");
        }
        if (job.done != nullptr) contain(job.done, job.arg, "a work result");
    }
    return any;
}

inline bool FakeLoop::run_posts() {
    std::deque<Post> posts;
    {
        const std::lock_guard guard(shared_.lock);
        posts.swap(posts_);
    }
    for (const Post& post : posts) {
        if (open_) contain(post.fn, post.arg, "a posted function");
    }
    return !posts.empty();
}

inline FakeLoop::Timers::const_iterator FakeLoop::first() const {
    auto found = timers_.end();
    for (auto timer = timers_.begin(); timer != timers_.end(); ++timer) {
        if (found == timers_.end() || timer->second.due_ms < found->second.due_ms) found = timer;
    }
    return found;
}

inline std::optional<std::int64_t> FakeLoop::next_due_ms() const {
    const auto found = first();
    if (found == timers_.end()) return std::nullopt;
    return found->second.due_ms;
}

inline void FakeLoop::fire() {
    const auto found = first();
    if (found == timers_.end()) return;
    const auto [number, timer] = *found;
    if (timer.every_ms == 0) {
        timers_.erase(number);
    } else {
        timers_[number].due_ms += timer.every_ms;
    }
    contain(timer.fn, timer.arg, "a timer");
}

inline void FakeLoop::close() {
    const std::lock_guard guard(shared_.lock);
    open_ = false;
    posts_.clear();
    timers_.clear();
}

inline gn_status FakeLoop::add_post(void (*fn)(void*), void* arg) {
    if (fn == nullptr) return GN_E_INVALID;
    const std::lock_guard guard(shared_.lock);
    if (!open_) return GN_E_STATE;
    posts_.push_back({fn, arg});
    shared_.changed.notify_all();
    return GN_OK;
}

inline gn_timer FakeLoop::add_timer(std::uint64_t delay_ms, std::uint64_t every_ms,
                                    void (*fn)(void*), void* arg) {
    if (fn == nullptr || !open_ || shared_.work_status != GN_OK) return 0;
    timers_[++last_timer_] = {shared_.now_ms + static_cast<std::int64_t>(delay_ms),
                              static_cast<std::int64_t>(every_ms), fn, arg};
    return last_timer_;
}

inline gn_loop_api FakeLoop::api() noexcept {
    gn_loop_api api{};
    api.size = sizeof(api);
    api.index = [](const gn_loop* loop) -> std::uint32_t {
        return loop == nullptr ? UINT32_MAX : reinterpret_cast<const FakeLoop*>(loop)->index_;
    };
    api.post = [](gn_loop* loop, void (*fn)(void*), void* arg) -> gn_status {
        return loop == nullptr ? GN_E_INVALID : of(loop)->add_post(fn, arg);
    };
    api.work = [](gn_loop* loop, void (*run)(void*), void (*done)(void*), void* arg) -> gn_status {
        if (const gn_status status = detail::usable(loop); status != GN_OK) return status;
        if (run == nullptr) return GN_E_INVALID;
        if (!of(loop)->open_) return GN_E_STATE;
        const gn_status status = of(loop)->shared_.work_status;
        if (status == GN_OK) of(loop)->work_.push_back({run, done, arg});
        return status;
    };
    api.timer_start = [](gn_loop* loop, std::uint64_t delay_ms, std::uint64_t every_ms,
                         void (*fn)(void*), void* arg) -> gn_timer {
        if (detail::usable(loop) != GN_OK) return 0;
        return of(loop)->add_timer(delay_ms, every_ms, fn, arg);
    };
    api.timer_stop = [](gn_loop* loop, gn_timer timer) {
        if (detail::usable(loop) == GN_OK) of(loop)->timers_.erase(timer);
    };
    api.uv = [](gn_loop * loop, std::uint32_t) -> struct uv_loop_s* {
        return detail::usable(loop) == GN_OK ? of(loop)->uv : nullptr;
    };
    return api;
}

}  // namespace gn::testing

#endif
