// The hooks of auth-ledger against a fake broker.

#include <doctest/doctest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <grapnel/testing.hpp>
#include <string>
#include <thread>

#include "rules.h"

using gn::testing::FakeClient;
using gn::testing::FakeHost;
using gn::testing::FakeNode;
using gn::testing::FakePacket;
using gn::testing::FakePlugin;
using grapnel::ledger::test::kWonderland;

namespace {

constexpr std::size_t kLoginsWaitingMax = 1000;

FakeNode alice_only() {
    return FakeNode::Table{
        {"users", FakeNode::Table{{"alice", FakeNode::Table{{"password", kWonderland}}}}}};
}

FakeNode allow_all() {
    return FakeNode::Table{{"default", "allow"},
                           {"auth", std::vector<FakeNode>{FakeNode::Table{{"allow", true}}}}};
}

struct Fixture {
    explicit Fixture(const FakeNode& config) : plugin(gn_plugin_entry, host, config) {}

    gn_verdict login(const char* username, const char* password) {
        FakePacket connect(1);
        if (username != nullptr) connect.username = username;
        if (password != nullptr) connect.password = password;
        return plugin.hooks().on_connect_authenticate(plugin.call(), client.raw(), connect.raw());
    }
    gn_verdict access(std::string_view topic, std::int32_t kind) {
        return plugin.hooks().on_acl_check(plugin.call(), client.raw(), gn::str(topic), kind);
    }

    FakeHost host;
    FakePlugin plugin;
    FakeClient client{"c1", "alice", "127.0.0.1:4000"};
};

class TemporaryFile {
public:
    TemporaryFile()
        : folder_(std::filesystem::temp_directory_path() /
                  ("grapnel-ledger-plugin-" + std::to_string(getpid()))) {
        std::filesystem::create_directories(folder_);
    }
    ~TemporaryFile() { std::filesystem::remove_all(folder_); }
    std::string path() const { return (folder_ / "ledger.toml").string(); }
    void write(std::string_view text) const { std::ofstream(path(), std::ios::trunc) << text; }

private:
    std::filesystem::path folder_;
};

}  // namespace

TEST_CASE("the entry names what it is and offers two hooks") {
    CHECK(gn_plugin_entry.magic == GN_MAGIC);
    CHECK(std::string(gn_plugin_entry.name) == "auth-ledger");
    CHECK(gn_plugin_entry.flags == GN_PLUGIN_CONCURRENT);
    const auto offers = [](auto* entry) { return entry != nullptr; };
    CHECK(offers(gn_plugin_entry.hooks->on_connect_authenticate));
    CHECK(offers(gn_plugin_entry.hooks->on_acl_check));
    CHECK_FALSE(offers(gn_plugin_entry.hooks->on_connect));
    CHECK_FALSE(offers(gn_plugin_entry.hooks->on_publish));
    CHECK(offers(gn_plugin_entry.reload));
}

TEST_CASE("a login without a password to check is answered at once") {
    Fixture fixture(allow_all());
    CHECK(fixture.login(nullptr, nullptr) == GN_V_ALLOW);
    CHECK(fixture.login("x", "y") == GN_V_ALLOW);
    CHECK(fixture.host.open.empty());
}

TEST_CASE("an empty configuration refuses everybody and says so") {
    Fixture fixture(FakeNode::Table{});
    CHECK(fixture.login("x", "y") == GN_V_DENY);
    CHECK(fixture.access("a", GN_ACCESS_DELIVER) == GN_V_DENY);
    CHECK(fixture.host.logged("every client is refused"));
}

TEST_CASE("a password is checked off the loop, and the ticket gets the answer") {
    Fixture fixture(alice_only());
    CHECK(fixture.login("alice", "wonderland") == GN_V_DEFER);
    CHECK(fixture.login("alice", "wrong") == GN_V_DEFER);
    CHECK(fixture.login("nobody", "wonderland") == GN_V_DEFER);
    CHECK(fixture.login("alice", nullptr) == GN_V_DENY);
    CHECK(fixture.host.answers.empty());
    fixture.host.run_work();
    CHECK(fixture.host.answers.at(1) == GN_V_ALLOW);
    CHECK(fixture.host.answers.at(2) == GN_V_DENY);
    CHECK(fixture.host.answers.at(3) == GN_V_DENY);
    CHECK(fixture.host.open.empty());
}

TEST_CASE("where nothing can be deferred or no thread can be had the answer is deny") {
    Fixture fixture(alice_only());
    fixture.host.can_defer = false;
    CHECK(fixture.login("alice", "wonderland") == GN_V_DENY);
    fixture.host.can_defer = true;
    fixture.host.work_status = GN_E_LIMIT;
    CHECK(fixture.login("alice", "wonderland") == GN_V_DEFER);
    CHECK(fixture.host.answers.at(1) == GN_V_DENY);
    fixture.host.work_status = GN_OK;
    CHECK(fixture.login("alice", "wonderland") == GN_V_DEFER);
    fixture.host.run_work();
    CHECK(fixture.host.answers.at(2) == GN_V_ALLOW);
}

TEST_CASE("logins beyond the bound are told that the server is busy") {
    Fixture fixture(alice_only());
    for (std::size_t count = 0; count < kLoginsWaitingMax; ++count) {
        REQUIRE(fixture.login("alice", "wrong") == GN_V_DEFER);
    }
    CHECK(fixture.login("alice", "wonderland") == GN_V_DENY);
    CHECK(fixture.host.reason_code == 0x89);
    CHECK(fixture.host.work_waiting() == kLoginsWaitingMax);
    fixture.host.run_work();
    CHECK(fixture.host.open.empty());
    CHECK(fixture.login("alice", "wonderland") == GN_V_DEFER);
    fixture.host.run_work();
}

TEST_CASE("a login that waited too long is refused unchecked, and not for its password") {
    Fixture fixture(alice_only());
    CHECK(fixture.login("alice", "wonderland") == GN_V_DEFER);
    fixture.host.now_ms += 11'000;
    fixture.host.run_work();
    CHECK(fixture.host.answers.at(1) == GN_V_DENY);
    CHECK(fixture.host.reason_code == 0x88);
}

TEST_CASE("a loop stops when its logins have ended") {
    Fixture fixture(alice_only());
    CHECK(fixture.login("alice", "wonderland") == GN_V_DEFER);
    const gn_ticket stopped = fixture.plugin.stop();
    CHECK(fixture.host.open.contains(stopped));
    fixture.host.run_work();
    CHECK(fixture.host.answers.at(1) == GN_V_DENY);
    CHECK(fixture.host.answers.at(stopped) == GN_OK);

    Fixture idle(alice_only());
    const gn_ticket at_once = idle.plugin.stop();
    CHECK(idle.host.answers.at(at_once) == GN_OK);
}

TEST_CASE("answers about topics are cacheable until the rules change") {
    Fixture fixture(allow_all());
    CHECK(fixture.access("a", GN_ACCESS_PUBLISH) == GN_V_ALLOW);
    CHECK(fixture.access("a", GN_ACCESS_DELIVER) == GN_V_ALLOW);
    CHECK(fixture.access("#", GN_ACCESS_SUBSCRIBE) == GN_V_ALLOW);
    CHECK(fixture.host.cacheable_calls == 3);
    CHECK(fixture.access("a", 99) == GN_V_DENY);
    CHECK(fixture.host.cacheable_calls == 3);
    CHECK(fixture.plugin.reload(FakeNode::Table{{"default", "deny"}}) == GN_OK);
    CHECK(fixture.host.changed_clients == std::vector<std::string>{""});
    CHECK(fixture.access("a", GN_ACCESS_DELIVER) == GN_V_DENY);
    CHECK(fixture.login("x", nullptr) == GN_V_DENY);
}

TEST_CASE("subscribe and deliver need read, publish needs write") {
    const auto rule = [](const char* filter, const char* access) {
        return FakeNode(FakeNode::Table{{"filter", filter}, {"access", access}});
    };
    Fixture fixture(FakeNode::Table{
        {"acl", std::vector<FakeNode>{FakeNode::Table{
                    {"filters", std::vector<FakeNode>{rule("r", "read"), rule("w", "write")}}}}}});
    CHECK(fixture.access("r", GN_ACCESS_SUBSCRIBE) == GN_V_ALLOW);
    CHECK(fixture.access("r", GN_ACCESS_DELIVER) == GN_V_ALLOW);
    CHECK(fixture.access("r", GN_ACCESS_PUBLISH) == GN_V_DENY);
    CHECK(fixture.access("w", GN_ACCESS_SUBSCRIBE) == GN_V_DENY);
    CHECK(fixture.access("w", GN_ACCESS_DELIVER) == GN_V_DENY);
    CHECK(fixture.access("w", GN_ACCESS_PUBLISH) == GN_V_ALLOW);
}

TEST_CASE("a configuration with faults is refused with all of them") {
    FakeHost host;
    FakeNode one(FakeNode::Table{{"defualt", FakeNode("allow").at("g.toml:7")}});
    CHECK_THROWS(FakePlugin(gn_plugin_entry, host, one));
    CHECK(host.failure == "g.toml:7: unknown key \"defualt\", did you mean \"default\"?");
    FakeNode two(FakeNode::Table{{"defualt", "allow"}, {"aut", "x"}});
    CHECK_THROWS(FakePlugin(gn_plugin_entry, host, two));
    CHECK(host.failure.starts_with("2 faults, the first: "));
    CHECK(host.logged("did you mean \"auth\"?"));
}

TEST_CASE("a broken or missing file at reload keeps the old rules and says why") {
    const TemporaryFile file;
    file.write("default = \"allow\"\n[[auth]]\nallow = true\n");
    FakeNode config(FakeNode::Table{{"file", file.path().c_str()}});
    Fixture fixture(config);
    const auto still_open = [&] {
        return fixture.login("x", nullptr) == GN_V_ALLOW &&
               fixture.access("a", GN_ACCESS_DELIVER) == GN_V_ALLOW;
    };
    CHECK(still_open());

    file.write("default = \"deny\n");
    CHECK(fixture.plugin.reload(config) != GN_OK);
    CHECK(fixture.host.failure.find("ledger.toml:1:") != std::string::npos);
    CHECK(still_open());

    file.write("default = \"deny\"\nunknown = 1\n");
    CHECK(fixture.plugin.reload(config) != GN_OK);
    CHECK(still_open());

    std::filesystem::remove(file.path());
    CHECK(fixture.plugin.reload(config) != GN_OK);
    CHECK(fixture.host.failure.find("No such file") != std::string::npos);
    CHECK(still_open());
    CHECK(fixture.host.changed_clients.empty());

    file.write("default = \"deny\"\n");
    CHECK(fixture.plugin.reload(config) == GN_OK);
    CHECK_FALSE(still_open());
}

TEST_CASE("rules may be replaced while loops read them") {
    Fixture fixture(allow_all());
    std::atomic<bool> done{false};
    std::thread loop([&] {
        const gn::testing::LoopThread here;
        gn_call call{sizeof(gn_call), 0, &fixture.host, fixture.host.loop_raw(), nullptr, 1};
        call = *fixture.plugin.call();
        while (!done.load()) {
            const gn_verdict verdict = fixture.plugin.hooks().on_acl_check(
                &call, fixture.client.raw(), gn::str("a"), GN_ACCESS_DELIVER);
            if (verdict != GN_V_ALLOW && verdict != GN_V_DENY) return;
        }
    });
    for (int round = 0; round < 200; ++round) {
        REQUIRE(fixture.plugin.reload(
                    FakeNode::Table{{"default", round % 2 == 0 ? "deny" : "allow"}}) == GN_OK);
    }
    done.store(true);
    loop.join();
    CHECK(fixture.access("a", GN_ACCESS_DELIVER) == GN_V_ALLOW);
}

TEST_CASE("logins and access checks are counted by their results") {
    Fixture fixture(alice_only());
    auto& metrics = fixture.host.metrics;
    CHECK(fixture.login("alice", "wonderland") == GN_V_DEFER);
    CHECK(metrics.at("logins_waiting") == 1);
    CHECK(fixture.login("alice", "wrong") == GN_V_DEFER);
    fixture.host.run_work();
    CHECK(metrics.at("logins_waiting") == 0);
    CHECK(fixture.login(nullptr, nullptr) == GN_V_DENY);
    CHECK(metrics.at("logins_total{result=accepted}") == 1);
    CHECK(metrics.at("logins_total{result=refused}") == 2);
    fixture.access("a", GN_ACCESS_PUBLISH);
    fixture.access("b", GN_ACCESS_DELIVER);
    CHECK(metrics.at("access_checks_total{result=granted}") == 0);
    CHECK(metrics.at("access_checks_total{result=refused}") == 2);
}
