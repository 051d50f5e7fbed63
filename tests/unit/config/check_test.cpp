#include "config/check.h"

#include <doctest/doctest.h>

#include "text_config.h"

using namespace grapnel::config;

namespace {

std::string listener(const std::string& id, const std::string& address) {
    return "[[listener]]\nid = '" + id + "'\ntype = 'tcp'\naddress = '" + address + "'\n";
}

}  // namespace

TEST_CASE("listener ids differ") {
    const TextConfig text(listener("a", "h:1") + listener("b", "h:2") + listener("a", "h:3"));
    CHECK(text.lines() ==
          "a.toml:9:1: listener id \"a\" is taken by the listener at a.toml:1:1; ids must "
          "differ\n");
}

TEST_CASE("listener addresses differ") {
    CHECK(TextConfig(listener("a", "h:1") + listener("b", "h:1")).lines() ==
          "a.toml:5:1: address \"h:1\" collides with \"h:1\" of the listener at a.toml:1:1\n");
    CHECK(TextConfig(listener("a", "0.0.0.0:1") + listener("b", "127.0.0.1:1")).faults.size() == 1);
    CHECK(TextConfig(listener("a", "[::1]:1") + listener("b", "[::]:1")).faults.size() == 1);
}

TEST_CASE("listener addresses that only look alike") {
    CHECK(TextConfig(listener("a", "h:0") + listener("b", "h:0")).faults.empty());
    CHECK(TextConfig(listener("a", "h:1") + listener("b", "h:2")).faults.empty());
    CHECK(TextConfig(listener("a", "0.0.0.0:1") + listener("b", "[::1]:1")).faults.empty());
    CHECK(TextConfig(listener("a", "127.0.0.1:1") + listener("b", "127.0.0.2:1")).faults.empty());
}

TEST_CASE("plugin ids differ, given or taken from the name") {
    const TextConfig text(
        "[[plugin]]\nname = 'a'\n[[plugin]]\npath = '/x/a.so'\n[[plugin]]\nname = 'b'\nid = 'a'\n");
    REQUIRE(text.faults.size() == 2);
    CHECK(text.faults[0].line().starts_with(
        "a.toml:3:1: plugin id \"a\" is taken by the plugin at a.toml:1:1"));
    CHECK(text.faults[1].line().starts_with("a.toml:5:1: plugin id \"a\" is taken"));
}

TEST_CASE("the response information can begin a topic") {
    CHECK(TextConfig("[limits]\nresponse_information = 'a/b/'\n").faults.empty());
    CHECK(TextConfig("[limits]\nresponse_information = 'a/+'\n").lines() ==
          "a.toml:2:1: response_information is the beginning of a topic; remove '+', '#' and "
          "NUL\n");
    CHECK(TextConfig("[limits]\nresponse_information = \"a\\u0000\"\n").faults.size() == 1);
}

TEST_CASE("the faults of a file come in its order") {
    Faults faults;
    open_config("no/such/file.toml", faults);
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].line().starts_with("no/such/file.toml: cannot be opened"));
}
