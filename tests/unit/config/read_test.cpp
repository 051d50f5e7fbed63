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
