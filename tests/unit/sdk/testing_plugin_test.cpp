// FakePlugin loads, calls and stops a plugin as a broker does.

#include <doctest/doctest.h>

#include <grapnel/testing.hpp>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using gn::testing::FakeClient;
using gn::testing::FakeHost;
using gn::testing::FakeNode;
using gn::testing::FakePacket;
using gn::testing::FakePlugin;
using gn::testing::FakeSink;
using gn::testing::FakeTargets;

namespace {

// What a hook is to do in the next call.
struct Plan {
    gn_verdict answer = GN_V_CONTINUE;
    bool defers = false;
    bool throws = false;
    bool changes = false;
};

// Does what it is told to, and writes down what the host answers.
class Puppet {
public:
    class PerLoop;
    static inline Plan plan;
    static inline std::vector<std::string> notes;
    static inline std::vector<gn_status> statuses;
    static inline bool stops_late = false;

    Puppet(gn::Host, gn::Node config) { static_cast<void>(config["known"]); }
    ~Puppet() { notes.push_back("destroy"); }
    static int tool(gn::Host, gn::Node, std::span<const std::string_view> words) {
        return static_cast<int>(words.size());
    }
    void on_started(gn::Call call) { notes.push_back("started " + index(call)); }
    gn_status stored_clients(gn::Call call, gn::Sink sink) {
        auto record = gn::sized<gn_stored_client>();
        record.id = gn::str("c1");
        record.protocol = 5;
        statuses.push_back(sink.put(record));
        auto info = gn::sized<gn_sysinfo>();
        statuses.push_back(sink.put(info));
        return plan.defers && call.raw()->host->core->defer(call.raw()) != 0 ? gn_status{GN_V_DEFER}
                                                                             : gn_status{GN_OK};
    }
    static std::string index(gn::Call call) {
        return std::to_string(call.loop().index()) + " " + std::to_string(call.raw()->event);
    }
};

class Puppet::PerLoop {
public:
    PerLoop(Puppet&, gn::Loop loop) : loop_(loop) {}
    gn_verdict on_connect(gn::Call call, gn::Client client, gn::Packet) {
        statuses.push_back(client.set_username("renamed"));
        return act(call);
    }
    gn_verdict on_publish(gn::Call call, gn::Client client, gn::Packet packet) {
        statuses.push_back(client.raw() == nullptr ? gn_status{GN_OK} : client.set_username("no"));
        if (plan.changes) statuses.push_back(packet.set_topic("changed"));
        return act(call);
    }
    gn_verdict on_will(gn::Call call, gn::Client, gn::Packet packet) {
        if (plan.changes) statuses.push_back(packet.set_topic("changed"));
        return act(call);
    }
    gn_verdict on_acl_check(gn::Call call, gn::Client, std::string_view, std::int32_t) {
        return act(call);
    }
    void on_published(gn::Call call, gn::Client, gn::PacketView packet) {
        gn_packet* const writable = const_cast<gn_packet*>(packet.raw());
        statuses.push_back(call.raw()->host->packet->set_qos(writable, 1));
        statuses.push_back(call.raw()->host->core->challenge(call.raw(), gn::str("x")));
    }
    void on_select_subscribers(gn::Call, gn::Targets targets, gn::PacketView) { targets.pick(1); }
    void on_client_expired(gn::Call, std::string_view id) { notes.emplace_back(id); }
    void stop(gn::Stopping stopping) {
        notes.push_back("stop " + std::to_string(loop_.index()));
        if (!stops_late) return;
        struct Late {
            gn::Stopping stopping;
            void run() {}
            void done() { notes.push_back("stopped"); }
        };
        loop_.work(std::make_unique<Late>(Late{std::move(stopping)}));
    }

private:
    static gn_verdict act(gn::Call call) {
        if (plan.throws) throw std::runtime_error("oops");
        if (!plan.defers) return plan.answer;
        const gn_ticket ticket = call.raw()->host->core->defer(call.raw());
        CHECK(call.raw()->host->core->defer(call.raw()) == ticket);
        return ticket == 0 || plan.answer != GN_V_CONTINUE ? plan.answer : GN_V_DEFER;
    }
    gn::Loop loop_;
};

const gn_plugin kPuppet = gn::detail::make_entry<Puppet>("puppet", "1");

struct Fixture {
    Fixture() : plugin(kPuppet, host, FakeNode::Table{{"known", 1}, {"unknown", 2}}) {
        Puppet::plan = {};
        Puppet::notes.clear();
        Puppet::statuses.clear();
        Puppet::stops_late = false;
    }
    gn_verdict publish() { return plugin.run(&gn_hooks::on_publish, client, packet); }

    FakeHost host;
    FakePlugin plugin;
    FakeClient client{"c1"};
    FakePacket packet = FakePacket::publish("a/b", "x");
};

// Stops from a thread of its own.
struct Finisher {
    static inline std::vector<std::thread> threads;
    static inline FakeHost* host = nullptr;
    static void stop(void*, gn_ticket ticket) {
        threads.emplace_back([ticket] { host->core->complete(host, ticket, GN_OK); });
    }
};

using Lines = std::vector<std::string>;
using Statuses = std::vector<gn_status>;

}  // namespace

TEST_CASE("keys that nobody asked for are warned about") {
    Fixture fixture;
    CHECK(fixture.host.logged("did not ask for this key: unknown"));
    CHECK_FALSE(fixture.host.logged("key: known"));
}

TEST_CASE("calls know their event and loop; absent hooks have no opinion") {
    Fixture fixture;
    fixture.plugin.run(&gn_hooks::on_started);
    CHECK(Puppet::notes == Lines{"started 1 0"});
    CHECK(fixture.plugin.offers(&gn_hooks::on_publish));
    CHECK_FALSE(fixture.plugin.offers(&gn_hooks::on_subscribe));
    FakePacket subscribe = FakePacket::subscribe("a");
    CHECK(fixture.plugin.run(&gn_hooks::on_subscribe, fixture.client, subscribe) == GN_V_CONTINUE);
    fixture.plugin.run(&gn_hooks::on_client_expired, "c9");
    CHECK(Puppet::notes.back() == "c9");
    FakeTargets targets{{{"a", "$share/g/t", 1}, {"b", "$share/g/t", 1}}};
    fixture.plugin.run(&gn_hooks::on_select_subscribers, targets, fixture.packet);
    CHECK(targets.targets[1].picked);
}

TEST_CASE("answers that an event knows are passed, others become the closed one") {
    Fixture fixture;
    Puppet::plan.answer = GN_V_IGNORE;
    CHECK(fixture.publish() == GN_V_IGNORE);
    Puppet::plan.answer = GN_V_ALLOW;
    CHECK(fixture.publish() == GN_V_REJECT);
    CHECK(fixture.host.logged("undefined verdict event=on_publish verdict=1"));
    Puppet::plan.answer = 99;
    CHECK(fixture.plugin.run(&gn_hooks::on_connect, fixture.client, fixture.packet) == GN_V_DENY);
    Puppet::plan = {};
    Puppet::plan.throws = true;
    CHECK(fixture.publish() == GN_V_REJECT);
}

TEST_CASE("what a failing hook changed is undone where the event goes on") {
    Fixture fixture;
    Puppet::plan.changes = true;
    Puppet::plan.answer = GN_V_IGNORE;
    CHECK(fixture.plugin.run(&gn_hooks::on_will, nullptr, fixture.packet) == GN_V_CONTINUE);
    CHECK(fixture.packet.topic == "a/b");
    Puppet::plan.answer = GN_V_CONTINUE;
    CHECK(fixture.plugin.run(&gn_hooks::on_will, nullptr, fixture.packet) == GN_V_CONTINUE);
    CHECK(fixture.packet.topic == "changed");
}

TEST_CASE("a client is renamed only while it is being decided on") {
    Fixture fixture;
    FakePacket connect = FakePacket::connect("c1");
    fixture.plugin.run(&gn_hooks::on_connect, fixture.client, connect);
    fixture.publish();
    CHECK(Puppet::statuses == Statuses{GN_OK, GN_E_STATE});
    CHECK(fixture.client.username == "renamed");
}

TEST_CASE("a packet that a hook only looks at is read only, for that long") {
    Fixture fixture;
    fixture.plugin.run(&gn_hooks::on_published, fixture.client, fixture.packet);
    CHECK(Puppet::statuses == Statuses{GN_E_STATE, GN_E_STATE});
    CHECK_FALSE(fixture.packet.read_only);
}

TEST_CASE("a deferred packet can be changed until it is answered") {
    Fixture fixture;
    Puppet::plan.defers = true;
    CHECK(fixture.publish() == GN_V_DEFER);
    const gn_ticket ticket = fixture.host.last_ticket;
    CHECK(fixture.host.open.contains(ticket));
    gn_packet* const packet = fixture.host.core->deferred_packet(&fixture.host, ticket);
    CHECK(packet == fixture.packet.raw());
    CHECK(fixture.host.packet->set_qos(packet, 1) == GN_OK);
    CHECK(fixture.host.core->complete(&fixture.host, ticket, GN_V_CONTINUE) == GN_OK);
    CHECK(fixture.host.core->deferred_packet(&fixture.host, ticket) == nullptr);
}

TEST_CASE("not every event may be deferred, and a ticket that is not used is void") {
    Fixture fixture;
    Puppet::plan.defers = true;
    const auto access = [&](std::int32_t what) {
        return fixture.plugin.run(&gn_hooks::on_acl_check, fixture.client, "a", what);
    };
    CHECK(access(GN_ACCESS_PUBLISH) == GN_V_DEFER);
    CHECK(access(GN_ACCESS_DELIVER) == GN_V_CONTINUE);
    CHECK(fixture.plugin.run(&gn_hooks::on_will, nullptr, fixture.packet) == GN_V_CONTINUE);
    Puppet::plan.answer = GN_V_IGNORE;
    CHECK(fixture.publish() == GN_V_IGNORE);
    const gn_ticket unused = fixture.host.last_ticket;
    CHECK(fixture.host.core->complete(&fixture.host, unused, GN_V_ALLOW) == GN_E_GONE);
    Puppet::plan = {};
    Puppet::plan.answer = GN_V_DEFER;
    CHECK(fixture.publish() == GN_V_REJECT);
}

TEST_CASE("a sink takes its kind of record until the hook has answered") {
    Fixture fixture;
    FakeSink sink;
    CHECK(fixture.plugin.run(&gn_hooks::stored_clients, sink) == GN_OK);
    CHECK(Puppet::statuses == Statuses{GN_OK, GN_E_STATE});
    auto record = gn::sized<gn_stored_client>();
    record.id = gn::str("c2");
    record.protocol = 5;
    const gn::Sink face(&fixture.host, sink.raw());
    CHECK(face.put(record) == GN_E_STATE);
    Puppet::plan.defers = true;
    CHECK(fixture.plugin.run(&gn_hooks::stored_clients, sink) == GN_V_DEFER);
    CHECK(face.put(record) == GN_OK);
    fixture.host.core->complete(&fixture.host, fixture.host.last_ticket, GN_OK);
    CHECK(face.put(record) == GN_E_STATE);
    CHECK(sink.clients.size() == 3);
}

TEST_CASE("a plugin is stopped on both loops, and destroyed after that") {
    {
        Fixture fixture;
        Puppet::stops_late = true;
    }
    CHECK(Puppet::notes == Lines{"stop 0", "stop 1", "stopped", "stopped", "destroy"});
}

TEST_CASE("a stopped loop takes no more") {
    Fixture fixture;
    const gn_ticket stopped = fixture.plugin.stop();
    CHECK(fixture.host.answers.at(stopped) == GN_OK);
    CHECK(fixture.host.loop->post(
              fixture.host.loop_raw(), [](void*) {}, nullptr) == GN_E_STATE);
    CHECK(fixture.plugin.stop() == 0);
}

TEST_CASE("threads of the plugin may complete its stops at any moment") {
    gn_plugin entry{};
    entry.magic = GN_MAGIC;
    entry.size = sizeof entry;
    entry.loop_stop = &Finisher::stop;
    for (int round = 0; round < 20; ++round) {
        FakeHost host;
        Finisher::host = &host;
        FakePlugin plugin(entry, host, FakeNode::Table{});
        const gn_ticket stopped = plugin.stop();
        CHECK(host.wait_until([&] { return host.answers.contains(stopped); }));
        for (std::thread& thread : Finisher::threads) thread.join();
        Finisher::threads.clear();
        CHECK_FALSE(host.is_open(stopped));
    }
}

TEST_CASE("a plugin that does not start on one loop is stopped on the other, and destroyed") {
    FakeHost host;
    gn_plugin entry = kPuppet;
    entry.loop_start = [](void* self, gn_loop* loop, void** loop_self) -> gn_status {
        if (gn::testing::FakeLoop::api().index(loop) != 0) return GN_E_NOMEM;
        return kPuppet.loop_start(self, loop, loop_self);
    };
    Puppet::notes.clear();
    Puppet::stops_late = false;
    CHECK_THROWS(FakePlugin(entry, host, FakeNode::Table{{"known", 1}}));
    CHECK(Puppet::notes == Lines{"stop 0", "destroy"});
}

TEST_CASE("a tool runs without an instance") {
    FakeHost host;
    const FakeNode config(FakeNode::Table{});
    CHECK(FakePlugin::run_tool(kPuppet, host, config, {"a", "b"}) == 2);
}

TEST_CASE("a plugin in C may leave everything out") {
    FakeHost host;
    gn_plugin bare{};
    bare.magic = GN_MAGIC;
    bare.size = sizeof bare;
    bare.abi_major = 1;
    gn_hooks old{};
    old.size = offsetof(gn_hooks, on_stopped);
    old.on_started = [](gn_call* call) { call->host->core->log(call->host, 1, gn::str("up")); };
    old.on_stopped = [](gn_call*) { FAIL("it is not within the size"); };
    bare.hooks = &old;
    FakePlugin plugin(bare, host, FakeNode::Table{});
    plugin.run(&gn_hooks::on_started);
    plugin.run(&gn_hooks::on_stopped);
    CHECK(host.logged("up"));
    CHECK(plugin.reload(FakeNode::Table{}) == GN_OK);
    CHECK_THROWS(FakePlugin::run_tool(bare, host, FakeNode::Table{}, {}));
}

TEST_CASE("a hook that says that it failed gets the closed answer, whatever it answers") {
    FakeHost host;
    gn_plugin bare{};
    bare.magic = GN_MAGIC;
    bare.size = sizeof bare;
    bare.abi_major = 1;
    gn_hooks hooks{};
    hooks.size = sizeof hooks;
    hooks.on_connect = [](gn_call* call, gn_client*, gn_packet*) -> gn_verdict {
        call->host->core->failed(call, gn::str("no memory"));
        return GN_V_ALLOW;
    };
    bare.hooks = &hooks;
    FakePlugin plugin(bare, host, FakeNode::Table{});
    FakeClient client{"c1"};
    FakePacket packet = FakePacket::connect("c1");
    CHECK(plugin.run(&gn_hooks::on_connect, client, packet) == GN_V_DENY);
    CHECK(host.logged("no memory"));
}
