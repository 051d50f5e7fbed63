#include <doctest/doctest.h>

#include <string>

#include "batch.h"
#include "command.h"
#include "layout.h"
#include "store/key.h"

using namespace grapnel::redis;
using grapnel::store::owned_key;
using namespace std::string_literals;

TEST_CASE("commands hold any bytes") {
    std::string out = "before";
    append_command(out, {"SET", "", "a\r\n\0$"s});
    CHECK(out == "before*3\r\n$3\r\nSET\r\n$0\r\n\r\n$5\r\na\r\n\0$\r\n"s);
}

TEST_CASE("a kind is a hash, and an owned kind one for each client") {
    const Layout layout("p:");
    CHECK(layout.schema() == "p:schema");
    CHECK(layout.run() == "p:run");
    const Place client = layout.place_of(Kind::client, "c1");
    CHECK(client.hash == "p:client");
    CHECK(client.field == "c1");
    const Place sysinfo = layout.place_of(Kind::sysinfo, "");
    CHECK(sysinfo.hash == "p:sysinfo");
    CHECK(sysinfo.field.empty());
    const std::string key = owned_key("c\0:1"s, "a/#");
    const Place subscription = layout.place_of(Kind::subscription, key);
    CHECK(subscription.hash == "p:subscription:c\0:1"s);
    CHECK(subscription.field == "a/#");
    CHECK(subscription.hash == layout.hash_of(Kind::subscription, "c\0:1"s));
}

TEST_CASE("clients whose ids look like fields are not mixed up") {
    const Layout layout("p:");
    const std::string one = owned_key("a", "b:c");
    const std::string other = owned_key("a:b", "c");
    CHECK(layout.place_of(Kind::inbound, one).hash != layout.place_of(Kind::inbound, other).hash);
    const std::string nobody = owned_key("", "");
    CHECK(layout.place_of(Kind::inbound, nobody).hash == "p:inbound:");
}

TEST_CASE("a batch is its commands in order") {
    const Layout layout("p:");
    CommandBatch batch(layout);
    CHECK(batch.empty());
    std::string expected;
    batch.put(Kind::inbound, owned_key("c", "\0\1"s), "v");
    append_command(expected, {"HSET", "p:inbound:c", "\0\1"s, "v"});
    batch.erase_owned(Kind::inbound, "c");
    append_command(expected, {"UNLINK", "p:inbound:c"});
    batch.put(Kind::inbound, owned_key("c", "\0\2"s), "");
    append_command(expected, {"HSET", "p:inbound:c", "\0\2"s, ""});
    batch.erase(Kind::retained, "t");
    append_command(expected, {"HDEL", "p:retained", "t"});
    CHECK(batch.commands() == expected);
    CHECK(batch.count() == 4);
    CHECK_FALSE(batch.empty());
    batch.clear();
    CHECK(batch.empty());
    CHECK(batch.commands().empty());
}
