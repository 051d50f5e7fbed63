#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/store/memory_backend.h"
#include "plugins/store/records.h"
#include "plugins/store/schema_1.h"
#include "store/key.h"
#include "store/tool.h"

namespace grapnel::store::test {

// Passes a backend on that somebody else owns.
class Borrowed final : public Backend {
public:
    explicit Borrowed(Backend& backend) : backend_(backend) {}
    std::unique_ptr<Batch> make_batch() override { return backend_.make_batch(); }
    Fault write(Batch& batch) override { return backend_.write(batch); }
    Fault sync() override { return backend_.sync(); }
    std::unique_ptr<Cursor> scan(Kind kind) override { return backend_.scan(kind); }
    std::uint64_t estimate(Kind kind) override { return backend_.estimate(kind); }

private:
    Backend& backend_;
};

// A store of maps with its command line.
class MemoryPlace final : public ToolPlace {
public:
    std::unique_ptr<Backend> open(bool create) override {
        if (damaged) throw DamagedStore("the store is damaged");
        created = created || create;
        return std::make_unique<Borrowed>(backend);
    }
    Rebuilt rebuild() override {
        ++rebuilds;
        damaged = false;
        backend.scan_fault.clear();
        return {rebuild_words, rebuild_losses};
    }

    // Runs a command: its exit status; what it printed is in `out` and `errors`.
    int run(std::initializer_list<std::string_view> words) {
        std::ostringstream printed;
        std::ostringstream said;
        const std::vector<std::string_view> list(words);
        const int status = run_tool(*this, list, {printed, said, now_ms});
        out = printed.str();
        errors = said.str();
        return status;
    }
    bool printed(std::string_view part) const { return out.find(part) != std::string::npos; }
    bool said(std::string_view part) const { return errors.find(part) != std::string::npos; }

    MemoryBackend backend;
    bool created = false;
    bool damaged = false;
    int rebuilds = 0;
    std::string rebuild_words = "rebuilt";
    std::vector<std::string> rebuild_losses;
    std::int64_t now_ms = 1'754'000'010'000;
    std::string out;
    std::string errors;
};

inline std::string number_key(std::uint64_t number) {
    std::string key;
    put_u64(key, number);
    return key;
}

inline std::string outbound_key(std::string_view client_id, std::uint64_t order) {
    return owned_key(client_id, number_key(order));
}

inline OutboundRecord queued(std::uint64_t message_key) {
    OutboundRecord record;
    record.message_key = message_key;
    record.qos = 1;
    return record;
}

// A store without a fault that has every kind of record, with what is hard to write: bytes that are
// no text, the largest numbers, absent and empty strings.
inline void fill(MemoryBackend& backend) {
    ClientRecord plain;
    plain.protocol = 4;
    backend.of(Kind::client)["sensor-7"] = encoded(full_client());
    backend.of(Kind::client)["\xff\xfe"] = encoded(plain);
    backend.of(Kind::client)["quote\"\n"] = encoded(plain);
    backend.of(Kind::subscription)[owned_key("sensor-7", "plant/+/state")] =
        encoded(full_subscription());
    backend.of(Kind::subscription)[owned_key("sensor-7", "$share/g/a/#")] =
        encoded(SubscriptionRecord{});
    backend.of(Kind::outbound)[outbound_key("sensor-7", 1)] = encoded(full_outbound());
    backend.of(Kind::outbound)[outbound_key("sensor-7", 2)] = encoded(release_outbound());
    backend.of(Kind::outbound)[outbound_key("sensor-7", ~std::uint64_t{0})] = encoded(queued(9));
    backend.of(Kind::outbound)[outbound_key("\xff\xfe", 1)] = encoded(queued(9));
    backend.of(Kind::inbound)[inbound_key("sensor-7", 65'535)] = encoded_inbound();
    MessageRecord shared = full_message();
    shared.key = 9;
    backend.of(Kind::body)[number_key(9)] = encoded(shared);
    MessageRecord bare;
    bare.topic = "bare";
    backend.of(Kind::retained)["bare"] = encoded(bare);
    backend.of(Kind::retained)[std::string(full_message().topic)] = encoded(full_message());
    backend.of(Kind::sysinfo)[""] = encoded(full_sysinfo());
}

}  // namespace grapnel::store::test
