#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/peer_address.h"
#include "hooks/message_packet.h"
#include "hooks/outcome.h"
#include "mqtt/encode.h"
#include "mqtt/frame.h"
#include "net/stream.h"
#include "net/timers.h"
#include "server/announced.h"
#include "server/brakes.h"
#include "server/core.h"
#include "server/job.h"
#include "server/listener_place.h"
#include "server/marks.h"
#include "server/output.h"
#include "session/aliases.h"
#include "session/session.h"

namespace grapnel {

class Outgoing;
class Worker;

// One transport connection: cuts the bytes into packets, hands them to their handlers, writes the
// answers once per loop turn. Here alone bytes and packets meet. Belongs to its worker; destroyed
// at the end of the turn in which it closed.
class Connection final : public StreamHandler, public Waiter, private Timer {
public:
    enum class State : uint8_t {
        opening,      // no CONNECT yet
        connecting,   // CONNECT came, CONNACK is not out
        established,  // has a session
        lingering,    // the last packet is out; reads until the peer closes
        closed,
    };

    // Keeps the place until it does not serve any more.
    Connection(Worker& worker, ListenerPlace place, const PeerAddress& peer);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Begins to read from `transport`. `unread`: bytes that were read on another worker. The
    // connection may be closed when this returns. Its deadline is that of connect_by(), if that was
    // called before.
    void open(TransportPointer transport, Bytes unread);
    // The same from an open stream; null closes the connection.
    void open(StreamPointer stream, Bytes unread);
    // The same for a connection whose handshake came along: reading waits for resume_reading().
    void adopt(TransportPointer transport, Bytes unread);
    // Bytes received and not handled yet; they are gone here.
    std::string take_unread();
    bool has_unread() const { return tail_ != nullptr && !tail_->empty(); }
    // Has the peer closed, or gone? Takes what it said before that off the socket, unhandled.
    // While a packet is handled, and with much unread, it counts as still there.
    bool peer_left();
    // Its place on its listener, for the connection that goes on elsewhere. Requires: alive().
    ListenerPlace take_place();
    // Takes the transport off this worker and ends the connection here.
    TransportPointer release();

    void on_readable() override;
    void on_writable() override;
    void hook_completed(const Outcome& outcome) override;

    // Handles what the peer has said so far: before another connection takes its session over. May
    // be called while that one's packet is handled; may end this connection.
    void catch_up();
    // Handles one packet as if the peer had sent it.
    void inject(Bytes wire);

    // Encodes and queues a packet that is no PUBLISH, plugins and the client's Maximum Packet Size
    // considered.
    // False when it does not fit into that: nothing was sent.
    template <class Packet>
    bool send(Packet& packet);
    // An acknowledgement; held until commit if stores must write first.
    void send_ack(mqtt::PacketType type, uint16_t packet_id, mqtt::Reason reason, Bytes text = {});
    void send_ack(mqtt::SubscriptionAck& ack);
    // Queues a message as this receiver sees it. False when it is above the client's Maximum Packet
    // Size: nothing was sent (3.1.2-25).
    bool send_publish(Outgoing& message, const DeliveryFacts& facts);
    // Queues encoded packets; so many of them are messages that came at that time (0: at none).
    void append_output(Bytes packets, uint64_t received_us = 0, uint32_t messages = 0);

    // Output is kept back from cork() to uncork(): CONNACK, or the farewell to a session, waits for
    // its commit, however long that takes. A later commit's cork outlasts uncork().
    static constexpr uint64_t kNoCommitYet = UINT64_MAX;
    void cork(uint64_t commit = kNoCommitYet) { corked_until_ = commit; }
    void uncork(uint64_t commit = kNoCommitYet);
    // So many bytes said to this client wait for that commit; they count as output.
    void hold_output(uint64_t commit, size_t bytes) {
        held_in_ = commit;
        held_bytes_ += bytes;
    }
    // As append_output(), of what was held. Nothing comes behind DISCONNECT (3.14.4-1).
    void append_held(Bytes packets, uint64_t received_us, uint32_t messages);
    // The last commit that something said to this client waits or waited for; 0: none.
    uint64_t held_in() const { return held_in_; }

    // Ends the connection: tells a v5 client (or one that waits for CONNACK) why, then closes. The
    // session is told through Sessions::detach with `reason`.
    void fail(mqtt::Reason reason, Bytes text = {});
    // The client said DISCONNECT: an orderly end unless the reason is another than success.
    void finish(mqtt::Reason reason);
    // The transport is gone.
    void lost(mqtt::Reason reason);

    // The handshake waits for a plugin: nothing more is read, and the client is not waited for,
    // until resume_reading().
    void pause() {
        paused_ = true;
        disarm();
        watch();
    }
    void resume_reading();

    // A receiver of what this connection publishes must catch up first: nothing more is read until
    // each that called hold() has called let_go().
    void hold();
    void let_go();

    // The handler's packet waits for a plugin: no further packet is read until its job is done.
    void suspend(std::unique_ptr<Job> job);
    // After a job came to its end: reads on.
    void job_done();

    bool alive() const { return state_ != State::closed && state_ != State::lingering; }
    bool established() const { return state_ == State::established; }
    // Everything that a CONNECT settled.
    void establish(Session& session, uint16_t keepalive_s, uint16_t topic_alias_maximum);
    // Before CONNACK, so that refusals are in the client's language, and no longer than it takes.
    void connecting(mqtt::Version version, uint32_t maximum_packet_size);
    void forget_session() { session_ = nullptr; }
    // So much waits for the socket, or for a commit, that queued messages stay in their queue.
    bool congested() const { return output_.bytes() + held_bytes_ >= kOutputHigh; }
    // The session has more to send once the output is not congested any more.
    void wait_for_room() { wants_room_ = true; }
    // Writes now what can be written; called at the end of a turn.
    void flush();
    // Makes room in the output in the middle of a turn, where nothing may be destroyed: a socket
    // that fails here ends the connection at the end of the turn.
    void relieve();
    void arm_connect_deadline();
    // CONNECT must be there by then.
    void connect_by(int64_t deadline_ms);
    // Dirty: the worker writes its output at the end of this turn. True if that changed.
    bool set_dirty(bool dirty) {
        const bool changed = dirty_ != dirty;
        dirty_ = dirty;
        return changed;
    }

    // What is counted of a connection before its client has a session, which goes along to another
    // worker.
    struct EarlyTraffic {
        struct Way {
            uint32_t packets = 0;
            uint32_t bytes = 0;
        };
        Way received, sent;
    };
    const EarlyTraffic& early_traffic() const { return early_; }
    void set_early_traffic(const EarlyTraffic& traffic) { early_ = traffic; }
    // Every packet of the client is told of as Worker::traces says, until nobody listens.
    void set_traced(bool traced) { traced_ = traced; }
    // What came and went on this connection.
    Traffic received() const;
    Traffic sent() const;

    Worker& worker() { return worker_; }
    Session* session() { return session_; }
    const Session* session() const { return session_; }
    // Who the client is: the session's, or the one of the handshake.
    ClientInfo* client();
    ListenerState& listener() { return listener_; }
    const PeerAddress& peer() const { return peer_; }
    // Who the client is for TLS. Requires: the transport is open. Nothing: it is not TLS.
    std::optional<TlsPeer> tls_peer() const { return stream_->tls_peer(); }
    mqtt::Version version() const { return version_; }
    uint64_t key() const { return key_; }
    // QoS 2 messages whose exchange an earlier connection began, and that take nothing of this
    // one's receive quota (4.9). At most so many are open yet.
    size_t received_before() const { return received_before_; }
    Aliases* aliases() { return aliases_.get(); }
    // The limits that hold for what this client sends.
    const Announced& announced() const;
    const Output& output() const { return output_; }
    void set_problem_information(bool wanted) { problem_information_ = wanted; }

    // The handshake of a connection that waits for CONNACK; kept by handle_connect.
    std::unique_ptr<Job> handshake;
    // Who waits for this connection to read; null: nobody ever had to.
    std::unique_ptr<Brake> brake;
    // Method of an enhanced authentication that is or was under way; null: none.
    Text auth_method;
    // The client was challenged in a re-authentication, and is to go on with it (4.12.1).
    bool challenged = false;
    // CONNECT asked for a session that outlasts the connection (3.14.2.2.2).
    bool asked_to_last = false;

    static constexpr size_t kOutputHigh = Marks::kOutputBytes;

private:
    // Reads and handles what the socket has, up to a fair share of the turn. May end the
    // connection.
    void read(std::span<char> buffer);
    long receive(char* buffer, size_t size);
    // Decodes and handles whole packets at the front of `bytes`; returns how many bytes they had.
    size_t process(Bytes bytes);
    void handle(const mqtt::Frame& frame);
    bool hand_over(const mqtt::Frame& frame, Bytes unread);
    void keep_tail(Bytes bytes);
    void process_tail();
    void watch();
    // May packets be read and handled now?
    bool reads() const {
        return state_ == State::lingering ||
               (job_ == nullptr && !paused_ && !choked_ && (holds_ == 0 || catching_up_));
    }
    bool corked() const { return corked_until_ != 0; }
    void close_transport();
    void linger();
    void arm_linger();
    void leave_listener();
    bool closes_for(mqtt::Reason reason) const;
    void say_farewell(mqtt::Reason reason, Bytes text);
    size_t answers_most() const;
    bool choke();
    void on_deadline();
    void arm_keepalive();
    template <class Packet>
    bool encode_packet(Packet& packet);
    void queue_acknowledgement(Bytes packet);
    void publish_sent(Outgoing& message, const DeliveryFacts& facts, size_t size,
                      uint16_t topic_alias = 0);
    bool send_publish_alone(Outgoing& message, const DeliveryFacts& facts);
    bool send_publish_apart(Outgoing& message, const DeliveryFacts& facts, bool held);

    void count_bytes(EarlyTraffic::Way& early, Traffic Tally::*way, uint64_t bytes);
    void count_control(EarlyTraffic::Way& early, Traffic Tally::*way) {
        if (session_ != nullptr && session_->tally)
            ++(session_->tally.get()->*way).control_packets;
        else
            count_early_control(early, way);
    }
    void count_early_control(EarlyTraffic::Way& early, Traffic Tally::*way);
    void begin_tally();

    void trace(bool received, mqtt::PacketType type, size_t size, Bytes text);
    void trace_connect(const mqtt::Frame& frame);
    void trace_received(const mqtt::Frame& frame);
    void trace_sent(Bytes wire);
    void trace_sent(Outgoing& message, const DeliveryFacts& facts, size_t size,
                    uint16_t topic_alias);

    Worker& worker_;
    ListenerState& listener_;
    StreamPointer stream_;
    Session* session_ = nullptr;
    Output output_;
    std::unique_ptr<std::string> tail_;  // received, not yet handled
    std::unique_ptr<Job> job_;
    std::unique_ptr<Aliases> aliases_;
    int64_t last_read_ms_ = 0;
    uint64_t key_;
    uint64_t held_in_ = 0;
    size_t held_bytes_ = 0;
    uint64_t corked_until_ = 0;  // this commit; 0: it is not
    uint32_t tail_wanted_ = 0;   // bytes that the packet at the front of the tail has, if known
    uint32_t maximum_packet_size_ = 0;
    Announced announced_;
    uint32_t holds_ = 0;  // receivers and workers that must catch up before it is read from again
    EarlyTraffic early_;  // and what came before its client's tally was made
    uint16_t keepalive_s_ = 0;
    uint16_t received_before_ = 0;
    PeerAddress peer_;
    State state_ = State::opening;
    mqtt::Version version_ = mqtt::Version::v5;
    bool problem_information_ : 1 = true;
    bool blocked_ : 1 = false;      // the socket takes no more for now
    bool processing_ : 1 = false;   // inside process()
    bool wants_room_ : 1 = false;   // the session waits for the output to shrink
    bool counted_ : 1 = true;       // among its listener's connections
    bool choked_ : 1 = false;       // too many answers wait: nothing is read until they are gone
    bool paused_ : 1 = false;       // the handshake waits
    bool catching_up_ : 1 = false;  // inside catch_up(): receivers do not hold it
    bool dirty_ : 1 = false;
    bool silent_ : 1 = false;  // the client was told that this is the end
    bool traced_ : 1 = false;
};

}  // namespace grapnel
