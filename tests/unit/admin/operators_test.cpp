#include "admin/operators.h"

#include <doctest/doctest.h>

#include "server/worker_fixture.h"

using namespace grapnel;

namespace {

struct Door {
    Door() : operators(settings(), workers.core) {}

    static config::Admin settings() {
        config::Admin admin;
        admin.token = "write-write-write";
        admin.read_token = "read-read-read-read";
        return admin;
    }
    int ask(const std::string& authorization, Right needed = Right::read,
            const std::string& origin = {}) {
        HttpRequest request;
        request.peer = PeerAddress::parse("192.0.2.1:5");
        request.headers.emplace_back("host", "localhost:8080");
        if (!authorization.empty()) request.headers.emplace_back("authorization", authorization);
        if (!origin.empty()) request.headers.emplace_back("origin", origin);
        return operators.judge(request, needed).status;
    }
    TestWorkers workers;
    Operators operators;
};

}  // namespace

TEST_CASE("a token may what it may") {
    Door door;
    CHECK(door.ask("Bearer write-write-write", Right::write) == 0);
    CHECK(door.ask("bearer write-write-write") == 0);
    CHECK(door.ask("Bearer write-write-write \t ", Right::write) == 0);
    CHECK(door.ask("Bearer read-read-read-read") == 0);
    CHECK(door.ask("Bearer read-read-read-read", Right::write) == 403);
    for (const char* wrong :
         {"", "Bearer", "Bearer ", "Bearer write-write-writ", "Bearer write-write write",
          "Bearer write-write-writex", "write-write-write", "Basic write-write-write"})
        CHECK(door.ask(wrong) == 401);
    CHECK(door.workers.core.admin_refused == 9);
}

TEST_CASE("the certificate of a client may stand for a token") {
    Door door;
    config::Admin settings;
    settings.certificates = {"anna", "ops-*"};
    door.operators.adopt(settings);
    const auto ask = [&](const std::string& name, std::vector<std::string> others = {}) {
        HttpRequest request;
        request.peer = PeerAddress::parse("192.0.2.1:5");
        request.certificate.emplace();
        request.certificate->has_certificate = true;
        request.certificate->common_name = name;
        request.certificate->alternative_names = std::move(others);
        return door.operators.judge(request, Right::write).status;
    };
    CHECK(ask("anna") == 0);
    CHECK(ask("ops-1") == 0);
    CHECK(ask("ops-") == 0);
    CHECK(ask("", {"x.example", "ops-2.example"}) == 0);
    for (const char* other : {"", "ann", "annab", "Anna", "ops", "xops-1"})
        CHECK_MESSAGE(ask(other) == 401, other);
    CHECK(door.ask("") == 401);
}

TEST_CASE("pages of other origins may nothing") {
    Door door;
    const std::string right = "Bearer write-write-write";
    CHECK(door.ask(right, Right::read, "http://localhost:8080") == 0);
    CHECK(door.ask(right, Right::read, "https://localhost:8080") == 0);
    for (const char* other : {"http://localhost", "http://localhost:8080.example.com", "null",
                              "http://example.com", "localhost:8080"})
        CHECK(door.ask(right, Right::read, other) == 403);
}

TEST_CASE("tokens of a reload count at once, and none is no API") {
    Door door;
    config::Admin fresh;
    fresh.token = "fresh-fresh-fresh";
    door.operators.adopt(fresh);
    CHECK(door.ask("Bearer write-write-write") == 401);
    CHECK(door.ask("Bearer fresh-fresh-fresh", Right::write) == 0);
    door.operators.adopt({});
    CHECK(door.ask("Bearer fresh-fresh-fresh") == 404);
}

TEST_CASE("who tries tokens is banned") {
    Door door;
    config::LoginLimits limits;
    limits.failures = 3;
    door.workers.core.bans.adopt(limits);
    for (int i = 0; i < 10; ++i) CHECK(door.ask("") == 401);  // no token is no try
    CHECK(door.ask("Bearer wrong") == 401);
    CHECK(door.ask("Bearer wrong") == 401);
    CHECK(door.ask("Bearer write-write-write") == 0);  // begins anew
    for (int i = 0; i < 3; ++i) CHECK(door.ask("Bearer wrong") == 401);
    CHECK(door.ask("Bearer write-write-write") == 403);
}
