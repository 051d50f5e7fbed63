#include "admin/client_rates.h"

#include <doctest/doctest.h>

#include "server/worker_fixture.h"

using namespace grapnel;

namespace {

// What looks at one connected client see.
struct Looks {
    Looks() {
        auto made = std::make_unique<Session>([](Timer&) {});
        made->info.id = Text("one");
        detail.emplace(workers[0], *made);
        detail->row.connected = true;
        detail->connection_key = 7;
    }
    Json at(int64_t now_ms, uint64_t messages) {
        detail->now_ms = now_ms;
        detail->received.messages = messages;
        detail->sent.bytes = messages * 10;
        return rates.look(*detail);
    }
    TestWorkers workers;
    std::optional<ClientDetail> detail;
    ClientRates rates;
};

}  // namespace

TEST_CASE("rates begin with the second look, and go on from the last") {
    Looks look;
    CHECK(look.at(10'000, 100).is_null());
    const Json rates = look.at(12'000, 300);
    CHECK(rates["window_ms"] == 2000);
    CHECK(rates["messages_received_per_s"] == 100.0);
    CHECK(rates["messages_sent_per_s"] == 0.0);
    CHECK(rates["bytes_sent_per_s"] == 1000.0);
    CHECK(look.at(13'000, 300)["messages_received_per_s"] == 0.0);
}

TEST_CASE("who looks more often sees the last window") {
    Looks look;
    look.at(10'000, 0);
    CHECK(look.at(10'500, 50).is_null());
    CHECK(look.at(11'000, 100)["messages_received_per_s"] == 100.0);
    CHECK(look.at(11'500, 900)["messages_received_per_s"] == 100.0);
    CHECK(look.at(12'000, 300)["messages_received_per_s"] == 200.0);
}

TEST_CASE("there are no rates over a time that nobody looked, another connection, or none") {
    Looks look;
    look.at(10'000, 100);
    CHECK(look.at(30'000, 200).is_null());
    look.detail->connection_key = 8;
    CHECK(look.at(31'000, 5).is_null());
    look.detail->row.connected = false;
    CHECK(look.at(32'000, 5).is_null());
}
