#include "connect.h"
#include "embedded.h"

namespace {

const std::string kToken = "embedded-token-0123456789";

std::string admin_settings() {
    return settings(
        "[admin]\ntoken = \"" + kToken +
        "\"\n[[listener]]\nid = \"http\"\ntype = \"http\"\naddress = \"127.0.0.1:0\"\n");
}

uint16_t http_port(const Embedded& embedded) {
    uint16_t port = 0;
    CHECK(gn_broker_port(embedded.broker, str("http"), &port) == GN_OK);
    return port;
}

std::string get(uint16_t port, const std::string& path, const std::string& token) {
    return RawClient(port).ask("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" +
                               "Authorization: Bearer " + token + "\r\n\r\n");
}

}  // namespace

TEST_CASE("an embedded broker has the operator's API, in each of its lives") {
    Embedded embedded(admin_settings());
    REQUIRE(embedded.created == GN_OK);
    for (int life = 0; life < 2; ++life) {
        REQUIRE(embedded.start() == GN_OK);
        const uint16_t port = http_port(embedded);
        CHECK(get(port, "/api/v1/status", kToken).starts_with("HTTP/1.1 200"));
        CHECK(get(port, "/api/v1/clients", kToken).ends_with("{\"clients\":[],\"next\":null}\n"));
        CHECK(get(port, "/api/v1/status", "wrong").starts_with("HTTP/1.1 401"));
        CHECK(embedded.stop() == GN_OK);
    }
}
