#pragma once

#include <rocksdb/db.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lock.h"
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

// What a repair leaves beside a database when it is killed, behind the path: a copy that is being
// made, and one that is complete and about to take the place of the database.
inline constexpr const char* kRepairing = ".repairing";
inline constexpr const char* kRepaired = ".repaired";
// The path of such a copy where there is no database, the complete one first; empty: there is none.
std::string left_by_repair(const std::string& path);

// A RocksDB database as a store's backend: a column family for each kind. The directory is 0700 and
// its files are 0600, whatever the umask is for the rest of the process.
class Database final : public store::Backend {
public:
    // Throws store::DamagedStore when it is that, else std::runtime_error: it is in use, not there,
    // of a newer schema, or cannot be written.
    // `create`: make it where it is not there.
    static std::unique_ptr<Database> open(const DatabaseSettings& settings, bool create);
    // To read it alone, which changes none of its files; what its log has is in memory meanwhile.
    // Throws like open(), also when it is not there.
    static std::unique_ptr<Database> look(const DatabaseSettings& settings);
    ~Database() override;

    std::unique_ptr<store::Batch> make_batch() override;
    Fault write(store::Batch& batch) override;
    Fault sync() override;
    std::unique_ptr<store::Cursor> scan(Kind kind) override;
    std::uint64_t estimate(Kind kind) override;

private:
    explicit Database(const DatabaseSettings& settings);
    // Throws like open(); then it is closed.
    void open_files(bool create);
    void look_at_files();
    void check_schema();
    // The schema is written before anything else is: a database without one is new, or not ours.
    void write_schema();
    void close();
    // After a fault the database is opened anew: RocksDB goes on after some faults only, and what
    // the medium has is known for sure after none.
    Fault recover();
    Fault result_of(const rocksdb::Status& status);
    rocksdb::ColumnFamilyHandle* family(Kind kind) const {
        return families_[static_cast<std::size_t>(kind)];
    }

    const DatabaseSettings settings_;
    std::unique_ptr<DatabaseLock> lock_;                  // where it is read alone
    std::unique_ptr<rocksdb::DB> database_;               // none: closed
    std::vector<rocksdb::ColumnFamilyHandle*> families_;  // by kind, then the default one
    bool failed_ = false;
};

}  // namespace grapnel::rocks
