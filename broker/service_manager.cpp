#include "service_manager.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <ctime>
#include <utility>

#include "base/bytes.h"
#include "base/log.h"

namespace grapnel {

namespace {

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

// 0 where the text is no number.
uint64_t number_of(const std::string& text) {
    uint64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    return fault == std::errc{} && end == text.data() + text.size() ? number : 0;
}

uint64_t monotonic_us() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1'000'000 +
           static_cast<uint64_t>(now.tv_nsec) / 1000;
}

// One line: what follows would be taken for other names.
std::string one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

}  // namespace

ServiceManager::ServiceManager() : socket_(variable("NOTIFY_SOCKET")) {
    const std::string process = variable("WATCHDOG_PID");
    if (process.empty() || number_of(process) == static_cast<uint64_t>(::getpid()))
        watchdog_ms_ = number_of(variable("WATCHDOG_USEC")) / 1000;
}

void ServiceManager::watch(uv_loop_t* loop, Silence silence) {
    silence_ = std::move(silence);
    uv_timer_init(loop, &timer_);
    timer_.data = this;
    if (watchdog_ms_ == 0) return;
    const uint64_t every_ms = std::max<uint64_t>(watchdog_ms_ / 2, 1);
    uv_timer_start(
        &timer_, [](uv_timer_t* timer) { static_cast<ServiceManager*>(timer->data)->tick(); }, 0,
        every_ms);
}

void ServiceManager::close() { uv_close(reinterpret_cast<uv_handle_t*>(&timer_), nullptr); }

// The ticks are half an interval apart, so this is one whole interval, with room for their jitter.
void ServiceManager::tick() {
    const int64_t silence_ms = silence_();
    if (silence_ms > static_cast<int64_t>(watchdog_ms_ / 4 * 3)) {
        if (!std::exchange(stuck_, true))
            log_error("server", "a worker is stuck: the watchdog is not told that all is well",
                      {{"silence_ms", silence_ms}});
        return;
    }
    stuck_ = false;
    socket_.send("WATCHDOG=1");
}

void ServiceManager::ready(const std::string& status) const {
    socket_.send("READY=1\nSTATUS=" + one_line(status));
}

void ServiceManager::reloading() const {
    socket_.send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_us()) +
                 "\nSTATUS=reading the configuration again");
}

void ServiceManager::failed(const std::string& why) {
    failed_ = true;
    socket_.send("STATUS=" + one_line(why));
}

void ServiceManager::stopping() const {
    socket_.send(failed_ ? "STOPPING=1" : "STOPPING=1\nSTATUS=stopping");
}

}  // namespace grapnel
