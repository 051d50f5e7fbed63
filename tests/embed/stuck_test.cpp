// What cannot be stopped. Threads are left behind, which the run of a test may not call a leak.

#include <atomic>
#include <semaphore>

#include "connect.h"
#include "embedded.h"

namespace {

// What a test holds back until it lets go.
std::counting_semaphore<64> gate{0};
std::atomic<int> held{0};

void hold() {
    ++held;
    gate.acquire();
}

void check_left_behind(Embedded& stuck, Embedded& other) {
    CHECK(stuck.stop() == GN_E_LIMIT);
    CHECK(contains(stuck.error(), "did not end in time"));
    CHECK(stuck.publish("a", "x") == GN_E_STATE);
    CHECK(stuck.start() == GN_E_STATE);
    CHECK(stuck.error() == "an earlier run could not be stopped");
    CHECK(stuck.stop() == GN_E_STATE);
    Inbox inbox;
    other.subscribe("a", inbox);
    CHECK(other.publish("a", "x") == GN_OK);
    CHECK(inbox.wait(1));
    CHECK(gn_broker_destroy(stuck.broker) == GN_OK);
    stuck.broker = nullptr;
    gate.release(held);
}

}  // namespace

TEST_CASE("stuck: a plugin that never says that it has stopped") {
    static gn_plugin plugin = plugin_with(nullptr);
    plugin.loop_stop = [](void*, gn_ticket) {};
    Embedded stuck;
    Embedded other;
    REQUIRE(other.start() == GN_OK);
    REQUIRE(stuck.add(plugin, "hangs") == GN_OK);
    REQUIRE(stuck.start() == GN_OK);
    check_left_behind(stuck, other);
    CHECK(stuck.log.has("plugin/hangs: plugin did not stop in time"));
}

TEST_CASE("stuck: a plugin that blocks every loop when it is to stop") {
    static gn_plugin plugin = plugin_with(nullptr);
    plugin.loop_stop = [](void*, gn_ticket) { hold(); };
    plugin.flags = GN_PLUGIN_CONCURRENT;
    Embedded stuck;
    Embedded other;
    REQUIRE(other.start() == GN_OK);
    REQUIRE(stuck.add(plugin, "blocks") == GN_OK);
    REQUIRE(stuck.start() == GN_OK);
    check_left_behind(stuck, other);
}

TEST_CASE("stuck: a hook that blocks a worker") {
    static gn_hooks hooks = no_hooks();
    hooks.on_disconnect = [](gn_call*, gn_client*, uint8_t, gn_str, int32_t) { hold(); };
    static const gn_plugin plugin = plugin_with(&hooks);
    Embedded stuck;
    Embedded other;
    REQUIRE(other.start() == GN_OK);
    REQUIRE(stuck.add(allow_all(), "allow") == GN_OK);
    REQUIRE(stuck.add(plugin, "blocks") == GN_OK);
    REQUIRE(stuck.start() == GN_OK);
    RawClient client(stuck.port());
    REQUIRE(client.log_in() == 0);
    check_left_behind(stuck, other);
}

TEST_CASE("stuck: a callback of the program") {
    static std::atomic<int> calls{0};
    Embedded stuck;
    Embedded other;
    REQUIRE(other.start() == GN_OK);
    REQUIRE(stuck.start() == GN_OK);
    gn_subscription number = 0;
    const auto receive = [](void* inbox, const gn_publish_view*, const gn_packet*) {
        ++calls;
        static_cast<Inbox*>(inbox)->put("called");
        hold();
    };
    static Inbox inbox;
    REQUIRE(gn_broker_subscribe(stuck.broker, str("a"), receive, &inbox, &number) == GN_OK);
    REQUIRE(stuck.publish("a", "1") == GN_OK);
    REQUIRE(stuck.publish("a", "2") == GN_OK);
    REQUIRE(inbox.wait(1));
    check_left_behind(stuck, other);
    CHECK(calls == 1);  // the second message finds nobody any more
}

TEST_CASE("stuck: a start that fails, with a plugin that does not stop either") {
    static gn_plugin plugin = plugin_with(nullptr);
    plugin.loop_stop = [](void*, gn_ticket) {};
    Embedded other;
    REQUIRE(other.start() == GN_OK);
    Embedded stuck(
        "[limits]\nshutdown_timeout = \"100ms\"\n[[listener]]\nid = \"tcp\"\n"
        "type = \"tcp\"\naddress = \"127.0.0.1:" +
        std::to_string(other.port()) + "\"\n");
    REQUIRE(stuck.add(plugin, "hangs") == GN_OK);
    CHECK(stuck.start() == GN_E_LIMIT);
    CHECK(contains(stuck.error(), "cannot bind: Address already in use\n"));
    CHECK(contains(stuck.error(), "did not end in time"));
    CHECK(stuck.start() == GN_E_STATE);
}
