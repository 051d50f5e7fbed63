#include "database.h"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <utility>

#include "folder.h"
#include "logger.h"
#include "store/key.h"
#include "store/record.h"
#include "store/tool.h"

namespace grapnel::rocks {

namespace {

constexpr std::string_view kSchemaKey = "schema";
// The manifest of a database that was never opened: that begins a later one.
constexpr std::string_view kFirstManifest = "MANIFEST-000001";
constexpr const char* kRepairHint = "; `grapnel store repair` saves the rest";

rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

// The owner of a queue's records: they come in order, so where the last went tells where the next
// goes. Not for keys of another form, as those of ranges.
class OwnerOfKey final : public rocksdb::SliceTransform {
public:
    const char* Name() const override { return "grapnel.owner"; }
    bool InDomain(const rocksdb::Slice& key) const override {
        std::string_view owner;
        std::string_view rest;
        return store::split_owned({key.data(), key.size()}, owner, rest) &&
               rest.size() == kOrderBytes;
    }
    rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
        return {key.data(), key.size() - kOrderBytes};
    }

private:
    static constexpr std::size_t kOrderBytes = sizeof(std::uint64_t);
};

// While the database is closed there are no families to write to: what comes then waits.
class WriteBatch final : public store::Batch {
public:
    explicit WriteBatch(const std::vector<rocksdb::ColumnFamilyHandle*>& families)
        : families_(families) {}

    void put(Kind kind, std::string_view key, std::string_view value) override {
        if (waits()) {
            waiting_.emplace_back([this, kind, key = std::string(key), value = std::string(value)] {
                put(kind, key, value);
            });
            return;
        }
        static_cast<void>(raw.Put(family(kind), slice(key), slice(value)));
    }
    void erase(Kind kind, std::string_view key) override {
        if (waits()) {
            waiting_.emplace_back([this, kind, key = std::string(key)] { erase(kind, key); });
            return;
        }
        static_cast<void>(raw.Delete(family(kind), slice(key)));
    }
    void erase_owned(Kind kind, std::string_view client_id) override {
        if (waits()) {
            waiting_.emplace_back(
                [this, kind, id = std::string(client_id)] { erase_owned(kind, id); });
            return;
        }
        std::string begin;
        store::put_owner(begin, client_id);
        static_cast<void>(raw.DeleteRange(family(kind), begin, behind(begin)));
    }
    bool empty() const override { return raw.Count() == 0 && waiting_.empty(); }
    void clear() override {
        raw.Clear();
        waiting_.clear();
    }
    // The database is open: what waited is in `raw` now, before all that comes.
    void take_waiting() {
        for (const auto& step : std::exchange(waiting_, {})) step();
    }

    rocksdb::WriteBatch raw;

private:
    // The least key behind all that begin with these bytes. They begin with a length of two bytes
    // that is less than all ones, or end in an id.
    static std::string behind(std::string prefix) {
        while (!prefix.empty() && static_cast<std::uint8_t>(prefix.back()) == 0xff)
            prefix.pop_back();
        if (!prefix.empty()) prefix.back() = static_cast<char>(prefix.back() + 1);
        return prefix;
    }
    // What waits keeps its place: the database may have been opened again meanwhile.
    bool waits() const { return families_.empty() || !waiting_.empty(); }
    rocksdb::ColumnFamilyHandle* family(Kind kind) const {
        return families_[static_cast<std::size_t>(kind)];
    }

    const std::vector<rocksdb::ColumnFamilyHandle*>& families_;
    std::vector<std::function<void()>> waiting_;
};

class Scan final : public store::Cursor {
public:
    Scan(rocksdb::Iterator* iterator, const std::string& path) : iterator_(iterator), path_(path) {
        iterator_->SeekToFirst();
    }

    bool next(std::string_view& key, std::string_view& value) override {
        if (std::exchange(given_, true) && iterator_->Valid()) iterator_->Next();
        if (!iterator_->Valid()) return false;
        key = {iterator_->key().data(), iterator_->key().size()};
        value = {iterator_->value().data(), iterator_->value().size()};
        return true;
    }
    Fault fault() const override {
        const rocksdb::Status status = iterator_->status();
        if (status.ok()) return {};
        const std::string text = "database " + path_ + ": " + status.ToString();
        return status.IsCorruption() ? text + kRepairHint : text;
    }

private:
    std::unique_ptr<rocksdb::Iterator> iterator_;
    const std::string& path_;
    bool given_ = false;
};

rocksdb::Options options_of(const DatabaseSettings& settings, bool create) {
    rocksdb::Options options;
    options.create_if_missing = create;
    options.create_missing_column_families = true;
    options.paranoid_checks = true;
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    options.info_log = std::make_shared<Logger>();
    options.max_open_files = 256;
    options.max_background_jobs = 2;
    options.db_write_buffer_size = settings.write_buffer_bytes;
    options.max_total_wal_size = 4 * settings.write_buffer_bytes;
    options.stats_dump_period_sec = 0;
    options.stats_persist_period_sec = 0;
    options.avoid_unnecessary_blocking_io = true;
    options.max_bgerror_resume_count = 0;
    return options;
}

rocksdb::ColumnFamilyOptions family_of(const DatabaseSettings& settings,
                                       const std::shared_ptr<rocksdb::Cache>& cache) {
    rocksdb::ColumnFamilyOptions options;
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = cache;
    table.cache_index_and_filter_blocks = true;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    options.compression = settings.compression;
    options.write_buffer_size = settings.write_buffer_bytes / 2;
    options.level_compaction_dynamic_level_bytes = true;
    return options;
}

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
    throw std::runtime_error("database " + path + ": " + why);
}

// Throws what the status means for an operator.
[[noreturn]] void refuse(const std::string& path, const rocksdb::Status& status) {
    const std::string text = status.ToString();
    if (status.IsCorruption() || status.IsPathNotFound())
        throw store::DamagedStore("database " + path + ": damaged: " + text + kRepairHint);
    if (const std::string user = in_use_text(status); !user.empty()) refuse(path, user);
    if (status.IsInvalidArgument()) refuse(path, "no database of this store: " + text);
    refuse(path, text);
}

// Nothing but a database has these.
bool is_of_database(std::string_view name) {
    return name.ends_with(".sst") || name.ends_with(".log") || name.starts_with("OPTIONS") ||
           (name.starts_with("MANIFEST") && name != kFirstManifest);
}

// What RocksDB leaves that was ended before it had made a database, and overwrites when it begins
// anew; or nobody's.
bool is_of_beginning(std::string_view name) {
    return name == "." || name == ".." || name == "LOCK" || name == "IDENTITY" ||
           name == "lost+found" || name.starts_with("LOG") || name == kFirstManifest ||
           name.ends_with(".dbtmp");
}

// A database has a file that names its manifest. False: there is none, and nothing that RocksDB
// would take away when it makes one.
bool is_there(const std::string& path) {
    if (::access((path + "/CURRENT").c_str(), F_OK) == 0) return true;
    if (errno != ENOENT && errno != ENOTDIR) refuse(path, std::strerror(errno));
    std::vector<std::string> names;
    static_cast<void>(rocksdb::Env::Default()->GetChildren(path, &names));
    for (const std::string& name : names) {
        if (is_of_database(name))
            throw store::DamagedStore("database " + path + ": damaged: CURRENT is missing" +
                                      kRepairHint);
        if (!is_of_beginning(name)) refuse(path, "no database, and not empty: it holds " + name);
    }
    return false;
}

// An empty database in the place of one that a repair took away would be a loss that nobody sees.
void refuse_unfinished_repair(const std::string& path) {
    const std::string left = left_by_repair(path);
    if (left.ends_with(kRepaired))
        throw store::DamagedStore("database " + path + ": a repair was ended before it had put " +
                                  left + " in its place; `grapnel store repair` does that");
    if (!left.empty())
        refuse(path, "is not there, and beside it is " + left +
                         ", which a repair left: put back what it was made of, or remove it");
}

// Throws where there is no database, unless one may be made.
void check_place(const std::string& path, bool create) {
    if (is_there(path)) return;
    refuse_unfinished_repair(path);
    if (!create) refuse(path, "is not there");
}

void make_directory(const std::string& path) {
    for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
        const std::string part = path.substr(0, slash);
        if (::mkdir(part.c_str(), 0700) == 0)
            sync_folder(parent_of(part));
        else if (errno != EEXIST)
            refuse(path, std::string("cannot make the directory: ") + std::strerror(errno));
        if (slash == std::string::npos) break;
    }
    if (::chmod(path.c_str(), 0700) != 0)
        refuse(path, std::string("cannot be made private: ") + std::strerror(errno));
}

}  // namespace

Opening opening_of(const DatabaseSettings& settings, bool create) {
    Opening opening{options_of(settings, create), {}};
    const auto cache = rocksdb::NewLRUCache(settings.block_cache_bytes);
    const rocksdb::ColumnFamilyOptions family = family_of(settings, cache);
    for (const std::string_view name : store::kKindNames)
        opening.families.emplace_back(std::string(name), family);
    opening.families[static_cast<std::size_t>(Kind::outbound)]
        .options.memtable_insert_with_hint_prefix_extractor = std::make_shared<OwnerOfKey>();
    opening.families.emplace_back(rocksdb::kDefaultColumnFamilyName, family);
    return opening;
}

std::string left_by_repair(const std::string& path) {
    if (::access((path + "/CURRENT").c_str(), F_OK) == 0) return {};
    for (const char* suffix : {kRepaired, kRepairing})
        if (::access((path + suffix + "/CURRENT").c_str(), F_OK) == 0) return path + suffix;
    return {};
}

std::unique_ptr<Database> Database::open(const DatabaseSettings& settings, bool create) {
    check_place(settings.path, create);
    if (create) make_directory(settings.path);
    std::unique_ptr<Database> opened(new Database(settings));
    opened->open_files(create);
    return opened;
}

std::unique_ptr<Database> Database::look(const DatabaseSettings& settings) {
    check_place(settings.path, false);
    std::unique_ptr<Database> opened(new Database(settings));
    opened->look_at_files();
    return opened;
}

Database::Database(const DatabaseSettings& settings) : settings_(settings) {}

void Database::open_files(bool create) {
    const Opening opening = opening_of(settings_, create);
    rocksdb::DB* raw = nullptr;
    const rocksdb::Status status =
        rocksdb::DB::Open(opening.options, settings_.path, opening.families, &families_, &raw);
    if (!status.ok()) refuse(settings_.path, status);
    database_.reset(raw);
    check_schema();
}

void Database::look_at_files() {
    lock_ = std::make_unique<DatabaseLock>(settings_.path);
    const Opening opening = opening_of(settings_, false);
    rocksdb::DB* raw = nullptr;
    const rocksdb::Status status = rocksdb::DB::OpenForReadOnly(opening.options, settings_.path,
                                                                opening.families, &families_, &raw);
    if (!status.ok()) refuse(settings_.path, status);
    database_.reset(raw);
    check_schema();
}

void Database::check_schema() {
    const std::string& path = settings_.path;
    std::string value;
    const rocksdb::Status status = database_->Get({}, families_.back(), slice(kSchemaKey), &value);
    try {
        if (status.IsNotFound()) return write_schema();
        if (!status.ok()) refuse(path, status);
        const unsigned long schema = std::strtoul(value.c_str(), nullptr, 10);
        if (schema == 0 || schema > store::kSchema)
            refuse(path, "is of schema " + value + ", and this program knows up to " +
                             std::to_string(store::kSchema) + ": start a newer one");
    } catch (...) {
        close();
        throw;
    }
}

void Database::write_schema() {
    if (lock_) return;
    rocksdb::WriteOptions durable;
    durable.sync = true;
    const rocksdb::Status written = database_->Put(durable, families_.back(), slice(kSchemaKey),
                                                   std::to_string(store::kSchema));
    if (!written.ok()) refuse(settings_.path, "cannot be written: " + written.ToString());
}

Database::~Database() { close(); }

void Database::close() {
    if (!database_) return;
    for (rocksdb::ColumnFamilyHandle* handle : families_)
        static_cast<void>(database_->DestroyColumnFamilyHandle(handle));
    families_.clear();
    static_cast<void>(database_->Close());
    database_.reset();
}

std::unique_ptr<store::Batch> Database::make_batch() {
    return std::make_unique<WriteBatch>(families_);
}

Fault Database::recover() {
    if (!failed_) return {};
    close();
    try {
        open_files(false);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    failed_ = false;
    return {};
}

Fault Database::result_of(const rocksdb::Status& status) {
    if (status.ok()) return {};
    failed_ = true;
    return status.ToString();
}

Fault Database::write(store::Batch& batch) {
    if (Fault fault = recover(); !fault.empty()) return fault;
    auto& steps = static_cast<WriteBatch&>(batch);
    steps.take_waiting();
    return result_of(database_->Write({}, &steps.raw));
}

Fault Database::sync() {
    if (Fault fault = recover(); !fault.empty()) return fault;
    return result_of(database_->SyncWAL());
}

std::unique_ptr<store::Cursor> Database::scan(Kind kind) {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    options.readahead_size = std::size_t{2} << 20;
    return std::make_unique<Scan>(database_->NewIterator(options, family(kind)), settings_.path);
}

std::uint64_t Database::estimate(Kind kind) {
    std::uint64_t count = 0;
    database_->GetIntProperty(family(kind), rocksdb::DB::Properties::kEstimateNumKeys, &count);
    return count;
}

}  // namespace grapnel::rocks
