#include "ctl/endpoint.h"

#include <doctest/doctest.h>

#include <string>

#include "ctl/failure.h"

using namespace grapnel::ctl;

TEST_CASE("URLs of the admin API") {
    CHECK(parse_url("http://127.0.0.1:8080").host_header() == "127.0.0.1:8080");
    CHECK(parse_url("http://broker/").url() == "http://broker:80");
    const Endpoint secure = parse_url("https://broker.example.org");
    CHECK(secure.tls);
    CHECK(secure.port == 443);
    const Endpoint v6 = parse_url("https://[::1]:8443");
    CHECK(v6.host == "::1");
    CHECK(v6.port == 8443);
    CHECK(v6.url() == "https://[::1]:8443");
    const Endpoint local = parse_url("unix:/run/grapnel/admin.sock");
    CHECK(local.is_unix());
    CHECK(local.socket_path == "/run/grapnel/admin.sock");
    CHECK(parse_url("unix:///run/a").socket_path == "/run/a");
    CHECK(local.url() == "unix:/run/grapnel/admin.sock");
}

TEST_CASE("what is no URL of an admin API") {
    for (const std::string url :
         {"", "broker:8080", "ftp://broker", "http://", "http://:80", "http://a:0",
          "http://a:65536", "http://a:8o", "http://a/path", "http://user@a", "http://a b",
          "http://a\r\nX: y", "http://[::1", "http://[::1]8", "unix:", "unix:relative"}) {
        CAPTURE(url);
        CHECK_THROWS_AS(parse_url(url), UsageFailure);
    }
    CHECK_THROWS_AS(parse_url("unix:/" + std::string(200, 'a')), UsageFailure);
}

TEST_CASE("percent_encoded leaves nothing that a URL means") {
    CHECK(percent_encoded("aZ09-._~") == "aZ09-._~");
    CHECK(percent_encoded("a/b?c&d=e#f+g%h i\r\n") == "a%2Fb%3Fc%26d%3De%23f%2Bg%25h%20i%0D%0A");
    CHECK(percent_encoded("ü") == "%C3%BC");
}
