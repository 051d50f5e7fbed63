#include "config/read.h"

#include <doctest/doctest.h>

#include "text_config.h"

using namespace grapnel;
using namespace grapnel::config;

TEST_CASE("listeners") {
    const TextConfig text(R"(
[[listener]]
id = "tcp"
type = "tcp"
address = "127.0.0.1:1883"
maximum_clients = 5
[[listener]]
id = "tcp6"
type = "tcp"
address = "[::1]:0"
)");
    CHECK(text.lines() == "");
    REQUIRE(text.config.listeners.size() == 2);
    CHECK(text.config.listeners[0].host == "127.0.0.1");
    CHECK(text.config.listeners[0].port == 1883);
    CHECK(text.config.listeners[0].maximum_clients == 5);
    CHECK(text.config.listeners[0].where.text() == "a.toml:2:1");
    CHECK(text.config.listeners[1].host == "::1");
    CHECK(text.config.listeners[1].port == 0);
    CHECK(text.config.listeners[1].where.text() == "a.toml:7:1");
}

TEST_CASE("listeners of WebSocket and HTTP") {
    const TextConfig text(R"(
[[listener]]
id = "ws"
type = "ws"
address = "127.0.0.1:8083"
[[listener]]
id = "narrow"
type = "ws"
address = "127.0.0.1:8084"
path = "/deep/er"
origins = ["https://a.example", "http://[::1]:80"]
maximum_frame = "64 KiB"
maximum_clients = 7
[[listener]]
id = "http"
type = "http"
address = "127.0.0.1:8080"
)");
    CHECK(text.lines() == "");
    REQUIRE(text.config.listeners.size() == 3);
    const config::Listener& ws = text.config.listeners[0];
    CHECK(ws.type == config::ListenerType::websocket);
    CHECK(ws.path == "/mqtt");
    CHECK(ws.origins == std::vector<std::string>{"*"});
    CHECK(ws.maximum_frame_bytes == 1U << 20U);
    const config::Listener& narrow = text.config.listeners[1];
    CHECK(narrow.path == "/deep/er");
    CHECK(narrow.origins == std::vector<std::string>{"https://a.example", "http://[::1]:80"});
    CHECK(narrow.maximum_frame_bytes == 64U << 10U);
    CHECK(narrow.maximum_clients == 7);
    CHECK(text.config.listeners[2].type == config::ListenerType::http);
}

TEST_CASE("keys of WebSocket and HTTP that are wrong") {
    const TextConfig text(R"(
[[listener]]
id = "ws"
type = "ws"
address = "127.0.0.1:8083"
path = "mqtt"
origins = ["*", "a.example", "https://a.example/page"]
[[listener]]
id = "http"
type = "http"
address = "127.0.0.1:8080"
path = "/metrics"
[[listener]]
id = "tcp"
type = "tcp"
address = "127.0.0.1:1883"
origins = ["*"]
)");
    CHECK(text.lines() ==
          "a.toml:6:1: path is \"mqtt\"; it must begin with '/'\n"
          "a.toml:7:17: an element of origins must be \"*\" or as \"https://host:port\"\n"
          "a.toml:7:30: an element of origins must be \"*\" or as \"https://host:port\"\n"
          "a.toml:12:1: unknown key \"path\" in [[listener]]\n"
          "a.toml:17:1: unknown key \"origins\" in [[listener]]\n");
}

TEST_CASE("paths of WebSocket that no request can name") {
    const auto lines = [](const std::string& path) {
        return TextConfig(
                   "[[listener]]\nid = \"ws\"\ntype = \"ws\"\naddress = \"127.0.0.1:8083\"\n"
                   "path = \"" +
                   path + "\"\n")
            .lines();
    };
    for (const char* const path :
         {"/", "/mqtt", "/a/b_c-d", "/mqtt/", "/.well-known/mqtt", "/a..b"})
        CHECK(lines(path) == "");
    for (const char* const path : {"//", "/a//b", "/..", "/a/../b", "/a/.", "/./a", "/a?b", "/a%62",
                                   "/a;b", "/a#b", "/ü", "/a b", "/a&b", "/a+b"}) {
        CAPTURE(path);
        CHECK(lines(path).find("which no request can name") != std::string::npos);
    }
}

TEST_CASE("listeners that are wrong") {
    const TextConfig text(R"(
[[listener]]
[[listener]]
id = "a b"
type = "tpc"
address = "1883"
[[listener]]
id = "ws"
type = "ws"
address = "127.0.0.1:80"
proxy = { from = ["10.0.0.0/8"] }
)");
    CHECK(text.lines() ==
          "a.toml:2:1: [[listener]] needs id, as \"tcp\"\n"
          "a.toml:2:1: [[listener]] needs type, as \"tcp\"\n"
          "a.toml:2:1: [[listener]] needs address, as \"127.0.0.1:1883\"\n"
          "a.toml:4:1: id is \"a b\"; it must be 1 to 64 letters, digits, '-', '_' or '.', and not "
          "start with '.'\n"
          "a.toml:5:1: type is \"tpc\"; it must be \"tcp\", \"unix\", \"ws\" or \"http\"; did you "
          "mean \"tcp\"?\n"
          "a.toml:6:1: address is \"1883\"; it must be \"host:port\" or \"[v6]:port\", with a port "
          "up to 65535\n"
          "a.toml:11:1: proxy is for listeners of type \"tcp\" and \"unix\"; remove it\n");
}

TEST_CASE("a listener on a unix socket") {
    const TextConfig text(R"(
[[listener]]
id = "a"
type = "unix"
address = "/run/grapnel/mqtt.sock"
[[listener]]
id = "b"
type = "unix"
address = "/run/grapnel/other.sock"
mode = "0600"
owner = "mqtt"
group = "100"
[[listener]]
id = "c"
type = "unix"
address = "/c"
mode = 0o622
)");
    CHECK(text.lines().empty());
    REQUIRE(text.config.listeners.size() == 3);
    CHECK(text.config.listeners[0].address == "/run/grapnel/mqtt.sock");
    CHECK(text.config.listeners[0].mode == 0660);
    CHECK(text.config.listeners[1].mode == 0600);
    CHECK(text.config.listeners[1].owner == "mqtt");
    CHECK(text.config.listeners[1].group == "100");
    CHECK(text.config.listeners[2].mode == 0622);
}

TEST_CASE("listeners on unix sockets that are wrong") {
    const std::string head = "[[listener]]\nid = \"a\"\ntype = \"unix\"\n";
    const std::string mode = "address = \"/a\"\nmode = ";
    CHECK(TextConfig(head + "address = \"/" + std::string(106, 'x') + "\"\n").faults.empty());
    CHECK(TextConfig(head + "address = \"/" + std::string(107, 'x') + "\"\n")
              .lines()
              .ends_with("; the path of a socket has at most 107 bytes\n"));
    CHECK(TextConfig(head + "address = \"\"\n").lines() ==
          "a.toml:4:1: address is empty; write a path\n");
    for (const char* wrong : {"\"0888\"", "\"1777\"", "\"rw\"", "\"\"", "660", "-1", "true"})
        CHECK(TextConfig(head + mode + wrong + "\n").lines() ==
              "a.toml:5:1: mode must be an octal number up to \"0777\" in quotes, as \"0660\"\n");
    CHECK(TextConfig("[[listener]]\nid = \"a\"\ntype = \"tcp\"\naddress = \"h:1\"\nowner = \"x\"\n")
              .lines() == "a.toml:5:1: owner is for listeners of type \"unix\"; remove it\n");
}

TEST_CASE("who may speak for others in a PROXY header") {
    const TextConfig text(R"(
[[listener]]
id = "a"
type = "tcp"
address = "127.0.0.1:1"
proxy = { from = ["10.0.0.0/8", "unix"] }
[[listener]]
id = "b"
type = "unix"
address = "/b"
proxy = { from = [], required = false }
)");
    CHECK(text.lines().empty());
    REQUIRE(text.config.listeners[0].proxy);
    CHECK(text.config.listeners[0].proxy->required);
    CHECK(text.config.listeners[0].proxy->from.size() == 2);
    REQUIRE(text.config.listeners[1].proxy);
    CHECK_FALSE(text.config.listeners[1].proxy->required);
}

TEST_CASE("proxies that are wrong") {
    const std::string head = "[[listener]]\nid = 'a'\ntype = 'tcp'\naddress = 'h:1'\nproxy = ";
    CHECK(TextConfig(head + "true\n").lines() ==
          "a.toml:5:1: proxy must be a table, not a boolean\n");
    CHECK(TextConfig(head + "{ required = true }\n").lines() ==
          "a.toml:5:1: proxy needs from, as [\"10.0.0.0/8\"]\n");
    CHECK(TextConfig(head + "{ from = ['10.0.0.1/8', 7], form = 1 }\n").lines() ==
          "a.toml:5:19: an element of from is \"10.0.0.1/8\"; bits behind the first 8 are set; did "
          "you mean \"10.0.0.0/8\"?\n"
          "a.toml:5:33: an element of from is an integer; it must be a string\n"
          "a.toml:5:37: unknown key \"form\" in proxy; did you mean \"from\"?\n");
}

TEST_CASE("limits of who may connect") {
    const TextConfig text(R"(
[limits]
maximum_connects_per_second = 100
maximum_connects_per_address_per_second = 5
[limits.login]
failures = 5
within = "30s"
ban = "1h"
exempt = ["127.0.0.0/8", "::1"]
)");
    CHECK(text.lines().empty());
    CHECK(text.config.limits.maximum_connects_per_second == 100);
    CHECK(text.config.limits.maximum_connects_per_address_per_second == 5);
    CHECK(text.config.limits.login.failures == 5);
    CHECK(text.config.limits.login.within_ms == 30'000);
    CHECK(text.config.limits.login.ban_ms == 3'600'000);
    CHECK(text.config.limits.login.exempt.size() == 2);
    CHECK(TextConfig("").config.limits.login == LoginLimits{});
    CHECK(TextConfig("[limits.login]\nfailure = 5\nban = '0s'\nexempt = ['x']\n").faults.size() ==
          3);
    CHECK(TextConfig("[limits]\nlogin = 5\n").faults.size() == 1);
}

TEST_CASE("TLS of WebSocket and HTTP") {
    const TextConfig text(R"(
[[listener]]
id = "wss"
type = "ws"
address = "127.0.0.1:443"
tls = { cert = "/a", key = "/b", ca = "/c", verify = "required", identity = "cn" }
[[listener]]
id = "https"
type = "http"
address = "127.0.0.1:444"
tls = { cert = "/a", key = "/b", ca = "/c", verify = "required", identity = "cn" }
)");
    CHECK(text.lines() == "a.toml:11:66: identity is the username of MQTT; remove it\n");
    REQUIRE(text.config.listeners.size() == 2);
    REQUIRE(text.config.listeners[0].tls);
    CHECK(text.config.listeners[0].tls->identity == TlsIdentity::cn);
    CHECK(text.config.listeners[1].tls);
}
