#include "connection.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "fake_redis.h"
#include "hash_scan.h"

using namespace grapnel::redis;

namespace {

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

std::string bulk(const std::string& text) {
    return '$' + std::to_string(text.size()) + "\r\n" + text + "\r\n";
}

// An answer to HSCAN: each field's value is its name doubled.
std::string page(const std::string& cursor, const std::vector<std::string>& fields) {
    std::string out = "*2\r\n" + bulk(cursor) + '*' + std::to_string(2 * fields.size()) + "\r\n";
    for (const std::string& field : fields) out += bulk(field) + bulk(field + field);
    return out;
}

std::string all_of(HashScan& scan) {
    std::string found;
    std::string_view field;
    std::string_view value;
    while (scan.next(field, value)) {
        CHECK(value == std::string(field) + std::string(field));
        found.append(field).append(" ");
    }
    return found;
}

}  // namespace

TEST_CASE("fields that come twice are given once") {
    FakeRedis fake(
        {page("7", {"a", "b"}), page("9", {}), page("3", {"b", "c", "a"}), page("0", {"d", "c"})});
    Connection connection(fake.settings);
    REQUIRE(connection.open().empty());
    HashScan scan(connection, "h");
    CHECK(all_of(scan) == "a b c d ");
    CHECK(scan.fault().empty());
}

TEST_CASE("a hash that is not there has no fields") {
    FakeRedis fake({page("0", {})});
    Connection connection(fake.settings);
    REQUIRE(connection.open().empty());
    HashScan scan(connection, "h");
    CHECK(all_of(scan).empty());
    CHECK(scan.fault().empty());
}

TEST_CASE("a scan that cannot go on ends with a fault") {
    for (const char* last : {"-WRONGTYPE no hash\r\n", "+OK\r\n", "*1\r\n$1\r\n0\r\n",
                             "nonsense\r\n", "*2\r\n$1\r\n0\r\n*1\r\n$1\r\na\r\n"}) {
        FakeRedis fake({page("7", {"a"}), last});
        Connection connection(fake.settings);
        REQUIRE(connection.open().empty());
        HashScan scan(connection, "h");
        CHECK(all_of(scan) == "a ");
        CHECK_FALSE_MESSAGE(scan.fault().empty(), last);
    }
}

TEST_CASE("a connection that is lost is told from what Redis refuses") {
    FakeRedis fake({"-ERR no\r\n", "$5\r\nhal"});
    Connection connection(fake.settings);
    REQUIRE(connection.open().empty());
    Reply reply;
    CHECK(has(connection.call({"GET", "a"}, reply), "ERR no"));
    CHECK(connection.is_open());
    CHECK(has(connection.call({"GET", "a"}, reply), "connection lost"));
    CHECK_FALSE(connection.is_open());
}

TEST_CASE("no answer counts as lost after the timeout") {
    FakeRedis fake({}, true);
    Connection connection(fake.settings);
    REQUIRE(connection.open().empty());
    Reply reply;
    CHECK(has(connection.call({"GET", "a"}, reply), "no answer within command_timeout"));
    CHECK_FALSE(connection.is_open());
}

TEST_CASE("passwords are never repeated") {
    FakeRedis fake({"-ERR unknown command 'AUTH', with args beginning with: 'hush' \r\n"});
    fake.settings.password = "hush";
    Connection connection(fake.settings);
    const Fault fault = connection.open();
    CHECK(has(fault, "AUTH is refused"));
    CHECK_FALSE(has(fault, "hush"));
    CHECK_FALSE(connection.is_open());
}

TEST_CASE("a Redis that loads its data is known by its answer") {
    FakeRedis fake({"-LOADING Redis is loading the dataset in memory\r\n"});
    Connection connection(fake.settings);
    REQUIRE(connection.open().empty());
    Reply reply;
    CHECK(is_loading(connection.call({"GET", "a"}, reply)));
    CHECK_FALSE(is_loading(connection.fault("connection refused")));
}
