#include "load.h"

#include <doctest/doctest.h>

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "decide.h"

using grapnel::ledger::Faults;
using grapnel::ledger::kRead;
using grapnel::ledger::Ledger;
using grapnel::ledger::load_ledger;
using grapnel::ledger::may_use_topic;
using grapnel::ledger::parse_toml;
using grapnel::ledger::read_file;
using grapnel::ledger::resolve_path;
using grapnel::ledger::Who;

namespace {

using Files = std::map<std::string, std::string>;

struct Loaded {
    // `fail_at` is the number of the read that fails, from 1.
    explicit Loaded(std::string_view config, Files files = {}, int fail_at = 0) {
        const auto read = [&](const std::string& path, std::string& why) {
            const auto found = files.find(path);
            if (++reads == fail_at || found == files.end()) {
                why = "cannot open: Too many open files";
                return std::optional<std::string>();
            }
            return std::optional<std::string>(found->second);
        };
        const auto value = parse_toml(config, "etc/g.toml", faults);
        ledger = load_ledger(value, read, faults);
    }
    std::string all_faults() const {
        std::string out;
        for (const auto& fault : faults.all()) out += fault.where + ": " + fault.text + "\n";
        return out;
    }
    bool reads_topic(std::string_view topic) const {
        return may_use_topic(*ledger, Who{"c", "u", "127.0.0.1:1"}, topic, kRead);
    }
    int reads = 0;
    Faults faults;
    std::shared_ptr<const Ledger> ledger;
};

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an empty configuration is a ledger that allows nothing") {
    const Loaded loaded("");
    REQUIRE(loaded.ledger);
    CHECK_FALSE(loaded.reads_topic("a"));
    CHECK(loaded.ledger->uniform);
}

TEST_CASE("every fault is told, with its place") {
    const Loaded loaded(
        "defalt = \"deny\"\n"
        "default = \"alow\"\n"
        "[users.melon]\n"
        "passwrd = \"x\"\n"
        "password = \"plain\"\n"
        "acl = [ { filter = \"a#\", access = \"redwrite\" }, { acces = \"read\" } ]\n"
        "[[auth]]\n"
        "remote = \"10.0.0.1/8\"\n"
        "client = \"a*b\"\n"
        "[[acl]]\n"
        "username = \"\"\n");
    CHECK(loaded.ledger == nullptr);
    const std::string all = loaded.all_faults();
    CHECK(has(all, "etc/g.toml:1:10: unknown key \"defalt\", did you mean \"default\"?"));
    CHECK(has(all, "etc/g.toml:2:11: \"default\" must be"));
    CHECK(has(all, "did you mean \"allow\"?"));
    CHECK(has(all, "etc/g.toml:4:11: unknown key \"passwrd\", did you mean \"password\"?"));
    CHECK(has(all, "etc/g.toml:5:12: not a password hash"));
    CHECK_FALSE(has(all, "plain\""));
    CHECK(has(all, "\"a#\" is not a topic filter"));
    CHECK(has(all, "did you mean \"readwrite\"?"));
    CHECK(has(all, "did you mean \"access\"?"));
    CHECK(has(all, "\"filter\" is missing"));
    CHECK(has(all, "did you mean \"10.0.0.0/8\"?"));
    CHECK(has(all, "\"client\" may have a * only at its end"));
    CHECK(has(all, "\"allow\" is missing"));
    CHECK(has(all, "\"filters\" is missing"));
    CHECK(has(all, "\"username\" is empty"));
}

TEST_CASE("wrong types are faults, never defaults") {
    for (const char* text :
         {"default = true", "users = []", "auth = {}", "acl = \"x\"", "file = 1", "auth = [1]",
          "[[auth]]\nallow = \"yes\"", "[[acl]]\nfilters = {}", "[[acl]]\nfilters = [1]",
          "users.x = 1", "[users.x]\ndisabled = \"true\"", "[users.x]\npassword = 1",
          "password_file = \"\"", "x = [", "users.x.acl = [ { filter = 1, access = \"read\" } ]"}) {
        const Loaded loaded(text);
        CHECK_MESSAGE(loaded.ledger == nullptr, text);
        CHECK_MESSAGE(!loaded.faults.empty(), text);
    }
}

TEST_CASE("a ledger file is found beside the file that names it") {
    const Loaded loaded("file = \"ledger.toml\"",
                        {{"etc/ledger.toml", "default = \"allow\"\nacl_file = \"more/acl\""},
                         {"etc/more/acl", "pattern deny secret/#"}});
    REQUIRE_MESSAGE(loaded.ledger, loaded.all_faults());
    CHECK(loaded.reads_topic("a"));
    CHECK_FALSE(loaded.reads_topic("secret/x"));
}

TEST_CASE("inline rules come before those of the file") {
    const Loaded loaded(
        "file = \"/l.toml\"\n[[acl]]\nfilters = [ { filter = \"a/b\", access = \"deny\" } ]\n",
        {{"/l.toml", "[[acl]]\nfilters = [ { filter = \"a/#\", access = \"read\" } ]\n"}});
    REQUIRE(loaded.ledger);
    CHECK_FALSE(loaded.reads_topic("a/b"));
    CHECK(loaded.reads_topic("a/c"));
}

TEST_CASE("what is said twice is a fault") {
    const Files twice = {{"/l.toml", "default = \"deny\"\n[users.x]\n"}};
    CHECK(has(Loaded("file = \"/l.toml\"\ndefault = \"deny\"", twice).all_faults(), "\"default\""));
    CHECK(has(Loaded("file = \"/l.toml\"\n[users.x]\n", twice).all_faults(), "listed twice"));
    CHECK(has(Loaded("file = \"/l.toml\"", {{"/l.toml", "file = \"/m.toml\""}}).all_faults(),
              "cannot name another"));
}

TEST_CASE("a syntax error in the file names that file") {
    const Loaded loaded("file = \"/l.toml\"", {{"/l.toml", "a = 1\nb = \n"}});
    CHECK(loaded.ledger == nullptr);
    CHECK(loaded.all_faults().starts_with("/l.toml:2:"));
}

TEST_CASE("whichever read fails, there is no ledger") {
    const std::string config = "file = \"l\"\npassword_file = \"p\"\nacl_file = \"a\"\n";
    const Files files = {{"etc/l", "password_file = \"q\"\nacl_file = \"b\"\n"},
                         {"etc/p", ""},
                         {"etc/a", ""},
                         {"etc/q", ""},
                         {"etc/b", ""}};
    const Loaded whole(config, files);
    REQUIRE_MESSAGE(whole.ledger, whole.all_faults());
    REQUIRE(whole.reads == 5);
    for (int fail_at = 1; fail_at <= whole.reads; ++fail_at) {
        const Loaded loaded(config, files, fail_at);
        CHECK_MESSAGE(loaded.ledger == nullptr, fail_at);
        CHECK(has(loaded.all_faults(), "Too many open files"));
    }
}

TEST_CASE("read_file tells what it cannot read") {
    const auto folder =
        std::filesystem::temp_directory_path() / ("grapnel-load-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    const std::string path = (folder / "file").string();
    const std::string text(200'000, 'x');
    std::ofstream(path) << text;
    std::string why;
    CHECK(read_file(path, why) == text);
    CHECK_FALSE(read_file(folder.string(), why).has_value());
    CHECK(why == "not a regular file");
    CHECK_FALSE(read_file((folder / "none").string(), why).has_value());
    CHECK(has(why, "No such file"));

    // No descriptor left, as on a full broker.
    rlimit before{};
    REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
    rlimit none = before;
    none.rlim_cur = 0;
    REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
    const auto starved = read_file(path, why);
    REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
    CHECK_FALSE(starved.has_value());
    CHECK(has(why, "Too many open files"));
    std::filesystem::remove_all(folder);
}

TEST_CASE("paths are relative to the file that names them") {
    CHECK(resolve_path("x", "etc/g.toml:12") == "etc/x");
    CHECK(resolve_path("x", "/etc/g.toml:12:3") == "/etc/x");
    CHECK(resolve_path("/y/x", "/etc/g.toml:12:3") == "/y/x");
    CHECK(resolve_path("x", "g.toml:1") == "x");
    CHECK(resolve_path("x", "") == "x");
    CHECK(resolve_path("../x", "/etc/a/g.toml:1") == "/etc/x");
}
