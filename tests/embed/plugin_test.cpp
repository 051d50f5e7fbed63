#include <string>

#include "connect.h"
#include "embedded.h"

namespace {

// A plugin that writes down what its settings are and can refuse them.
struct Teller {
    static inline Inbox inbox;

    static gn_status create(const gn_host* host, const gn_node* config, void**, const gn_hooks**) {
        gn_str word{};
        const gn_status status = host->config->str(host->config->get(config, str("word")), &word);
        if (status != GN_OK) {
            host->core->fail(host, str("it needs a word"));
            return GN_E_INVALID;
        }
        inbox.put(text(word));
        return GN_OK;
    }
    static void destroy(void*) { inbox.put("destroyed"); }

    static const gn_plugin& plugin() {
        static const gn_plugin entry = [] {
            gn_plugin plugin = plugin_with(nullptr);
            plugin.create = create;
            plugin.destroy = destroy;
            return plugin;
        }();
        return entry;
    }
};

std::string words_of(const gn_plugin& plugin) {
    Embedded embedded;
    CHECK(embedded.add(plugin, "broken") == GN_E_INVALID);
    std::string words = embedded.error();
    CHECK(embedded.start() == GN_OK);  // nothing of it was taken
    return words;
}

}  // namespace

TEST_CASE("a plugin that this broker cannot serve is refused with words") {
    gn_plugin broken = allow_all();
    broken.magic = 7;
    CHECK(contains(words_of(broken), "broken: gn_plugin_entry has a wrong magic number"));
    broken = allow_all();
    broken.abi_major = 2;
    CHECK(contains(words_of(broken), "broken: needs ABI 2.0, this broker offers 1.0"));
    broken = allow_all();
    broken.abi_minor = 9;
    CHECK(contains(words_of(broken), "broken: needs ABI 1.9, this broker offers 1.0"));
    broken = allow_all();
    broken.size = 24;
    CHECK(contains(words_of(broken), "broken: gn_plugin_entry is too short: 24 bytes"));
    broken = allow_all();
    broken.name = nullptr;
    CHECK(contains(words_of(broken), "broken: gn_plugin_entry has no name or version"));
    gn_hooks hooks = no_hooks();
    hooks.size = 4;
    broken = plugin_with(&hooks);
    CHECK(contains(words_of(broken), "broken: the hooks table is too short: 4 bytes"));
    Embedded embedded;
    CHECK(gn_broker_add_plugin(embedded.broker, nullptr, str("x"), str("")) == GN_E_INVALID);
}

TEST_CASE("ids of plugins are plain and differ") {
    Embedded embedded(settings("[[plugin]]\nname = \"debug\"\n"));
    CHECK(embedded.add(allow_all(), "allow") == GN_OK);
    CHECK(embedded.add(allow_all(), "allow") == GN_E_INVALID);
    CHECK(embedded.error() == "allow: plugin id \"allow\" is taken; choose another");
    CHECK(embedded.add(allow_all(), "debug") == GN_E_INVALID);
    CHECK(embedded.add(allow_all(), "embedder") == GN_E_INVALID);
    CHECK(embedded.add(allow_all(), "two words") == GN_E_INVALID);
    CHECK(contains(embedded.error(), "the id is \"two words\"; it must be 1 to 64 letters"));
}

TEST_CASE("faults of a plugin's table name its id, line and column") {
    Embedded embedded;
    CHECK(embedded.add(allow_all(), "allow", "order = 1\nnaem = 2\n") == GN_E_INVALID);
    CHECK(contains(embedded.error(), "allow:2:1: unknown key \"naem\""));
    CHECK(embedded.add(allow_all(), "allow", "order = [") == GN_E_INVALID);
    CHECK(contains(embedded.error(), "allow:1:"));
}

TEST_CASE("settings reach the plugin, at every start") {
    Embedded embedded;
    REQUIRE(embedded.add(Teller::plugin(), "teller", "[config]\nword = \"hello\"\nodd = 1\n") ==
            GN_OK);
    REQUIRE(embedded.start() == GN_OK);
    CHECK(embedded.add(allow_all(), "late") == GN_E_STATE);
    CHECK(embedded.log.has("plugin loaded plugin=teller file=\"built in\""));
    CHECK(embedded.log.has("the plugin did not ask for this key key=odd where=teller:3:1"));
    REQUIRE(embedded.stop() == GN_OK);
    REQUIRE(embedded.start() == GN_OK);
    REQUIRE(embedded.stop() == GN_OK);
    CHECK(Teller::inbox.all() == "hello|destroyed|hello|destroyed");
}

TEST_CASE("a plugin that fails stops the start, or is left out where it is not required") {
    Embedded embedded;
    REQUIRE(embedded.add(Teller::plugin(), "teller") == GN_OK);
    CHECK(embedded.start() == GN_E_INVALID);
    CHECK(embedded.error() == "teller: plugin teller: built in: it needs a word");
    Embedded lenient;
    REQUIRE(lenient.add(Teller::plugin(), "teller", "required = false") == GN_OK);
    CHECK(lenient.start() == GN_OK);
    CHECK(lenient.log.has("plugin not loaded plugin=teller"));
}

TEST_CASE("the order is that of a configuration") {
    static Inbox asked;
    static gn_hooks hooks = no_hooks();
    hooks.on_connect = [](gn_call* call, gn_client*, gn_packet*) -> gn_verdict {
        asked.put(static_cast<const char*>(call->self));
        return GN_V_CONTINUE;
    };
    static gn_plugin plugin = plugin_with(&hooks);
    plugin.create = [](const gn_host* host, const gn_node* config, void** self,
                       const gn_hooks**) -> gn_status {
        static std::string words[3];
        static size_t used = 0;
        gn_str word{};
        host->config->str(host->config->get(config, str("word")), &word);
        words[used] = text(word);
        *self = words[used++].data();
        return GN_OK;
    };
    Embedded embedded;
    REQUIRE(embedded.add(allow_all(), "allow") == GN_OK);
    REQUIRE(embedded.add(plugin, "c", "config.word = \"last\"") == GN_OK);
    REQUIRE(embedded.add(plugin, "a", "order = 1\nconfig.word = \"first\"") == GN_OK);
    REQUIRE(embedded.add(plugin, "b", "order = 2\nconfig.word = \"second\"") == GN_OK);
    REQUIRE(embedded.start() == GN_OK);
    CHECK(RawClient(embedded.port()).log_in() == 0);
    CHECK(asked.all() == "first|second|last");
}
