// The C++ wrapper: what stands between a class and the C tables.

#include <doctest/doctest.h>

#include <grapnel/testing.hpp>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using gn::testing::FakeClient;
using gn::testing::FakeHost;
using gn::testing::FakeNode;
using gn::testing::FakePacket;
using gn::testing::FakePlugin;

namespace {

// Throws wherever it can.
struct Thrower {
    class PerLoop;
    Thrower(gn::Host, gn::Node config) {
        if (config["fail"].flag_or(false)) throw std::runtime_error("no back end");
    }
    void on_started(gn::Call) { throw 42; }
    gn_status stored_clients(gn::Call, gn::Sink) { throw std::runtime_error("no disk"); }
    void reload(gn::Node) { throw std::runtime_error("worse than before"); }
    static int tool(gn::Host, gn::Node config, std::span<const std::string_view> words) {
        if (config["fail"].flag_or(false)) throw std::runtime_error("no luck");
        return static_cast<int>(words.size()) + (words.back() == "last" ? 40 : 0);
    }
};

class Thrower::PerLoop {
public:
    PerLoop(Thrower&, gn::Loop) {}
    gn_verdict on_connect(gn::Call, gn::Client, gn::Packet) { throw std::runtime_error("oops"); }
    gn_verdict on_publish(gn::Call, gn::Client, gn::Packet) { throw std::runtime_error("oops"); }
    gn_verdict on_will(gn::Call, gn::Client, gn::Packet) { throw std::runtime_error("oops"); }
    void stop(gn::Stopping) { throw std::runtime_error("no end"); }
};

struct Job {
    gn::Pending ticket;
    bool fails = false;
    void run() {
        if (fails) throw std::runtime_error("lost");
    }
    void done() {
        if (fails) throw std::runtime_error("lost again");
        ticket.complete(GN_V_ALLOW);
    }
};

template <class F>
bool offers(F* entry) {
    return entry != nullptr;
}

}  // namespace

GN_PLUGIN(Thrower, "thrower", "0.1")

TEST_CASE("the table has what the class has, and no more") {
    CHECK(gn_plugin_entry.abi_major == GN_ABI_MAJOR);
    CHECK(gn_plugin_entry.abi_minor == 0);
    CHECK(gn_plugin_entry.flags == 0);
    CHECK(offers(gn_plugin_entry.hooks->on_publish));
    CHECK(offers(gn_plugin_entry.hooks->on_started));
    CHECK_FALSE(offers(gn_plugin_entry.hooks->on_subscribe));
    CHECK_FALSE(offers(gn_plugin_entry.hooks->on_commit));
}

TEST_CASE("a tool gets its words, and what it throws becomes a failure") {
    FakeHost host;
    FakeNode config(FakeNode::Table{});
    const gn_str words[] = {gn::str("first"), gn::str("last")};
    CHECK(gn_plugin_entry.size == sizeof(gn_plugin));
    CHECK(gn_plugin_entry.tool(&host, config.raw(), 2, words) == 42);
    FakeNode bad(FakeNode::Table{{"fail", true}});
    CHECK(gn_plugin_entry.tool(&host, bad.raw(), 2, words) == 1);
}

TEST_CASE("what a hook throws becomes a log line and the closed answer") {
    FakeHost host;
    FakeNode config(FakeNode::Table{});
    FakePlugin plugin(gn_plugin_entry, host, config);
    FakeClient client;
    FakePacket packet(3);
    CHECK(plugin.hooks().on_connect(plugin.call(), client.raw(), packet.raw()) == GN_V_DENY);
    CHECK(plugin.hooks().on_publish(plugin.call(), client.raw(), packet.raw()) == GN_V_REJECT);
    CHECK(plugin.hooks().on_will(plugin.call(), client.raw(), packet.raw()) == GN_V_CONTINUE);
    CHECK(plugin.hooks().stored_clients(plugin.main_call(), nullptr) == GN_E_IO);
    plugin.hooks().on_started(plugin.main_call());
    CHECK(host.logged("on_publish threw: oops"));
    CHECK(host.logged("stored_clients threw: no disk"));
    CHECK(host.logged("on_started threw"));
}

TEST_CASE("a loop's hook without the loop's data answers closed") {
    FakeHost host;
    FakeNode config(FakeNode::Table{});
    void* self = nullptr;
    const gn_hooks* hooks = gn_plugin_entry.hooks;
    REQUIRE(gn_plugin_entry.create(&host, config.raw(), &self, &hooks) == GN_OK);
    gn_call call{sizeof(gn_call), 0, &host, host.loop_raw(), self, 1};
    FakeClient client;
    FakePacket packet(3);
    CHECK(hooks->on_publish(&call, client.raw(), packet.raw()) == GN_V_REJECT);
    CHECK(host.logged("without its loop's data"));
    gn_plugin_entry.destroy(self);
}

TEST_CASE("create, reload and stop contain what is thrown") {
    FakeHost host;
    FakeNode bad(FakeNode::Table{{"fail", true}});
    CHECK_THROWS(FakePlugin(gn_plugin_entry, host, bad));
    CHECK(host.failure == "no back end");
    FakeNode good(FakeNode::Table{});
    FakePlugin plugin(gn_plugin_entry, host, good);
    CHECK(plugin.reload(good) != GN_OK);
    CHECK(host.failure == "worse than before");
    const gn_ticket stopped = plugin.stop();
    CHECK(host.answers.at(stopped) == GN_OK);
}

TEST_CASE("a lost ticket answers deny, a kept one what it is told, once") {
    FakeHost host;
    { const gn::Pending lost(&host, host.draw_ticket()); }
    CHECK(host.answers.at(1) == GN_V_DENY);
    gn::Pending kept(&host, host.draw_ticket());
    gn::Pending moved(std::move(kept));
    CHECK(moved.complete(GN_V_ALLOW) == GN_OK);
    CHECK(moved.complete(GN_V_DENY) == GN_E_GONE);
    CHECK(host.answers.at(2) == GN_V_ALLOW);
    moved = gn::Pending(&host, host.draw_ticket());
    moved = gn::Pending();
    CHECK(host.answers.at(3) == GN_V_DENY);
    gn::Pending refused(&host, host.draw_ticket());
    CHECK(refused.refuse(0x88, "later") == GN_OK);
    CHECK(refused.refuse(0x89, "again") == GN_E_GONE);
    CHECK(host.answers.at(4) == GN_V_DENY);
    CHECK(host.reason_code == 0x88);
    CHECK(host.reason_text == "later");
    gn::Pending taken(&host, host.draw_ticket());
    const gn_ticket ticket = taken.release();
    CHECK_FALSE(taken);
    CHECK(host.open.contains(ticket));
    gn::Pending answered(&host, ticket);
    CHECK(answered.answer(GN_V_ALLOW, 0, "", "signed") == GN_OK);
    CHECK(host.challenge_data == "signed");
    CHECK(host.open.empty());
}

namespace {

// Defers what it is asked, for the test to answer.
struct Deferring {
    static constexpr bool concurrent = true;
    Deferring(gn::Host, gn::Node) {}
    gn_verdict keep(gn::Call call) {
        call.reason(0x83, "early");
        pending = call.defer();
        return GN_V_DEFER;
    }
    gn_verdict on_publish(gn::Call call, gn::Client, gn::Packet) { return keep(call); }
    gn_verdict on_connect(gn::Call call, gn::Client, gn::Packet) { return keep(call); }
    static inline gn::Pending pending;
};
constinit const gn_plugin deferring = gn::detail::make_entry<Deferring>("deferring", "1");

}  // namespace

namespace {

class Hidden {
    gn_verdict on_publish(gn::Call, gn::Client, gn::Packet) { return GN_V_CONTINUE; }
};

struct Misspelt {
    gn_verdict on_publsh(gn::Call, gn::Client, gn::Packet) { return GN_V_CONTINUE; }
};

}  // namespace

TEST_CASE("members that would be left out without a word are seen") {
    CHECK(gn::detail::has_on_publish<Hidden>());
    CHECK_FALSE(gn::detail::has_on_publish<Misspelt>());
    CHECK_FALSE(gn::detail::has_hooks<Misspelt>());
    CHECK(gn::detail::has_hooks<Deferring>());
}

TEST_CASE("a deferred question is refused as its event understands it") {
    FakeHost host;
    FakePlugin plugin(deferring, host, FakeNode::Table{});
    FakeClient client{"c"};
    auto message = FakePacket::publish("a", "b");
    CHECK(plugin.run(&gn_hooks::on_publish, client, message) == GN_V_DEFER);
    CHECK(Deferring::pending.refuse(0, "") == GN_OK);
    CHECK(host.answers.at(host.last_ticket) == GN_V_REJECT);
    // What was said before deferring stays, where the answer brings nothing.
    CHECK(host.reason_code == 0x83);
    CHECK(host.reason_text == "early");
    CHECK(plugin.run(&gn_hooks::on_connect, client, message) == GN_V_DEFER);
    Deferring::pending = {};
    CHECK(host.answers.at(host.last_ticket) == GN_V_DENY);
    CHECK_FALSE(host.logged("undefined"));
    CHECK(plugin.run(&gn_hooks::on_publish, client, message) == GN_V_DEFER);
    CHECK(Deferring::pending.complete(GN_V_DENY) == GN_OK);
    CHECK(host.answers.at(host.last_ticket) == GN_V_REJECT);
    CHECK(host.logged("undefined verdict event=on_publish verdict=2"));
}

TEST_CASE("a job that throws ends its ticket closed") {
    FakeHost host;
    const gn::Loop loop(&host, host.loop_raw());
    for (const bool fails : {false, true}) {
        auto job = std::make_unique<Job>();
        job->ticket = gn::Pending(&host, host.draw_ticket());
        job->fails = fails;
        CHECK(loop.work(std::move(job)) == GN_OK);
    }
    host.run_work();
    CHECK(host.answers.at(1) == GN_V_ALLOW);
    CHECK(host.answers.at(2) == GN_V_DENY);
}

TEST_CASE("what a plugin keeps of a client ends when it is replaced, cleared, or the client ends") {
    struct Kept {
        explicit Kept(int& alive) : alive_(alive) { ++alive_; }
        Kept(const Kept&) = delete;
        Kept& operator=(const Kept&) = delete;
        ~Kept() { --alive_; }

    private:
        int& alive_;
    };
    FakeHost host;
    int alive = 0;
    {
        FakeClient raw;
        const gn::Client client(&host, raw.raw());
        CHECK(gn::Slot<Kept>::get(client) == nullptr);
        Kept* const first = gn::Slot<Kept>::emplace(client, alive);
        CHECK(gn::Slot<Kept>::get(client) == first);
        CHECK(gn::Slot<Kept>::emplace(client, alive) != nullptr);
        CHECK(alive == 1);
        gn::Slot<Kept>::clear(client);
        CHECK(gn::Slot<Kept>::get(client) == nullptr);
        CHECK(alive == 0);
        gn::Slot<Kept>::emplace(client, alive);
    }
    CHECK(alive == 0);
}

TEST_CASE("authentication data and the libuv loop pass through") {
    FakeHost host;
    gn_call raw{sizeof(gn_call), 0, &host, host.loop_raw(), nullptr, 0};
    const gn::Call call(&raw);
    CHECK(call.challenge("say it") == GN_OK);
    CHECK(host.challenge_data == "say it");
    CHECK(call.loop().uv(1) == nullptr);
    host.worker().uv = reinterpret_cast<uv_loop_s*>(&raw);
    CHECK(call.loop().uv(1) == host.worker().uv);
}

TEST_CASE("the nearest word is meant only where it is near") {
    CHECK(gn::closest("defualt", {"default", "file"}) == "default");
    CHECK(gn::closest("fil", {"default", "file"}) == "file");
    CHECK(gn::closest("zebra", {"default", "file"}).empty());
    CHECK(gn::closest("", {"default"}).empty());
}

TEST_CASE("a sink says how many records are to come, to hosts that know the word") {
    static uint64_t expected = 0;
    gn_store_api table{};
    table.size = sizeof table;
    table.expect = [](gn_sink*, uint64_t records) -> gn_status {
        expected = records;
        return GN_OK;
    };
    FakeHost host;
    host.store = &table;
    const gn::Sink sink(&host, nullptr);
    CHECK(sink.expect(5) == GN_OK);
    CHECK(expected == 5);
    table.size = offsetof(gn_store_api, expect);
    CHECK(sink.expect(6) == GN_E_UNSUPPORTED);
    CHECK(expected == 5);
}

TEST_CASE("metrics and interest reach the host, and do nothing where it has none") {
    FakeHost host;
    for (const bool offered : {true, false}) {
        if (!offered) host.extensions.clear();
        const gn::Host face(&host);
        const gn::Metrics metrics(face);
        const gn::Counter counter = metrics.counter("a_total", "Help", {{"x", "1"}, {"y", "2"}});
        const gn::Gauge gauge = metrics.gauge("b", "Help");
        const std::vector<double> bounds{1, 2};
        const gn::Histogram histogram = metrics.histogram("c", "Help", bounds);
        counter.add();
        counter.add(2);
        gauge.set(5);
        gauge.shift(-1);
        histogram.observe(1.5);
        const std::vector<std::string_view> filters{"a/#", "b"};
        CHECK(gn::Interest(face).limit(filters) == (offered ? GN_OK : GN_E_UNSUPPORTED));
        if (offered) CHECK(host.interest == std::vector<std::string>{"a/#", "b"});
        CHECK(gn::Interest(face).clear() == (offered ? GN_OK : GN_E_UNSUPPORTED));
        CHECK_FALSE(host.interest);
    }
    gn::Counter().add();
    gn::Gauge().set(1);
    gn::Histogram().observe(1);
    CHECK(host.metrics.at("a_total{x=1}{y=2}") == 3);
    CHECK(host.metrics.at("b") == 4);
    CHECK(host.metrics.at("c") == 1.5);
}
