#include "config/read.h"

#include <doctest/doctest.h>

#include "text_config.h"

using namespace grapnel;
using namespace grapnel::config;

TEST_CASE("an empty file keeps every default") {
    const TextConfig text("");
    CHECK(text.lines() == "");
    CHECK(text.config.limits.maximum_packet_size_bytes == 1048576);
    CHECK(text.config.limits.maximum_session_expiry_interval_s == UINT32_MAX);
    CHECK(text.config.broker.sys_interval_ms == 1000);
    CHECK(text.config.listeners.empty());
    CHECK(text.config.plugin_entries.empty());
}

TEST_CASE("a partial table keeps the defaults of the rest") {
    const TextConfig text("[limits]\nmaximum_qos = 1\n");
    CHECK(text.lines() == "");
    CHECK(text.config.limits.maximum_qos == 1);
    CHECK(text.config.limits.maximum_clients == 0);
    CHECK(text.config.limits.receive_maximum == 1024);
    CHECK(text.config.limits.retain_available);
}

TEST_CASE("every key of every section is read") {
    const TextConfig text(R"(
include = []
[broker]
workers = 4
data_dir = "/data"
sys_interval = "500ms"
inline_client = false
[log]
level = "debug"
format = "json"
[limits]
maximum_clients = 10
maximum_message_expiry_interval = "2h"
maximum_client_writes_pending = 11
maximum_client_bytes_pending = "2 MiB"
maximum_session_expiry_interval = 60
maximum_packet_size = "64 KiB"
receive_maximum = 12
maximum_inflight = 13
maximum_queued_messages = 14
maximum_queued_bytes = 15
queue_drop_policy = "disconnect"
topic_alias_maximum = 16
shared_sub_available = 0
minimum_protocol_version = 4
maximum_qos = 1
retain_available = false
wildcard_sub_available = 0
sub_id_available = false
maximum_keepalive = "1m"
connect_timeout = "3s"
maximum_topic_levels = 17
maximum_retained_messages = 18
payload_format_check = 1
response_information = "reply/"
maximum_subscriptions_per_client = 19
shutdown_timeout = 2
[stats]
plugin_times = true

[compatibility]
obscure_not_authorized = true
passive_client_disconnect = true
always_return_response_info = true
restore_sys_info_on_restart = true
no_inherited_properties_on_ack = true
[plugins]
search = ["/a", "/b"]
)");
    CHECK(text.lines() == "");
    const Config& config = text.config;
    CHECK(config.broker.workers == 4);
    CHECK(config.broker.data_dir == "/data");
    CHECK(config.broker.sys_interval_ms == 500);
    CHECK_FALSE(config.broker.inline_client);
    CHECK(config.log.level == LogLevel::debug);
    CHECK(config.log.format == LogFormat::json);
    const Limits& limits = config.limits;
    CHECK(limits.maximum_clients == 10);
    CHECK(limits.maximum_message_expiry_interval_s == 7200);
    CHECK(limits.maximum_client_writes_pending == 11);
    CHECK(limits.maximum_client_bytes_pending == 2097152);
    CHECK(limits.maximum_session_expiry_interval_s == 60);
    CHECK(limits.maximum_packet_size_bytes == 65536);
    CHECK(limits.receive_maximum == 12);
    CHECK(limits.maximum_inflight == 13);
    CHECK(limits.maximum_queued_messages == 14);
    CHECK(limits.maximum_queued_bytes == 15);
    CHECK(limits.queue_drop_policy == QueueDropPolicy::disconnect);
    CHECK(limits.topic_alias_maximum == 16);
    CHECK_FALSE(limits.shared_sub_available);
    CHECK(limits.minimum_protocol_version == 4);
    CHECK(limits.maximum_qos == 1);
    CHECK_FALSE(limits.retain_available);
    CHECK_FALSE(limits.wildcard_sub_available);
    CHECK_FALSE(limits.sub_id_available);
    CHECK(limits.maximum_keepalive_s == 60);
    CHECK(limits.connect_timeout_ms == 3000);
    CHECK(limits.maximum_topic_levels == 17);
    CHECK(limits.maximum_retained_messages == 18);
    CHECK(limits.payload_format_check);
    CHECK(limits.response_information == "reply/");
    CHECK(limits.maximum_subscriptions_per_client == 19);
    CHECK(limits.shutdown_timeout_ms == 2000);
    CHECK(config.stats.plugin_times);
    CHECK(config.compatibility.obscure_not_authorized);
    CHECK(config.compatibility.passive_client_disconnect);
    CHECK(config.compatibility.always_return_response_info);
    CHECK(config.compatibility.restore_sys_info_on_restart);
    CHECK(config.compatibility.no_inherited_properties_on_ack);
    CHECK(config.plugins.search == std::vector<std::string>{"/a", "/b"});
}

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
tls = { cert = "x" }
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
          "a.toml:11:1: tls is for listeners of type \"tcp\" and \"unix\"; remove it\n");
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

TEST_CASE("plugins, ordered by their order and then as written") {
    const TextConfig text(R"(
[[plugin]]
name = "late"
order = 60
[[plugin]]
name = "first"
id = "one"
required = false
defer_timeout = "5s"
on_timeout = "skip"
call_budget = "500us"
[plugin.config]
any = { thing = [1, 2] }
[[plugin]]
path = "/opt/x/mine.so"
)");
    CHECK(text.lines() == "");
    REQUIRE(text.config.plugin_entries.size() == 3);
    const Plugin& first = text.config.plugin_entries[0];
    CHECK(first.name == "first");
    CHECK(first.id == "one");
    CHECK_FALSE(first.required);
    CHECK(first.defer_timeout_ms == 5000);
    CHECK(first.on_timeout == OnTimeout::skip);
    CHECK(first.call_budget_us == 500);
    CHECK(first.config->find("any")->find("thing")->size() == 2);
    CHECK(text.config.plugin_entries[1].id == "mine");
    CHECK(text.config.plugin_entries[1].config->kind() == Kind::table);
    CHECK(text.config.plugin_entries[1].config->size() == 0);
    CHECK(text.config.plugin_entries[2].id == "late");
}

TEST_CASE("plugins that are wrong") {
    const TextConfig text(R"(
[[plugin]]
order = 1
[[plugin]]
name = "a"
path = "/a.so"
[[plugin]]
name = "../x"
[[plugin]]
path = "/a/ä.so"
[[plugin]]
path = ""
[[plugin]]
name = "b"
config = 3
defer_timeout = 0
)");
    CHECK(text.lines().find("a.toml:2:1: [[plugin]] needs a name") != std::string::npos);
    CHECK(text.lines().find("a.toml:6:1: [[plugin]] has both") != std::string::npos);
    CHECK(text.lines().find("a.toml:8:1: name is \"../x\"") != std::string::npos);
    CHECK(text.lines().find("a.toml:10:1: the name of this file") != std::string::npos);
    CHECK(text.lines().find("a.toml:12:1: path is empty") != std::string::npos);
    CHECK(text.lines().find("a.toml:15:1: config must be a table, not an integer") !=
          std::string::npos);
    CHECK(text.lines().find("a.toml:16:1: defer_timeout is 0; it must be from \"1ms\" to") !=
          std::string::npos);
    CHECK(text.faults.size() == 7);
}

TEST_CASE("unknown keys are errors everywhere but below plugin.config") {
    const TextConfig text(R"(
limit = 1
[limits]
maximum_client = 1
zzz = 1
[broker]
worker = 1
[[listener]]
id = "t"
type = "tcp"
address = "h:1"
adress = "x"
[[plugin]]
name = "p"
[plugin.config]
anything = 1
)");
    CHECK(text.lines() ==
          "a.toml:2:1: unknown key \"limit\" in the file; did you mean \"limits\"?\n"
          "a.toml:4:1: unknown key \"maximum_client\" in [limits]; did you mean "
          "\"maximum_clients\"?\n"
          "a.toml:5:1: unknown key \"zzz\" in [limits]\n"
          "a.toml:7:1: unknown key \"worker\" in [broker]; did you mean \"workers\"?\n"
          "a.toml:12:1: unknown key \"adress\" in [[listener]]; did you mean \"address\"?\n");
}

TEST_CASE("wrong kinds are errors") {
    const TextConfig text(R"(
log = 3
plugin = { name = "x" }
listener = [1]
[broker]
workers = "4"
data_dir = 1
sys_interval = true
inline_client = "yes"
[limits]
maximum_packet_size = 1.5
retain_available = 2
response_information = []
[plugins]
search = "x"
)");
    CHECK(text.lines() ==
          "a.toml:2:1: log must be a table, not an integer\n"
          "a.toml:3:1: plugin must be an array of tables; write [[plugin]]\n"
          "a.toml:4:13: an element of [[listener]] must be a table, not an integer\n"
          "a.toml:6:1: workers must be an integer, not a string\n"
          "a.toml:7:1: data_dir must be a string, not an integer\n"
          "a.toml:8:1: sys_interval must be a duration as \"2s\", or an integer of seconds, not a "
          "boolean\n"
          "a.toml:9:1: inline_client must be true or false, not a string\n"
          "a.toml:11:1: maximum_packet_size must be a size as \"1 MiB\", or an integer of bytes, "
          "not a number with a fraction\n"
          "a.toml:12:1: retain_available must be true or false, not an integer\n"
          "a.toml:13:1: response_information must be a string, not an array\n"
          "a.toml:15:1: search must be an array, not a string\n");
}

TEST_CASE("values out of range are errors, at every extreme") {
    for (const char* line : {
             "receive_maximum = 0",
             "receive_maximum = 65536",
             "receive_maximum = -9223372036854775808",
             "maximum_clients = -1",
             "maximum_clients = 9223372036854775807",
             "maximum_qos = 3",
             "minimum_protocol_version = 6",
             "maximum_packet_size = -1",
             "maximum_packet_size = 9223372036854775807",
             "maximum_packet_size = '18446744073709551615 TiB'",
             "maximum_packet_size = '1 GiB'",
             "maximum_keepalive = '65536s'",
             "maximum_keepalive = '500ms'",
             "maximum_keepalive = -1",
             "maximum_session_expiry_interval = 4294967296",
             "maximum_session_expiry_interval = 9223372036854775807",
             "maximum_session_expiry_interval = -9223372036854775808",
             "connect_timeout = '18446744073709551615w'",
             "connect_timeout = 9223372036854775807",
             "shutdown_timeout = '2 hours'",
             "queue_drop_policy = 'olderst'",
         }) {
        CAPTURE(line);
        const TextConfig text("[limits]\n" + std::string(line) + "\n");
        CHECK(text.faults.size() == 1);
        CHECK(text.lines().starts_with("a.toml:2:1: "));
    }
}

TEST_CASE("the largest values pass") {
    const TextConfig text(R"(
[limits]
maximum_clients = 4294967295
maximum_packet_size = 268435460
maximum_session_expiry_interval = 4294967295
maximum_queued_bytes = 9223372036854775807
maximum_retained_messages = 9223372036854775807
maximum_keepalive = 65535
)");
    CHECK(text.lines() == "");
    CHECK(text.config.limits.maximum_session_expiry_interval_s == UINT32_MAX);
    CHECK(text.config.limits.maximum_queued_bytes == INT64_MAX);
}

TEST_CASE("a fault says the bounds") {
    const TextConfig text("[broker]\nsys_interval = '1ms'\nworkers = 1000\n");
    CHECK(text.lines() ==
          "a.toml:2:1: sys_interval is \"1ms\"; it must be from \"10ms\" to \"86400s\"\n"
          "a.toml:3:1: workers is 1000; it must be from 0 to 256\n");
}
