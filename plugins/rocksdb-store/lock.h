#pragma once

#include <rocksdb/env.h>

#include <string>

namespace grapnel::rocks {

// Keeps others from opening a database while it is read or repaired without RocksDB's own lock.
// Lets go of it when it ends. One thread.
class DatabaseLock {
public:
    // Throws std::runtime_error: it is in use, or cannot be locked. Where nobody can write, as on a
    // snapshot, nothing is locked.
    explicit DatabaseLock(const std::string& path);
    ~DatabaseLock();
    DatabaseLock(const DatabaseLock&) = delete;
    DatabaseLock& operator=(const DatabaseLock&) = delete;

private:
    rocksdb::FileLock* lock_ = nullptr;
};

// Who has the database, when that is why it does not open; else empty.
std::string in_use_text(const rocksdb::Status& status);

}  // namespace grapnel::rocks
