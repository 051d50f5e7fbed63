#include "rebuild.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "store/key.h"

using namespace grapnel;
using namespace grapnel::rocks;

namespace {

namespace fs = std::filesystem;

using Records = std::map<std::string, std::string>;

// A database in a folder that is gone with the test.
class Place {
public:
    Place() {
        std::string name = (fs::temp_directory_path() / "grapnel-rebuild-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        folder_ = name;
        settings.path = folder_ / "database";
        settings.write_buffer_bytes = 1 << 20;
        settings.compression = rocksdb::kNoCompression;
    }
    ~Place() { fs::remove_all(folder_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    std::unique_ptr<Database> open() const { return Database::open(settings, true); }
    // Opening it makes tables of its log.
    void flush() const { open(); }

    fs::path largest(std::string_view ending) const {
        fs::path found;
        std::uintmax_t most = 0;
        for (const auto& entry : fs::directory_iterator(settings.path)) {
            const std::string name = entry.path().filename();
            if (!name.ends_with(ending) || entry.file_size() <= most) continue;
            most = entry.file_size();
            found = entry.path();
        }
        REQUIRE(most > 0);
        return found;
    }
    void remove(std::string_view begin) const {
        for (const auto& entry : fs::directory_iterator(settings.path))
            if (std::string(entry.path().filename()).starts_with(begin)) fs::remove(entry.path());
    }
    std::map<std::string, std::uintmax_t> files() const {
        std::map<std::string, std::uintmax_t> sizes;
        for (const auto& entry : fs::directory_iterator(settings.path))
            if (entry.path().filename() != "LOCK")
                sizes.emplace(entry.path().filename(), entry.file_size());
        return sizes;
    }
    std::string beside() const {
        std::string names;
        for (const auto& entry : fs::directory_iterator(folder_))
            names += entry.path().filename().string() + ' ';
        return names;
    }

    DatabaseSettings settings;

private:
    fs::path folder_;
};

void flip(const fs::path& path, double at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    const auto place = static_cast<std::streamoff>(static_cast<double>(fs::file_size(path)) * at);
    file.seekg(place);
    const int byte = file.get();
    file.seekp(place);
    file.put(static_cast<char>(byte ^ 0x55));
}

std::string number_key(int number) {
    const std::string digits = std::to_string(number);
    return "key/" + std::string(6 - digits.size(), '0') + digits;
}

void write(Database& database, store::Batch& batch) {
    REQUIRE(database.write(batch) == "");
    batch.clear();
}

// Each in a batch of its own.
void put(const Place& place, Kind kind, int from, int to) {
    const auto database = place.open();
    const auto batch = database->make_batch();
    for (int number = from; number < to; ++number) {
        batch->put(kind, number_key(number), std::string(1000, 'v') + std::to_string(number));
        write(*database, *batch);
    }
}

Records all(const Place& place, Kind kind) {
    const auto database = Database::look(place.settings);
    Records found;
    const auto cursor = database->scan(kind);
    std::string_view key;
    std::string_view value;
    while (cursor->next(key, value)) found.emplace(key, value);
    CHECK(cursor->fault() == "");
    return found;
}

std::string text_of(const store::Rebuilt& rebuilt) {
    std::string text = rebuilt.done + '\n';
    for (const std::string& each : rebuilt.damaged) text += each + '\n';
    return text;
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("without its manifest it comes back, with what was removed in tables and in the log") {
    const Place place;
    put(place, Kind::retained, 0, 3000);
    {
        const auto database = place.open();
        const auto batch = database->make_batch();
        for (const char* const client : {"here", "late"})
            for (int number = 0; number < 10; ++number)
                batch->put(Kind::outbound, store::owned_key(client, number_key(number)), client);
        write(*database, *batch);
    }
    {
        const auto database = place.open();
        const auto batch = database->make_batch();
        for (int number = 0; number < 3000; number += 2)
            batch->erase(Kind::retained, number_key(number));
        write(*database, *batch);
    }
    {
        const auto database = place.open();
        const auto batch = database->make_batch();
        batch->erase_owned(Kind::outbound, "late");
        batch->erase(Kind::retained, number_key(1));
        batch->put(Kind::retained, number_key(0), "again");
        write(*database, *batch);
    }
    const Records retained = all(place, Kind::retained);
    const Records outbound = all(place, Kind::outbound);
    REQUIRE(retained.size() == 1500);
    REQUIRE(outbound.size() == 10);
    place.remove("MANIFEST");
    const store::Rebuilt rebuilt = rebuild_database(place.settings);
    CHECK(contains(text_of(rebuilt), "MANIFEST: cannot be read"));
    CHECK(all(place, Kind::retained) == retained);
    CHECK(all(place, Kind::outbound) == outbound);
    CHECK(contains(place.beside(), "database.damaged-1"));
    CHECK_FALSE(contains(place.beside(), ".working"));
    CHECK_FALSE(contains(place.beside(), ".repairing"));
}

TEST_CASE("nothing is lost with CURRENT") {
    const Place place;
    put(place, Kind::retained, 0, 3000);
    const Records before = all(place, Kind::retained);
    place.remove("CURRENT");
    CHECK(rebuild_database(place.settings).damaged.empty());
    CHECK(all(place, Kind::retained) == before);
}

TEST_CASE("each damaged block costs its own records, and they are counted") {
    const Place place;
    put(place, Kind::retained, 0, 900);
    place.flush();
    const fs::path table = place.largest(".sst");
    for (const double at : {0.1, 0.5, 0.8}) flip(table, at);
    SUBCASE("with its manifest") {}
    SUBCASE("without") { place.remove("MANIFEST"); }
    const store::Rebuilt rebuilt = rebuild_database(place.settings);
    CHECK(contains(text_of(rebuilt), table.filename().string() + ": "));
    CHECK(contains(text_of(rebuilt), "records cannot be read"));
    const std::size_t left = all(place, Kind::retained).size();
    CHECK(left < 900);
    CHECK(left > 880);
}

TEST_CASE("a damaged log costs the records of its damaged blocks, and they are counted") {
    const Place place;
    put(place, Kind::retained, 0, 400);
    const fs::path log = place.largest(".log");
    flip(log, 0.3);
    flip(log, 0.7);
    const store::Rebuilt rebuilt = rebuild_database(place.settings);
    CHECK(contains(text_of(rebuilt), log.filename().string() + ": "));
    CHECK(contains(text_of(rebuilt), "bytes cannot be read"));
    const std::size_t left = all(place, Kind::retained).size();
    CHECK(left < 400);
    CHECK(left > 330);
}

TEST_CASE("a table that is lost or cut costs what it alone has, and is named") {
    const Place place;
    put(place, Kind::retained, 0, 300);
    put(place, Kind::client, 0, 50);
    place.flush();
    const fs::path table = place.largest(".sst");
    std::string said;
    SUBCASE("removed") {
        fs::remove(table);
        said = ": is missing, with its ";
    }
    SUBCASE("cut") {
        fs::resize_file(table, 1000);
        said = ": nothing of it can be read";
    }
    const store::Rebuilt rebuilt = rebuild_database(place.settings);
    CHECK(contains(text_of(rebuilt), table.filename().string() + said));
    CHECK(all(place, Kind::client).size() == 50);
}

TEST_CASE("after a repair that fails all is as it was") {
    const Place place;
    put(place, Kind::retained, 0, 300);
    place.remove("MANIFEST");
    const auto before = place.files();
    const std::string stops = place.settings.path + ".repairing";
    fs::create_directory(stops);
    std::ofstream(stops + "/CURRENT") << "text";
    fs::create_directory(stops + "/LOCK");
    CHECK_THROWS_AS(rebuild_database(place.settings), std::runtime_error);
    CHECK(place.files() == before);
    CHECK_THROWS_AS(place.open(), store::DamagedStore);
    fs::remove_all(stops);
    CHECK(contains(rebuild_database(place.settings).done, "put together"));
    CHECK(all(place, Kind::retained).size() == 300);
}

TEST_CASE("what somebody has open is not repaired") {
    const Place place;
    const auto database = place.open();
    CHECK_THROWS_AS(rebuild_database(place.settings), std::runtime_error);
    CHECK_FALSE(contains(place.beside(), "damaged"));
}

TEST_CASE("who looks changes nothing") {
    const Place place;
    put(place, Kind::retained, 0, 300);
    const auto before = place.files();
    CHECK(all(place, Kind::retained).size() == 300);
    CHECK(place.files() == before);
    const auto database = place.open();
    CHECK_THROWS_AS(Database::look(place.settings), std::runtime_error);
}
