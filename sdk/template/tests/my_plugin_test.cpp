// The plugin in a broker that is made of maps: no network, no threads, no waiting.

#include <cstdio>
#include <exception>
#include <grapnel/testing.hpp>
#include <string>

using namespace gn::testing;

namespace {

int failures = 0;

void check(bool holds, const char* what) {
    if (!holds) ++failures;
    std::printf("%s: %s\n", holds ? "ok" : "FAILED", what);
}

void test_large_payloads_are_refused() {
    FakeHost host;
    FakePlugin plugin(gn_plugin_entry, host, FakeNode::Table{{"maximum_payload", "4 B"}});
    FakeClient client{"c1"};
    FakePacket small = FakePacket::publish("a/b", "four");
    FakePacket large = FakePacket::publish("a/b", "fives");
    check(plugin.run(&gn_hooks::on_publish, client, small) == GN_V_CONTINUE, "four bytes pass");
    check(plugin.run(&gn_hooks::on_publish, client, large) == GN_V_REJECT, "five do not");
    check(host.reason_code == 0x97, "the client is told why");
}

void test_clients_are_named_in_the_log() {
    FakeHost host;
    FakePlugin plugin(gn_plugin_entry, host, FakeNode::Table{});
    FakeClient client{"c1"};
    FakePacket connect = FakePacket::connect("c1");
    plugin.run(&gn_hooks::on_session_established, client, connect);
    check(host.logged("client c1 has connected"), "the log names the client");
}

void test_wrong_settings_are_refused() {
    FakeHost host;
    try {
        FakePlugin plugin(gn_plugin_entry, host, FakeNode::Table{{"maximum_paylod", 1}});
        check(false, "an unknown key is refused");
    } catch (const std::exception& error) {
        const std::string text = error.what();
        check(text.find("did you mean \"maximum_payload\"?") != std::string::npos,
              "an unknown key is refused");
    }
}

}  // namespace

int main() {
    test_large_payloads_are_refused();
    test_clients_are_named_in_the_log();
    test_wrong_settings_are_refused();
    return failures == 0 ? 0 : 1;
}
