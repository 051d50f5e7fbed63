#include "net/proxy_reader.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>

namespace grapnel {

namespace {

constexpr size_t kPeeked = 512;

// recv(2) again after an interruption.
ssize_t receive(int descriptor, char* buffer, size_t size, int flags) {
    for (;;) {
        const ssize_t count = ::recv(descriptor, buffer, size, flags);
        if (count >= 0 || errno != EINTR) return count;
    }
}

}  // namespace

ProxyReader::ProxyReader(Poller& poller, int descriptor, Expects expects, Done done)
    : Timer([](Timer& timer) {
          auto& reader = static_cast<ProxyReader&>(timer);
          reader.done_(reader, reader.begun_ || reader.expects_ == Expects::header
                                   ? Outcome::refused
                                   : Outcome::gone);
      }),
      poller_(poller),
      descriptor_(descriptor),
      expects_(expects),
      done_(std::move(done)) {}

ProxyReader* ProxyReader::start(Poller& poller, Timers& timers, int64_t deadline_ms, int descriptor,
                                Expects expects, Done done) {
    auto* reader = new ProxyReader(poller, descriptor, expects, std::move(done));
    if (!poller.add(descriptor, EPOLLIN, *reader)) {
        ::close(descriptor);
        delete reader;
        return nullptr;
    }
    if (deadline_ms != 0) timers.arm(*reader, deadline_ms);
    return reader;
}

int ProxyReader::take_descriptor() {
    poller_.remove(descriptor_);
    disarm();
    return std::exchange(descriptor_, -1);
}

void ProxyReader::close() {
    disarm();
    if (descriptor_ >= 0) ::close(take_descriptor());
    poller_.bury(std::unique_ptr<Pollable>(this));
}

void ProxyReader::on_events(uint32_t) {
    while (descriptor_ >= 0 && read()) continue;
}

bool ProxyReader::is_plain(char first) const {
    return !begun_ && expects_ != Expects::header && !ProxyHeader::may_begin_with(first);
}

// Looks at what is there and takes the header's part of it. False: nothing more to do for now.
bool ProxyReader::read() {
    char buffer[kPeeked];
    const ssize_t seen = receive(descriptor_, buffer, sizeof buffer, MSG_PEEK);
    if (seen < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
    Outcome outcome = Outcome::refused;
    if (seen <= 0) {
        if (!begun_) outcome = Outcome::gone;
    } else if (is_plain(buffer[0])) {
        outcome = Outcome::accepted;
    } else if (expects_ != Expects::none) {
        begun_ = true;
        const size_t taken = header_.take({buffer, static_cast<size_t>(seen)});
        receive(descriptor_, buffer, taken, 0);
        if (header_.state() == ProxyHeader::State::more) return true;
        if (header_.state() == ProxyHeader::State::complete) outcome = Outcome::accepted;
    }
    done_(*this, outcome);
    return false;
}

}  // namespace grapnel
