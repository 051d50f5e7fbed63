#pragma once

#include <rocksdb/db.h>

#include <memory>
#include <string>

namespace grapnel::rocks {

// Copies the records of one family into a new database, around what cannot be read: behind a
// damaged block it goes on with the least key that can be found there.
class Salvage {
public:
    Salvage(rocksdb::DB& from, rocksdb::ColumnFamilyHandle* from_family, rocksdb::DB& into,
            rocksdb::ColumnFamilyHandle* into_family)
        : from_(from), from_family_(from_family), into_(into), into_family_(into_family) {}

    // Not ok: there is no way behind some damage; what is before it is copied. Throws
    // std::runtime_error when `into` cannot be written. What is written is on disk after a flush.
    rocksdb::Status copy();

private:
    void begin_anew();
    void copy_run();
    void write();
    // Moves behind what cannot be read.
    bool skip();
    bool reaches(const std::string& key);
    void refine(std::string fails, std::string reached);

    rocksdb::DB& from_;
    rocksdb::ColumnFamilyHandle* from_family_;
    rocksdb::DB& into_;
    rocksdb::ColumnFamilyHandle* into_family_;
    std::unique_ptr<rocksdb::Iterator> records_;  // of from_
    rocksdb::WriteBatch batch_;
    std::string last_;  // the greatest key that was read
};

// Throws std::runtime_error that names the database.
void must(const rocksdb::Status& status, const std::string& path);

}  // namespace grapnel::rocks
