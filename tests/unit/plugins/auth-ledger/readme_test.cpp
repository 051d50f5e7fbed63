// The examples of the plugin's README do what it says of them.

#include <doctest/doctest.h>

#include <string>

#include "decide.h"
#include "rules.h"

using grapnel::ledger::kRead;
using grapnel::ledger::kWrite;
using grapnel::ledger::Ledger;
using grapnel::ledger::may_subscribe;
using grapnel::ledger::may_use_topic;
using grapnel::ledger::plan_login;
using grapnel::ledger::Who;
using grapnel::ledger::test::kWonderland;
using grapnel::ledger::test::rules;

namespace {

const Who kMelonAway{"m1", "melon", "203.0.113.7:5000"};
const Who kMelonHere{"m1", "melon", "127.0.0.1:5000"};
const Who kGuestAway{"g1", "", "203.0.113.7:5000"};
const Who kGuestHere{"g1", "", "127.0.0.1:5000"};

std::shared_ptr<const Ledger> first_example() {
    return rules(std::string("[users.melon]\npassword = \"") + kWonderland +
                 "\"\n"
                 "acl = [ { filter = \"melon/#\", access = \"readwrite\" },"
                 " { filter = \"updates/#\", access = \"write\" } ]\n"
                 "[[auth]]\n"
                 "remote = \"127.0.0.1\"\n"
                 "allow = true\n"
                 "[[acl]]\n"
                 "remote = \"127.0.0.1\"\n"
                 "filters = [ { filter = \"#\", access = \"readwrite\" },"
                 " { filter = \"$SYS/#\", access = \"read\" } ]\n");
}

}  // namespace

TEST_CASE("README, first example: logging in") {
    const auto ledger = first_example();
    CHECK(plan_login(*ledger, kMelonAway, true).run("wonderland"));
    CHECK_FALSE(plan_login(*ledger, kMelonAway, true).run("x"));
    CHECK_FALSE(plan_login(*ledger, kMelonHere, true).run("x"));
    CHECK_FALSE(plan_login(*ledger, kMelonHere, false).run(""));
    CHECK(plan_login(*ledger, kGuestHere, false).run(""));
    CHECK_FALSE(plan_login(*ledger, kGuestAway, false).run(""));
}

TEST_CASE("README, first example: from elsewhere") {
    const auto ledger = first_example();
    CHECK(may_subscribe(*ledger, kMelonAway, "melon/#"));
    CHECK(may_use_topic(*ledger, kMelonAway, "melon/x", kRead));
    CHECK(may_use_topic(*ledger, kMelonAway, "melon/x", kWrite));
    CHECK(may_use_topic(*ledger, kMelonAway, "updates/x", kWrite));
    CHECK_FALSE(may_subscribe(*ledger, kMelonAway, "updates/#"));
    CHECK_FALSE(may_subscribe(*ledger, kMelonAway, "#"));
    CHECK_FALSE(may_use_topic(*ledger, kMelonAway, "other", kRead));
    CHECK_FALSE(may_use_topic(*ledger, kMelonAway, "other", kWrite));
}

TEST_CASE("README, first example: from this machine") {
    const auto ledger = first_example();
    CHECK(may_subscribe(*ledger, kGuestHere, "#"));
    CHECK(may_use_topic(*ledger, kGuestHere, "melon/x", kWrite));
    CHECK(may_subscribe(*ledger, kGuestHere, "$SYS/#"));
    CHECK_FALSE(may_use_topic(*ledger, kGuestHere, "$SYS/x", kWrite));
    CHECK(may_use_topic(*ledger, kMelonHere, "other", kRead));
    CHECK(may_use_topic(*ledger, kMelonHere, "other", kWrite));
    CHECK_FALSE(may_use_topic(*ledger, kMelonHere, "updates/x", kRead));
    CHECK_FALSE(may_subscribe(*ledger, kMelonHere, "#"));
}

TEST_CASE("README, second example: everything but writing $SYS") {
    const auto ledger = rules(
        "default = \"allow\"\n[[auth]]\nallow = true\n"
        "[[acl]]\nfilters = [ { filter = \"$SYS/#\", access = \"read\" } ]\n");
    CHECK(plan_login(*ledger, kGuestAway, false).run(""));
    CHECK(may_subscribe(*ledger, kGuestAway, "#"));
    CHECK(may_use_topic(*ledger, kGuestAway, "a", kWrite));
    CHECK(may_subscribe(*ledger, kGuestAway, "$SYS/#"));
    CHECK_FALSE(may_use_topic(*ledger, kGuestAway, "$SYS/x", kWrite));
}

TEST_CASE("README, subscriptions: what is granted only together is refused") {
    const auto ledger = rules(
        "[[acl]]\nfilters = [ { filter = \"a\", access = \"read\" },"
        " { filter = \"a/+/#\", access = \"read\" } ]\n");
    CHECK_FALSE(may_subscribe(*ledger, kGuestAway, "a/#"));
    CHECK(may_subscribe(*ledger, kGuestAway, "a/+/#"));
}
