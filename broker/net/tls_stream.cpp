#include "net/tls_stream.h"

#include <openssl/err.h>

#include <algorithm>
#include <chrono>
#include <cstring>

#include "base/log.h"
#include "net/tls_files.h"
#include "net/tls_wire.h"

namespace grapnel {

namespace {

constexpr size_t kPlainMost = 16 * 1024;     // of one record
constexpr size_t kOwnRecord = 4 * 1024;      // from here on a piece is not gathered with others
constexpr size_t kSealedAtOnce = 64 * 1024;  // records that are sent with one call
constexpr size_t kUnsentMost = 128 * 1024;   // before nothing more is read: a peer can ask for it
constexpr size_t kHelloMost = 16 * 1024;     // read at once while hands are shaken
constexpr int64_t kShakingMost_ns = 2'000'000;  // of handshakes in one turn of a loop

int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

// What handshakes have cost in this turn of this thread's loop.
class Shaking {
public:
    static Shaking& of(const Poller& poller) {
        static thread_local Shaking one;
        if (one.poller_ != &poller || one.turn_ != poller.turn()) {
            one.poller_ = &poller;
            one.turn_ = poller.turn();
            one.used_ns_ = 0;
        }
        return one;
    }
    bool may() const { return used_ns_ < kShakingMost_ns; }
    void add(int64_t ns) { used_ns_ += ns; }

private:
    const Poller* poller_ = nullptr;
    uint64_t turn_ = 0;
    int64_t used_ns_ = 0;
};

}  // namespace

TlsTransport::~TlsTransport() {
    if (state_ && state_->phase == TlsState::Phase::handshake)
        state_->server.handshakes_failed.fetch_add(1, std::memory_order_relaxed);
}

StreamPointer TlsTransport::open(Poller& poller, StreamHandler& handler) {
    return TlsStream::open(std::move(state_), *below_, poller, handler);
}

StreamPointer TlsStream::open(std::unique_ptr<TlsState> state, Transport& below, Poller& poller,
                              StreamHandler& handler) {
    std::unique_ptr<TlsStream> stream(new TlsStream(std::move(state), poller, handler));
    stream->below_ = below.open(poller, *stream);
    if (!stream->below_) return nullptr;
    stream->update_watch();
    if (stream->state_->phase != Phase::handshake) stream->recall_if_pending();
    return StreamPointer(stream.release());
}

// Handshake.

void TlsStream::handshake() {
    Shaking& shaking = Shaking::of(poller_);
    if (!shaking.may()) return recall();
    const int64_t begin_ns = now_ns();
    shake_hands();
    shaking.add(now_ns() - begin_ns);
    if (state_->phase == Phase::open && readable_ && pending()) handler_->on_readable();
}

void TlsStream::shake_hands() {
    const bool more = fetch(kHelloMost);
    SSL* const ssl = state_->ssl.get();
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl);
    keep_rest();
    send_output();
    if (result == 1) {
        established();
    } else if (SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ) {
        if (!more) refuse("the peer closed");
    } else {
        const long verified = SSL_get_verify_result(ssl);
        const std::string reason = openssl_reason();
        refuse(verified == X509_V_OK ? reason.c_str() : X509_verify_cert_error_string(verified));
    }
    update_watch();
}

void TlsStream::established() {
    SSL* const ssl = state_->ssl.get();
    if (SSL_session_reused(ssl) == 1 && !TlsContext::still_valid(*ssl))
        return refuse("the certificate has expired since the session began");
    state_->phase = Phase::open;
    state_->server.handshakes.fetch_add(1, std::memory_order_relaxed);
}

// The alert that says why is on its way: a reset would overtake it, so the peer may close first.
// The limit of time is that of connections which do not get to their CONNECT.
void TlsStream::refuse(const char* why) {
    log_debug(
        "net", "TLS handshake failed",
        {{"listener", state_->server.listener}, {"peer", state_->peer.text()}, {"reason", why}});
    state_->phase = Phase::refused;
    state_->server.handshakes_failed.fetch_add(1, std::memory_order_relaxed);
    state_->received = {};
    finish();
}

// Bytes.

// Gives OpenSSL what was kept, or what comes now and would fit into `size` bytes of plain text.
// False once the stream below has ended.
bool TlsStream::fetch(size_t size) {
    TlsWire& wire = TlsWire::of_thread();
    std::string& received = state_->received;
    const size_t kept = received.size();
    GN_ASSERT(kept <= TlsWire::kInput);
    std::memcpy(wire.buffer(), received.data(), kept);
    long count = kWouldBlock;
    if (!TlsWire::has_record(received)) {
        const size_t fits = size > kept ? size - kept : 0;
        const size_t most = std::max(fits, TlsWire::kRecordMost);
        count = below_->read(wire.buffer() + kept, std::min(most, TlsWire::kInput - kept));
    }
    wire.offer(kept + (count > 0 ? static_cast<size_t>(count) : 0));
    return count != kClosed;
}

void TlsStream::keep_rest() { state_->received = std::string(TlsWire::of_thread().rest()); }

size_t TlsStream::decrypt(char* buffer, size_t size) {
    const bool more = fetch(size);
    SSL* const ssl = state_->ssl.get();
    size_t used = 0;
    int result = 1;
    ERR_clear_error();
    while (used < size) {
        size_t count = 0;
        result = SSL_read_ex(ssl, buffer + used, size - used, &count);
        if (result != 1) break;
        used += count;
    }
    keep_rest();
    const int error = result == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl, result);
    if (error == SSL_ERROR_NONE) return used;
    if (error == SSL_ERROR_WANT_READ && (more || TlsWire::has_record(state_->received)))
        return used;
    if (error == SSL_ERROR_SSL)
        log_debug("net", "TLS broken",
                  {{"listener", state_->server.listener},
                   {"peer", state_->peer.text()},
                   {"reason", openssl_reason()}});
    state_->phase = Phase::ended;
    return used;
}

long TlsStream::read(char* buffer, size_t size) {
    size_t used = 0;
    if (state_->phase == Phase::open && state_->unsent.size() <= kUnsentMost) {
        used = decrypt(buffer, size);
        send_output();  // what the peer's records ask for besides
    }
    recall_if_pending();
    if (used != 0) return static_cast<long>(used);
    return state_->phase == Phase::ended ? kClosed : kWouldBlock;
}

// Makes one record; false if no more should be made now.
bool TlsStream::encrypt(const char* data, size_t size) {
    size_t count = 0;
    if (SSL_write_ex(state_->ssl.get(), data, size, &count) != 1) {
        state_->phase = Phase::ended;
        return false;
    }
    if (TlsWire::of_thread().output.size() < kSealedAtOnce) return true;
    send_output();
    return state_->phase == Phase::open && state_->unsent.empty();
}

long TlsStream::write(const iovec* pieces, int count) {
    if (state_->phase == Phase::handshake) return kWouldBlock;
    if (state_->finished || state_->phase != Phase::open) return kClosed;
    send_unsent();
    if (!state_->unsent.empty()) return kWouldBlock;
    static thread_local char gathered[kPlainMost];
    size_t fill = 0;
    size_t written = 0;
    bool goes_on = true;
    ERR_clear_error();
    const auto seal = [&](const char* data, size_t size) {
        written += size;
        goes_on = encrypt(data, size);
    };
    for (int i = 0; i < count && goes_on; ++i) {
        const char* data = static_cast<const char*>(pieces[i].iov_base);
        size_t left = pieces[i].iov_len;
        while (left != 0 && goes_on) {
            const size_t part = std::min(left, kPlainMost - fill);
            if (fill == 0 && part >= kOwnRecord) {
                seal(data, part);
            } else {
                std::memcpy(gathered + fill, data, part);
                fill += part;
                if (fill == kPlainMost) seal(gathered, std::exchange(fill, 0));
            }
            data += part;
            left -= part;
        }
    }
    if (fill != 0 && goes_on) seal(gathered, fill);
    send_output();
    update_watch();
    if (state_->phase == Phase::open) return static_cast<long>(written);
    recall_if_pending();
    return kClosed;
}

// Sends what OpenSSL has made, behind what is waiting.
void TlsStream::send_output() {
    std::string& output = TlsWire::of_thread().output;
    if (output.empty()) return;
    size_t sent = 0;
    while (state_->unsent.empty() && sent < output.size()) {
        const iovec piece{output.data() + sent, output.size() - sent};
        const long count = below_->write(&piece, 1);
        if (count < 0) {
            // Reading tells of the end.
            if (count == kClosed) sent = output.size();
            break;
        }
        sent += static_cast<size_t>(count);
    }
    state_->unsent.append(output, sent);
    output.clear();
    if (state_->unsent.size() > kUnsentMost) update_watch();
}

void TlsStream::send_unsent() {
    std::string& unsent = state_->unsent;
    if (unsent.empty()) return;
    const iovec piece{unsent.data(), unsent.size()};
    const long count = below_->write(&piece, 1);
    if (count == kClosed)
        unsent = {};
    else if (count > 0)
        unsent.erase(0, static_cast<size_t>(count));
    if (unsent.empty()) unsent = {};
}

void TlsStream::finish() {
    if (std::exchange(state_->finished, true)) return;
    if (state_->phase == Phase::open) {
        ERR_clear_error();
        SSL_shutdown(state_->ssl.get());
        send_output();
    }
    if (state_->unsent.empty()) below_->finish();
    update_watch();
}

// Events.

bool TlsStream::pending() const {
    if (state_->phase == Phase::ended) return true;
    return state_->phase == Phase::open && state_->unsent.size() <= kUnsentMost &&
           (SSL_pending(state_->ssl.get()) != 0 || TlsWire::has_record(state_->received));
}

void TlsStream::recall() {
    if (!recalled_) poller_.recall(*this);
    recalled_ = true;
    update_watch();
}

void TlsStream::on_events(uint32_t) {
    recalled_ = false;
    update_watch();
    if (state_->phase == Phase::handshake) return handshake();
    if (readable_ && pending()) {
        handler_->on_readable();
        if (handler_ != nullptr) recall_if_pending();
    }
}

void TlsStream::on_readable() {
    char thrown_away[kHelloMost];
    switch (state_->phase) {
        case Phase::handshake:
            // Behind those that wait already.
            return poller_.recalls() == 0 ? handshake() : recall();
        case Phase::refused:
            if (below_->read(thrown_away, sizeof thrown_away) != kClosed) return;
            state_->phase = Phase::ended;
            [[fallthrough]];
        case Phase::ended:
        case Phase::open: return handler_->on_readable();
    }
}

void TlsStream::on_writable() {
    send_unsent();
    if (state_->unsent.empty() && state_->finished) below_->finish();
    update_watch();
    recall_if_pending();
    if (state_->phase == Phase::open && writable_ && state_->unsent.empty())
        handler_->on_writable();
}

void TlsStream::watch(bool readable, bool writable) {
    readable_ = readable;
    writable_ = writable;
    update_watch();
    if (state_->phase != Phase::handshake) recall_if_pending();
}

void TlsStream::update_watch() {
    if (!below_) return;  // about to be opened
    bool reads = readable_ && state_->unsent.size() <= kUnsentMost;
    if (state_->phase == Phase::handshake) reads = !recalled_;
    if (state_->phase == Phase::refused) reads = true;
    if (state_->phase == Phase::ended) reads = false;  // recalled for what is left to tell
    const bool writes = state_->phase == Phase::open && writable_;
    below_->watch(reads, writes || !state_->unsent.empty());
}

std::optional<TlsPeer> TlsStream::tls_peer() const { return state_->context->peer(*state_->ssl); }

TransportPointer TlsStream::release() {
    if (recalled_) poller_.forget(*this);
    recalled_ = false;
    handler_ = nullptr;
    TransportPointer below = below_->release();
    return std::make_unique<TlsTransport>(std::move(state_), std::move(below));
}

void TlsStream::close() {
    if (recalled_) poller_.forget(*this);
    if (state_ && state_->phase == Phase::handshake)
        state_->server.handshakes_failed.fetch_add(1, std::memory_order_relaxed);
    handler_ = nullptr;
    below_.reset();
    poller_.bury(std::unique_ptr<Pollable>(this));
}

}  // namespace grapnel
