#include "config/load.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "config/check.h"

using namespace grapnel::config;

namespace {

// A folder that lives as long as the test.
class Folder {
public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "grapnel[XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string write(const std::string& name, const std::string& text) const {
        const std::filesystem::path path = std::filesystem::path(path_) / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << text;
        return path.string();
    }

    std::string path(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

std::string lines(const Faults& faults) {
    std::string out;
    for (const Fault& fault : faults) out += fault.line() + "\n";
    return out;
}

}  // namespace

TEST_CASE("a syntax error has line and column") {
    Tree tree;
    Faults faults;
    load_text("a = 1\nb = \n", "a.toml", tree, faults);
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].where.line == 2);
    CHECK(faults[0].where.column >= 4);
    CHECK(faults[0].line().starts_with("a.toml:2:"));
}

TEST_CASE("a key twice in one file is an error") {
    Tree tree;
    Faults faults;
    load_text("a = 1\na = 2\n", "a.toml", tree, faults);
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].where.line == 2);
}

TEST_CASE("bytes that are no text are an error") {
    Tree tree;
    Faults faults;
    load_text("a = \"\xff\xfe\"\n", "a.toml", tree, faults);
    CHECK(faults.size() == 1);
}

TEST_CASE("a file that is not there, and one that is a folder") {
    const Folder folder;
    for (const std::string& path : {folder.path("none.toml"), folder.path(".")}) {
        Tree tree;
        Faults faults;
        load_file(path, tree, faults);
        REQUIRE(faults.size() == 1);
        CHECK(faults[0].line().starts_with(path + ": cannot be "));
    }
}

TEST_CASE("included tables are appended in lexical order") {
    const Folder folder;
    folder.write("conf.d/20.toml", "[[plugin]]\nname = 'c'\n");
    folder.write("conf.d/10.toml", "[[plugin]]\nname = 'b'\n[log]\nlevel = 'debug'\n");
    folder.write("conf.d/ignored.txt", "x");
    const std::string main =
        folder.write("main.toml", "include = ['conf.d/*.toml']\n[[plugin]]\nname = 'a'\n[log]\n");
    Faults faults;
    const Config config = open_config(main, faults);
    CHECK(lines(faults) == "");
    REQUIRE(config.plugin_entries.size() == 3);
    CHECK(config.plugin_entries[0].name == "a");
    CHECK(config.plugin_entries[1].name == "b");
    CHECK(config.plugin_entries[2].name == "c");
    CHECK(config.plugin_entries[2].where.text() == folder.path("conf.d/20.toml") + ":1:1");
    CHECK(config.log.level == grapnel::LogLevel::debug);
}

TEST_CASE("a key set in two files is an error that names both") {
    const Folder folder;
    folder.write("b.toml", "[limits]\nmaximum_qos = 1\n[plugins]\nsearch = ['x']\n");
    const std::string main = folder.write(
        "main.toml",
        "include = ['b.toml']\n[limits]\nmaximum_qos = 2\n[plugins]\nsearch = ['y']\n");
    Faults faults;
    open_config(main, faults);
    REQUIRE(faults.size() == 2);
    CHECK(faults[0].line().find("b.toml:2:1: maximum_qos is set twice") != std::string::npos);
    CHECK(faults[0].line().find(main + ":3:1") != std::string::npos);
    CHECK(faults[1].line().find("b.toml:4:1: search is set twice") != std::string::npos);
}

TEST_CASE("includes that are wrong") {
    const Folder folder;
    folder.write("nested.toml", "include = ['x.toml']\n");
    folder.write("broken.toml", "= 3\n");
    const std::string main = folder.write(
        "main.toml", "include = ['none.toml', 'none*.toml', 'nested.toml', 'broken.toml', 4]\n");
    Faults faults;
    open_config(main, faults);
    const std::string text = lines(faults);
    CHECK(faults.size() == 4);
    CHECK(text.find("main.toml:1:12: \"none.toml\" names no readable file") != std::string::npos);
    CHECK(text.find("nested.toml:1:1: an included file cannot include") != std::string::npos);
    CHECK(text.find("broken.toml:1:") != std::string::npos);
    CHECK(text.find("main.toml:1:69: an element of include must be") != std::string::npos);
}

TEST_CASE("a file that several patterns match is read once") {
    const Folder folder;
    folder.write("b.toml", "[[plugin]]\nname = 'b'\n");
    const std::string main = folder.write("main.toml", "include = ['b.toml', '*.toml']\n");
    Faults faults;
    const Config config = open_config(main, faults);
    CHECK(lines(faults) == "");
    CHECK(config.plugin_entries.size() == 1);
}

TEST_CASE("relative paths start at the file that states them") {
    const Folder folder;
    folder.write("sub/b.toml", "[[plugin]]\npath = 'mine.so'\n");
    const std::string main = folder.write(
        "main.toml", "include = ['sub/b.toml']\n[plugins]\nsearch = ['lib', '/usr/lib/x']\n");
    Faults faults;
    const Config config = open_config(main, faults);
    REQUIRE(config.plugins.search.size() == 2);
    CHECK(config.plugins.search[0] == folder.path("lib"));
    CHECK(config.plugins.search[1] == "/usr/lib/x");
    CHECK(config.plugin_entries.at(0).path == folder.path("sub/mine.so"));
    CHECK(config.plugin_entries.at(0).id == "mine");
}
