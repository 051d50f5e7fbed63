#include "connect.h"
#include "embedded.h"

TEST_CASE("start and stop, each twice, and again") {
    Embedded embedded;
    REQUIRE(embedded.created == GN_OK);
    CHECK(embedded.stop() == GN_E_STATE);
    CHECK(embedded.error() == "the broker is not started");
    CHECK(embedded.start() == GN_OK);
    CHECK(embedded.error().empty());
    CHECK(embedded.start() == GN_E_STATE);
    CHECK(embedded.error() == "the broker is started");
    CHECK(embedded.port() != 0);
    CHECK(embedded.stop() == GN_OK);
    CHECK(embedded.stop() == GN_E_STATE);
    CHECK(embedded.start() == GN_OK);
    CHECK(embedded.port() != 0);
    CHECK(embedded.stop() == GN_OK);
}

TEST_CASE("destroyed without a start, and while it serves") {
    const Embedded idle;
    Embedded serving;
    CHECK(serving.start() == GN_OK);
}

TEST_CASE("clients are served while it is started") {
    Embedded embedded;
    REQUIRE(embedded.add(allow_all(), "allow") == GN_OK);
    REQUIRE(embedded.start() == GN_OK);
    const uint16_t port = embedded.port();
    CHECK(RawClient(port).log_in() == 0);
    RawClient stays(port);
    CHECK(stays.log_in() == 0);
    CHECK(embedded.stop() == GN_OK);
    CHECK(RawClient(port).log_in() == -1);
}

TEST_CASE("without a plugin that lets them in clients are refused") {
    Embedded embedded;
    REQUIRE(embedded.start() == GN_OK);
    CHECK(RawClient(embedded.port()).log_in() == 4);
    CHECK(embedded.log.has("no plugin lets anybody connect"));
}

TEST_CASE("an occupied port is said, and tried again") {
    Embedded first;
    REQUIRE(first.start() == GN_OK);
    const std::string address = "127.0.0.1:" + std::to_string(first.port());
    Embedded second("[[listener]]\nid = \"tcp\"\ntype = \"tcp\"\naddress = \"" + address + "\"\n");
    REQUIRE(second.add(allow_all(), "allow") == GN_OK);
    for (int attempt = 0; attempt < 2; ++attempt) {
        CHECK(second.start() == GN_E_IO);
        CHECK(second.error() == "mine.toml:1:1: listener tcp cannot open " + address +
                                    ": cannot bind: Address already in use");
    }
    CHECK(second.publish("a", "b") == GN_E_STATE);
    CHECK(second.stop() == GN_E_STATE);
    CHECK(first.stop() == GN_OK);
    CHECK(second.start() == GN_OK);
    CHECK(second.error().empty());
    CHECK(RawClient(second.port()).log_in() == 0);
}

TEST_CASE("ports of listeners") {
    Embedded embedded;
    uint16_t port = 0;
    CHECK(gn_broker_port(embedded.broker, str("tcp"), &port) == GN_E_STATE);
    REQUIRE(embedded.start() == GN_OK);
    CHECK(gn_broker_port(embedded.broker, str("udp"), &port) == GN_E_GONE);
    CHECK(gn_broker_port(embedded.broker, str("tcp"), nullptr) == GN_E_INVALID);
    CHECK(embedded.stop() == GN_OK);
    CHECK(gn_broker_port(embedded.broker, str("tcp"), &port) == GN_E_STATE);
}
