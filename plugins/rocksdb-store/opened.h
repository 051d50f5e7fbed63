#pragma once

#include <rocksdb/db.h>

#include <memory>
#include <string>
#include <vector>

#include "database.h"

namespace grapnel::rocks {

// How a damaged database, or a part of one, is opened to copy its records: damaged parts of logs
// are left out, and no table is rewritten.
inline Opening copying(const DatabaseSettings& settings, bool create) {
    Opening opening = opening_of(settings, create);
    opening.options.wal_recovery_mode = rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
    opening.options.paranoid_checks = false;  // else some of these end the start
    for (rocksdb::ColumnFamilyDescriptor& family : opening.families)
        family.options.disable_auto_compactions = true;
    return opening;
}

// A RocksDB database with its families, by kind and then the default one; closes it.
class Opened {
public:
    enum class Access { read, write };

    // `status` says whether it did; else there is no database.
    Opened(const Opening& opening, const std::string& path, Access access) {
        rocksdb::DB* raw = nullptr;
        status = access == Access::read
                     ? rocksdb::DB::OpenForReadOnly(opening.options, path, opening.families,
                                                    &families, &raw)
                     : rocksdb::DB::Open(opening.options, path, opening.families, &families, &raw);
        database.reset(raw);
    }
    ~Opened() {
        if (!database) return;
        for (rocksdb::ColumnFamilyHandle* handle : families)
            static_cast<void>(database->DestroyColumnFamilyHandle(handle));
        static_cast<void>(database->Close());
    }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;

    rocksdb::Status status;
    std::unique_ptr<rocksdb::DB> database;
    std::vector<rocksdb::ColumnFamilyHandle*> families;
};

}  // namespace grapnel::rocks
