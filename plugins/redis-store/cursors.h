#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connection.h"
#include "hash_scan.h"
#include "layout.h"
#include "store/backend.h"

namespace grapnel::redis {

// Through the records of a kind that is one hash.
class PlainCursor final : public store::Cursor {
public:
    PlainCursor(Connection& connection, std::string hash) : scan_(connection, std::move(hash)) {}

    bool next(std::string_view& key, std::string_view& value) override {
        return scan_.next(key, value);
    }
    Fault fault() const override { return scan_.fault(); }

private:
    HashScan scan_;
};

// Through the records of an owned kind, client by client. Hashes of few fields are read whole and
// several at once, so that many small sessions cost few round trips.
class OwnedCursor final : public store::Cursor {
public:
    OwnedCursor(Connection& connection, const Layout& layout, Kind kind)
        : connection_(connection),
          layout_(layout),
          kind_(kind),
          clients_(connection, layout.hash_of(Kind::client)) {}

    bool next(std::string_view& key, std::string_view& value) override;
    Fault fault() const override { return fault_.empty() ? clients_.fault() : fault_; }

    // So many clients are asked about, and so many fields are read, with one round trip.
    static constexpr std::size_t kClients = 512;
    static constexpr long long kFields = 1024;

private:
    struct Owner {
        std::string id;
        long long fields;
    };
    struct Read {
        std::string id;
        Reply fields;
    };

    bool next_read(std::string_view& key, std::string_view& value);
    bool next_large(std::string_view& key, std::string_view& value);
    bool advance();
    bool ask_lengths();
    bool read_group();
    bool broken(const Fault& fault);
    void make_key(std::string_view id, std::string_view field);

    Connection& connection_;
    const Layout& layout_;
    const Kind kind_;
    HashScan clients_;
    std::deque<Owner> owners_;  // who has something, and was not gone through
    std::vector<Read> group_;
    std::size_t group_at_ = 0;
    std::size_t field_at_ = 0;
    std::string large_id_;
    std::optional<HashScan> large_;
    std::string key_;
    Fault fault_;
};

}  // namespace grapnel::redis
