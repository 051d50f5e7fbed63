// What is decided when Redis is away and when it is back.

#include <doctest/doctest.h>

#include <string>

#include "durability.h"
#include "outage.h"
#include "run_id.h"

using namespace grapnel::redis;
using Found = RunId::Found;

TEST_CASE("a connection that is lost is made again at once, then ever more seldom") {
    Outage outage(2000);
    CHECK(outage.may_try(0));
    CHECK_FALSE(outage.holds(0));
    outage.failed(1000);
    CHECK(outage.may_try(1000));
    std::int64_t now = 1000;
    for (const std::int64_t pause : {100, 200, 400, 800, 1600, 3200, 5000, 5000}) {
        outage.failed(now);
        CHECK_FALSE(outage.may_try(now + pause - 1));
        CHECK(outage.may_try(now + pause));
        now += pause;
    }
    outage.over();
    CHECK(outage.may_try(now));
    outage.failed(now);
    outage.failed(now);
    CHECK(outage.may_try(now + 100));
}

TEST_CASE("commits are held for so long from the first failure on") {
    Outage outage(2000);
    outage.failed(1000);
    for (const std::int64_t now : {1000, 1100, 1300, 1700, 2500}) outage.failed(now);
    CHECK(outage.holds(2999));
    CHECK_FALSE(outage.holds(3000));
    CHECK(outage.wait_ms(2500) == 500);
    CHECK(outage.wait_ms(5000) == 0);
    CHECK(outage.lasted_ms(3000) == 2000);
    Outage never(0);
    never.failed(5);
    CHECK_FALSE(never.holds(5));
}

TEST_CASE("what Redis may hold after answers that were seen and lost") {
    RunId run("id");
    CHECK(run.begin() == "id 1");
    run.done();
    CHECK(run.begin() == "id 2");
    CHECK(run.judge(true, "id 1") == Found::ours);
    CHECK(run.judge(true, "id 2") == Found::ours);
    CHECK(run.begin() == "id 3");
    CHECK(run.judge(true, "id 1") == Found::ours);
    CHECK(run.judge(true, "id 3") == Found::ours);
    CHECK(run.judge(true, "id 4") == Found::foreign);
    run.done();
    CHECK(run.judge(true, "id 3") == Found::ours);
    CHECK(run.judge(true, "id 2") == Found::older);
}

TEST_CASE("what Redis holds that is not ours") {
    RunId run("id");
    static_cast<void>(run.begin());
    run.done();
    CHECK(run.judge(false, "") == Found::nothing);
    for (const char* text : {"", "id", "id ", "id x", "id 1 ", "other 1", "id 2", "id -1", "i 1"})
        CHECK_MESSAGE(run.judge(true, text) == Found::foreign, text);
}

TEST_CASE("settings of Redis that do not keep what was acknowledged are named") {
    const Durability good{"yes", "always", "0", "noeviction"};
    CHECK(warnings_of(good).empty());
    Durability some = good;
    some.appendfsync = "everysec";
    REQUIRE(warnings_of(some).size() == 1);
    CHECK(warnings_of(some)[0].find("everysec") != std::string::npos);
    some.appendonly = "no";
    REQUIRE(warnings_of(some).size() == 1);
    CHECK(warnings_of(some)[0].find("appendonly no") != std::string::npos);
    some = good;
    some.maxmemory_policy = "allkeys-lru";
    CHECK(warnings_of(some).empty());
    some.maxmemory = "1000";
    CHECK(warnings_of(some).size() == 1);
    CHECK(warnings_of(Durability{}).size() == 1);
}
