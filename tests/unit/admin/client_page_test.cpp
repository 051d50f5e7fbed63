#include "admin/client_page.h"

#include <doctest/doctest.h>

using namespace grapnel;

namespace {

ClientRows part(std::initializer_list<const char*> ids,
                std::optional<std::string> complete_to = std::nullopt) {
    ClientRows rows;
    for (const char* id : ids) {
        ClientRow row;
        row.id = id;
        rows.rows.push_back(row);
    }
    rows.complete_to = std::move(complete_to);
    return rows;
}

std::string ids_of(const Json& page) {
    std::string ids;
    for (const auto& client : page["clients"]) ids += client["id"].get<std::string>() + " ";
    return ids + (page["next"].is_null() ? "end" : "next " + page["next"].get<std::string>());
}

}  // namespace

TEST_CASE("a page has the clients of all workers in order") {
    CHECK(ids_of(client_page({part({"b", "d"}), part({"a", "c"}), part({})}, 10)) == "a b c d end");
    CHECK(ids_of(client_page({part({}), part({})}, 10)) == "end");
}

TEST_CASE("a page that is full names where the next one begins") {
    CHECK(ids_of(client_page({part({"b", "d"}), part({"a", "c"})}, 3)) == "a b c next c");
}

TEST_CASE("nothing is listed behind what a worker has left out") {
    // "b" ended between being chosen and being copied; "c" and more of that worker are still there.
    CHECK(ids_of(client_page({part({"a"}, "b"), part({"aa", "d", "e"})}, 10)) == "a aa next b");
    // All that was chosen is gone.
    CHECK(ids_of(client_page({part({}, "b"), part({"c"})}, 10)) == "next b");
}

TEST_CASE("a page ends with what a request can carry") {
    CHECK(ids_of(client_page({part({"a", "b", "b\n", "c\r", "d"})}, 4)) == "a b next b");
    CHECK(ids_of(client_page({part({"b\nx", "c"})}, 1)) == "b\nx next b\x0b");
    CHECK(ids_of(client_page({part({"b\n"})}, 1)) == "b\n end");
}
