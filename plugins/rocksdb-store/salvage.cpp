#include "salvage.h"

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace grapnel::rocks {

namespace {

constexpr std::size_t kBatchBytes = std::size_t{4} << 20;
constexpr std::size_t kGapsMost = 100'000;  // of one family
constexpr int kRefinedBytes = 8;            // how near to the damage it goes on
constexpr int kByteMost = 255;

std::string with(std::string_view prefix, int byte) {
    std::string key(prefix);
    key += static_cast<char>(byte);
    return key;
}

}  // namespace

rocksdb::Status Salvage::copy() {
    begin_anew();
    records_->SeekToFirst();
    copy_run();
    for (std::size_t gaps = 0; !records_->status().ok() && gaps < kGapsMost && skip(); ++gaps)
        copy_run();
    return records_->status();
}

// An iterator that met damage does not tell reliably what it meets later.
void Salvage::begin_anew() {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    records_.reset(from_.NewIterator(options, from_family_));
}

void Salvage::copy_run() {
    for (; records_->Valid(); records_->Next()) {
        last_.assign(records_->key().data(), records_->key().size());
        must(batch_.Put(into_family_, records_->key(), records_->value()), into_.GetName());
        if (batch_.GetDataSize() >= kBatchBytes) write();
    }
    write();
}

void Salvage::write() {
    rocksdb::WriteOptions unlogged;
    unlogged.disableWAL = true;
    must(into_.Write(unlogged, &batch_), into_.GetName());
    batch_.Clear();
}

// The keys behind the last one, first those that share most of its bytes: the damage is as near.
bool Salvage::skip() {
    std::string fails = last_;
    for (std::size_t shared = last_.size() + 1; shared-- > 0;) {
        const std::string_view prefix = std::string_view(last_).substr(0, shared);
        const int before = shared < last_.size() ? static_cast<std::uint8_t>(last_[shared]) : -1;
        for (int step = 1; before < kByteMost; step *= 2) {
            const int byte = std::min(before + step, kByteMost);
            std::string key = with(prefix, byte);
            if (reaches(key)) {
                refine(std::move(fails), std::move(key));
                return true;
            }
            fails = std::move(key);
            if (byte == kByteMost) break;
        }
    }
    return false;
}

// Reading goes on there, or ends there in order.
bool Salvage::reaches(const std::string& key) {
    if (key <= last_ && !last_.empty()) return false;
    begin_anew();
    records_->Seek(key);
    return records_->status().ok();
}

// Finds a lesser key that does, byte by byte, and stays on it.
void Salvage::refine(std::string fails, std::string reached) {
    std::string prefix(
        reached.begin(),
        std::mismatch(reached.begin(), reached.end(), fails.begin(), fails.end()).first);
    const std::size_t most = reached.size() + kRefinedBytes;
    while (prefix.size() < most) {
        int low = -1;  // does not reach
        int high = kByteMost + 1;
        while (high - low > 1) {
            const int byte = (low + high) / 2;
            (reaches(with(prefix, byte)) ? high : low) = byte;
        }
        if (high <= kByteMost) reached = std::min(reached, with(prefix, high));
        if (low < 0) break;
        prefix = with(prefix, low);
    }
    static_cast<void>(reaches(reached));
}

void must(const rocksdb::Status& status, const std::string& path) {
    if (!status.ok()) throw std::runtime_error("database " + path + ": " + status.ToString());
}

}  // namespace grapnel::rocks
