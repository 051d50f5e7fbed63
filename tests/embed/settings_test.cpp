#include "embedded.h"

TEST_CASE("faults of the settings are words with name, line and column") {
    Embedded broken("[limits]\nmaximum_client = 1\nreceive_maximum = 0\n");
    CHECK(broken.created == GN_E_INVALID);
    CHECK(broken.error() ==
          "mine.toml:2:1: unknown key \"maximum_client\" in [limits]; did you mean "
          "\"maximum_clients\"?\n"
          "mine.toml:3:1: receive_maximum is 0; it must be from 1 to 65535");
}

TEST_CASE("a text that is no TOML, and one without a name") {
    Embedded broken("[limits\n", "");
    CHECK(broken.created == GN_E_INVALID);
    CHECK(contains(broken.error(), "broker:1:"));
}

TEST_CASE("settings cannot include files") {
    Embedded broken("include = [\"other.toml\"]\n");
    CHECK(broken.created == GN_E_INVALID);
    CHECK(broken.error() == "mine.toml:1:1: include has its place in files only; remove it");
}

TEST_CASE("the embedder's own plugin id is taken") {
    Embedded broken("[[plugin]]\nname = \"embedder\"\n");
    CHECK(broken.created == GN_E_INVALID);
    CHECK(contains(broken.error(), "mine.toml:1:1: plugin id \"embedder\" is taken"));
}

TEST_CASE("what has faults does nothing but end") {
    Embedded broken("x = 1\n");
    REQUIRE(broken.created == GN_E_INVALID);
    CHECK(broken.start() == GN_E_STATE);
    CHECK(broken.error() == "the settings have faults");
    CHECK(broken.stop() == GN_E_STATE);
    CHECK(broken.add(allow_all(), "allow") == GN_E_STATE);
    CHECK(broken.publish("a", "b") == GN_E_STATE);
    gn_subscription number = 7;
    CHECK(gn_broker_subscribe(broken.broker, str("a"), Inbox::receive, nullptr, &number) ==
          GN_E_STATE);
    CHECK(number == 0);
}

TEST_CASE("options that make no sense leave no broker") {
    gn_broker_options options{};
    options.size = 8;
    gn_broker* broker = nullptr;
    CHECK(gn_broker_create(&options, &broker) == GN_E_INVALID);
    CHECK(broker == nullptr);
    CHECK(gn_broker_create(nullptr, &broker) == GN_E_INVALID);
    CHECK(gn_broker_create(&options, nullptr) == GN_E_INVALID);
    options.size = sizeof options;
    options.settings.len = 3;
    CHECK(gn_broker_create(&options, &broker) == GN_E_INVALID);
    CHECK(broker == nullptr);
}

TEST_CASE("options of an older header make a broker that logs to standard error") {
    gn_broker_options options{};
    options.size = offsetof(gn_broker_options, log);
    options.settings = str("[log]\nlevel = \"error\"\n");
    options.log = [](void*, int32_t, gn_str) { FAIL("not of that header"); };
    gn_broker* broker = nullptr;
    REQUIRE(gn_broker_create(&options, &broker) == GN_OK);
    CHECK(gn_broker_start(broker) == GN_OK);
    CHECK(gn_broker_destroy(broker) == GN_OK);
}

TEST_CASE("no broker is no fault but a wrong argument") {
    uint16_t port = 0;
    gn_subscription number = 0;
    gn_message message{};
    CHECK(gn_broker_start(nullptr) == GN_E_INVALID);
    CHECK(gn_broker_stop(nullptr) == GN_E_INVALID);
    CHECK(gn_broker_destroy(nullptr) == GN_OK);
    CHECK(gn_broker_port(nullptr, str("tcp"), &port) == GN_E_INVALID);
    CHECK(gn_broker_publish(nullptr, &message) == GN_E_INVALID);
    CHECK(gn_broker_subscribe(nullptr, str("a"), Inbox::receive, nullptr, &number) == GN_E_INVALID);
    CHECK(gn_broker_unsubscribe(nullptr, 1) == GN_E_INVALID);
    CHECK(gn_broker_add_plugin(nullptr, &allow_all(), str("a"), str("")) == GN_E_INVALID);
    CHECK(gn_broker_error(nullptr).len == 0);
    CHECK(std::string(gn_broker_version()) == GRAPNEL_VERSION);
}
