#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "store/backend.h"
#include "store/kind.h"
#include "store/record.h"
#include "store/text_hash.h"

namespace grapnel::store {

// Reads every record of a store, and finds those that cannot be read, that a broker would refuse,
// or that belong to nobody. Holds the ids of all clients and the keys of all messages.
class Verifier {
public:
    struct Found {
        Kind kind;
        std::string_view key;
        std::string_view why;  // to go behind the record's name
        bool removable;        // false: a newer program can read it
    };
    using Report = std::function<void(const Found& found)>;

    // The report is called for each while the records are read.
    Verifier(Backend& backend, Report report) : backend_(backend), report_(std::move(report)) {}
    void run();

    struct Total {
        std::uint64_t records = 0;
        std::uint64_t faults = 0;
        Fault ended_early;  // why not all were read
    };
    const Total& total(Kind kind) const { return totals_[static_cast<std::size_t>(kind)]; }
    std::uint64_t faults() const;
    std::uint64_t records() const;
    // Some kind was not read to its end.
    bool ended_early() const;

private:
    std::string why_of(Kind kind, std::string_view key, std::string_view value);
    std::string why_client(std::string_view id, std::string_view value);
    std::string why_subscription(std::string_view key, std::string_view value);
    std::string why_body(std::string_view key, std::string_view value);
    std::string why_outbound(std::string_view key, std::string_view value);
    std::string why_message(const OutboundRecord& record);
    // Of the outbound records of one client, which are neighbours.
    std::string why_packet_id(std::string_view id, std::uint16_t packet_id);
    std::string why_inbound(std::string_view key, std::string_view value);
    std::string why_retained(std::string_view topic, std::string_view value);
    std::string why_orphan(std::string_view client_id) const;
    void find_needless_bodies();
    void found(Kind kind, std::string_view key, std::string_view why);
    Total& mutable_total(Kind kind) { return totals_[static_cast<std::size_t>(kind)]; }

    Backend& backend_;
    Report report_;
    std::array<Total, kKinds> totals_{};
    TextSet clients_;
    std::unordered_map<std::uint64_t, bool> bodies_;  // by message key: is it needed?
    std::string owner_;                               // of these:
    std::unordered_set<std::uint16_t> packet_ids_;    // that its records have
    bool newer_ = false;                              // the record that is looked at
    bool newer_outbound_ = false;                     // some: then no body is known to be needless
};

}  // namespace grapnel::store
