#include "rebuild.h"

#include <rocksdb/sst_file_reader.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table_properties.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <set>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "store/failpoint.h"

namespace grapnel::rocks {

namespace {

constexpr std::size_t kBatchBytes = std::size_t{4} << 20;
constexpr std::size_t kNumberDigits = 6;  // of a file's name
constexpr int kOldMost = 1000;            // damaged databases that may lie beside each other

// An open database with its families; closes it.
class Opened {
public:
    explicit Opened(const Opening& opening, const std::string& path) {
        rocksdb::DB* raw = nullptr;
        status = rocksdb::DB::Open(opening.options, path, opening.families, &families, &raw);
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

void must(const rocksdb::Status& status, const std::string& path) {
    if (!status.ok()) throw std::runtime_error("database " + path + ": " + status.ToString());
}

// Copies the records of one family.
class Copier {
public:
    Copier(rocksdb::Iterator& from, rocksdb::DB& into, rocksdb::ColumnFamilyHandle* family)
        : from_(from), into_(into), family_(family) {}

    // From the least key on, or from the greatest back, up to what cannot be read. Zero records and
    // no fault: there is none.
    std::uint64_t copy(bool backward, rocksdb::Status& fault) {
        std::uint64_t records = 0;
        backward ? from_.SeekToLast() : from_.SeekToFirst();
        for (; from_.Valid(); backward ? from_.Prev() : from_.Next(), ++records) {
            must(batch_.Put(family_, from_.key(), from_.value()), into_.GetName());
            if (batch_.GetDataSize() >= kBatchBytes) write();
        }
        write();
        fault = from_.status();
        return records;
    }

private:
    void write() {
        must(into_.Write({}, &batch_), into_.GetName());
        batch_.Clear();
    }

    rocksdb::Iterator& from_;
    rocksdb::DB& into_;
    rocksdb::ColumnFamilyHandle* family_;
    rocksdb::WriteBatch batch_;
};

// False when a family gives nothing from either end: then its damage is not that of a place.
bool copy_all(const Opened& from, const Opened& into) {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    for (std::size_t at = 0; at < from.families.size(); ++at) {
        const std::unique_ptr<rocksdb::Iterator> iterator(
            from.database->NewIterator(options, from.families[at]));
        Copier copier(*iterator, *into.database, into.families[at]);
        rocksdb::Status fault;
        std::uint64_t records = copier.copy(false, fault);
        if (fault.ok()) continue;
        records += copier.copy(true, fault);
        if (records == 0) return false;
    }
    return true;
}

void rename_or_throw(const std::string& from, const std::string& to) {
    if (std::rename(from.c_str(), to.c_str()) == 0) return;
    throw std::runtime_error(from + " cannot be renamed to " + to + ": " + std::strerror(errno));
}

std::string free_name(const std::string& path) {
    for (int number = 1; number <= kOldMost; ++number) {
        std::string name = path + ".damaged-" + std::to_string(number);
        if (rocksdb::Env::Default()->FileExists(name).IsNotFound()) return name;
    }
    throw std::runtime_error("too many damaged databases beside " + path + ": remove some");
}

// A database beside the damaged one.
DatabaseSettings beside(const DatabaseSettings& settings, const char* suffix) {
    DatabaseSettings other = settings;
    other.path = settings.path + suffix;
    return other;
}

void discard(const DatabaseSettings& fresh) {
    const Opening opening = opening_of(fresh, false);
    static_cast<void>(rocksdb::DestroyDB(fresh.path, opening.options, opening.families));
}

// False: the database is as it was, but that what its log had is in tables.
bool replace_by_copy(const DatabaseSettings& settings, std::string& old_path) {
    const DatabaseSettings fresh = beside(settings, kRepairing);
    discard(fresh);  // of a repair that was killed, as is the next
    discard(beside(settings, kRepaired));
    {
        Opening opening = opening_of(settings, false);
        opening.options.wal_recovery_mode = rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
        const Opened from(opening, settings.path);
        if (!from.status.ok()) return false;
        static_cast<void>(Database::open(fresh, true));  // makes the directory private
        const Opened into(opening_of(fresh, false), fresh.path);
        must(into.status, fresh.path);
        if (copy_all(from, into)) {
            for (rocksdb::ColumnFamilyHandle* family : into.families)
                must(into.database->Flush({}, family), fresh.path);
            old_path = free_name(settings.path);
        }
    }
    if (old_path.empty()) {
        discard(fresh);
        return false;
    }
    // A kill between any two of these is seen: by the next repair, or by what opens the database.
    store::Failpoint failpoint;
    const std::string complete = settings.path + kRepaired;
    rename_or_throw(fresh.path, complete);
    rename_or_throw(settings.path, old_path);
    failpoint.pass("repair-moved");
    rename_or_throw(complete, settings.path);
    return true;
}

std::uint64_t last_number(const std::vector<std::string>& names) {
    std::uint64_t last = 0;
    for (const std::string& name : names) {
        const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
        std::uint64_t number = 0;
        std::from_chars(name.data(), name.data() + digits, number);
        last = std::max(last, number);
    }
    return last;
}

std::vector<std::string> names_in(const std::string& path) {
    std::vector<std::string> names;
    must(rocksdb::Env::Default()->GetChildren(path, &names), path);
    return names;
}

// The family that a table is of; empty: it cannot be read.
std::string family_of(const std::string& path, const Opening& opening) {
    rocksdb::SstFileReader reader(opening.options);
    if (!reader.Open(path).ok()) return {};
    const auto properties = reader.GetTableProperties();
    return properties ? properties->column_family_name : std::string();
}

// RepairDB knows the families by the tables that it finds: what the log has of another one it
// leaves out. So each family without one gets a table with the removal of a key that no record has.
// The numbers of the families are those of any database of this store.
void add_tables(const DatabaseSettings& settings) {
    constexpr std::string_view kNoKey = "\xff\xff\xff\xff";
    const Opening opening = opening_of(settings, false);
    const std::vector<std::string> names = names_in(settings.path);
    std::set<std::string> present{rocksdb::kDefaultColumnFamilyName};
    for (const std::string& name : names)
        if (name.ends_with(".sst")) present.insert(family_of(settings.path + '/' + name, opening));
    std::uint64_t number = last_number(names);
    const DatabaseSettings fresh = beside(settings, kRepairing);
    static_cast<void>(Database::open(fresh, true));
    {
        const Opened model(opening_of(fresh, false), fresh.path);
        must(model.status, fresh.path);
        for (rocksdb::ColumnFamilyHandle* family : model.families) {
            if (present.contains(family->GetName())) continue;
            std::string digits = std::to_string(++number);
            if (digits.size() < kNumberDigits) digits.insert(0, kNumberDigits - digits.size(), '0');
            const std::string path = settings.path + '/' + digits + ".sst";
            rocksdb::SstFileWriter writer({}, opening.options, family);
            must(writer.Open(path), path);
            must(writer.Delete({kNoKey.data(), kNoKey.size()}), path);
            must(writer.Finish(), path);
        }
    }
    discard(fresh);
}

}  // namespace

std::string rebuild_database(const DatabaseSettings& settings) {
    if (left_by_repair(settings.path) == settings.path + kRepaired &&
        std::rename((settings.path + kRepaired).c_str(), settings.path.c_str()) == 0)
        return "put what an earlier repair had copied in its place";
    std::string old_path;
    if (replace_by_copy(settings, old_path))
        return "copied what can be read; the damaged database is kept as " + old_path;
    add_tables(settings);
    const Opening opening = opening_of(settings, false);
    must(rocksdb::RepairDB(settings.path, opening.options, opening.families), settings.path);
    return "RocksDB repaired the database; files that it could not read are in " + settings.path +
           "/lost";
}

}  // namespace grapnel::rocks
