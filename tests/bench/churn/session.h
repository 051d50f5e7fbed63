#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "packets.h"
#include "world.h"

namespace grapnel::churn {

// What a session tells. Calls come from within Poller::turn(); the session may be used, not
// destroyed.
class SessionEvents {
public:
    virtual void on_connected() {}
    virtual void on_subscribed() {}
    virtual void on_unsubscribed() {}
    // QoS 2: once, as the standard has it; QoS 1: each time that it comes.
    virtual void on_publish(const load::Delivery&) {}
    // The last acknowledgement of what was published with the tag.
    virtual void on_acknowledged(uint64_t) {}

protected:
    ~SessionEvents() = default;
};

// A client as the standard describes it: what it knows outlives its connections, if it is
// persistent, and is sent again on the next one. Counts what the broker does wrong.
class Session final : SocketOwner {
public:
    // The world and the events outlive the session.
    Session(World& world, Account account, SessionEvents& events)
        : world_(world), account_(std::move(account)), events_(events) {}
    ~Session();

    // Connects. A present connection stays open: the broker takes the session over and closes it.
    void open();
    // Closes the connection without a word.
    void drop();
    // Says goodbye; a will is not sent.
    void leave();
    // Does one of these as soon as the next packet came, before it is answered.
    enum class Mishap : uint8_t { none, dropped, taken_over };
    void falter(Mishap mishap) { mishap_ = mishap; }

    // The rest requires ready().
    void subscribe(std::string_view filter, uint8_t qos);
    void unsubscribe(std::string_view filter);
    void publish(std::string_view topic, std::string_view payload, uint8_t qos, bool retain,
                 uint64_t tag);

    const Account& account() const { return account_; }
    bool connected() const { return socket_ != nullptr; }
    bool ready() const { return ready_; }  // CONNACK was received
    size_t unacknowledged() const { return sent_.size(); }
    size_t waiting_bytes() const { return socket_ ? socket_->waiting_bytes() : 0; }

private:
    // A message of QoS 1 or 2 on its way to the broker.
    struct Sent {
        uint16_t packet_id;
        bool released;       // PUBREL was sent
        std::string packet;  // PUBLISH
        uint64_t tag;
    };

    void on_packet(Socket& socket, const load::Packet& packet) override;
    void on_end(Socket& socket) override;
    void take_packet(const load::Packet& packet);
    void take_connack(std::string_view body);
    void take_publish(const load::Delivery& delivery);
    void take_acknowledgement(uint8_t first, uint16_t packet_id);
    void answer(uint8_t first, uint16_t packet_id);
    void send_again();
    uint16_t next_packet_id();

    World& world_;
    const Account account_;
    SessionEvents& events_;
    std::unique_ptr<Socket> socket_;
    bool ready_ = false;
    Mishap mishap_ = Mishap::none;
    bool known_ = false;  // the broker should have the session
    uint16_t last_packet_id_ = 0;
    std::deque<Sent> sent_;                  // in order
    std::unordered_set<uint16_t> received_;  // QoS 2, until PUBREL
};

}  // namespace grapnel::churn
