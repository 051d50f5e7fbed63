#include "store/restorer.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/store/answer_host.h"
#include "plugins/store/memory_backend.h"
#include "store/applier.h"

using namespace grapnel::store;
using namespace grapnel::store::test;

namespace {

std::string text(gn_str bytes) { return std::string(gn::view(bytes)); }

// Takes what is given, one line a record, and turns the main loop by hand.
class Taker {
public:
    explicit Taker(MemoryBackend& backend) : restorer(host_.host(), backend, known) {
        host_.raw().store = &store_;
        host_.raw().loop = &loop_;
        store_.size = sizeof store_;
        store_.expect = [](gn_sink* sink, std::uint64_t records) -> gn_status {
            of(sink).expected += records;
            return GN_OK;
        };
        store_.client = [](gn_sink* sink, const gn_stored_client* client) {
            return of(sink).take("client " + text(client->id) + ' ' +
                                 std::to_string(client->disconnected_ms));
        };
        store_.subscription = [](gn_sink* sink, const gn_stored_subscription* subscription) {
            return of(sink).take("subscription " + text(subscription->client_id) + ' ' +
                                 text(subscription->filter->filter));
        };
        store_.message = [](gn_sink* sink, const gn_stored_message* message) {
            const std::string payload =
                message->message == nullptr ? "-" : text(message->message->payload);
            return of(sink).take("message " + text(message->client_id) + ' ' +
                                 std::to_string(message->type) + ' ' +
                                 std::to_string(message->order) + ' ' + payload);
        };
        store_.sysinfo = [](gn_sink* sink, const gn_sysinfo*) { return of(sink).take("sysinfo"); };
        loop_.post = [](gn_loop* loop, void (*run)(void*), void* argument) -> gn_status {
            reinterpret_cast<Taker*>(loop)->posted.emplace_back(run, argument);
            return GN_OK;
        };
    }
    Taker(const Taker&) = delete;
    Taker& operator=(const Taker&) = delete;

    // Runs one of the stored_ hooks to its end: its answer.
    gn_status run(gn_status (Restorer::*hook)(gn::Call, gn::Sink)) {
        gn_call call{sizeof(gn_call), 0, &host_.raw(), reinterpret_cast<gn_loop*>(this),
                     nullptr,         0};
        const gn::Sink sink(&host_.raw(), reinterpret_cast<gn_sink*>(this));
        REQUIRE((restorer.*hook)(gn::Call(&call), sink) == GN_V_DEFER);
        for (; !posted.empty(); posted.pop_front()) {
            const auto [function, argument] = posted.front();
            function(argument);
            ++turns;
        }
        return host_.wait(host_.last_ticket);
    }
    gn_status run_all() {
        for (const auto hook : {&Restorer::clients, &Restorer::subscriptions, &Restorer::messages,
                                &Restorer::retained, &Restorer::sysinfo})
            if (const gn_status status = run(hook); status != GN_OK) return status;
        return GN_OK;
    }
    bool logged(std::string_view part) {
        for (const std::string& line : host_.lines())
            if (line.find(part) != std::string::npos) return true;
        return false;
    }

    Known known;
    std::vector<std::string> given;
    std::deque<std::pair<void (*)(void*), void*>> posted;
    std::uint64_t expected = 0;
    int turns = 0;
    gn_status answer = GN_OK;
    bool slow = false;  // a record takes 200 us

private:
    static Taker& of(gn_sink* sink) { return *reinterpret_cast<Taker*>(sink); }
    gn_status take(std::string line) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(200);
        while (slow && std::chrono::steady_clock::now() < until) continue;
        given.push_back(std::move(line));
        return answer;
    }

    AnswerHost host_;
    gn_store_api store_{};
    gn_loop_api loop_{};

public:
    Restorer restorer;
};

std::string message_value(std::string_view payload, std::int64_t expires_ms = 0) {
    MessageRecord record;
    record.topic = "t";
    record.payload = payload;
    record.expires_ms = expires_ms;
    std::string value;
    encode(record, value);
    return value;
}

template <class Record>
std::string encoded_as(const Record& record) {
    std::string value;
    encode(record, value);
    return value;
}

std::string number_key(std::uint64_t number) {
    std::string key;
    put_u64(key, number);
    return key;
}

void put_client(MemoryBackend& backend, const std::string& id, std::int64_t disconnected_ms) {
    ClientRecord record;
    record.session_expiry_s = 100;
    record.disconnected_ms = disconnected_ms;
    backend.of(Kind::client)[id] = encoded_as(record);
}

void put_entry(MemoryBackend& backend, const std::string& id, std::uint64_t order,
               std::uint64_t message_key, std::string_view body, std::uint8_t type = 3) {
    OutboundRecord record;
    record.message_key = message_key;
    record.type = type;
    record.qos = 1;
    record.body = body;
    backend.of(Kind::outbound)[owned_key(id, number_key(order))] = encoded_as(record);
}

void write(MemoryBackend& backend, Known& known, Changes changes) {
    Applier applier(known);
    MemoryBatch batch;
    const std::vector<Changes> parts{std::move(changes)};
    applier.apply(parts, batch);
    backend.write(batch);
}

}  // namespace

TEST_CASE("records of all kinds are given") {
    MemoryBackend backend;
    put_client(backend, "a", 5);
    backend.of(Kind::subscription)[owned_key("a", "t/#")] = encoded_as(SubscriptionRecord{});
    backend.of(Kind::body)[number_key(7)] = message_value("shared");
    put_entry(backend, "a", 1, 7, {});
    put_entry(backend, "a", 2, 8, message_value("own"));
    put_entry(backend, "a", 3, 9, {}, 6);
    std::string inbound;
    encode_inbound(inbound);
    backend.of(Kind::inbound)[owned_key("a", std::string("\1\2"))] = inbound;
    backend.of(Kind::retained)["t"] = message_value("retained");
    backend.of(Kind::sysinfo)[""] = encoded_as(SysInfoRecord{});
    Taker taker(backend);
    CHECK(taker.run_all() == GN_OK);
    CHECK(taker.given == std::vector<std::string>{"client a 5", "subscription a t/#",
                                                  "message a 3 1 shared", "message a 3 2 own",
                                                  "message a 6 3 -", "message a 5 0 -",
                                                  "message  3 0 retained", "sysinfo"});
    CHECK(taker.expected == 8);
    CHECK(taker.known.has_client("a"));
    CHECK(taker.known.messages.size() == 2);
    CHECK(taker.known.messages.at(7).apart);
    CHECK_FALSE(taker.known.messages.at(8).apart);
    CHECK(taker.restorer.take_changes().empty());
}

TEST_CASE("a client that was connected is gone from now on, and that is written") {
    MemoryBackend backend;
    put_client(backend, "a", 0);
    Taker taker(backend);
    CHECK(taker.run_all() == GN_OK);
    CHECK(taker.given == std::vector<std::string>{"client a 1000000"});
    write(backend, taker.known, taker.restorer.take_changes());
    ClientRecord record;
    REQUIRE(decode(backend.of(Kind::client)["a"], record) == Decoded::ok);
    CHECK(record.disconnected_ms == 1'000'000);
}

TEST_CASE("what belongs to nobody is removed") {
    MemoryBackend backend;
    backend.of(Kind::subscription)[owned_key("b", "t")] = encoded_as(SubscriptionRecord{});
    put_entry(backend, "b", 1, 7, message_value("x"));
    std::string inbound;
    encode_inbound(inbound);
    backend.of(Kind::inbound)[owned_key("b", std::string("\1\2"))] = inbound;
    backend.of(Kind::body)[number_key(9)] = message_value("x");
    backend.of(Kind::retained)["t"] = message_value("old", 999'999);
    Taker taker(backend);
    CHECK(taker.run_all() == GN_OK);
    CHECK(taker.given.empty());
    write(backend, taker.known, taker.restorer.take_changes());
    CHECK(backend.size() == 0);
}

TEST_CASE("a body that lies apart goes with the last entry, though that holds it too") {
    MemoryBackend backend;
    put_client(backend, "a", 5);
    put_entry(backend, "a", 1, 7, message_value("x"));
    backend.of(Kind::body)[number_key(7)] = message_value("x");
    Taker taker(backend);
    CHECK(taker.run_all() == GN_OK);
    Changes changes;
    Delivery delivery;
    delivery.message_key = 7;
    delivery.order = 1;
    changes.settle("a", delivery);
    write(backend, taker.known, std::move(changes));
    CHECK(backend.of(Kind::outbound).empty());
    CHECK(backend.of(Kind::body).empty());
}

TEST_CASE("a large message within entries gets a record of its own, which goes with the last") {
    const std::string body = message_value(std::string(Applier::kWithinMost + 1, 'x'));
    MemoryBackend backend;
    put_client(backend, "a", 5);
    put_client(backend, "b", 5);
    put_entry(backend, "a", 1, 7, body);
    put_entry(backend, "b", 1, 7, body);
    Taker taker(backend);
    CHECK(taker.run_all() == GN_OK);
    write(backend, taker.known, taker.restorer.take_changes());
    CHECK(backend.of(Kind::body).at(number_key(7)) == body);
    Delivery delivery;
    delivery.message_key = 7;
    delivery.order = 1;
    Changes settled;
    settled.settle("a", delivery);
    write(backend, taker.known, std::move(settled));
    delivery.packet_id = 3;
    delivery.known = true;
    Changes sent;
    sent.deliver("b", delivery, {}, {});  // as a change is told of a large message: without it
    write(backend, taker.known, std::move(sent));
    Taker again(backend);
    CHECK(again.run_all() == GN_OK);
    CHECK(again.given.back().ends_with('x'));
    Changes over;
    over.settle("b", delivery);
    write(backend, again.known, std::move(over));
    CHECK(backend.of(Kind::outbound).empty());
    CHECK(backend.of(Kind::body).empty());
}

TEST_CASE("every record that cannot be read is named, and ends the start") {
    MemoryBackend backend;
    put_client(backend, "a", 5);
    backend.of(Kind::client)["cut"] = "\1";
    backend.of(Kind::client)["new"] = "\2";
    Taker taker(backend);
    CHECK(taker.run(&Restorer::clients) == GN_E_IO);
    CHECK(taker.given.size() == 1);
    CHECK(taker.logged("client \"cut\" is truncated"));
    CHECK(taker.logged("client \"new\" is of a newer version"));
    CHECK(taker.logged("2 records cannot be read"));
}

TEST_CASE("an entry whose message is nowhere is named") {
    MemoryBackend backend;
    put_client(backend, "a", 5);
    put_entry(backend, "a", 3, 7, {});
    put_entry(backend, "a", 4, 8, "nonsense");
    backend.of(Kind::outbound)[owned_key("a", "short")] = "";
    Taker taker(backend);
    CHECK(taker.run(&Restorer::clients) == GN_OK);
    CHECK(taker.run(&Restorer::messages) == GN_E_IO);
    CHECK(taker.logged("outbound \"a\", 3 lacks its message"));
    CHECK(taker.logged("outbound \"a\", 4 has a message that"));
    CHECK(taker.logged("has a damaged key"));
}

TEST_CASE("a backend that fails on the way ends the start with its words") {
    MemoryBackend backend;
    put_client(backend, "a", 5);
    backend.scan_fault = "000012.sst is damaged";
    Taker taker(backend);
    CHECK(taker.run(&Restorer::clients) == GN_E_IO);
    CHECK(taker.logged("000012.sst is damaged"));
}

TEST_CASE("a broker that takes no more is given no more") {
    MemoryBackend backend;
    put_client(backend, "a", 5);
    put_client(backend, "b", 5);
    Taker taker(backend);
    taker.answer = GN_E_STATE;
    CHECK(taker.run(&Restorer::clients) == GN_E_STATE);
    CHECK(taker.given.size() == 1);
}

TEST_CASE("many records are given in slices, between which the loop turns") {
    MemoryBackend backend;
    for (int number = 0; number < 600; ++number) put_client(backend, std::to_string(number), 5);
    Taker taker(backend);
    taker.slow = true;
    CHECK(taker.run(&Restorer::clients) == GN_OK);
    CHECK(taker.given.size() == 600);
    CHECK(taker.turns == 2);
}
