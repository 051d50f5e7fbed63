#include <pthread.h>
#include <sys/stat.h>

#include <atomic>
#include <csignal>

#include "connect.h"
#include "embedded.h"

TEST_CASE("two brokers at once keep to themselves") {
    Embedded one(settings("[log]\nlevel = \"debug\"\n"));
    Embedded two(settings("[log]\nlevel = \"warn\"\n"));
    REQUIRE(one.add(allow_all(), "allow") == GN_OK);
    REQUIRE(one.start() == GN_OK);
    REQUIRE(two.start() == GN_OK);
    CHECK(one.port() != two.port());
    Inbox of_one;
    Inbox of_two;
    one.subscribe("a", of_one);
    two.subscribe("a", of_two);
    REQUIRE(one.publish("a", "1") == GN_OK);
    REQUIRE(two.publish("a", "2") == GN_OK);
    REQUIRE(of_one.wait(1));
    REQUIRE(of_two.wait(1));
    CHECK(RawClient(one.port()).log_in() == 0);
    CHECK(RawClient(two.port()).log_in() == 4);
    CHECK(two.stop() == GN_OK);
    REQUIRE(one.publish("a", "3") == GN_OK);
    REQUIRE(of_one.wait(2));
    CHECK(of_one.all() == "a=1|a=3");
    CHECK(of_two.all() == "a=2");
    // Each has its own log, with its own level.
    CHECK(one.log.has("info server: ready"));
    CHECK_FALSE(one.log.has("no plugin lets anybody connect"));
    CHECK(two.log.has("no plugin lets anybody connect"));
    CHECK_FALSE(two.log.has("info server"));
}

TEST_CASE("a hook of one broker publishes into another") {
    static Embedded* other = nullptr;
    Inbox here;
    Inbox there;
    Embedded to;
    Embedded from;
    other = &to;
    static gn_hooks hooks = no_hooks();
    hooks.on_published = [](gn_call* call, gn_client*, const gn_packet* packet) {
        gn_publish_view view{};
        view.size = sizeof view;
        if (call->host->packet->publish(packet, &view) != GN_OK) return;
        other->publish("bridged", std::string_view(view.payload.ptr, view.payload.len));
    };
    static const gn_plugin bridge = plugin_with(&hooks);
    REQUIRE(from.add(allow_all(), "allow") == GN_OK);
    REQUIRE(from.add(bridge, "bridge") == GN_OK);
    REQUIRE(from.start() == GN_OK);
    REQUIRE(to.start() == GN_OK);
    from.subscribe("bridged", here);
    to.subscribe("bridged", there);
    RawClient client(from.port());
    REQUIRE(client.log_in() == 0);
    client.publish("t", "over");
    REQUIRE(there.wait(1));
    CHECK(there.lines()[0] == "bridged=over");
    REQUIRE(from.publish("bridged", "own") == GN_OK);
    REQUIRE(here.wait(1));
    CHECK(here.lines()[0] == "bridged=own");
    CHECK(from.stop() == GN_OK);
}

TEST_CASE("threads of the broker own nothing of it") {
    static Embedded* self = nullptr;
    static std::atomic<int> answered{0};
    Embedded embedded;
    self = &embedded;
    const auto ask = [] {
        if (self->start() == GN_E_THREAD && self->stop() == GN_E_THREAD &&
            gn_broker_destroy(self->broker) == GN_E_THREAD &&
            self->add(allow_all(), "x") == GN_E_THREAD)
            ++answered;
    };
    static auto* const asking = +ask;
    static gn_hooks hooks = no_hooks();
    hooks.on_started = [](gn_call*) { asking(); };
    hooks.on_connect = [](gn_call*, gn_client*, gn_packet*) -> gn_verdict {
        asking();
        return GN_V_CONTINUE;
    };
    static const gn_plugin curious = plugin_with(&hooks);
    REQUIRE(embedded.add(allow_all(), "allow") == GN_OK);
    REQUIRE(embedded.add(curious, "curious") == GN_OK);
    Inbox inbox;
    const auto receive = [](void* to, const gn_publish_view*, const gn_packet*) {
        asking();
        static_cast<Inbox*>(to)->put("asked");
    };
    gn_subscription number = 0;
    REQUIRE(gn_broker_subscribe(embedded.broker, str("a"), receive, &inbox, &number) == GN_OK);
    REQUIRE(embedded.start() == GN_OK);
    REQUIRE(embedded.publish("a", "x") == GN_OK);
    REQUIRE(inbox.wait(1));
    CHECK(RawClient(embedded.port()).log_in() == 0);
    CHECK(answered == 3);
    CHECK(embedded.stop() == GN_OK);
}

TEST_CASE("lines of a plugin's own thread go to the log of its broker") {
    static gn_plugin plugin = plugin_with(nullptr);
    static const gn_host* host = nullptr;
    plugin.create = [](const gn_host* given, const gn_node*, void**, const gn_hooks**) {
        host = given;
        return gn_status{GN_OK};
    };
    Embedded embedded(settings("[log]\nlevel = \"warn\"\n"));
    Embedded other(settings("[log]\nlevel = \"debug\"\n"));
    REQUIRE(embedded.add(plugin, "teller") == GN_OK);
    REQUIRE(embedded.start() == GN_OK);
    REQUIRE(other.start() == GN_OK);
    // This thread belongs to none.
    CHECK(host->core->log_level(host) == GN_LOG_WARN);
    host->core->log(host, GN_LOG_INFO, str("too quiet"));
    host->core->log(host, GN_LOG_ERROR, str("loud enough"));
    CHECK(embedded.log.has("error plugin/teller: loud enough"));
    CHECK_FALSE(embedded.log.has("too quiet"));
    CHECK_FALSE(other.log.has("loud enough"));
}

namespace {

std::atomic<pthread_t> signalled{};

}  // namespace

TEST_CASE("signals, masks and umask are the program's") {
    struct sigaction action {};
    action.sa_handler = [](int) { signalled = pthread_self(); };
    REQUIRE(sigaction(SIGTERM, &action, nullptr) == 0);
    const mode_t mask = umask(022);
    sigset_t blocked_before;
    REQUIRE(pthread_sigmask(SIG_SETMASK, nullptr, &blocked_before) == 0);
    constexpr int kSignals[] = {SIGINT, SIGHUP, SIGPIPE, SIGUSR1};
    struct sigaction before[4];
    for (size_t i = 0; i < 4; ++i) REQUIRE(sigaction(kSignals[i], nullptr, &before[i]) == 0);
    {
        Embedded embedded;
        REQUIRE(embedded.start() == GN_OK);
        for (size_t i = 0; i < 4; ++i) {
            struct sigaction found {};
            REQUIRE(sigaction(kSignals[i], nullptr, &found) == 0);
            CHECK((found.sa_handler == before[i].sa_handler));
        }
        // It may come to no thread but this one, so it does before kill() returns.
        for (int i = 0; i < 20; ++i) {
            signalled = pthread_t{};
            REQUIRE(kill(getpid(), SIGTERM) == 0);
            CHECK(signalled == pthread_self());
        }
        CHECK(embedded.publish("a", "still here") == GN_OK);
        REQUIRE(embedded.stop() == GN_OK);
    }
    CHECK(umask(mask) == 022);
    struct sigaction found {};
    REQUIRE(sigaction(SIGTERM, nullptr, &found) == 0);
    CHECK((found.sa_handler == action.sa_handler));
    sigset_t blocked;
    REQUIRE(pthread_sigmask(SIG_SETMASK, nullptr, &blocked) == 0);
    for (const int signal : {SIGTERM, SIGINT, SIGPIPE, SIGUSR1})
        CHECK(sigismember(&blocked, signal) == sigismember(&blocked_before, signal));
}
