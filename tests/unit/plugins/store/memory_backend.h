#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/backend.h"
#include "store/key.h"

namespace grapnel::store::test {

using Records = std::map<std::string, std::string, std::less<>>;
using Tables = std::array<Records, kKinds>;

// Does what it is told only when it is written.
class MemoryBatch final : public Batch {
public:
    void put(Kind kind, std::string_view key, std::string_view value) override {
        steps_.emplace_back([kind, key = std::string(key), value = std::string(value)](Tables& to) {
            to[static_cast<std::size_t>(kind)][key] = value;
        });
    }
    void erase(Kind kind, std::string_view key) override {
        steps_.emplace_back([kind, key = std::string(key)](Tables& from) {
            from[static_cast<std::size_t>(kind)].erase(key);
        });
    }
    void erase_owned(Kind kind, std::string_view client_id) override {
        steps_.emplace_back([kind, owner = owned_key(client_id, {})](Tables& from) {
            std::erase_if(from[static_cast<std::size_t>(kind)],
                          [&](const auto& record) { return record.first.starts_with(owner); });
        });
    }
    bool empty() const override { return steps_.empty(); }
    void clear() override { steps_.clear(); }

    std::size_t size() const { return steps_.size(); }
    void apply(Tables& tables) const {
        for (const auto& step : steps_) step(tables);
    }

private:
    std::vector<std::function<void(Tables&)>> steps_;
};

class MemoryCursor final : public Cursor {
public:
    MemoryCursor(Records records, Fault fault)
        : records_(std::move(records)), at_(records_.begin()), fault_(std::move(fault)) {}
    bool next(std::string_view& key, std::string_view& value) override {
        if (at_ == records_.end()) return false;
        key = at_->first;
        value = at_->second;
        ++at_;
        return true;
    }
    Fault fault() const override { return fault_; }

private:
    Records records_;
    Records::iterator at_;
    Fault fault_;
};

// Records in maps. Thread: as Backend says.
class MemoryBackend : public Backend {
public:
    std::unique_ptr<Batch> make_batch() override { return std::make_unique<MemoryBatch>(); }
    Fault write(Batch& batch) override {
        static_cast<MemoryBatch&>(batch).apply(tables);
        return {};
    }
    Fault sync() override { return {}; }
    std::unique_ptr<Cursor> scan(Kind kind) override {
        return std::make_unique<MemoryCursor>(of(kind), scan_fault);
    }
    std::uint64_t estimate(Kind kind) override { return of(kind).size(); }

    Records& of(Kind kind) { return tables[static_cast<std::size_t>(kind)]; }
    std::size_t size() const {
        std::size_t records = 0;
        for (const Records& each : tables) records += each.size();
        return records;
    }

    Tables tables;
    Fault scan_fault;  // how every scan ends
};

}  // namespace grapnel::store::test
