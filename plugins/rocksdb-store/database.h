#pragma once

#include <rocksdb/db.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "store/backend.h"

namespace grapnel::rocks {

using store::Fault;
using store::Kind;

struct DatabaseSettings {
    std::string path;
    std::uint64_t block_cache_bytes = std::uint64_t{32} << 20;
    std::uint64_t write_buffer_bytes = std::uint64_t{64} << 20;
    rocksdb::CompressionType compression = rocksdb::kLZ4Compression;
};

// What a database is opened with: the families by kind, then the default one.
struct Opening {
    rocksdb::Options options;
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
};
Opening opening_of(const DatabaseSettings& settings, bool create);

// A RocksDB database as a store's backend: a column family for each kind. The directory is 0700 and
// its files are 0600, whatever the umask is for the rest of the process.
class Database final : public store::Backend {
public:
    // Throws store::DamagedStore when it is that, else std::runtime_error: it is in use, not there,
    // of a newer schema, or cannot be written.
    // `create`: make it where it is not there.
    static std::unique_ptr<Database> open(const DatabaseSettings& settings, bool create);
    ~Database() override;

    std::unique_ptr<store::Batch> make_batch() override;
    Fault write(store::Batch& batch) override;
    Fault sync() override;
    std::unique_ptr<store::Cursor> scan(Kind kind) override;
    std::uint64_t estimate(Kind kind) override;

private:
    Database() = default;
    void check_schema(const std::string& path);
    rocksdb::ColumnFamilyHandle* family(Kind kind) const {
        return families_[static_cast<std::size_t>(kind)];
    }

    std::unique_ptr<rocksdb::DB> database_;
    std::vector<rocksdb::ColumnFamilyHandle*> families_;  // by kind, then the default one
    bool failed_ = false;
};

}  // namespace grapnel::rocks
