#include "server/connection.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/log.h"
#include "mqtt/decode.h"
#include "server/handle.h"
#include "server/sender.h"
#include "server/sessions.h"
#include "server/worker.h"

namespace grapnel {

namespace {

constexpr int kReadsPerTurn = 4;           // a fast sender leaves the others their turn
constexpr int64_t kLinger_ms = 1000;       // for the peer to take the last packet
constexpr size_t kTailCopied = 16 * 1024;  // smaller tails are parsed in the buffer read into
constexpr size_t kReadWhileHeld = 16 * 1024;

}  // namespace

Connection::Connection(Worker& worker, ListenerPlace place, const PeerAddress& peer)
    : Timer([](Timer& timer) { static_cast<Connection&>(timer).on_deadline(); }),
      worker_(worker),
      listener_(place.hand_over()),
      key_(worker.name_connection(*this)),
      announced_(worker.announced),
      peer_(peer) {}

Connection::~Connection() {
    GN_ASSERT(session_ == nullptr);
    output_.clear(worker_.outputs);
    leave_listener();
}

void Connection::leave_listener() {
    if (!counted_) return;
    counted_ = false;
    listener_.connections.fetch_sub(1, std::memory_order_relaxed);
}

void Connection::open(TransportPointer transport, Bytes unread) {
    open(transport->open(worker_.loop.poller(), *this), unread);
}

void Connection::open(StreamPointer stream, Bytes unread) {
    stream_ = std::move(stream);
    if (!stream_) return lost(mqtt::Reason::unspecified_error);
    last_read_ms_ = worker_.clock.monotonic_ms;
    if (!armed()) arm_connect_deadline();
    watch();
    if (unread.empty()) return;
    keep_tail(unread);
    process_tail();
}

void Connection::adopt(TransportPointer transport, Bytes unread) {
    paused_ = true;
    open(std::move(transport), {});
    if (alive() && !unread.empty()) keep_tail(unread);
}

void Connection::arm_connect_deadline() {
    if (worker_.limits.connect_timeout_ms != 0)
        worker_.timers.arm(*this, worker_.clock.monotonic_ms +
                                      static_cast<int64_t>(worker_.limits.connect_timeout_ms));
}

void Connection::connect_by(int64_t deadline_ms) { worker_.timers.arm(*this, deadline_ms); }

ListenerPlace Connection::take_place() {
    GN_ASSERT(counted_);
    counted_ = false;
    return ListenerPlace::taken_over(listener_);
}

TransportPointer Connection::release() {
    TransportPointer transport = stream_->release();
    state_ = State::closed;
    close_transport();
    return transport;
}

ClientInfo* Connection::client() {
    if (session_ != nullptr) return &session_->info;
    return handshake ? handshake_client(*handshake) : nullptr;
}

void Connection::watch() {
    if (stream_) stream_->watch(reads(), blocked_);
}

void Connection::on_readable() {
    Worker& worker = worker_;
    worker.wake();
    read({worker.read_buffer.get(), Worker::kReadBuffer});
    worker.rest();
}

void Connection::read(std::span<char> buffer) {
    for (int i = 0; i < kReadsPerTurn; ++i) {
        size_t used = 0;
        const bool in_place = tail_ && tail_->size() <= kTailCopied && tail_wanted_ <= kTailCopied;
        if (in_place) {
            used = tail_->size();
            std::memcpy(buffer.data(), tail_->data(), used);
        }
        // While publishers are held, little is read at a time: the next one to be held keeps it.
        size_t space = buffer.size() - used;
        if (worker_.connections_held != 0) space = std::min(space, kReadWhileHeld);
        const long count = receive(buffer.data() + used, space);
        if (count == Stream::kWouldBlock) return;
        if (count < 0) return lost(mqtt::Reason::unspecified_error);
        if (state_ == State::lingering) continue;
        const Bytes bytes(buffer.data(), used + static_cast<size_t>(count));
        if (in_place) tail_.reset();
        if (tail_) {
            tail_->append(bytes);
            if (tail_->size() >= tail_wanted_) process_tail();
        } else {
            const size_t handled = process(bytes);
            if (alive() && handled < bytes.size()) keep_tail(bytes.substr(handled));
        }
        if (!alive() || !reads()) return;
        if (static_cast<size_t>(count) < space) return;
    }
}

void Connection::process_tail() {
    if (!tail_) return;
    std::unique_ptr<std::string> tail = std::move(tail_);
    const size_t handled = process(*tail);
    if (!alive() || handled == tail->size()) return;
    tail->erase(0, handled);
    tail_ = std::move(tail);
}

// Deliveries keep to their own limits. What goes beyond is answers to a client that sends and does
// not read: it is not read from either.
size_t Connection::answers_most() const {
    constexpr size_t kBeyond = size_t{1} << 20;
    constexpr size_t kWithoutLimit = size_t{64} << 20;
    const auto deliveries = static_cast<size_t>(worker_.limits.maximum_client_bytes_pending);
    return deliveries == 0 ? kWithoutLimit : std::max(deliveries, kOutputHigh) + kBeyond;
}

bool Connection::choke() {
    if (output_.bytes() <= answers_most()) return false;
    choked_ = true;
    watch();
    return true;
}

size_t Connection::process(Bytes bytes) {
    size_t handled = 0;
    processing_ = true;
    tail_wanted_ = 0;
    while (alive() && reads() && !choke()) {
        mqtt::Frame frame;
        mqtt::Reason error{};
        const Bytes rest = bytes.substr(handled);
        const auto state =
            mqtt::next_frame(rest, announced().maximum_packet_size_bytes, frame, error);
        if (state == mqtt::FrameState::incomplete) {
            tail_wanted_ = static_cast<uint32_t>(frame.size);
            break;
        }
        if (state_ == State::opening && (rest[0] & 0xf0) != 0x10) {
            worker_.counters.protocol_errors.add();
            lost(mqtt::Reason::protocol_error);  // 3.1.0-1: nobody to answer to yet
            break;
        }
        if (state == mqtt::FrameState::broken) {
            worker_.counters.protocol_errors.add();
            fail(error);
            break;
        }
        if (state_ == State::opening && hand_over(frame, rest)) break;
        if (frame.type == mqtt::PacketType::publish && worker_.mail_rests() && !catching_up_) {
            worker_.wait_for_mail(*this);
            break;
        }
        handled += frame.size;
        worker_.counters.packets_received[static_cast<size_t>(frame.type)].add();
        handle(frame);
    }
    processing_ = false;
    return handled;
}

bool Connection::hand_over(const mqtt::Frame& frame, Bytes unread) {
    if (worker_.core.workers.size() == 1) return false;
    mqtt::Connect connect;
    if (mqtt::decode_connect(frame, connect) != mqtt::Reason::success || connect.client_id.empty())
        return false;
    Worker& home = worker_.core.home_of(connect.client_id);
    if (&home == &worker_) return false;
    move_connection(*this, home, unread);
    return true;
}

void Connection::inject(Bytes wire) {
    mqtt::Frame frame;
    mqtt::Reason error{};
    if (!reads() || processing_) {
        // Behind what is being handled and before what was not looked at yet.
        if (tail_)
            tail_->insert(0, wire);
        else
            keep_tail(wire);
        return;
    }
    if (mqtt::next_frame(wire, 0, frame, error) == mqtt::FrameState::complete &&
        frame.size == wire.size())
        handle(frame);
}

void Connection::hook_completed(const Outcome& outcome) {
    worker_.wake();
    worker_.commits.begin_packet();
    Job* const job = job_ ? job_.get() : handshake.get();
    if (job != nullptr) job->resume(*this, outcome);
}

void Connection::hold() {
    if (++holds_ == 1) ++worker_.connections_held;
    watch();
}

void Connection::let_go() {
    GN_ASSERT(holds_ != 0);
    if (--holds_ != 0) return;
    --worker_.connections_held;
    if (!alive()) return;
    last_read_ms_ = worker_.clock.monotonic_ms;
    watch();
    process_tail();
}

void Connection::suspend(std::unique_ptr<Job> job) {
    job_ = std::move(job);
    watch();
}

void Connection::job_done() {
    worker_.bury(std::move(job_));
    if (!alive()) return;
    last_read_ms_ = worker_.clock.monotonic_ms;
    watch();
    process_tail();
}

void Connection::resume_reading() {
    paused_ = false;
    if (!alive()) return;
    last_read_ms_ = worker_.clock.monotonic_ms;
    if (!established()) arm_connect_deadline();
    watch();
    if (!processing_) process_tail();
}

const Announced& Connection::announced() const {
    return version_ == mqtt::Version::v5 && established() ? announced_ : worker_.announced;
}

void Connection::connecting(mqtt::Version version, uint32_t maximum_packet_size) {
    state_ = State::connecting;
    version_ = version;
    maximum_packet_size_ = maximum_packet_size;
}

void Connection::establish(Session& session, uint16_t keepalive_s, uint16_t topic_alias_maximum) {
    session_ = &session;
    session.info.begin_connection(worker_.clock.wall_ms);
    begin_tally();
    traced_ = worker_.traces.any() && worker_.traces.has(session.info.id.bytes());
    state_ = State::established;
    keepalive_s_ = keepalive_s;
    received_before_ = static_cast<uint16_t>(session.received.size());
    announced_ = worker_.announced;
    if (version_ == mqtt::Version::v5 &&
        (topic_alias_maximum != 0 || announced_.topic_alias_maximum != 0))
        aliases_ = std::make_unique<Aliases>(announced_.topic_alias_maximum, topic_alias_maximum);
    disarm();
    arm_keepalive();
}

// 3.1.2-22: one and a half times the keep-alive without any packet.
void Connection::arm_keepalive() {
    if (keepalive_s_ == 0) return;
    worker_.timers.arm(*this, last_read_ms_ + int64_t{keepalive_s_} * 1500);
}

void Connection::on_deadline() {
    worker_.wake();
    if (state_ == State::lingering) return lost(mqtt::Reason::success);
    if (!established())
        return fail(mqtt::Reason::maximum_connect_time,
                    state_ == State::opening ? "no CONNECT in time" : "no AUTH in time");
    // It is we who do not listen, unless to one who takes none of its answers.
    if (!reads() && !choked_) last_read_ms_ = worker_.clock.monotonic_ms;
    const int64_t deadline_ms = last_read_ms_ + int64_t{keepalive_s_} * 1500;
    if (deadline_ms > worker_.clock.monotonic_ms) return arm_keepalive();
    fail(mqtt::Reason::keepalive_timeout);
}

void Connection::append_output(Bytes packets, uint64_t received_us, uint32_t messages) {
    output_.append(worker_.outputs, packets, received_us, messages);
    worker_.mark_dirty(*this);
}

void Connection::on_writable() {
    worker_.wake();
    flush();
}

void Connection::append_held(Bytes packets, uint64_t received_us, uint32_t messages) {
    held_bytes_ -= packets.size();
    if (!alive() && silent_) return;
    append_output(packets, received_us, messages);
}

void Connection::uncork(uint64_t commit) {
    if (corked_until_ > commit) return;
    corked_until_ = 0;
    if (state_ == State::lingering) arm_linger();
    worker_.mark_dirty(*this);
}

void Connection::flush() {
    if (!stream_ || corked()) return;
    uint64_t written = 0;
    const Output::Flushed flushed =
        output_.flush(worker_.outputs, *stream_, written, worker_.delivery_times);
    worker_.counters.bytes_sent.add(written);
    count_bytes(early_.sent, &Tally::sent, written);
    if (flushed == Output::Flushed::closed) return lost(mqtt::Reason::unspecified_error);
    const bool blocked = flushed == Output::Flushed::blocked;
    if (blocked != blocked_) {
        blocked_ = blocked;
        watch();
    }
    if (state_ == State::lingering && output_.empty()) stream_->finish();
    if (choked_ && written != 0) last_read_ms_ = worker_.clock.monotonic_ms;
    if (choked_ && output_.bytes() < answers_most() / 2) {
        choked_ = false;
        watch();
        process_tail();
    }
    if (wants_room_ && !congested() && session_ != nullptr) {
        wants_room_ = false;
        Sender(worker_).pump(*session_);
    }
    worker_.brakes.wrote(*this, written);
}

void Connection::relieve() {
    if (blocked_ || corked() || !stream_) return;
    uint64_t written = 0;
    const Output::Flushed flushed =
        output_.flush(worker_.outputs, *stream_, written, worker_.delivery_times);
    worker_.counters.bytes_sent.add(written);
    count_bytes(early_.sent, &Tally::sent, written);
    if (brake) brake->written += written;
    if (flushed == Output::Flushed::all) return;
    blocked_ = true;
    if (flushed == Output::Flushed::closed)
        return worker_.doom(*this, mqtt::Reason::unspecified_error);
    watch();
}

// 2.3 of the capabilities: a client's fault is told, closing is left to the client.
bool Connection::closes_for(mqtt::Reason reason) const {
    if (!worker_.compatibility.passive_client_disconnect || !established()) return true;
    switch (reason) {
        case mqtt::Reason::malformed_packet:
        case mqtt::Reason::session_taken_over:
        case mqtt::Reason::server_shutting_down:
        case mqtt::Reason::keepalive_timeout:
        case mqtt::Reason::administrative_action: return true;
        default: return version_ != mqtt::Version::v5;
    }
}

void Connection::fail(mqtt::Reason reason, Bytes text) {
    if (state_ == State::lingering && corked()) return lost(reason);  // the commit failed
    if (!alive()) return;
    log_debug("server", "connection closed",
              {{"client", client() != nullptr ? client()->id.bytes() : Bytes{}},
               {"peer", peer_.text()},
               {"reason", mqtt::reason_text(reason)},
               {"text", text}});
    const State was = state_;
    if (was == State::established && corked()) {
        output_.clear(worker_.outputs);  // the client has not seen CONNACK, and never will
        corked_until_ = 0;
        send_refusal(*this, mqtt::Reason::server_unavailable, {});
        silent_ = true;
    } else if (was == State::established) {
        if (version_ == mqtt::Version::v5) say_farewell(reason, text);
    } else if (was == State::connecting) {
        worker_.counters.connects_refused.add();
        send_refusal(*this, reason, text);
    }
    if (!closes_for(reason)) return;
    if (session_ != nullptr) Sessions(worker_).detach(*this, reason, text, false);
    if (was == State::opening) return lost(reason);
    linger();
}

void Connection::finish(mqtt::Reason reason) {
    if (!alive()) return;
    // What a store has of the client: its will, or its session, whose CONNACK was held.
    const bool is_stored = held_in_ != 0 || (session_ != nullptr && session_->info.will);
    const bool orderly = reason == mqtt::Reason::success;  // 3.14.4-3: forgets the will
    if (session_ != nullptr) Sessions(worker_).detach(*this, reason, {}, orderly);
    // That the session ended is told by the end of the connection.
    if (is_stored) worker_.commits.cork(*this);
    linger();
}

void Connection::linger() {
    if (!alive()) return;
    state_ = State::lingering;
    leave_listener();
    worker_.hooks.cancel(this);
    worker_.brakes.forget(*this);
    worker_.bury(std::move(job_));
    worker_.bury(std::move(handshake));
    tail_.reset();
    choked_ = false;
    flush();
    if (state_ == State::closed) return;
    watch();
    if (corked())
        disarm();  // until the commit, which has a deadline of its own
    else
        arm_linger();
}

void Connection::arm_linger() {
    worker_.timers.arm(*this, worker_.clock.monotonic_ms + kLinger_ms);
}

void Connection::lost(mqtt::Reason reason) {
    if (state_ == State::closed) return;
    if (session_ != nullptr) Sessions(worker_).detach(*this, reason, {}, false);
    state_ = State::closed;
    close_transport();
}

void Connection::close_transport() {
    leave_listener();
    worker_.hooks.cancel(this);
    worker_.brakes.forget(*this);
    worker_.bury(std::move(job_));
    worker_.bury(std::move(handshake));
    stream_.reset();
    disarm();
    if (std::exchange(holds_, 0) != 0) --worker_.connections_held;
    output_.clear(worker_.outputs);
    worker_.forget_connection(key_);
    worker_.bury(std::unique_ptr<Connection>(this));
}

}  // namespace grapnel
