#pragma once

#include <cstdint>
#include <deque>
#include <grapnel/plugin.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "store/changes.h"
#include "store/committer.h"

namespace grapnel::store {

// What a store does on one loop: notes down what the broker tells it, and hands the notes of each
// commit to the committer. Of sessions that begin and end with their connection it keeps the will
// alone.
// Loop thread.
class Recorder {
public:
    explicit Recorder(Committer& committer) : committer_(committer) {}

    void on_session_established(gn::Call call, gn::Client client, gn::PacketView packet);
    void on_disconnect(gn::Call call, gn::Client client, std::uint8_t reason, std::string_view why,
                       std::int32_t expire);
    void on_subscribed(gn::Call call, gn::Client client, gn::PacketView packet);
    void on_unsubscribed(gn::Call call, gn::Client client, gn::PacketView packet);
    void on_retain_message(gn::Call call, gn::Client client, gn::PacketView packet,
                           std::int32_t change);
    void on_retained_expired(gn::Call call, std::string_view topic);
    void on_qos_publish(gn::Call call, gn::Client client, gn::PacketView packet,
                        std::int64_t sent_ms, std::int32_t resends);
    void on_qos_complete(gn::Call call, gn::Client client, gn::PacketView packet);
    void on_qos_dropped(gn::Call call, gn::Client client, gn::PacketView packet);
    void on_will_sent(gn::Call call, gn::Client client, gn::PacketView packet);
    void on_will_dropped(gn::Call call, gn::Client client, gn::PacketView packet);
    void on_client_expired(gn::Call call, std::string_view client_id);
    gn_verdict on_commit(gn::Call call);

    // What was told and not asked for goes to the committer too. The last call.
    void hand_over_rest();

private:
    struct Part {
        std::uint64_t commit;
        Changes changes;
    };
    struct Owner;

    Changes& changes(gn::Call call);
    Owner& owner_of(gn::Client client);
    void remember(gn::Call call, gn::Client client);
    void forget_will(gn::Call call, gn::Client client);
    void settle(gn::Call call, const Owner& owner, gn::PacketView packet, std::uint8_t type);
    void deliver(Changes& changes, std::string_view client_id, Delivery& delivery,
                 gn::PacketView packet, const gn_publish_view& view);

    Committer& committer_;
    std::deque<Part> parts_;  // of commits that are not asked for yet
    std::string value_;
    std::vector<std::uint32_t> identifiers_;
};

}  // namespace grapnel::store
