#include "ctl/rates.h"

#include <doctest/doctest.h>

#include <string>

#include "ctl/failure.h"
#include "ctl/printable.h"

using namespace grapnel::ctl;

namespace {

Json sample(uint64_t time_ms, uint64_t received) {
    return {{"time_ms", time_ms},      {"messages_received", received},
            {"messages_sent", 0},      {"bytes_received", 0},
            {"bytes_sent", 4096},      {"dropped", {{"queue_full", 1}}},
            {"clients_connected", 17}, {"queued", 5},
            {"latency", nullptr},      {"memory_bytes", 1 << 20}};
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("rates are what happened in between, a second") {
    const Json after = sample(4000, 6000);
    const std::string line = rate_line(totals_of(sample(2000, 1000)), totals_of(after), after);
    CHECK(has(line, " 2.5 k "));
    CHECK(has(line, " 17 "));
    CHECK(has(line, " 1.0 MiB\n"));
    CHECK(columns_of(line) == columns_of(rate_titles()));
}

TEST_CASE("totals that went back are no rate") {
    const Json after = sample(4000, 10);
    const std::string line = rate_line(totals_of(sample(2000, 1000)), totals_of(after), after);
    CHECK_FALSE(has(line, "k"));
}

TEST_CASE("what is no sample is refused") { CHECK_THROWS_AS(totals_of(Json::object()), Failure); }
