// `export` and `import`, and the lines between them.

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>

#include "plugins/store/tool_place.h"
#include "store/base64.h"
#include "store/mqtt_text.h"
#include "store/record_json.h"

using namespace grapnel::store;
using namespace grapnel::store::test;

namespace {

// A file that goes with the test.
class TestFile {
public:
    explicit TestFile(const std::string& text)
        : path_("store-tool-test-" + std::to_string(::getpid())) {
        std::ofstream(path_, std::ios::binary) << text;
    }
    ~TestFile() { std::remove(path_.c_str()); }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

int import(MemoryPlace& place, const std::string& text, bool merge = false) {
    const TestFile file(text);
    return merge ? place.run({"import", file.path(), "--merge"})
                 : place.run({"import", file.path()});
}

constexpr std::string_view kHead = "{\"grapnel-store\":2}\n";
constexpr std::string_view kOldHead = "{\"grapnel-store\":1}\n";

// An export without its last line.
std::string without_end(const std::string& text) {
    return text.substr(0, text.rfind('\n', text.size() - 2) + 1);
}

}  // namespace

TEST_CASE("a store survives export and import, byte for byte") {
    MemoryPlace place;
    fill(place.backend);
    REQUIRE(place.run({"export"}) == 0);
    const std::string text = place.out;
    CHECK(text.starts_with(kHead));
    MemoryPlace other;
    CHECK(import(other, text) == 0);
    CHECK(other.out == "imported 14 records\n");
    CHECK(other.errors.empty());
    CHECK(other.created);
    CHECK(other.backend.tables == place.backend.tables);
    REQUIRE(other.run({"export"}) == 0);
    CHECK(other.out == text);
}

TEST_CASE("records of all schemas become objects and themselves again") {
    for (const Golden& golden : schema_1()) {
        std::string key = "key";
        if (golden.kind == Kind::body) key = number_key(7);
        if (golden.kind == Kind::subscription) key = owned_key("a", "b");
        if (golden.kind == Kind::outbound) key = outbound_key("", 7);
        if (golden.kind == Kind::inbound) key = inbound_key("\xff", 7);
        if (golden.kind == Kind::sysinfo) key.clear();
        Json object;
        REQUIRE(to_json(golden.kind, key, golden.value, object) == Decoded::ok);
        const RawRecord again = from_json(Json::parse(object.dump()));
        CHECK(again.kind == golden.kind);
        CHECK(again.key == key);
        CHECK(again.value == golden.value);
    }
}

TEST_CASE("what cannot be read is left out of an export, and said") {
    MemoryPlace place;
    fill(place.backend);
    place.backend.of(Kind::client)["bad"] = "\1";
    place.backend.of(Kind::body)["key"] = encoded(full_message());
    CHECK(place.run({"export"}) == 1);
    CHECK(place.said("client \"bad\" is truncated\n"));
    CHECK(place.said("body \"key\" is damaged"));
    CHECK_FALSE(place.printed("\"bad\""));
}

TEST_CASE("an import is refused by a store that has something") {
    MemoryPlace place;
    place.backend.of(Kind::retained)["t"] = "anything";
    CHECK(import(place, std::string(kOldHead)) == 1);
    CHECK(place.said("not empty"));
}

TEST_CASE("a merge replaces records of the same name and keeps the others") {
    MemoryPlace from;
    fill(from.backend);
    REQUIRE(from.run({"export"}) == 0);
    MemoryPlace place;
    ClientRecord mine;
    mine.protocol = 3;
    place.backend.of(Kind::client)["mine"] = encoded(mine);
    place.backend.of(Kind::client)["sensor-7"] = encoded(mine);
    CHECK(import(place, from.out, true) == 0);
    CHECK(place.backend.of(Kind::client).size() == 4);
    CHECK(place.backend.of(Kind::client)["sensor-7"] == encoded(full_client()));
}

TEST_CASE("a merge does not mix two messages of one key") {
    MemoryPlace from;
    fill(from.backend);
    REQUIRE(from.run({"export"}) == 0);
    MemoryPlace place;
    fill(place.backend);
    place.backend.of(Kind::body)[number_key(9)] = encoded(empty_message());
    const Tables before = place.backend.tables;
    CHECK(import(place, from.out, true) == 1);
    CHECK(place.said("in the store body 9 is another message"));
    CHECK(place.backend.tables == before);
}

TEST_CASE("a merge mixes no messages of queues, wherever they lie") {
    MessageRecord theirs = full_message();
    theirs.topic = "theirs";
    const std::string mine = encoded(full_message());
    const std::string other = encoded(theirs);
    const auto hold = [](MemoryBackend& backend, std::string_view id, const std::string& message,
                         bool apart) {
        OutboundRecord record = queued(9);
        if (!apart) record.body = message;
        if (apart) backend.of(Kind::body)[number_key(9)] = message;
        ClientRecord client;
        client.protocol = 5;
        backend.of(Kind::client)[std::string(id)] = encoded(client);
        backend.of(Kind::outbound)[outbound_key(id, 1)] = encoded(record);
    };
    for (const bool from_apart : {false, true}) {
        for (const bool to_apart : {false, true}) {
            MemoryPlace from;
            hold(from.backend, "a", other, from_apart);
            REQUIRE(from.run({"export"}) == 0);
            MemoryPlace place;
            hold(place.backend, "b", mine, to_apart);
            const Tables before = place.backend.tables;
            CHECK(import(place, from.out, true) == 1);
            CHECK(place.said(to_apart ? "in the store body 9 is another message"
                                      : "in the store outbound \"b\", 1 has another message"));
            CHECK(place.backend.tables == before);
            MemoryPlace same;
            hold(same.backend, "b", other, to_apart);
            CHECK(import(same, from.out, true) == 0);
        }
    }
}

TEST_CASE("a merge gives no packet id to two messages of a client") {
    MemoryPlace from;
    fill(from.backend);
    REQUIRE(from.run({"export"}) == 0);
    MemoryPlace place;
    fill(place.backend);
    auto& records = place.backend.of(Kind::outbound);
    records.erase(outbound_key("sensor-7", 2));
    records[outbound_key("sensor-7", 3)] = encoded(release_outbound());
    const Tables before = place.backend.tables;
    CHECK(import(place, from.out, true) == 1);
    CHECK(place.said("in the store outbound \"sensor-7\", 3 has this packet id"));
    CHECK(place.backend.tables == before);
}

TEST_CASE("a retained message does without its key where a merge has that for another") {
    const auto key_of = [](MemoryBackend& backend, const std::string& topic) {
        MessageRecord record;
        REQUIRE(decode(backend.of(Kind::retained)[topic], record) == Decoded::ok);
        CHECK(record.topic == topic);
        return record.key;
    };
    MessageRecord retained;
    retained.topic = "kept";
    retained.key = 9;  // of another message in fill()
    MessageRecord apart = retained;
    apart.topic = "apart";
    apart.key = 10;
    MemoryPlace keeps;
    keeps.backend.of(Kind::retained)["kept"] = encoded(retained);
    keeps.backend.of(Kind::retained)["apart"] = encoded(apart);
    MemoryPlace queues;
    fill(queues.backend);
    REQUIRE(keeps.run({"export"}) == 0);
    REQUIRE(queues.run({"export"}) == 0);
    const std::string kept = keeps.out;
    CHECK(import(keeps, queues.out, true) == 0);
    CHECK(import(queues, kept, true) == 0);
    for (MemoryPlace* const place : {&keeps, &queues}) {
        CHECK(key_of(place->backend, "kept") == 0);
        CHECK(key_of(place->backend, "apart") == 10);
    }
}

TEST_CASE("a fault in any line leaves the store as it was") {
    MemoryPlace from;
    fill(from.backend);
    REQUIRE(from.run({"export"}) == 0);
    for (const std::string_view bad :
         {"", "[]", "{", "{\"kind\":1}", "{\"kind\":\"client\",\"client\":\"a\"}",
          "{\"kind\":\"inbound\",\"client\":\"a\",\"packet_id\":-1}",
          "{\"kind\":\"inbound\",\"client\":\"a\",\"packet_id\":1.5}",
          "{\"kind\":\"inbound\",\"client_base64\":\"YQ=\",\"packet_id\":1}",
          "{\"kind\":\"inbound\",\"client\":\"a\",\"client_base64\":\"YQ==\",\"packet_id\":1}",
          "{\"kind\":\"sysinfo\",\"numbers\":[\"1\"]}", "{\"kind\":\"sysinfo\",\"numbers\":{}}",
          "{\"kind\":\"sysinfo\",\"numbers\":[],\"numbes\":[]}", "\xff"}) {
        CAPTURE(bad);
        MemoryPlace place;
        CHECK(import(place, without_end(from.out) + std::string(bad) + '\n') == 1);
        CHECK(place.said(":16: "));
        CHECK_FALSE(place.created);
        CHECK(place.backend.size() == 0);
    }
}

TEST_CASE("an export ends with what it has, and one that was cut is refused") {
    MemoryPlace from;
    fill(from.backend);
    REQUIRE(from.run({"export"}) == 0);
    const std::string whole = from.out;
    std::string end;
    for (std::size_t at = 0; at < kKinds; ++at)
        end += (at == 0 ? "{\"end\":{\"" : ",\"") + std::string(kKindNames[at]) +
               "\":" + std::to_string(from.backend.tables[at].size());
    CHECK(whole.ends_with('\n' + end + "}}\n"));
    for (std::size_t at = whole.find('\n'); at + 1 < whole.size(); at = whole.find('\n', at + 1)) {
        MemoryPlace place;
        CHECK(import(place, whole.substr(0, at + 1)) == 1);
        CHECK(place.said(" is cut: "));
        CHECK_FALSE(place.created);
    }
    MemoryPlace lacks;
    const std::size_t first = whole.find('\n') + 1;
    CHECK(import(lacks, whole.substr(0, first) + whole.substr(whole.find('\n', first) + 1)) == 1);
    CHECK(lacks.said(":15: counts other records than there are"));
    MemoryPlace twice;
    CHECK(import(twice, whole + whole.substr(first)) == 1);
    CHECK(twice.said(":17: stands behind the end"));
    MemoryPlace unterminated;
    CHECK(import(unterminated, whole.substr(0, whole.size() - 1)) == 0);
}

TEST_CASE("an export of an older program has no end, and that is said") {
    MemoryPlace from;
    fill(from.backend);
    REQUIRE(from.run({"export"}) == 0);
    MemoryPlace place;
    CHECK(import(place, std::string(kOldHead) + without_end(from.out).substr(kHead.size())) == 0);
    CHECK(place.said("whether it is whole cannot be told"));
    CHECK(place.backend.tables == from.backend.tables);
}

TEST_CASE("what an import leaves without an owner is said") {
    MemoryPlace place;
    CHECK(import(place, std::string(kOldHead) +
                            "{\"kind\":\"inbound\",\"client\":\"a\",\"packet_id\":1}\n") == 1);
    CHECK(place.said("inbound \"a\", 1 belongs to no client"));
    CHECK(place.said("repair"));
}

TEST_CASE("base64 is that of RFC 4648, and has one way to be written") {
    const std::pair<std::string_view, std::string_view> pairs[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"},
                                                                   {"\xff\xfe", "//4="}};
    std::string bytes;
    for (const auto& [plain, coded] : pairs) {
        CHECK(to_base64(plain) == coded);
        REQUIRE(from_base64(coded, bytes));
        CHECK(bytes == plain);
    }
    for (const std::string_view bad :
         {"Z", "Zg", "Zg=", "Zh==", "Zg==Zg==", "====", "Z===", "Zg=A", "Zm9 "})
        CHECK_FALSE(from_base64(bad, bytes));
}

TEST_CASE("UTF-8 is told from other bytes as strictly as the reader of JSON does") {
    for (const std::string_view good :
         {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
          "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
        CHECK(is_utf8(good));
        CHECK_NOTHROW(static_cast<void>(Json(good).dump()));
    }
    for (const std::string_view bad :
         {"\x80", "\xc1\xbf", "\xc2", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xef\xbf",
          "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xc2\x41", "a\xff"}) {
        CHECK_FALSE(is_utf8(bad));
        CHECK_THROWS(static_cast<void>(Json(bad).dump()));
    }
}
