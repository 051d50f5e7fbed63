#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "plugins/store/memory_backend.h"
#include "store/applier.h"
#include "store/record.h"

using namespace grapnel::store;
using namespace grapnel::store::test;

namespace {

constexpr std::uint8_t kPublish = 3;
constexpr std::uint8_t kPubrel = 6;
constexpr std::uint32_t kLoops = 3;
constexpr std::uint32_t kClients = 7;

std::string body_of(std::uint64_t message_key) {
    const std::size_t size = message_key % 5 == 0 ? Applier::kWithinMost + message_key : 9;
    return std::to_string(message_key) + std::string(size, 'b');
}

// A broker's queues, which tells a store what it does at random, and looks at what is stored.
class Model {
public:
    explicit Model(std::uint32_t seed) : random_(seed), clients_(kClients) {}

    void commit() {
        std::vector<Changes> parts(kLoops);
        for (std::uint32_t steps = below(12); steps > 0; --steps) step(parts);
        write(parts);
        check();
    }
    void settle_all() {
        std::vector<Changes> parts(kLoops);
        for (std::uint32_t client = 0; client < kClients; ++client)
            while (!clients_[client].empty()) settle(parts, client);
        write(parts);
        CHECK(known_.messages.empty());
        CHECK(backend_.size() == 0);
    }
    // As if the process had ended: what is known is made of what is stored.
    void restart() {
        known_ = {};
        for (const auto& [key, value] : backend_.of(Kind::outbound)) {
            OutboundRecord record;
            REQUIRE(decode(value, record) == Decoded::ok);
            if (record.type != kPublish) continue;
            Known::Message& message = known_.messages[record.message_key];
            ++message.entries;
            std::string body_key;
            put_u64(body_key, record.message_key);
            message.apart = backend_.of(Kind::body).contains(body_key);
        }
    }

private:
    using Queue = std::map<std::uint64_t, Delivery>;  // by order

    std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(random_() % end); }
    static std::string id_of(std::uint32_t client) { return "client-" + std::to_string(client); }
    static Changes& part_of(std::vector<Changes>& parts, std::uint32_t client) {
        return parts[client % kLoops];
    }

    void step(std::vector<Changes>& parts) {
        const std::uint32_t client = below(kClients);
        switch (below(8)) {
            case 0:
            case 1: return publish(parts, ++last_message_, below(1u << kClients));
            case 2: return pass_on(parts);
            case 3: return resend(parts, client);
            case 4: return release(parts, client);
            case 5: return end_session(parts, client);
            default: return settle(parts, client);
        }
    }

    // To every client whose bit is set.
    void publish(std::vector<Changes>& parts, std::uint64_t message_key, std::uint32_t receivers) {
        for (std::uint32_t loop = 0; loop < kLoops; ++loop)
            for (std::uint32_t client = loop; client < kClients; client += kLoops)
                if ((receivers >> client & 1) != 0) deliver(parts, client, message_key);
    }
    void deliver(std::vector<Changes>& parts, std::uint32_t client, std::uint64_t message_key) {
        Delivery delivery;
        delivery.message_key = message_key;
        delivery.order = ++last_order_;
        Changes& part = part_of(parts, client);
        const bool given = part.last_message() == message_key;
        part.deliver(id_of(client), delivery, {}, given ? std::string() : body_of(message_key));
        clients_[client][delivery.order] = delivery;
    }
    Delivery* any_of(std::uint32_t client) {
        Queue& queue = clients_[client];
        if (queue.empty()) return nullptr;
        auto at = queue.begin();
        std::advance(at, below(static_cast<std::uint32_t>(queue.size())));
        return &at->second;
    }
    // A message that somebody has in his queue comes to others in a later commit, too.
    void pass_on(std::vector<Changes>& parts) {
        const Delivery* const some = any_of(below(kClients));
        if (some == nullptr || some->type != kPublish) return;
        publish(parts, some->message_key, below(1u << kClients));
    }
    void resend(std::vector<Changes>& parts, std::uint32_t client) {
        Delivery* const some = any_of(client);
        if (some == nullptr || some->type != kPublish) return;
        some->known = true;
        ++some->sent_ms;
        const std::string body = body_of(some->message_key);
        const bool large = body.size() > Applier::kWithinMost;
        part_of(parts, client).deliver(id_of(client), *some, {}, large ? std::string() : body);
    }
    void release(std::vector<Changes>& parts, std::uint32_t client) {
        Delivery* const some = any_of(client);
        if (some == nullptr || some->type != kPublish) return;
        some->known = true;
        some->type = kPubrel;
        part_of(parts, client).deliver(id_of(client), *some, {}, {});
    }
    void settle(std::vector<Changes>& parts, std::uint32_t client) {
        const Delivery* const some = any_of(client);
        if (some == nullptr) return;
        part_of(parts, client).settle(id_of(client), *some);
        clients_[client].erase(some->order);
    }
    // PUBREL is not told of: the end of the client takes it.
    void end_session(std::vector<Changes>& parts, std::uint32_t client) {
        Changes& part = part_of(parts, client);
        part.put(Kind::client, id_of(client), {});
        for (const auto& [order, delivery] : clients_[client])
            if (delivery.type == kPublish) part.settle(id_of(client), delivery);
        part.end_client(id_of(client));
        clients_[client].clear();
    }

    void write(const std::vector<Changes>& parts) {
        MemoryBatch batch;
        applier_.apply(parts, batch);
        backend_.write(batch);
    }
    void check() {
        std::size_t entries = 0;
        for (std::uint32_t client = 0; client < kClients; ++client) {
            entries += clients_[client].size();
            for (const auto& [order, delivery] : clients_[client]) check(client, delivery);
        }
        CHECK(backend_.of(Kind::outbound).size() == entries);
    }
    void check(std::uint32_t client, const Delivery& delivery) {
        std::string key;
        put_u64(key, delivery.order);
        const auto found = backend_.of(Kind::outbound).find(owned_key(id_of(client), key));
        REQUIRE(found != backend_.of(Kind::outbound).end());
        OutboundRecord record;
        REQUIRE(decode(found->second, record) == Decoded::ok);
        CHECK(record.type == delivery.type);
        CHECK(record.sent_ms == delivery.sent_ms);
        if (delivery.type != kPublish) return;
        std::string body_key;
        put_u64(body_key, delivery.message_key);
        const Records& bodies = backend_.of(Kind::body);
        const auto body = bodies.find(body_key);
        const bool within = record.body.data() != nullptr;
        REQUIRE((within || body != bodies.end()));
        CHECK((within ? record.body : body->second) == body_of(delivery.message_key));
    }

    std::mt19937 random_;
    Known known_;
    Applier applier_{known_};
    MemoryBackend backend_;
    std::vector<Queue> clients_;
    std::uint64_t last_message_ = 0;
    std::uint64_t last_order_ = 0;
};

}  // namespace

TEST_CASE("whatever happens, who waits for a message finds it, and nothing is left behind") {
    for (std::uint32_t seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        Model model(seed);
        for (int commits = 1; commits <= 60; ++commits) {
            model.commit();
            if (commits % 17 == 0) model.restart();
        }
        model.settle_all();
    }
}
