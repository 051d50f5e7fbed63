// FakeHost answers and records as a broker does.

#include <doctest/doctest.h>

#include <cstring>
#include <grapnel/testing.hpp>
#include <string>
#include <thread>
#include <vector>

using gn::testing::FakeClient;
using gn::testing::FakeHost;
using gn::testing::FakePacket;

namespace {

gn_message message(std::string_view topic, std::string_view payload) {
    auto out = gn::sized<gn_message>();
    out.topic = gn::str(topic);
    out.payload = gn::str(payload);
    return out;
}

// How many of a table's functions are NULL.
template <class Table>
int missing(const Table& table) {
    int count = 0;
    CHECK(table.size == sizeof(Table));
    for (std::size_t at = 2 * sizeof(std::uint32_t); at < sizeof(Table); at += sizeof(void*)) {
        void* function = nullptr;
        std::memcpy(&function, reinterpret_cast<const char*>(&table) + at, sizeof function);
        if (function == nullptr) ++count;
    }
    return count;
}

struct Received {
    std::vector<std::string> topics;
    static void note(void* arg, gn_call* call, const gn_packet* packet) {
        gn_publish_view view = gn::sized<gn_publish_view>();
        CHECK(call->host->packet->publish(packet, &view) == GN_OK);
        static_cast<Received*>(arg)->topics.emplace_back(gn::view(view.topic));
    }
};

}  // namespace

TEST_CASE("every function of every table is there") {
    const FakeHost host;
    CHECK(missing(*host.core) == 0);
    CHECK(missing(*host.client) == 0);
    CHECK(missing(*host.packet) == 0);
    CHECK(missing(*host.loop) == 0);
    CHECK(missing(*host.config) == 0);
    CHECK(missing(*host.store) == 0);
    CHECK(missing(host.acl_cache) == 0);
    CHECK(missing(host.metrics_api) == 0);
    CHECK(missing(host.interest_api) == 0);
    CHECK(host.size == sizeof(gn_host));
}

TEST_CASE("the log keeps what is loud enough, cut to a line's length") {
    FakeHost host;
    const gn::Host face(&host);
    host.level = GN_LOG_WARN;
    face.info("quiet");
    face.warn("loud");
    face.log(99, std::string(100'000, 'x'));
    REQUIRE(host.lines.size() == 2);
    CHECK(host.lines[0].text == "loud");
    CHECK(host.lines[1].level == GN_LOG_ERROR);
    CHECK(host.lines[1].text.size() == 16 * 1024);
    CHECK_FALSE(face.logs(GN_LOG_INFO));
}

TEST_CASE("extensions are those that the test has") {
    FakeHost host;
    const gn::Host face(&host);
    CHECK(face.extension<gn_acl_cache>(GN_EXT_ACL_CACHE) == &host.acl_cache);
    CHECK(face.extension<int>("test.number/1") == nullptr);
    static const int number = 5;
    host.extensions["test.number/1"] = &number;
    CHECK(*face.extension<int>("test.number/1") == 5);
    host.extensions.erase(GN_EXT_ACL_CACHE);
    CHECK(face.extension<gn_acl_cache>(GN_EXT_ACL_CACHE) == nullptr);
    CHECK(host.core->extension(&host, nullptr) == nullptr);
}

TEST_CASE("a published message is copied, or refused as the broker refuses it") {
    FakeHost host;
    const gn::Host face(&host);
    const gn_pair user{gn::str("k"), gn::str("v")};
    {
        std::string topic = "a/b";
        gn_message sent = message(topic, "hello");
        sent.qos = 1;
        sent.expiry_s = 60;
        sent.content_type = gn::str("text/plain");
        sent.user = &user;
        sent.user_count = 1;
        CHECK(face.publish(sent) == GN_OK);
        topic = "zzz";
    }
    REQUIRE(host.published.size() == 1);
    CHECK(host.published[0].topic == "a/b");
    CHECK(host.published[0].qos == 1);
    CHECK(host.published[0].expiry_s == 60);
    CHECK(host.published[0].content_type == "text/plain");
    CHECK_FALSE(host.published[0].correlation.has_value());
    CHECK(host.published[0].users.at(0).second == "v");
    CHECK(face.publish(message("a/+", "")) == GN_E_INVALID);
    CHECK(face.publish(message("", "")) == GN_E_INVALID);
    gn_message bad = message("a", "");
    bad.qos = 3;
    CHECK(face.publish(bad) == GN_E_INVALID);
    bad = message("a", "");
    bad.size = 8;
    CHECK(face.publish(bad) == GN_E_INVALID);
    bad = message("a", "");
    bad.response_topic = gn::str("#");
    CHECK(face.publish(bad) == GN_E_INVALID);
    host.publish_status = GN_E_LIMIT;
    CHECK(face.publish(message("a", "")) == GN_E_LIMIT);
    host.inline_client = false;
    CHECK(face.publish(message("a", "")) == GN_E_UNSUPPORTED);
    CHECK(host.published.size() == 1);
}

TEST_CASE("a subscription gets the retained messages, then what is published") {
    FakeHost host;
    Received first, second;
    gn_message sent = message("a/old", "x");
    sent.retain = 1;
    CHECK(gn::Host(&host).publish(sent) == GN_OK);
    host.settle();
    host.set_main_call({sizeof(gn_call), 0, &host, host.main_loop().raw(), nullptr, 0});
    const auto subscribe = [&](std::string_view filter, std::int32_t id, Received& to) {
        return host.core->subscribe(&host, gn::str(filter), id, &Received::note, &to);
    };
    CHECK(subscribe("a/#", 1, second) == GN_OK);
    CHECK(subscribe("a/#", 1, first) == GN_OK);
    CHECK(subscribe("b", 1, second) == GN_OK);
    CHECK(subscribe("$share/g/a", 1, first) == GN_E_INVALID);
    CHECK(subscribe("a#", 1, first) == GN_E_INVALID);
    CHECK(first.topics.empty());
    host.settle();
    CHECK(gn::Host(&host).publish(message("a/new", "y")) == GN_OK);
    host.settle();
    host.deliver(FakePacket::publish("a", "z"));
    CHECK(first.topics == std::vector<std::string>{"a/old", "a/old", "a/new", "a"});
    CHECK(second.topics.empty());
    CHECK(host.core->unsubscribe(&host, gn::str("a/#"), 1) == GN_OK);
    CHECK(host.core->unsubscribe(&host, gn::str("a/#"), 1) == GN_E_GONE);
    host.deliver(FakePacket::publish("a", "z"));
    CHECK(first.topics.size() == 4);
    host.inline_client = false;
    CHECK(subscribe("a/#", 1, first) == GN_E_UNSUPPORTED);
}

TEST_CASE("disconnects and injections are recorded") {
    FakeHost host;
    CHECK(gn::Host(&host).disconnect("c1", 0x98, true) == GN_OK);
    CHECK(gn::Host(&host).disconnect("", 0x98) == GN_E_INVALID);
    REQUIRE(host.disconnected.size() == 1);
    CHECK(host.disconnected[0].client_id == "c1");
    CHECK(host.disconnected[0].reason == 0x98);
    CHECK(host.disconnected[0].drop_session);
    CHECK(host.core->inject(&host, gn::str("c1"), gn::str("\xc0")) == GN_OK);
    CHECK(host.core->inject(&host, gn::str("c1"), gn_str{nullptr, 0}) == GN_E_INVALID);
    CHECK(host.injected.at(0).wire == "\xc0");
}

TEST_CASE("an answer brings its reason, text and challenge") {
    FakeHost host;
    const gn_ticket ticket = host.draw_ticket();
    auto answer = gn::sized<gn_answer>();
    answer.verdict = GN_V_CHALLENGE;
    answer.reason = 0x18;
    answer.text = gn::str("more");
    answer.challenge = gn::str("nonce");
    CHECK(host.core->answer(&host, ticket, nullptr) == GN_E_INVALID);
    CHECK(host.core->answer(&host, 99, &answer) == GN_E_GONE);
    CHECK(host.core->answer(&host, ticket, &answer) == GN_OK);
    CHECK(host.core->answer(&host, ticket, &answer) == GN_E_GONE);
    CHECK(host.answers.at(ticket) == GN_V_CHALLENGE);
    CHECK(host.explanations.at(ticket).text == "more");
    CHECK(host.explanations.at(ticket).challenge == "nonce");
    const gn_ticket late = host.draw_ticket();
    host.drop_ticket(late);
    CHECK(host.core->complete(&host, late, GN_V_ALLOW) == GN_E_GONE);
}

TEST_CASE("a thread of the plugin may answer and publish, and no more") {
    FakeHost host;
    FakeClient client{"c1"};
    const gn_ticket ticket = host.draw_ticket();
    std::thread thread([&] {
        gn_client_view view = gn::sized<gn_client_view>();
        CHECK(host.client->view(client.raw(), &view) == GN_E_THREAD);
        CHECK(host.core->subscribe(&host, gn::str("a"), 0, &Received::note, nullptr) ==
              GN_E_THREAD);
        CHECK(host.core->unsubscribe(&host, gn::str("a"), 0) == GN_E_THREAD);
        CHECK(gn::Host(&host).publish(message("a", "x")) == GN_OK);
        CHECK(host.core->complete(&host, ticket, GN_V_ALLOW) == GN_OK);
    });
    CHECK(host.wait_until([&] { return host.answers.contains(ticket); }));
    thread.join();
    CHECK(host.published.size() == 1);
}

TEST_CASE("a client's view has all that the test gave") {
    FakeHost host;
    FakeClient client{"c1", "", "127.0.0.1:4000"};
    client.listener = "tcp";
    client.keepalive_s = 30;
    client.session_expiry_s = 7;
    client.will = FakePacket::publish("gone", "x");
    const gn::Client face(&host, client.raw());
    CHECK(face.info().size == sizeof(gn_client_view));
    CHECK(face.info().username.ptr == nullptr);
    CHECK(gn::view(face.info().listener) == "tcp");
    CHECK(face.info().tls_subject.ptr == nullptr);
    CHECK(face.info().keepalive_s == 30);
    CHECK(face.info().session_expiry_s == 7);
    CHECK(face.info().receive_maximum == 65'535);
    CHECK(gn::view(face.will()->publish().topic) == "gone");
    CHECK(face.set_username("alice") == GN_OK);
    CHECK(face.set_username("\xff") == GN_E_INVALID);
    CHECK(face.set_id("") == GN_E_INVALID);
    CHECK(face.set_id("c2") == GN_OK);
    CHECK(client.id == "c2");
    CHECK(client.username == "alice");
}

TEST_CASE("a slot belongs to a client and a plugin, and is dropped once") {
    FakeHost host, other;
    static int dropped = 0;
    dropped = 0;
    const auto drop = [](void*) { ++dropped; };
    int first = 0, second = 0;
    {
        FakeClient client{"c1"};
        CHECK(host.client->slot(&host, client.raw()) == nullptr);
        CHECK(host.client->set_slot(&host, client.raw(), &first, drop) == GN_OK);
        CHECK(host.client->slot(&host, client.raw()) == &first);
        CHECK(other.client->slot(&other, client.raw()) == nullptr);
        CHECK(host.client->set_slot(&host, client.raw(), &first, drop) == GN_OK);
        CHECK(dropped == 0);
        CHECK(host.client->set_slot(&host, client.raw(), &second, drop) == GN_OK);
        CHECK(dropped == 1);
        CHECK(host.client->set_slot(nullptr, client.raw(), &second, drop) == GN_E_INVALID);
        FakeClient moved(std::move(client));
        CHECK(host.client->slot(&host, moved.raw()) == &second);
    }
    CHECK(dropped == 2);
}

TEST_CASE("metrics are kept by name and labels, and refused as the broker refuses them") {
    FakeHost host;
    gn_metric* metric = nullptr;
    const gn_pair labels[] = {{gn::str("b"), gn::str("2")}, {gn::str("a"), gn::str("1")}};
    auto shape = gn::sized<gn_metric_shape>();
    shape.name = gn::str("done_total");
    shape.labels = labels;
    shape.label_count = 2;
    REQUIRE(host.metrics_api.series(&host, &shape, &metric) == GN_OK);
    host.metrics_api.add(metric, 3);
    host.metrics_api.set(metric, 100);  // a counter is not set
    host.metrics_api.observe(metric, 100);
    CHECK(host.metrics.at("done_total{a=1}{b=2}").value() == 3);
    gn_metric* again = nullptr;
    CHECK(host.metrics_api.series(&host, &shape, &again) == GN_OK);
    CHECK(again == metric);
    shape.kind = GN_METRIC_GAUGE;
    CHECK(host.metrics_api.series(&host, &shape, &again) == GN_E_INVALID);
    CHECK(again == nullptr);
    CHECK(host.logged("done_total"));
    shape.kind = GN_METRIC_HISTOGRAM;
    shape.name = gn::str("size");
    CHECK(host.metrics_api.series(&host, &shape, &metric) == GN_E_INVALID);
    const double bounds[] = {1, 2};
    shape.bounds = bounds;
    shape.bound_count = 2;
    REQUIRE(host.metrics_api.series(&host, &shape, &metric) == GN_OK);
    host.metrics_api.observe(metric, 1.5);
    host.metrics_api.observe(metric, 4);
    CHECK(host.metrics.at("size{a=1}{b=2}").value() == 5.5);
    CHECK(host.metrics.at("size{a=1}{b=2}").observations() == 2);
    for (const char* const name : {"", "1a", "a-b"}) {
        shape.name = gn::str(name);
        CHECK(host.metrics_api.series(&host, &shape, &metric) == GN_E_INVALID);
    }
}

TEST_CASE("interest is what was limited last, and only of filters") {
    FakeHost host;
    const gn::Host face(&host);
    const gn::Interest interest(face);
    CHECK_FALSE(host.interest);
    CHECK(interest.limit(std::vector<std::string_view>{"a/#", "+"}) == GN_OK);
    CHECK(interest.limit(std::vector<std::string_view>{"b", "a#"}) == GN_E_INVALID);
    CHECK(interest.limit(std::vector<std::string_view>{"$share/g/a"}) == GN_E_INVALID);
    CHECK(interest.limit(std::vector<std::string_view>(4097, "a")) == GN_E_LIMIT);
    CHECK(host.interest == std::vector<std::string>{"a/#", "+"});
    std::thread([&] { CHECK(interest.clear() == GN_E_THREAD); }).join();
    CHECK(interest.limit({}) == GN_OK);
    CHECK(host.interest == std::vector<std::string>{});
    CHECK(interest.clear() == GN_OK);
    CHECK_FALSE(host.interest);
}

TEST_CASE("a subscription that one before it ended is not called") {
    FakeHost host;
    const gn::Host face(&host);
    gn::Subscription second;
    int calls = 0;
    const gn::Subscription first(face, "a", [&](gn::Call, gn::PacketView) { second.end(); });
    second = gn::Subscription(face, "a", [&](gn::Call, gn::PacketView) { ++calls; });
    host.deliver(FakePacket::publish("a", ""));
    CHECK(calls == 0);
    CHECK(host.subscriptions() == 1);
}
