#include "decide.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "rules.h"

using grapnel::ledger::kRead;
using grapnel::ledger::kWrite;
using grapnel::ledger::Ledger;
using grapnel::ledger::LoginPlan;
using grapnel::ledger::may_subscribe;
using grapnel::ledger::may_use_topic;
using grapnel::ledger::plan_login;
using grapnel::ledger::Who;
using grapnel::ledger::test::kWonderland;
using grapnel::ledger::test::rules;

namespace {

bool reads(const Ledger& ledger, const Who& who, std::string_view topic) {
    return may_use_topic(ledger, who, topic, kRead);
}
bool writes(const Ledger& ledger, const Who& who, std::string_view topic) {
    return may_use_topic(ledger, who, topic, kWrite);
}
bool logs_in(const Ledger& ledger, const Who& who, const char* password = nullptr) {
    const LoginPlan plan = plan_login(ledger, who, password != nullptr);
    return plan.run(password == nullptr ? "" : password);
}

const Who kMelon{"melon-1", "melon", "10.0.0.9:4000"};
const Who kLocal{"local-1", "", "127.0.0.1:4000"};
const Who kFar{"far-1", "fig", "203.0.113.7:4000"};

const std::string kUsers = std::string("[users.melon]\npassword = \"") + kWonderland + "\"\n";

}  // namespace

TEST_CASE("nobody logs in without a rule") {
    const auto ledger = rules("");
    CHECK_FALSE(logs_in(*ledger, kMelon, "x"));
    CHECK_FALSE(logs_in(*ledger, kLocal));
}

TEST_CASE("a listed user with a wrong password does not fall through to the rules") {
    const auto ledger = rules(kUsers + "[[auth]]\nallow = true\n");
    CHECK(logs_in(*ledger, kMelon, "wonderland"));
    CHECK_FALSE(logs_in(*ledger, kMelon, "Wonderland"));
    CHECK_FALSE(logs_in(*ledger, kMelon));
    CHECK(logs_in(*ledger, kFar, "anything"));
    CHECK(logs_in(*ledger, kLocal));
}

TEST_CASE("a disabled user is refused whatever the password and the rules") {
    const auto ledger = rules(kUsers + "disabled = true\n[[auth]]\nallow = true\n");
    CHECK_FALSE(logs_in(*ledger, kMelon, "wonderland"));
    CHECK_FALSE(logs_in(*ledger, kMelon));
    const auto bare = rules("[users.melon]\ndisabled = true\n[[auth]]\nallow = true\n");
    CHECK_FALSE(logs_in(*bare, kMelon, "x"));
}

TEST_CASE("a user without a password is left to the auth rules") {
    const auto ledger = rules(
        "[users.melon]\n[[auth]]\nusername = \"melon\"\nremote = \"10.0.0.0/8\"\nallow = true");
    CHECK(logs_in(*ledger, kMelon));
    CHECK_FALSE(logs_in(*ledger, Who{"melon-1", "melon", "11.0.0.1:1"}));
}

TEST_CASE("the first auth rule whose members all match decides") {
    const auto ledger = rules(
        "[[auth]]\nusername = \"fi*\"\nclient = \"evil*\"\nallow = false\n"
        "[[auth]]\nusername = \"fi*\"\nallow = true\n"
        "[[auth]]\nremote = \"127.0.0.1\"\nallow = true\n"
        "[[auth]]\nallow = false\n");
    CHECK(logs_in(*ledger, kFar));
    CHECK_FALSE(logs_in(*ledger, Who{"evil-1", "fig", "203.0.113.7:1"}));
    CHECK(logs_in(*ledger, kLocal));
    CHECK_FALSE(logs_in(*ledger, Who{"x", "", "203.0.113.7:1"}));
}

TEST_CASE("a star is a prefix, and needs a username to match one") {
    const auto ledger = rules("[[auth]]\nusername = \"*\"\nallow = true\n");
    CHECK(logs_in(*ledger, kFar));
    CHECK_FALSE(logs_in(*ledger, kLocal));
    const auto exact = rules("[[auth]]\nusername = \"fi\"\nallow = true\n");
    CHECK_FALSE(logs_in(*exact, kFar));
}

TEST_CASE("a password in an auth rule is one of its members") {
    const auto ledger = rules(std::string("[[auth]]\npassword = \"") + kWonderland +
                              "\"\nallow = true\n[[auth]]\nremote = \"127.0.0.1\"\nallow = true\n");
    CHECK(logs_in(*ledger, kFar, "wonderland"));
    CHECK_FALSE(logs_in(*ledger, kFar, "*"));
    CHECK_FALSE(logs_in(*ledger, kFar));
    CHECK(logs_in(*ledger, kLocal));
    CHECK(logs_in(*ledger, kLocal, "wrong"));
}

TEST_CASE("an unknown name costs what a wrong password costs") {
    const auto ledger = rules(kUsers);
    CHECK(plan_login(*ledger, kFar, true).needs_work());
    CHECK(plan_login(*ledger, kMelon, true).needs_work());
    CHECK_FALSE(plan_login(*ledger, kFar, false).needs_work());
    CHECK_FALSE(plan_login(*rules("[[auth]]\nallow = true"), kFar, true).needs_work());
    const auto disabled = rules(kUsers + "disabled = true\n");
    CHECK(plan_login(*disabled, kMelon, true).needs_work());
}

TEST_CASE("the first matching filter in file order decides, and a deny is a deny") {
    const auto ledger = rules(
        "[[acl]]\nfilters = [ { filter = \"updates/#\", access = \"deny\" },"
        " { filter = \"#\", access = \"readwrite\" } ]\n");
    CHECK_FALSE(reads(*ledger, kFar, "updates/x"));
    CHECK_FALSE(writes(*ledger, kFar, "updates"));
    CHECK(reads(*ledger, kFar, "other"));
    CHECK_FALSE(reads(*ledger, kFar, "$SYS/x"));
    const auto reversed = rules(
        "[[acl]]\nfilters = [ { filter = \"#\", access = \"readwrite\" },"
        " { filter = \"updates/#\", access = \"deny\" } ]\n");
    CHECK(reads(*reversed, kFar, "updates/x"));
}

TEST_CASE("a filter that matches decides both rights") {
    const auto ledger = rules(
        "[[acl]]\nfilters = [ { filter = \"a\", access = \"read\" }]\n"
        "[[acl]]\nfilters = [ { filter = \"#\", access = \"readwrite\" }]\n");
    CHECK(reads(*ledger, kFar, "a"));
    CHECK_FALSE(writes(*ledger, kFar, "a"));
    CHECK(writes(*ledger, kFar, "b"));
}

TEST_CASE("the user's own list comes before the acl rules, and those before the default") {
    const auto ledger = rules(
        "default = \"allow\"\n"
        "[users.melon]\nacl = [ { filter = \"melon/#\", access = \"readwrite\" },"
        " { filter = \"updates/#\", access = \"write\" } ]\n"
        "[[acl]]\nremote = \"10.0.0.0/8\"\nfilters = [ { filter = \"melon/#\", access = \"deny\" },"
        " { filter = \"low/#\", access = \"deny\" } ]\n");
    CHECK(reads(*ledger, kMelon, "melon/x"));
    CHECK_FALSE(reads(*ledger, kMelon, "updates/x"));
    CHECK(writes(*ledger, kMelon, "updates/x"));
    CHECK_FALSE(reads(*ledger, kMelon, "low/x"));
    CHECK(reads(*ledger, kMelon, "free"));
    CHECK(reads(*ledger, kFar, "low/x"));
    CHECK_FALSE(reads(*ledger, Who{"c", "", "10.1.1.1:1"}, "melon/x"));
}

TEST_CASE("the default is deny") {
    const auto ledger = rules("[[acl]]\nfilters = [ { filter = \"a\", access = \"read\" } ]\n");
    CHECK_FALSE(reads(*ledger, kFar, "b"));
    CHECK_FALSE(reads(*ledger, kFar, "a/secret"));
    CHECK_FALSE(may_subscribe(*ledger, kFar, "b"));
}

TEST_CASE("a subscription is allowed only if everything it can match is") {
    const auto ledger = rules(
        "[[acl]]\nfilters = [ { filter = \"a/secret\", access = \"deny\" },"
        " { filter = \"w\", access = \"write\" },"
        " { filter = \"a/#\", access = \"read\" }, { filter = \"b\", access = \"read\" } ]\n");
    CHECK(may_subscribe(*ledger, kFar, "a/b/c"));
    CHECK(may_subscribe(*ledger, kFar, "a/b/#"));
    CHECK(may_subscribe(*ledger, kFar, "a"));
    CHECK_FALSE(may_subscribe(*ledger, kFar, "a/#"));
    CHECK_FALSE(may_subscribe(*ledger, kFar, "a/+"));
    CHECK_FALSE(may_subscribe(*ledger, kFar, "a/secret"));
    CHECK_FALSE(may_subscribe(*ledger, kFar, "#"));
    CHECK_FALSE(may_subscribe(*ledger, kFar, "+"));
    CHECK_FALSE(may_subscribe(*ledger, kFar, "w"));
    CHECK(may_subscribe(*ledger, kFar, "$share/g/a/b"));
    CHECK_FALSE(may_subscribe(*ledger, kFar, "$share/g/#"));
    CHECK_FALSE(may_subscribe(*ledger, kFar, "$share/a"));
    CHECK_FALSE(may_subscribe(*ledger, kFar, "a#"));
}

TEST_CASE("with default allow a subscription is refused only where a rule refuses a part of it") {
    const auto ledger = rules(
        "default = \"allow\"\n[[acl]]\nfilters = [ { filter = \"a/+/ok\", access = \"read\" },"
        " { filter = \"secret/#\", access = \"deny\" } ]\n");
    CHECK(may_subscribe(*ledger, kFar, "a/#"));
    CHECK(may_subscribe(*ledger, kFar, "b/+"));
    CHECK_FALSE(may_subscribe(*ledger, kFar, "#"));
    CHECK_FALSE(may_subscribe(*ledger, kFar, "+/x"));
    CHECK(may_subscribe(*ledger, kFar, "$SYS/#"));
}

TEST_CASE("names with wildcards widen no grant and slip through no refusal") {
    const auto ledger = rules(
        "[[acl]]\nfilters = [ { filter = \"clients/%c/config\", access = \"deny\" },"
        " { filter = \"clients/#\", access = \"read\" }, { filter = \"home/%u/#\", access = "
        "\"readwrite\" } ]\n");
    const Who honest{"c1", "ann", ""};
    CHECK_FALSE(reads(*ledger, honest, "clients/c1/config"));
    CHECK(reads(*ledger, honest, "clients/c2/config"));
    CHECK(reads(*ledger, honest, "home/ann/x"));
    for (const char* name : {"+", "#", "ann/x", "a+", ""}) {
        const Who sly{name, name, ""};
        CHECK_FALSE_MESSAGE(reads(*ledger, sly, "home/ann/x"), name);
        CHECK_FALSE_MESSAGE(may_subscribe(*ledger, sly, "home/+/x"), name);
        CHECK_FALSE_MESSAGE(may_subscribe(*ledger, sly, "home/#"), name);
        CHECK_FALSE_MESSAGE(reads(*ledger, sly, "clients/ann/x/config"), name);
        CHECK_FALSE_MESSAGE(may_subscribe(*ledger, sly, "clients/x"), name);
    }
    const auto first = rules("[[acl]]\nfilters = [ { filter = \"%u/#\", access = \"read\" } ]\n");
    CHECK_FALSE(reads(*first, Who{"c", "$SYS", ""}, "$SYS/broker"));
    CHECK_FALSE(may_subscribe(*first, Who{"c", "$SYS", ""}, "$SYS/#"));
}

TEST_CASE("an allowed subscription never reaches a topic that may not be read") {
    std::mt19937 random(7);
    const std::vector<std::string> words = {"a", "b", "+", "#", "$s"};
    const auto make = [&](bool wildcards) {
        std::string out;
        for (std::size_t level = 0, depth = 1 + random() % 3; level < depth; ++level) {
            std::string word = words[random() % words.size()];
            if (!wildcards && (word == "+" || word == "#")) word = "c";
            out += (level == 0 ? "" : "/") + word;
            if (word == "#") break;
        }
        return out;
    };
    const char* const accesses[] = {"deny", "read", "write", "readwrite"};
    int allowed = 0;
    for (int round = 0; round < 2000; ++round) {
        std::string text = random() % 2 == 0 ? "default = \"allow\"\n" : "";
        text += "[[acl]]\nfilters = [ ";
        for (std::size_t left = random() % 5; left > 0; --left) {
            text +=
                "{ filter = \"" + make(true) + "\", access = \"" + accesses[random() % 4] + "\" },";
        }
        const auto ledger = rules(text + " ]\n");
        const std::string asked = make(true);
        if (!may_subscribe(*ledger, kFar, asked)) continue;
        ++allowed;
        const auto filter =
            grapnel::ledger::Filter::parse(asked, grapnel::ledger::Filter::Placeholders::literal);
        for (int topic = 0; topic < 60; ++topic) {
            const std::string name = make(false);
            if (!filter->matches(name, {})) continue;
            CHECK_MESSAGE(reads(*ledger, kFar, name), text, " ", asked, " ", name);
        }
    }
    CHECK(allowed > 200);
}
