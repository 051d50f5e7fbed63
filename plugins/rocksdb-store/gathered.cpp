#include "gathered.h"

#include <rocksdb/sst_file_reader.h>
#include <rocksdb/table_properties.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "opened.h"
#include "salvage.h"

namespace grapnel::rocks {

namespace {

namespace fs = std::filesystem;

// More than any record's sequence number, so that all are seen.
constexpr rocksdb::SequenceNumber kBehindAll = rocksdb::SequenceNumber{1} << 50;
constexpr std::string_view kBehindOwned = "\xff\xff\xff\xff";
constexpr std::uint64_t kFirstLogNumber = 1'000'000;  // above those of a new database

std::vector<std::string> names_in(const std::string& folder, std::string_view ending) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
        std::string name = entry.path().filename();
        if (name.ends_with(ending)) names.push_back(std::move(name));
    }
    // Numbers of the same length come in order, and longer ones later.
    std::sort(names.begin(), names.end(), [](const std::string& left, const std::string& right) {
        return left.size() != right.size() ? left.size() < right.size() : left < right;
    });
    return names;
}

// Removals of ranges count as far as a table has keys: it gets one below and one above all of what
// belongs to clients.
void add_bounds(rocksdb::DB& logs, rocksdb::ColumnFamilyHandle* family) {
    rocksdb::WriteOptions unlogged;
    unlogged.disableWAL = true;
    for (const std::string_view key : {std::string_view(), kBehindOwned})
        must(logs.Delete(unlogged, family, {key.data(), key.size()}), logs.GetName());
}

// Makes tables of the logs of a folder: an empty database is started with them. Answers where they
// are.
std::string tables_of_logs(const DatabaseSettings& settings) {
    const std::string folder = settings.path + "/logs";
    {
        const Opened empty(copying(settings, true), folder, Opened::Access::write);
        must(empty.status, folder);
    }
    std::uint64_t number = kFirstLogNumber;
    for (const std::string& name : names_in(settings.path, ".log"))
        fs::rename(settings.path + '/' + name, folder + '/' + std::to_string(++number) + ".log");
    Opening opening = copying(settings, false);
    opening.options.avoid_flush_during_recovery = true;
    const Opened logs(opening, folder, Opened::Access::write);
    must(logs.status, folder);
    for (const Kind kind : {Kind::subscription, Kind::outbound, Kind::inbound})
        add_bounds(*logs.database, logs.families[static_cast<std::size_t>(kind)]);
    for (rocksdb::ColumnFamilyHandle* family : logs.families)
        must(logs.database->Flush({}, family), folder);
    return folder;
}

// The family that a table is of; empty: it cannot be entered from both ends, or has no key.
std::string family_of(const std::string& path, const rocksdb::Options& options) {
    rocksdb::SstFileReader reader(options);
    if (!reader.Open(path).ok()) return {};
    const std::unique_ptr<rocksdb::Iterator> records(reader.NewIterator({}));
    records->SeekToFirst();
    if (!records->status().ok()) return {};
    records->SeekToLast();
    if (!records->status().ok()) return {};
    const auto properties = reader.GetTableProperties();
    if (properties && properties->num_range_deletions == properties->num_entries) return {};
    return properties ? properties->column_family_name : std::string();
}

}  // namespace

Gathered::Gathered(const DatabaseSettings& settings) : settings_(settings) {
    const Opening opening = copying(settings, true);
    std::vector<Tables> by_family(opening.families.size());
    add_tables(settings.path, by_family);
    add_tables(tables_of_logs(settings), by_family);
    const std::string folder = settings.path + "/all";
    rocksdb::DB* raw = nullptr;
    must(rocksdb::DB::Open(opening.options, folder, &raw), folder);
    database.reset(raw);
    for (std::size_t at = 0; at < by_family.size(); ++at)
        families.push_back(join(opening.families[at], by_family[at]));
}

Gathered::~Gathered() {
    if (!database) return;
    for (rocksdb::ColumnFamilyHandle* handle : families)
        if (handle != nullptr) static_cast<void>(database->DestroyColumnFamilyHandle(handle));
    static_cast<void>(database->Close());
}

void Gathered::add_tables(const std::string& folder, std::vector<Tables>& by_family) {
    const Opening opening = copying(settings_, false);
    for (const std::string& name : names_in(folder, ".sst")) {
        const std::string family = family_of(folder + '/' + name, opening.options);
        const auto found =
            std::find_if(opening.families.begin(), opening.families.end(),
                         [&family](const auto& each) { return each.name == family; });
        if (found == opening.families.end())
            left_out.push_back(name);
        else
            by_family[static_cast<std::size_t>(found - opening.families.begin())].push_back(
                {folder, name});
    }
}

// The numbers of records in tables that were compacted, and in those made of logs, overlap, which
// RocksDB takes for damage. So it is told others; what is read goes by those of the records.
rocksdb::ColumnFamilyHandle* Gathered::join(const rocksdb::ColumnFamilyDescriptor& family,
                                            const Tables& tables) {
    if (tables.empty()) return nullptr;
    rocksdb::ExportImportFilesMetaData files;
    files.db_comparator_name = family.options.comparator->Name();
    rocksdb::SequenceNumber number = 0;
    for (const Table& table : tables) {
        rocksdb::LiveFileMetaData file;
        file.name = '/' + table.name;
        file.db_path = table.folder;
        file.smallest_seqno = ++number;
        file.largest_seqno = ++number;
        files.files.push_back(std::move(file));
    }
    files.files.back().largest_seqno = kBehindAll;
    rocksdb::ImportColumnFamilyOptions moving;
    moving.move_files = true;
    rocksdb::ColumnFamilyHandle* handle = nullptr;
    must(database->CreateColumnFamilyWithImport(family.options, "all-" + family.name, moving, files,
                                                &handle),
         settings_.path);
    return handle;
}

}  // namespace grapnel::rocks
