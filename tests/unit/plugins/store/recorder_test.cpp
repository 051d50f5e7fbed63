#include "store/recorder.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <grapnel/testing.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/store/answer_host.h"
#include "plugins/store/memory_backend.h"
#include "store/record.h"

using namespace grapnel::store;
using namespace grapnel::store::test;

namespace {

struct Session {
    std::string id;
    std::uint32_t expiry_s = 0;
    std::uint8_t flags = 0;
    void* slot = nullptr;
    void (*drop)(void*) = nullptr;

    Session(std::string name, std::uint32_t expiry) : id(std::move(name)), expiry_s(expiry) {}
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session() {
        if (drop != nullptr) drop(slot);
    }
    gn_client* raw() { return reinterpret_cast<gn_client*>(this); }
    static Session& of(const gn_client* client) {
        return *const_cast<Session*>(reinterpret_cast<const Session*>(client));
    }
};

struct Packet : gn::testing::FakePacket {
    using FakePacket::FakePacket;
    std::uint64_t key = 0;
    std::uint64_t order = 0;
    std::int64_t expires_ms = 0;
};

// One loop's recorder, with a committer that waits for nobody else.
class Recording {
public:
    Recording() {
        host_.raw().client = &client_;
        host_.raw().packet = &packet_;
        client_.size = sizeof client_;
        client_.view = [](const gn_client* client, gn_client_view* out) -> gn_status {
            out->id = gn::str(Session::of(client).id);
            out->session_expiry_s = Session::of(client).expiry_s;
            out->flags = Session::of(client).flags;
            return GN_OK;
        };
        client_.slot = [](const gn_host*, const gn_client* client) {
            return Session::of(client).slot;
        };
        client_.set_slot = [](const gn_host*, gn_client* client, void* slot,
                              void (*drop)(void*)) -> gn_status {
            Session& session = Session::of(client);
            if (session.drop != nullptr) session.drop(session.slot);
            session.slot = slot;
            session.drop = drop;
            return GN_OK;
        };
        client_.will = [](const gn_client*) -> const gn_packet* { return nullptr; };
        packet_.publish = [](const gn_packet* raw, gn_publish_view* out) -> gn_status {
            const auto& packet =
                static_cast<const Packet&>(*reinterpret_cast<const gn::testing::FakePacket*>(raw));
            out->packet_id = packet.header.packet_id;
            out->qos = packet.header.qos;
            out->flags = packet.header.flags;
            out->topic = gn::str(packet.topic);
            out->payload = gn::str(packet.payload);
            out->key = packet.key;
            out->order = packet.order;
            out->expires_ms = packet.expires_ms;
            return GN_OK;
        };
        packet_.prop_u32_at = [](const gn_packet*, std::uint32_t, std::uint32_t,
                                 std::uint32_t*) -> gn_status { return GN_E_GONE; };
        packet_.user = [](const gn_packet*, std::uint32_t, gn_pair*) -> gn_status {
            return GN_E_GONE;
        };
        committer.start(1, {});
    }
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;

    gn::Call call(std::uint64_t commit) {
        raw_call_ = {sizeof(gn_call), 0, &host_.raw(), nullptr, nullptr, commit};
        return gn::Call(&raw_call_);
    }
    gn::Client client(Session& session) { return {&host_.raw(), session.raw()}; }
    gn::PacketView view(Packet& packet) { return {&host_.raw(), packet.raw()}; }
    gn_verdict commit(std::uint64_t number) {
        const gn_verdict verdict = recorder.on_commit(call(number));
        return verdict == GN_V_DEFER ? host_.wait(host_.last_ticket) : verdict;
    }
    // A lasting session, in a commit of its own.
    std::unique_ptr<Session> begin(const std::string& id, std::uint64_t number) {
        auto session = std::make_unique<Session>(id, 100u);
        Packet connect(1);
        recorder.on_session_established(call(number), client(*session), view(connect));
        CHECK(commit(number) == GN_V_CONTINUE);
        return session;
    }
    void publish(Session& session, std::uint64_t number, Packet& packet, std::int64_t sent_ms = 0) {
        recorder.on_qos_publish(call(number), client(session), view(packet), sent_ms, 0);
    }
    AnswerHost& host() { return host_; }
    Records& of(Kind kind) { return backend.of(kind); }

private:
    AnswerHost host_;
    gn_client_api client_{};
    gn_packet_api packet_ = gn::testing::FakePacket::api();
    gn_call raw_call_{};

public:
    MemoryBackend backend;
    Known known;
    Committer committer{host_.host(), backend, known, {}};
    Recorder recorder{committer};
};

Packet message(std::uint64_t key, std::uint64_t order, std::uint8_t qos) {
    Packet packet(3);
    packet.header.qos = qos;
    packet.topic = "t";
    packet.payload = "payload";
    packet.key = key;
    packet.order = order;
    return packet;
}

Packet ack(std::uint8_t type, std::uint16_t packet_id, std::uint64_t key = 0,
           std::uint64_t order = 0) {
    Packet packet(type);
    packet.header.packet_id = packet_id;
    packet.key = key;
    packet.order = order;
    return packet;
}

OutboundRecord only_outbound(Recording& recording) {
    REQUIRE(recording.of(Kind::outbound).size() == 1);
    OutboundRecord record;
    REQUIRE(decode(recording.of(Kind::outbound).begin()->second, record) == Decoded::ok);
    return record;
}

}  // namespace

TEST_CASE("a session that lasts has a record, until it ends") {
    Recording recording;
    const auto session = recording.begin("a", 1);
    CHECK(recording.of(Kind::client).contains("a"));
    recording.recorder.on_disconnect(recording.call(2), recording.client(*session), 0, {}, 0);
    CHECK(recording.commit(2) == GN_V_CONTINUE);
    CHECK(recording.of(Kind::client).contains("a"));
    recording.recorder.on_client_expired(recording.call(3), "a");
    CHECK(recording.commit(3) == GN_V_CONTINUE);
    CHECK(recording.backend.size() == 0);
}

TEST_CASE("a session that ends with its connection leaves nothing, and takes an earlier one away") {
    Recording recording;
    recording.begin("a", 1);
    Session clean("a", 0);
    Packet connect(1);
    recording.recorder.on_session_established(recording.call(2), recording.client(clean),
                                              recording.view(connect));
    Packet packet = message(5, 1, 1);
    recording.publish(clean, 2, packet);
    CHECK(recording.commit(2) == GN_V_CONTINUE);
    CHECK(recording.backend.size() == 0);
}

// Two sessions that wait for a large message: the one that is given, and one that keeps it.
void queue_for_two(Recording& recording, Session& first, Session& second, Packet& packet) {
    packet.payload = std::string(Applier::kWithinMost + 1, 'x');
    recording.publish(first, 3, packet);
    recording.publish(second, 3, packet);
    CHECK(recording.commit(3) == GN_V_CONTINUE);
    CHECK(recording.of(Kind::body).size() == 1);
}

TEST_CASE("a session that goes on, but not beyond this connection, is recorded until it ends") {
    Recording recording;
    const auto session = recording.begin("a", 1);
    const auto other = recording.begin("b", 2);
    Packet packet = message(5, 1, 1);
    queue_for_two(recording, *session, *other, packet);
    session->expiry_s = 0;
    session->flags = GN_CL_PRESENT;
    Packet connect(1);
    recording.recorder.on_session_established(recording.call(4), recording.client(*session),
                                              recording.view(connect));
    CHECK(recording.commit(4) == GN_V_CONTINUE);
    ClientRecord client;
    REQUIRE(decode(recording.of(Kind::client).at("a"), client) == Decoded::ok);
    CHECK(client.session_expiry_s == 0);
    Packet puback = ack(4, 1, 5, 1);
    recording.recorder.on_qos_complete(recording.call(5), recording.client(*other),
                                       recording.view(puback));
    Packet second = message(6, 2, 1);
    recording.publish(*session, 5, second);
    CHECK(recording.commit(5) == GN_V_CONTINUE);
    CHECK(recording.of(Kind::outbound).size() == 2);
    recording.recorder.on_disconnect(recording.call(6), recording.client(*session), 0, {}, 1);
    for (Packet* each : {&packet, &second})
        recording.recorder.on_qos_dropped(recording.call(6), recording.client(*session),
                                          recording.view(*each));
    CHECK(recording.commit(6) == GN_V_CONTINUE);
    CHECK(recording.of(Kind::client).size() == 1);
    CHECK(recording.of(Kind::outbound).empty());
    CHECK(recording.of(Kind::body).empty());
    CHECK(recording.known.messages.empty());
}

TEST_CASE("a session that was restored, and is ended before its client came, leaves no message") {
    Recording recording;
    const auto session = recording.begin("a", 1);
    const auto other = recording.begin("b", 2);
    Packet packet = message(5, 1, 1);
    queue_for_two(recording, *session, *other, packet);
    for (Session* each : {session.get(), other.get()}) {
        Session restored(each->id, 0);  // no slot yet, and its end has begun
        recording.recorder.on_qos_dropped(recording.call(4), recording.client(restored),
                                          recording.view(packet));
        recording.recorder.on_client_expired(recording.call(4), each->id);
    }
    CHECK(recording.commit(4) == GN_V_CONTINUE);
    CHECK(recording.backend.size() == 0);
    CHECK(recording.known.messages.empty());
}

TEST_CASE("subscriptions that were granted, and their end") {
    Recording recording;
    const auto session = recording.begin("a", 1);
    Packet packet(8);
    gn_filter filter = gn::sized<gn_filter>();
    for (const std::string_view text : {"x", "y", "refused"}) {
        filter.filter = gn::str(text);
        filter.reason = text == "refused" ? 0x87 : 1;
        packet.filters.push_back(filter);
    }
    recording.recorder.on_subscribed(recording.call(2), recording.client(*session),
                                     recording.view(packet));
    CHECK(recording.commit(2) == GN_V_CONTINUE);
    CHECK(recording.of(Kind::subscription).size() == 2);
    CHECK(recording.of(Kind::subscription).contains(owned_key("a", "y")));
    packet.filters.front().reason = 0x11;  // as the broker answers where there was none
    recording.recorder.on_unsubscribed(recording.call(3), recording.client(*session),
                                       recording.view(packet));
    CHECK(recording.commit(3) == GN_V_CONTINUE);
    CHECK(recording.of(Kind::subscription).size() == 1);
    CHECK(recording.of(Kind::subscription).contains(owned_key("a", "x")));
}

TEST_CASE("a message to a client from the queue to PUBCOMP") {
    Recording recording;
    const auto session = recording.begin("a", 1);
    Packet queued = message(5, 9, 2);
    recording.publish(*session, 2, queued);
    CHECK(recording.commit(2) == GN_V_CONTINUE);
    CHECK(only_outbound(recording).packet_id == 0);
    Packet sent = message(5, 9, 2);
    sent.header.packet_id = 3;
    sent.header.flags = GN_PK_KNOWN;
    recording.publish(*session, 3, sent, 77);
    CHECK(recording.commit(3) == GN_V_CONTINUE);
    CHECK(only_outbound(recording).packet_id == 3);
    CHECK(only_outbound(recording).sent_ms == 77);
    CHECK(only_outbound(recording).body.data() != nullptr);
    Packet pubrel = ack(6, 3, 5, 9);
    recording.publish(*session, 4, pubrel, 77);
    CHECK(recording.commit(4) == GN_V_CONTINUE);
    CHECK(only_outbound(recording).type == 6);
    CHECK(only_outbound(recording).qos == 2);
    CHECK(only_outbound(recording).body.data() == nullptr);
    Packet pubcomp = ack(7, 3, 5, 9);
    recording.recorder.on_qos_complete(recording.call(5), recording.client(*session),
                                       recording.view(pubcomp));
    CHECK(recording.commit(5) == GN_V_CONTINUE);
    CHECK(recording.of(Kind::outbound).empty());
    CHECK(recording.known.messages.empty());
}

TEST_CASE("a message to several clients is recorded once") {
    Recording recording;
    const auto first = recording.begin("a", 1);
    const auto second = recording.begin("b", 2);
    Packet packet = message(5, 9, 1);
    recording.publish(*first, 3, packet);
    recording.publish(*second, 3, packet);
    CHECK(recording.commit(3) == GN_V_CONTINUE);
    CHECK(recording.of(Kind::body).size() == 1);
    Packet puback = ack(4, 1, 5, 9);
    recording.recorder.on_qos_complete(recording.call(4), recording.client(*first),
                                       recording.view(puback));
    recording.recorder.on_qos_dropped(recording.call(4), recording.client(*second),
                                      recording.view(packet));
    CHECK(recording.commit(4) == GN_V_CONTINUE);
    CHECK(recording.of(Kind::body).empty());
    CHECK(recording.of(Kind::outbound).empty());
}

TEST_CASE("an id received of a client, until PUBREL") {
    Recording recording;
    const auto session = recording.begin("a", 1);
    Packet pubrec = ack(5, 0x0102);
    recording.publish(*session, 2, pubrec);
    CHECK(recording.commit(2) == GN_V_CONTINUE);
    CHECK(recording.of(Kind::inbound).contains(owned_key("a", "\1\2")));
    Packet pubrel = ack(6, 0x0102);
    recording.recorder.on_qos_complete(recording.call(3), recording.client(*session),
                                       recording.view(pubrel));
    CHECK(recording.commit(3) == GN_V_CONTINUE);
    CHECK(recording.of(Kind::inbound).empty());
}

TEST_CASE("retained messages come and go") {
    Recording recording;
    Session nobody("", 0);
    Packet packet = message(5, 1, 1);
    recording.recorder.on_retain_message(recording.call(1), recording.client(nobody),
                                         recording.view(packet), 1);
    CHECK(recording.commit(1) == GN_V_CONTINUE);
    CHECK(recording.of(Kind::retained).contains("t"));
    packet.order = 2;
    recording.recorder.on_retain_message(recording.call(2), recording.client(nobody),
                                         recording.view(packet), -1);
    CHECK(recording.commit(2) == GN_V_CONTINUE);
    CHECK(recording.of(Kind::retained).empty());
}

TEST_CASE("a retained message that expires leaves the store, though it was the last thing told") {
    Recording recording;
    Session nobody("", 0);
    Packet packet = message(5, 1, 1);
    packet.expires_ms = recording.host().now_ms;
    recording.recorder.on_retain_message(recording.call(1), recording.client(nobody),
                                         recording.view(packet), 1);
    CHECK(recording.commit(1) == GN_V_CONTINUE);
    recording.recorder.on_retained_expired(recording.call(2), "t");
    CHECK(recording.commit(2) == GN_V_CONTINUE);
    CHECK(recording.of(Kind::retained).empty());
}

TEST_CASE(
    "a commit holds what was told under its number alone; the rest is handed over at the end") {
    Recording recording;
    const auto session = recording.begin("a", 1);
    Packet later = ack(5, 2);
    recording.publish(*session, 3, later);
    Packet now = ack(5, 1);
    recording.publish(*session, 2, now);
    CHECK(recording.commit(2) == GN_V_CONTINUE);
    CHECK(recording.of(Kind::inbound).size() == 1);
    recording.recorder.hand_over_rest();
    recording.committer.finish();
    CHECK(recording.of(Kind::inbound).size() == 2);
}

TEST_CASE("a commit that cannot be deferred is denied, and written all the same") {
    Recording recording;
    const auto session = recording.begin("a", 1);
    Packet packet = ack(5, 1);
    recording.publish(*session, 2, packet);
    recording.host().can_defer = false;
    CHECK(recording.commit(2) == GN_V_DENY);
    recording.host().can_defer = true;
    CHECK(recording.commit(3) == GN_V_CONTINUE);
    CHECK(recording.of(Kind::inbound).size() == 1);
}
