#include "store/record.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/store/records.h"
#include "plugins/store/schema_1.h"

using namespace grapnel::store;
using namespace grapnel::store::test;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

// Decodes from a block of exactly its size, so that a sanitizer sees reads beyond it.
Decoded decode_exact(Kind kind, std::string_view value) {
    const std::vector<char> block(value.begin(), value.end());
    std::string again;
    return decode_again(kind, {block.data(), block.size()}, again);
}

// Decodes bytes that are a value but for its version and its checksum.
template <class Record>
Decoded decode_fields(std::string_view bytes, Record& out) {
    const std::string value = sealed('\1' + std::string(bytes));
    return decode(value, out);
}

template <class Record>
void check_round_trip(const Record& record) {
    const std::string value = encoded(record);
    Record read;
    REQUIRE(decode(value, read) == Decoded::ok);
    CHECK(describe(read) == describe(record));
}

}  // namespace

TEST_CASE("records of every kind survive a round trip, with all fields and with none") {
    check_round_trip(full_message());
    check_round_trip(empty_message());
    check_round_trip(MessageRecord{});
    check_round_trip(full_client());
    check_round_trip(ClientRecord{});
    check_round_trip(full_subscription());
    check_round_trip(SubscriptionRecord{});
    check_round_trip(full_outbound());
    check_round_trip(release_outbound());
    check_round_trip(OutboundRecord{});
    check_round_trip(full_sysinfo());
    check_round_trip(SysInfoRecord{});
    CHECK(decode_inbound(encoded_inbound()) == Decoded::ok);
}

TEST_CASE("absent is not empty") {
    MessageRecord record;
    record.content_type = ""sv;
    record.user = {{""sv, {}}, {{}, ""sv}};
    const std::string value = encoded(record);
    MessageRecord read;
    REQUIRE(decode(value, read) == Decoded::ok);
    CHECK(read.content_type.data() != nullptr);
    CHECK(read.content_type.empty());
    CHECK(read.response_topic.data() == nullptr);
    REQUIRE(read.user.size() == 2);
    CHECK(read.user[0].first.data() != nullptr);
    CHECK(read.user[0].second.data() == nullptr);
    CHECK(read.user[1].first.data() == nullptr);
    CHECK(read.user[1].second.data() != nullptr);
}

TEST_CASE("texts around the sizes where their length takes another byte") {
    for (const std::size_t size : {1u, 126u, 127u, 128u, 16'382u, 16'383u, 70'000u}) {
        const std::string payload(size, 'p');
        MessageRecord record;
        record.payload = payload;
        check_round_trip(record);
    }
}

TEST_CASE("numbers of every width") {
    SysInfoRecord record;
    for (unsigned shift = 0; shift < 64; ++shift) {
        const auto number = static_cast<std::int64_t>(std::uint64_t{1} << shift);
        record.numbers.insert(record.numbers.end(), {number, number - (shift < 63), -(number + 1)});
    }
    check_round_trip(record);
}

TEST_CASE("a value goes behind what is there") {
    std::string out = "before";
    encode(full_message(), out);
    CHECK(out == "before" + encoded(full_message()));
    encode_inbound(out);
    CHECK(out == "before" + encoded(full_message()) + encoded_inbound());
}

TEST_CASE("strings are borrowed of the value") {
    const std::string value = encoded(full_message());
    MessageRecord read;
    REQUIRE(decode(value, read) == Decoded::ok);
    CHECK(read.payload.data() > value.data());
    CHECK(read.payload.data() + read.payload.size() < value.data() + value.size());
}

TEST_CASE("a record that was used before keeps nothing of it") {
    ClientRecord client;
    OutboundRecord outbound;
    const std::string full = encoded(full_client());
    const std::string full_out = encoded(full_outbound());
    REQUIRE(decode(full, client) == Decoded::ok);
    REQUIRE(decode(full_out, outbound) == Decoded::ok);
    const std::string bare = encoded(ClientRecord{});
    const std::string bare_out = encoded(OutboundRecord{});
    REQUIRE(decode(bare, client) == Decoded::ok);
    REQUIRE(decode(bare_out, outbound) == Decoded::ok);
    CHECK(describe(client) == describe(ClientRecord{}));
    CHECK(describe(outbound) == describe(OutboundRecord{}));
}

TEST_CASE("a value that was cut anywhere is truncated") {
    for (const Golden& golden : schema_1()) {
        for (std::size_t size = 0; size < golden.value.size(); ++size) {
            CHECK_MESSAGE(
                decode_exact(golden.kind, golden.value.substr(0, size)) == Decoded::truncated,
                name_of(golden.kind), " cut to ", size);
        }
    }
}

TEST_CASE("fields that are cut are truncated though the checksum is right") {
    for (const Golden& golden : schema_1()) {
        for (std::size_t size = 1; size + 4 < golden.value.size(); ++size) {
            CHECK(decode_exact(golden.kind, sealed(golden.value.substr(0, size))) ==
                  Decoded::truncated);
        }
    }
}

TEST_CASE("every bit that flips is noticed") {
    for (const Golden& golden : schema_1()) {
        for (std::size_t bit = 0; bit < golden.value.size() * 8; ++bit) {
            std::string value = golden.value;
            value[bit / 8] = static_cast<char>(value[bit / 8] ^ (1 << (bit % 8)));
            CHECK_MESSAGE(decode_exact(golden.kind, value) != Decoded::ok, name_of(golden.kind),
                          " bit ", bit);
        }
    }
}

TEST_CASE("a newer version is told from a damaged value, whatever follows") {
    for (const Golden& golden : schema_1()) {
        for (unsigned version = kRecordVersion + 1; version < 256; ++version) {
            std::string value = golden.value;
            value[0] = static_cast<char>(version);
            CHECK(decode_exact(golden.kind, value) == Decoded::newer);
            CHECK(decode_exact(golden.kind, value.substr(0, 1)) == Decoded::newer);
        }
        std::string value = golden.value.substr(0, golden.value.size() - 4);
        value[0] = '\0';
        CHECK(decode_exact(golden.kind, sealed(value)) == Decoded::damaged);
    }
}

TEST_CASE("bytes behind the fields are damage") {
    for (const Golden& golden : schema_1()) {
        const std::string fields = golden.value.substr(0, golden.value.size() - 4);
        CHECK(decode_exact(golden.kind, sealed(fields)) == Decoded::ok);
        CHECK(decode_exact(golden.kind, sealed(fields + '\0')) == Decoded::damaged);
        CHECK(decode_exact(golden.kind, golden.value + golden.value) == Decoded::damaged);
    }
}

TEST_CASE("a number has one way to be written, and fits") {
    SysInfoRecord sysinfo;
    CHECK(decode_fields("\1\5"sv, sysinfo) == Decoded::ok);
    CHECK(decode_fields("\1\x85\0"sv, sysinfo) == Decoded::damaged);
    CHECK(decode_fields("\1\x80\x80\0"sv, sysinfo) == Decoded::damaged);
    const std::string nine(9, '\xff');
    CHECK(decode_fields('\1' + nine + '\1', sysinfo) == Decoded::ok);
    CHECK(sysinfo.numbers == std::vector<std::int64_t>{-1});
    CHECK(decode_fields('\1' + nine + '\2', sysinfo) == Decoded::damaged);
    CHECK(decode_fields('\1' + nine + "\x81\1", sysinfo) == Decoded::damaged);
    SubscriptionRecord subscription;
    CHECK(decode_fields("\xff\xff\xff\xff\x0f\0\0\0"sv, subscription) == Decoded::ok);
    CHECK(subscription.identifier == std::numeric_limits<std::uint32_t>::max());
    CHECK(decode_fields("\x80\x80\x80\x80\x10\0\0\0"sv, subscription) == Decoded::damaged);
}

TEST_CASE("a flag is 0 or 1") {
    const auto fields = [](char retain) {
        return std::string(8, '\0') + "\0\0\3\1"s + retain + "\0\0"s;
    };
    OutboundRecord record;
    CHECK(decode_fields(fields('\0'), record) == Decoded::ok);
    CHECK(decode_fields(fields('\1'), record) == Decoded::ok);
    CHECK(decode_fields(fields('\2'), record) == Decoded::damaged);
}

TEST_CASE("a length or a count beyond the value allocates nothing") {
    const std::string most = std::string(9, '\xff') + '\1';
    for (const std::string& count : {"\3"s, "\xff\x7f"s, most}) {
        SysInfoRecord sysinfo;
        CHECK(decode_fields(count + "\1\2", sysinfo) == Decoded::truncated);
        CHECK(sysinfo.numbers.capacity() == 0);
        MessageRecord message;
        CHECK(decode_fields(std::string(6, '\0') + count + "\1\1\1\1\1", message) ==
              Decoded::truncated);
        CHECK(message.user.capacity() == 0);
        CHECK(decode_fields(count + "a", message) == Decoded::truncated);
        OutboundRecord outbound;
        CHECK(decode_fields(std::string(8, '\0') + "\0\0\3\1\0"s + count + "\1", outbound) ==
              Decoded::truncated);
        CHECK(outbound.identifiers.capacity() == 0);
    }
}

TEST_CASE("schema 1: what it wrote is read, field by field") {
    const auto check = [](const auto& record, std::string_view hex) {
        auto read = record;
        read = {};
        const std::string value = bytes_of(hex);
        REQUIRE(decode(value, read) == Decoded::ok);
        CHECK(describe(read) == describe(record));
    };
    check(full_message(), kFullMessage);
    check(empty_message(), kEmptyMessage);
    check(MessageRecord{}, kBareMessage);
    check(full_client(), kFullClient);
    check(ClientRecord{}, kBareClient);
    check(full_subscription(), kFullSubscription);
    check(SubscriptionRecord{}, kBareSubscription);
    check(full_outbound(), kFullOutbound);
    check(release_outbound(), kReleaseOutbound);
    check(OutboundRecord{}, kBareOutbound);
    check(full_sysinfo(), kFullSysInfo);
    check(SysInfoRecord{}, kBareSysInfo);
    CHECK(decode_inbound(bytes_of(kInbound)) == Decoded::ok);
}

TEST_CASE("schema 1: the same bytes are written") {
    for (const Golden& golden : schema_1()) {
        std::string again;
        CHECK(decode_again(golden.kind, golden.value, again) == Decoded::ok);
        CHECK_MESSAGE(again == golden.value, name_of(golden.kind));
    }
}

TEST_CASE("what is wrong with a value has words") {
    CHECK(text_of(Decoded::truncated) == "is truncated");
    CHECK(text_of(Decoded::damaged) == "is damaged (checksum)");
    CHECK(text_of(Decoded::newer) == "is of a newer version");
}
