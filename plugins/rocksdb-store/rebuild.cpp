#include "rebuild.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "damage.h"
#include "file_copy.h"
#include "folder.h"
#include "gathered.h"
#include "lock.h"
#include "log_check.h"
#include "opened.h"
#include "salvage.h"
#include "store/failpoint.h"

namespace grapnel::rocks {

namespace {

constexpr int kOldMost = 1000;  // damaged databases that may lie beside each other

using Families = std::vector<rocksdb::ColumnFamilyHandle*>;  // null: has no records

// False when a family has damage that there is no way around.
bool copy_all(rocksdb::DB& from, const Families& families, const Opened& into) {
    for (std::size_t at = 0; at < families.size(); ++at) {
        if (families[at] == nullptr) continue;
        if (!Salvage(from, families[at], *into.database, into.families[at]).copy().ok())
            return false;
    }
    return true;
}

// Synced, so that of several renames none is on the medium before an earlier one.
void rename_or_throw(const std::string& from, const std::string& to) {
    if (std::rename(from.c_str(), to.c_str()) != 0)
        throw std::runtime_error(from + " cannot be renamed to " + to + ": " +
                                 std::strerror(errno));
    sync_folder(parent_of(to));
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

// A copy of the damaged database, to be worked on: opening it changes it, and repairing it more.
class WorkingCopy {
public:
    explicit WorkingCopy(const DatabaseSettings& settings) : settings_(settings) {
        settings_.path = name_of(settings);
        copy_files(settings.path, settings_.path, [](const std::string& name) {
            return name != "LOCK" && name != "LOG" && !name.starts_with("LOG.");
        });
        complete_current(settings_.path);
        for (const auto& entry : std::filesystem::directory_iterator(settings_.path))
            if (entry.path().extension() == ".log") mend_log(entry.path());
    }
    ~WorkingCopy() {
        std::error_code ignored;
        std::filesystem::remove_all(settings_.path, ignored);
    }
    WorkingCopy(const WorkingCopy&) = delete;
    WorkingCopy& operator=(const WorkingCopy&) = delete;

    const DatabaseSettings& settings() const { return settings_; }
    static std::string name_of(const DatabaseSettings& settings) {
        return settings.path + ".working";
    }

private:
    DatabaseSettings settings_;
};

// Puts what can be read of `from` in place of the database. False: it cannot be read around its
// damage, and all is as it was.
bool replace_by_copy(const DatabaseSettings& settings, rocksdb::DB& from, const Families& families,
                     std::string& old_path) {
    const DatabaseSettings fresh = beside(settings, kRepairing);
    discard(fresh);  // of a repair that was killed, as is the next
    discard(beside(settings, kRepaired));
    {
        static_cast<void>(Database::open(fresh, true));  // makes the directory private
        const Opened into(opening_of(fresh, false), fresh.path, Opened::Access::write);
        must(into.status, fresh.path);
        if (copy_all(from, families, into)) {
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

// Of a database that opens, or would without the damaged parts of its logs.
bool replace_by_opened(const DatabaseSettings& settings, std::string& old_path) {
    const WorkingCopy working(settings);
    const Opened from(copying(working.settings(), false), working.settings().path,
                      Opened::Access::write);
    return from.status.ok() && replace_by_copy(settings, *from.database, from.families, old_path);
}

// Of one that does not.
bool replace_by_gathered(const DatabaseSettings& settings, std::string& old_path,
                         std::vector<std::string>& damaged) {
    const WorkingCopy working(settings);
    const Gathered from(working.settings());
    for (const std::string& name : from.left_out)
        damaged.push_back(name + ": is left out as a whole");
    return replace_by_copy(settings, *from.database, from.families, old_path);
}

}  // namespace

store::Rebuilt rebuild_database(const DatabaseSettings& settings) {
    store::Rebuilt result;
    if (left_by_repair(settings.path) == settings.path + kRepaired &&
        std::rename((settings.path + kRepaired).c_str(), settings.path.c_str()) == 0) {
        sync_folder(parent_of(settings.path));
        result.done = "put what an earlier repair had copied in its place";
        return result;
    }
    const DatabaseLock lock(settings.path);
    result.damaged = find_damage(settings, WorkingCopy::name_of(settings));
    std::string old_path;
    std::string how = "copied what can be read";
    if (!replace_by_opened(settings, old_path)) {
        how = "put together what tables and logs have";
        if (!replace_by_gathered(settings, old_path, result.damaged))
            throw std::runtime_error("database " + settings.path +
                                     ": nothing can be put together of its files; it is as it was");
    }
    result.done = how + "; the damaged database is kept as " + old_path;
    return result;
}

}  // namespace grapnel::rocks
