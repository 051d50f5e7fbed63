#include "damage.h"

#include <rocksdb/sst_file_reader.h>
#include <rocksdb/table_properties.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>

#include "file_copy.h"
#include "log_check.h"
#include "opened.h"

namespace grapnel::rocks {

namespace {

namespace fs = std::filesystem;

using Sizes = std::map<std::string, std::uint64_t>;  // by name of a table

// What the manifest says; nothing: there is none, or it cannot be read.
std::optional<Sizes> tables_of_manifest(const DatabaseSettings& settings,
                                        const std::string& scratch) {
    copy_files(settings.path, scratch, [](const std::string& name) {
        return name == "CURRENT" || name.starts_with("MANIFEST-");
    });
    complete_current(scratch);
    Opening opening = opening_of(settings, false);
    opening.options.paranoid_checks = false;  // none of the tables is there
    const Opened manifest(opening, scratch, Opened::Access::read);
    if (!manifest.status.ok()) return {};
    std::vector<rocksdb::LiveFileMetaData> tables;
    manifest.database->GetLiveFilesMetaData(&tables);
    Sizes sizes;
    for (const rocksdb::LiveFileMetaData& table : tables)
        sizes.emplace(fs::path(table.name).filename(), table.size);
    return sizes;
}

std::uint64_t count_readable(rocksdb::SstFileReader& reader) {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    const std::unique_ptr<rocksdb::Iterator> records(reader.NewIterator(options));
    std::uint64_t count = 0;
    for (records->SeekToFirst(); records->Valid(); records->Next()) ++count;
    for (records->SeekToLast(); records->Valid(); records->Prev()) ++count;
    return count;
}

// What cannot be read of a table; empty: nothing.
std::string damage_of_table(const std::string& path, const rocksdb::Options& options) {
    rocksdb::SstFileReader reader(options);
    if (const rocksdb::Status status = reader.Open(path); !status.ok())
        return "nothing of it can be read: " + status.ToString();
    const rocksdb::Status status = reader.VerifyChecksum();
    if (status.ok()) return {};
    const std::uint64_t readable = count_readable(reader);
    const auto properties = reader.GetTableProperties();
    const std::uint64_t records =
        properties ? properties->num_entries - properties->num_deletions : 0;
    if (records <= readable) return "cannot be read whole: " + status.ToString();
    return "up to " + std::to_string(records - readable) + " of its " + std::to_string(records) +
           " records cannot be read: " + status.ToString();
}

std::string damage_of_log(const std::string& path) {
    try {
        const LogCheck check = check_log(path);
        if (check.unreadable_bytes == 0) return {};
        return std::to_string(check.unreadable_bytes) + " of its " + std::to_string(check.bytes) +
               " bytes cannot be read";
    } catch (const std::runtime_error& fault) {
        return std::string("cannot be read: ") + fault.what();
    }
}

}  // namespace

std::vector<std::string> find_damage(const DatabaseSettings& settings, const std::string& scratch) {
    const std::optional<Sizes> expected = tables_of_manifest(settings, scratch);
    fs::remove_all(scratch);
    const Opening opening = opening_of(settings, false);
    std::vector<std::string> found;
    const auto add = [&found](const std::string& name, const std::string& what) {
        if (!what.empty()) found.push_back(name + ": " + what);
    };
    if (!expected) add("MANIFEST", "cannot be read: whether a table is missing is not known");
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(settings.path))
        names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
        const std::string path = settings.path + '/' + name;
        if (name.ends_with(".sst") && (!expected || expected->contains(name)))
            add(name, damage_of_table(path, opening.options));
        if (name.ends_with(".log")) add(name, damage_of_log(path));
    }
    if (!expected) return found;
    for (const auto& [name, bytes] : *expected)
        if (!std::binary_search(names.begin(), names.end(), name))
            add(name, "is missing, with its " + std::to_string(bytes) + " bytes");
    return found;
}

}  // namespace grapnel::rocks
