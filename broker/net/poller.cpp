#include "net/poller.h"

#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <cerrno>

#include "base/assert.h"

namespace grapnel {

namespace {

constexpr size_t kEventsMost = 256;  // told in one go: the first of them waits for the last

epoll_event event_of(uint32_t events, Pollable& pollable) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &pollable;
    return event;
}

}  // namespace

Poller::Poller() : descriptor_(::epoll_create1(EPOLL_CLOEXEC)), events_(kEventsMost) {
    GN_ASSERT(descriptor_ >= 0);
}

Poller::~Poller() {
    dead_.clear();
    ::close(descriptor_);
}

bool Poller::add(int descriptor, uint32_t events, Pollable& pollable) {
    GN_ASSERT(events != 0);
    epoll_event event = event_of(events, pollable);
    return ::epoll_ctl(descriptor_, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void Poller::change(int descriptor, uint32_t events, Pollable& pollable) {
    GN_ASSERT(events != 0);
    epoll_event event = event_of(events, pollable);
    GN_ASSERT(::epoll_ctl(descriptor_, EPOLL_CTL_MOD, descriptor, &event) == 0);
}

void Poller::remove(int descriptor) {
    epoll_event unused{};
    GN_ASSERT(::epoll_ctl(descriptor_, EPOLL_CTL_DEL, descriptor, &unused) == 0);
}

void Poller::forget(Pollable& pollable) {
    for (std::vector<Pollable*>* each : {&recalls_, &recalled_})
        std::replace(each->begin(), each->end(), &pollable, static_cast<Pollable*>(nullptr));
}

void Poller::poll(int timeout_ms) {
    ++turn_;
    if (!recalls_.empty()) timeout_ms = 0;
    const int count =
        ::epoll_wait(descriptor_, events_.data(), static_cast<int>(events_.size()), timeout_ms);
    GN_ASSERT(count >= 0 || errno == EINTR);
    recalled_.swap(recalls_);
    woken_ns_ = count > 0 || !recalled_.empty() ? uv_hrtime() : 0;
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events_[static_cast<size_t>(i)];
        static_cast<Pollable*>(event.data.ptr)->on_events(event.events);
    }
    for (size_t i = 0; i < recalled_.size(); ++i)
        if (recalled_[i] != nullptr) recalled_[i]->on_events(0);
    recalled_.clear();
    dead_.clear();
}

}  // namespace grapnel
