#include "database.h"

#include <doctest/doctest.h>
#include <rocksdb/db.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "store/key.h"

using namespace grapnel;
using namespace grapnel::rocks;
using namespace std::string_literals;
using store::owned_key;

namespace {

namespace fs = std::filesystem;

// A folder that is gone with the test.
class Folder {
public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "grapnel-database-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~Folder() { fs::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string path() const { return path_ / "a/database"; }

private:
    fs::path path_;
};

// No file of this process grows while this lives.
class FullMedium {
public:
    FullMedium() {
        REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
        struct rlimit none = before_;
        none.rlim_cur = 0;
        handler_ = std::signal(SIGXFSZ, SIG_IGN);
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &none) == 0);
    }
    ~FullMedium() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    FullMedium(const FullMedium&) = delete;
    FullMedium& operator=(const FullMedium&) = delete;

private:
    struct rlimit before_ {};
    void (*handler_)(int) = nullptr;
};

std::unique_ptr<Database> open(const Folder& folder, bool create = true) {
    DatabaseSettings settings;
    settings.path = folder.path();
    settings.write_buffer_bytes = 1 << 20;
    return Database::open(settings, create);
}

std::string refusal(const Folder& folder, bool create = true) {
    try {
        open(folder, create);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "";
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

std::map<std::string, std::string> all(Database& database, Kind kind) {
    std::map<std::string, std::string> found;
    const auto cursor = database.scan(kind);
    std::string_view key;
    std::string_view value;
    while (cursor->next(key, value)) found.emplace(key, value);
    CHECK(cursor->fault() == "");
    return found;
}

mode_t mode_of(const fs::path& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

}  // namespace

TEST_CASE("what is written is scanned, also after it was opened again") {
    const Folder folder;
    const std::string zeros("\0key\0", 5);
    {
        const auto database = open(folder);
        const auto batch = database->make_batch();
        CHECK(batch->empty());
        for (std::size_t kind = 0; kind < store::kKinds; ++kind)
            batch->put(static_cast<Kind>(kind), zeros, std::string(kind, '\0'));
        batch->put(Kind::retained, "gone", "1");
        batch->erase(Kind::retained, "gone");
        CHECK_FALSE(batch->empty());
        CHECK(database->write(*batch) == "");
        CHECK(database->sync() == "");
        batch->clear();
        CHECK(batch->empty());
    }
    const auto database = open(folder, false);
    for (std::size_t kind = 0; kind < store::kKinds; ++kind) {
        const auto found = all(*database, static_cast<Kind>(kind));
        CHECK(found == std::map<std::string, std::string>{{zeros, std::string(kind, '\0')}});
    }
}

TEST_CASE("a scan goes through the records as they were when it was made, in order") {
    const Folder folder;
    const auto database = open(folder);
    const auto batch = database->make_batch();
    for (const char* const key : {"b", "a", "c"}) batch->put(Kind::client, key, key);
    CHECK(database->write(*batch) == "");
    const auto cursor = database->scan(Kind::client);
    batch->clear();
    batch->put(Kind::client, "d", "d");
    CHECK(database->write(*batch) == "");
    std::string keys;
    std::string_view key;
    std::string_view value;
    while (cursor->next(key, value)) keys += key;
    CHECK(keys == "abc");
    CHECK_FALSE(cursor->next(key, value));
}

TEST_CASE("the number of records is known about") {
    const Folder folder;
    const auto database = open(folder);
    CHECK(database->estimate(Kind::body) == 0);
    const auto batch = database->make_batch();
    for (int number = 0; number < 100; ++number)
        batch->put(Kind::body, std::to_string(number), "body");
    CHECK(database->write(*batch) == "");
    CHECK(database->estimate(Kind::body) > 50);
    CHECK(database->estimate(Kind::body) < 200);
    CHECK(database->estimate(Kind::client) == 0);
}

TEST_CASE("what belongs to a client is erased, and nothing else, whatever the ids are") {
    const std::vector<std::string> ids{"",
                                       "a",
                                       "a\xff",
                                       "a\xff\xff",
                                       "a\xff\xff\x01",
                                       "ab",
                                       "\xff",
                                       "\xff\xff",
                                       "b",
                                       "\0"s,
                                       "a\0"s,
                                       std::string(0x00ff, 'x'),
                                       std::string(0x0100, 'x'),
                                       std::string(0xfffe, '\xff'),
                                       std::string(0xffff, 'x')};
    for (const std::string& ended : ids) {
        const Folder folder;
        const auto database = open(folder);
        const auto batch = database->make_batch();
        for (const std::string& id : ids)
            for (const std::string& rest : {""s, "\0"s, "t"s, "\xff\xff\xff"s})
                batch->put(Kind::outbound, owned_key(id, rest), id);
        CHECK(database->write(*batch) == "");
        batch->clear();
        batch->put(Kind::outbound, owned_key(ended, "late"), ended);
        batch->erase_owned(Kind::outbound, ended);
        batch->put(Kind::outbound, owned_key(ended, "new"), ended);
        CHECK(database->write(*batch) == "");
        const auto found = all(*database, Kind::outbound);
        CHECK(found.size() == (ids.size() - 1) * 4 + 1);
        CHECK(found.contains(owned_key(ended, "new")));
        for (const auto& [key, id] : found) CHECK((id != ended || key == owned_key(ended, "new")));
    }
}

TEST_CASE("a batch that was written may be written again") {
    const Folder folder;
    const auto database = open(folder);
    const auto batch = database->make_batch();
    batch->put(Kind::client, "a", "1");
    batch->erase_owned(Kind::subscription, "a");
    batch->put(Kind::subscription, owned_key("a", "t"), "1");
    for (int times = 0; times < 2; ++times) {
        CHECK(database->write(*batch) == "");
        CHECK(all(*database, Kind::client).size() == 1);
        CHECK(all(*database, Kind::subscription).size() == 1);
    }
}

TEST_CASE("after a fault it is opened anew, and what came meanwhile is kept") {
    const Folder folder;
    const auto database = open(folder);
    const auto batch = database->make_batch();
    batch->put(Kind::client, "a", "1");
    batch->put(Kind::client, "b", "1");
    batch->put(Kind::outbound, owned_key("b", "1"), "1");
    {
        const FullMedium full;
        CHECK(contains(database->write(*batch), folder.path()));
        CHECK(contains(database->write(*batch), folder.path()));
        batch->put(Kind::client, "c", "1");
        batch->erase(Kind::client, "a");
        batch->erase_owned(Kind::outbound, "b");
        batch->put(Kind::outbound, owned_key("b", "2"), "2");
        CHECK_FALSE(batch->empty());
        CHECK(contains(database->sync(), folder.path()));
    }
    CHECK(database->write(*batch) == "");
    CHECK(database->sync() == "");
    CHECK(all(*database, Kind::client) ==
          std::map<std::string, std::string>{{"b", "1"}, {"c", "1"}});
    CHECK(all(*database, Kind::outbound).size() == 1);
    CHECK(all(*database, Kind::outbound).contains(owned_key("b", "2")));
}

TEST_CASE("a batch that came while nothing could be written can be dropped") {
    const Folder folder;
    const auto database = open(folder);
    const auto batch = database->make_batch();
    batch->put(Kind::client, "a", "1");
    {
        const FullMedium full;
        CHECK(database->write(*batch) != "");
        CHECK(database->write(*batch) != "");
        batch->put(Kind::client, "b", "1");
    }
    batch->clear();
    CHECK(batch->empty());
    CHECK(database->write(*batch) == "");
    CHECK(all(*database, Kind::client).empty());
}

TEST_CASE("a database that is in use is not opened a second time") {
    const Folder folder;
    const auto database = open(folder);
    const std::string why = refusal(folder);
    CHECK(contains(why, folder.path()));
    CHECK(contains(why, "in use by another plugin of this process"));
}

TEST_CASE("a database of a newer schema is refused") {
    const Folder folder;
    open(folder);
    rocksdb::DB* raw = nullptr;
    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
    for (const std::string_view name : store::kKindNames)
        descriptors.emplace_back(std::string(name), rocksdb::ColumnFamilyOptions());
    descriptors.emplace_back("default", rocksdb::ColumnFamilyOptions());
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    REQUIRE(rocksdb::DB::Open({}, folder.path(), descriptors, &handles, &raw).ok());
    const std::unique_ptr<rocksdb::DB> newer(raw);
    REQUIRE(newer->Put({}, handles.back(), "schema", "2").ok());
    for (rocksdb::ColumnFamilyHandle* handle : handles)
        REQUIRE(newer->DestroyColumnFamilyHandle(handle).ok());
    REQUIRE(newer->Close().ok());
    const std::string why = refusal(folder);
    CHECK(contains(why, "is of schema 2"));
    CHECK(contains(why, "start a newer one"));
}

TEST_CASE("a folder that is no database of this store is refused and left as it is") {
    const Folder folder;
    fs::create_directories(folder.path());
    SUBCASE("nothing is there") {
        fs::remove(folder.path());
        CHECK(contains(refusal(folder, false), "is not there"));
        CHECK_FALSE(fs::exists(folder.path() + "/CURRENT"));
    }
    SUBCASE("another program's database") {
        rocksdb::Options options;
        options.create_if_missing = true;
        options.create_missing_column_families = true;
        std::vector<rocksdb::ColumnFamilyDescriptor> descriptors{{"default", {}}, {"theirs", {}}};
        std::vector<rocksdb::ColumnFamilyHandle*> handles;
        rocksdb::DB* raw = nullptr;
        REQUIRE(rocksdb::DB::Open(options, folder.path(), descriptors, &handles, &raw).ok());
        const std::unique_ptr<rocksdb::DB> theirs(raw);
        for (rocksdb::ColumnFamilyHandle* handle : handles)
            REQUIRE(theirs->DestroyColumnFamilyHandle(handle).ok());
        REQUIRE(theirs->Close().ok());
        CHECK(contains(refusal(folder), "no database of this store"));
    }
    SUBCASE("a file where the folder should be") {
        fs::remove(folder.path());
        std::ofstream(folder.path()) << "text";
        CHECK(refusal(folder) != "");
        CHECK(fs::is_regular_file(folder.path()));
    }
}

TEST_CASE("a database whose making was cut short is made anew") {
    const std::vector<std::vector<std::string>> left{
        {"LOCK"},
        {"LOCK", "LOG", "000000.dbtmp"},
        {"LOCK", "LOG", "IDENTITY"},
        {"LOCK", "LOG", "IDENTITY", "MANIFEST-000001"},
        {"LOCK", "LOG", "LOG.old.1", "IDENTITY", "MANIFEST-000001", "000001.dbtmp"},
        {"MANIFEST-000001"}};
    for (const auto& names : left) {
        for (const char* const content : {"", "MANIFEST-000001\n"}) {
            const Folder folder;
            fs::create_directories(folder.path());
            for (const std::string& name : names)
                std::ofstream(folder.path() + '/' + name) << content;
            CHECK(contains(refusal(folder, false), "is not there"));
            {
                const auto database = open(folder);
                const auto batch = database->make_batch();
                batch->put(Kind::client, "a", "1");
                CHECK(database->write(*batch) == "");
            }
            CHECK(all(*open(folder, false), Kind::client).size() == 1);
        }
    }
}

TEST_CASE("a database that has lost its CURRENT is not made anew, whatever else is lost") {
    const Folder folder;
    open(folder);
    fs::remove(folder.path() + "/CURRENT");
    std::ofstream(folder.path() + "/MANIFEST-000001") << "";
    const auto remove = [&](std::string_view begin, std::string_view end) {
        for (const auto& entry : fs::directory_iterator(folder.path())) {
            const std::string name = entry.path().filename();
            if (name.starts_with(begin) && name.ends_with(end) && name != "MANIFEST-000001")
                fs::remove(entry.path());
        }
    };
    SUBCASE("nothing") {}
    SUBCASE("all but the options") {
        remove("MANIFEST", "");
        remove("", ".log");
        remove("", ".sst");
    }
    SUBCASE("all but the manifest") {
        remove("OPTIONS", "");
        remove("", ".log");
        remove("", ".sst");
    }
    SUBCASE("all but the log") {
        remove("OPTIONS", "");
        remove("MANIFEST", "");
        remove("", ".sst");
    }
    CHECK(contains(refusal(folder), "CURRENT is missing"));
    CHECK_FALSE(fs::exists(folder.path() + "/CURRENT"));
}

TEST_CASE("a damaged database is refused with the name of the file") {
    const Folder folder;
    open(folder);
    std::ofstream(folder.path() + "/CURRENT", std::ios::trunc) << "MANIFEST-999999\n";
    const std::string why = refusal(folder);
    CHECK(contains(why, folder.path()));
    CHECK(contains(why, "MANIFEST-999999"));
}

TEST_CASE("the folder and its files are nobody else's") {
    const Folder folder;
    const mode_t before = ::umask(077);
    {
        const auto database = open(folder);
        const auto batch = database->make_batch();
        batch->put(Kind::client, "a", "1");
        CHECK(database->write(*batch) == "");
    }
    open(folder);
    CHECK(mode_of(folder.path()) == 0700);
    std::size_t files = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder.path())) {
        CHECK_MESSAGE((mode_of(entry.path()) & 077) == 0, entry.path().string());
        ++files;
    }
    CHECK(files > 3);
    ::umask(before);
}

TEST_CASE("a folder that others could read is made private") {
    const Folder folder;
    fs::create_directories(folder.path());
    fs::permissions(folder.path(), fs::perms::all);
    open(folder);
    CHECK(mode_of(folder.path()) == 0700);
}
