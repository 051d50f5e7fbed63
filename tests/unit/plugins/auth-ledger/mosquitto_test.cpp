#include "mosquitto.h"

#include <doctest/doctest.h>

#include <string>

#include "decide.h"
#include "rules.h"

using grapnel::ledger::Faults;
using grapnel::ledger::kRead;
using grapnel::ledger::kWrite;
using grapnel::ledger::Ledger;
using grapnel::ledger::may_subscribe;
using grapnel::ledger::may_use_topic;
using grapnel::ledger::plan_login;
using grapnel::ledger::read_acl_file;
using grapnel::ledger::read_password_file;
using grapnel::ledger::Who;
using grapnel::ledger::test::kWonderland;

namespace {

const Who kAlice{"alice-1", "alice", "127.0.0.1:1"};
const Who kBob{"bob-1", "bob", "127.0.0.1:1"};
const Who kAnonymous{"guest", "", "127.0.0.1:1"};

struct Rules {
    explicit Rules(std::string_view text) {
        read_acl_file(text, "acl", ledger, faults);
        ledger.seal();
    }
    bool read(const Who& who, std::string_view topic) const {
        return may_use_topic(ledger, who, topic, kRead);
    }
    bool write(const Who& who, std::string_view topic) const {
        return may_use_topic(ledger, who, topic, kWrite);
    }
    Ledger ledger;
    Faults faults;
};

std::string first_fault(std::string_view text) {
    const Rules rules(text);
    return rules.faults.empty() ? ""
                                : rules.faults.all()[0].where + " " + rules.faults.all()[0].text;
}

}  // namespace

TEST_CASE("topics before the first user line are for anonymous clients") {
    const Rules rules("topic read news/#\nuser alice\ntopic home/#\n");
    CHECK(rules.faults.empty());
    CHECK(rules.read(kAnonymous, "news/today"));
    CHECK_FALSE(rules.write(kAnonymous, "news/today"));
    CHECK_FALSE(rules.read(kAlice, "news/today"));
    CHECK(rules.read(kAlice, "home/x"));
    CHECK(rules.write(kAlice, "home/x"));
    CHECK_FALSE(rules.read(kBob, "home/x"));
}

TEST_CASE("rights of several lines add up, and a refusal is handled before them") {
    const Rules rules("user alice\ntopic read a/#\ntopic write a/#\ntopic deny a/secret\n");
    CHECK(rules.read(kAlice, "a/x"));
    CHECK(rules.write(kAlice, "a/x"));
    CHECK_FALSE(rules.read(kAlice, "a/secret"));
    CHECK_FALSE(rules.write(kAlice, "a/secret"));
    CHECK_FALSE(may_subscribe(rules.ledger, kAlice, "a/#"));
    CHECK(may_subscribe(rules.ledger, kAlice, "a/x"));
}

TEST_CASE("patterns are for everybody, also behind a user line") {
    const Rules rules("user alice\npattern write sensor/%u/data\npattern read to/%c\n");
    CHECK(rules.write(kBob, "sensor/bob/data"));
    CHECK_FALSE(rules.write(kBob, "sensor/alice/data"));
    CHECK_FALSE(rules.read(kBob, "sensor/bob/data"));
    CHECK(rules.read(kAnonymous, "to/guest"));
    CHECK_FALSE(rules.write(kAnonymous, "sensor//data"));
}

TEST_CASE("a placeholder in a topic line is plain text") {
    const Rules rules("user alice\ntopic x/%u\n");
    CHECK(rules.read(kAlice, "x/%u"));
    CHECK_FALSE(rules.read(kAlice, "x/alice"));
}

TEST_CASE("comments, blank lines, spaces and line ends of both kinds") {
    const Rules rules("# notes\r\n\r\n  \nuser alice cooper\r\ntopic  readwrite  big topic/x \r\n");
    CHECK(rules.faults.empty());
    CHECK(rules.read(Who{"c", "alice cooper", ""}, "big topic/x"));
}

TEST_CASE("a section that comes twice is one section") {
    const Rules rules("user alice\ntopic read a\nuser bob\ntopic b\nuser alice\ntopic deny a\n");
    CHECK_FALSE(rules.read(kAlice, "a"));
}

TEST_CASE("an empty acl_file allows nothing") {
    CHECK_FALSE(Rules("").read(kAlice, "a"));
    CHECK_FALSE(Rules("user alice\n").read(kAlice, "a"));
}

TEST_CASE("faults of an acl_file name the line") {
    CHECK(first_fault("user alice\ntopic a/#/b\n").starts_with("acl:2 "));
    CHECK(first_fault("topics a\n").starts_with("acl:1 unknown keyword"));
    CHECK(first_fault("user\n").starts_with("acl:1 "));
    CHECK(first_fault("topic\n").starts_with("acl:1 "));
}

TEST_CASE("password_file gives users") {
    Ledger ledger;
    Faults faults;
    read_password_file("# users\nalice:" + std::string(kWonderland) + "\n\n", "passwd", ledger,
                       faults);
    ledger.seal();
    CHECK(faults.empty());
    CHECK(plan_login(ledger, kAlice, true).run("wonderland"));
    CHECK_FALSE(plan_login(ledger, kAlice, true).run("other"));
    CHECK_FALSE(plan_login(ledger, kBob, true).run("wonderland"));
}

TEST_CASE("a bad line of a password_file is a fault and no user") {
    const std::string good = std::string("alice:") + kWonderland + "\n";
    for (const std::string& text :
         {std::string("alice\n"), std::string(":") + kWonderland, std::string("alice:plain\n"),
          std::string("alice:\n"), good + good}) {
        Ledger ledger;
        Faults faults;
        read_password_file(text, "passwd", ledger, faults);
        REQUIRE_MESSAGE(faults.all().size() == 1, text);
        CHECK(faults.all()[0].where.starts_with("passwd:"));
    }
}

TEST_CASE("a plain text password is answered with the way out, not repeated") {
    Ledger ledger;
    Faults faults;
    read_password_file("alice:hunter2\n", "passwd", ledger, faults);
    CHECK(faults.all()[0].text.find("grapnel passwd") != std::string::npos);
    CHECK(faults.all()[0].text.find("hunter2") == std::string::npos);
}
