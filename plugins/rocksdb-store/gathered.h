#pragma once

#include <rocksdb/db.h>

#include <memory>
#include <string>
#include <vector>

#include "database.h"

namespace grapnel::rocks {

// What the tables and logs of a folder have together, whatever its manifest says of them: a
// database that is made of them in that folder, to be read alone. Its families are by kind, then
// the default one; null where no file has records of one. The files are used up.
class Gathered {
public:
    // `settings.path` is the folder. Throws std::runtime_error when it cannot be written; a table
    // that cannot be entered is left out and named in `left_out`.
    explicit Gathered(const DatabaseSettings& settings);
    ~Gathered();
    Gathered(const Gathered&) = delete;
    Gathered& operator=(const Gathered&) = delete;

    std::unique_ptr<rocksdb::DB> database;
    std::vector<rocksdb::ColumnFamilyHandle*> families;
    std::vector<std::string> left_out;

private:
    struct Table {
        std::string folder;
        std::string name;
    };
    using Tables = std::vector<Table>;

    void add_tables(const std::string& folder, std::vector<Tables>& by_family);
    rocksdb::ColumnFamilyHandle* join(const rocksdb::ColumnFamilyDescriptor& family,
                                      const Tables& tables);

    DatabaseSettings settings_;
};

}  // namespace grapnel::rocks
