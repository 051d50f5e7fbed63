#include "hooks/plugin_loop.h"

#include <mutex>
#include <utility>

#include "hooks/call.h"
#include "hooks/crash_report.h"

namespace grapnel {

// Owned by libuv from its start until its close callback.
struct PluginLoop::Timer {
    uv_timer_t handle;
    PluginLoop* loop;
    void (*fn)(void*);
    void* arg;
    gn_timer number;
    bool repeats;

    static void fired(uv_timer_t* handle) {
        auto* timer = static_cast<Timer*>(handle->data);
        PluginLoop* loop = timer->loop;
        const auto fn = timer->fn;
        void* arg = timer->arg;
        if (!timer->repeats) loop->timer_stop(timer->number);
        loop->run(fn, arg, "a timer");
    }
    static void closed(uv_handle_t* handle) {
        auto* timer = static_cast<Timer*>(handle->data);
        timer->loop->outstanding_.fetch_sub(1, std::memory_order_release);
        delete timer;
    }
};

struct PluginLoop::Work {
    uv_work_t request;
    PluginLoop* loop;
    void (*fn)(void*);
    void (*done)(void*);
    void* arg;

    // On a thread of libuv's pool, beside the plugin's hooks.
    static void work(uv_work_t* request) {
        auto* job = static_cast<Work*>(request->data);
        crash_report::prepare_thread();
        const Running running(job->loop->plugin_, "a work function");
        try {
            job->fn(job->arg);
        } catch (...) {
            contain(job->loop->plugin_, "a work function");
        }
    }
    static void finished(uv_work_t* request, int) {
        const std::unique_ptr<Work> job(static_cast<Work*>(request->data));
        if (job->done != nullptr) job->loop->run(job->done, job->arg, "a work result");
        job->loop->outstanding_.fetch_sub(1, std::memory_order_release);
    }
};

PluginLoop::PluginLoop(Plugin& plugin, Dispatcher& dispatcher, Port& port, uint32_t index)
    : plugin_(plugin),
      dispatcher_(dispatcher),
      port_(port),
      index_(index),
      self_(plugin.self()),
      interest_(plugin.interest()) {}

PluginLoop::~PluginLoop() = default;

void PluginLoop::run(void (*fn)(void*), void* arg, const char* what) {
    std::unique_lock<std::mutex> lock;
    if (!plugin_.concurrent()) lock = std::unique_lock(plugin_.lock());
    const Running running(plugin_, what);
    try {
        fn(arg);
    } catch (...) {
        contain(plugin_, what);
    }
}

bool PluginLoop::concerns(Bytes topic) {
    if (asked_ && topic == asked_topic_) return answered_;
    asked_ = true;
    asked_topic_ = topic;
    answered_ = interest_->concerns(topic);
    return answered_;
}

void PluginLoop::set_interest(std::shared_ptr<const Interest> interest) {
    interest_ = std::move(interest);
    asked_ = false;
}

gn_status PluginLoop::post(void (*fn)(void*), void* arg) {
    struct Posted {
        PluginLoop* loop;
        void (*fn)(void*);
        void* arg;
    };
    if (fn == nullptr) return GN_E_INVALID;
    if (closed_.load(std::memory_order_acquire)) return GN_E_STATE;
    const auto deliver = [](void* posted) {
        const std::unique_ptr<Posted> job(static_cast<Posted*>(posted));
        if (!job->loop->closed_.load(std::memory_order_acquire))
            job->loop->run(job->fn, job->arg, "a posted function");
    };
    port_.post(index_, deliver, new Posted{this, fn, arg});
    return GN_OK;
}

gn_status PluginLoop::work(void (*fn)(void*), void (*done)(void*), void* arg) {
    if (fn == nullptr) return GN_E_INVALID;
    if (closed_.load(std::memory_order_acquire)) return GN_E_STATE;
    auto job = std::make_unique<Work>(Work{{}, this, fn, done, arg});
    job->request.data = job.get();
    if (uv_queue_work(uv(), &job->request, Work::work, Work::finished) != 0) return GN_E_LIMIT;
    outstanding_.fetch_add(1, std::memory_order_relaxed);
    static_cast<void>(job.release());
    return GN_OK;
}

gn_timer PluginLoop::timer_start(uint64_t delay_ms, uint64_t every_ms, void (*fn)(void*),
                                 void* arg) {
    if (fn == nullptr || closed_.load(std::memory_order_acquire)) return 0;
    auto timer = std::make_unique<Timer>(Timer{{}, this, fn, arg, 0, every_ms != 0});
    if (uv_timer_init(uv(), &timer->handle) != 0) return 0;
    timer->handle.data = timer.get();
    uv_timer_start(&timer->handle, Timer::fired, delay_ms, every_ms);
    outstanding_.fetch_add(1, std::memory_order_relaxed);
    timer->number = timers_.insert(timer.get());
    return timer.release()->number;
}

void PluginLoop::timer_stop(gn_timer number) {
    Timer** found = timers_.find(number);
    if (found == nullptr) return;
    auto* handle = reinterpret_cast<uv_handle_t*>(&(*found)->handle);
    timers_.erase(number);
    uv_close(handle, Timer::closed);
}

void PluginLoop::close() {
    closed_.store(true, std::memory_order_release);
    std::vector<gn_timer> numbers;
    timers_.for_each([&numbers](gn_timer number, Timer*&) { numbers.push_back(number); });
    for (const gn_timer number : numbers) timer_stop(number);
}

}  // namespace grapnel
