#include "config/tree.h"

#include <doctest/doctest.h>

#include "config/load.h"

using namespace grapnel::config;

namespace {

struct Loaded {
    explicit Loaded(std::string_view text) { load_text(text, "a.toml", tree, faults); }
    Tree tree;
    Faults faults;
};

}  // namespace

TEST_CASE("every kind has its accessor") {
    Loaded loaded("s = 'text'\ni = -3\nf = 1.5\nb = true\na = [1, 'x']\n[t]\nk = 1\n");
    REQUIRE(loaded.faults.empty());
    const Node& root = loaded.tree.root();
    CHECK(root.size() == 6);
    CHECK(root.find("s")->as_string() == "text");
    CHECK(root.find("i")->as_int() == -3);
    CHECK(root.find("i")->as_double() == -3.0);
    CHECK(root.find("f")->as_double() == 1.5);
    CHECK(root.find("b")->as_bool() == true);
    CHECK(root.find("a")->kind() == Kind::array);
    CHECK(root.find("a")->at(1)->as_string() == "x");
    CHECK(root.find("t")->find("k")->as_int() == 1);
}

TEST_CASE("a wrong question has no answer") {
    Loaded loaded("s = 'text'\na = [1]\n");
    const Node& root = loaded.tree.root();
    CHECK_FALSE(root.find("s")->as_int());
    CHECK_FALSE(root.find("s")->as_bool());
    CHECK_FALSE(root.find("s")->as_double());
    CHECK_FALSE(root.find("a")->as_string());
    CHECK(root.find("none") == nullptr);
    CHECK(root.find("s")->find("x") == nullptr);
    CHECK(root.find("a")->at(1) == nullptr);
    CHECK(root.find("a")->key_at(0).empty());
    CHECK(root.key_at(9).empty());
}

TEST_CASE("keys come in the order of the file") {
    Loaded loaded("z = 1\na = 2\n[m]\nq = 1\nb = 2\n[c]\n");
    const Node& root = loaded.tree.root();
    CHECK(root.key_at(0) == "z");
    CHECK(root.key_at(1) == "a");
    CHECK(root.key_at(2) == "m");
    CHECK(root.key_at(3) == "c");
    CHECK(root.find("m")->key_at(0) == "q");
}

TEST_CASE("nodes know where they stand") {
    Loaded loaded("\n[t]\n  key = 1\nlist = [\n 5 ]\n");
    const Node& table = *loaded.tree.root().find("t");
    CHECK(table.find("key")->where().text() == "a.toml:3:3");
    CHECK(table.find("list")->at(0)->where().text() == "a.toml:5:2");
}

TEST_CASE("what nobody asked for is found") {
    Loaded loaded("a = 1\nb = 2\n[t]\nc = 3\nd = 4\n[u]\ne = 5\n");
    const Node& root = loaded.tree.root();
    root.find("a");
    root.find("t")->find("d");
    const auto unused = unused_nodes(root);
    REQUIRE(unused.size() == 3);
    CHECK(unused[0]->key() == "b");
    CHECK(unused[1]->key() == "c");
    CHECK(unused[2]->key() == "u");
}

TEST_CASE("dates are given as text") {
    Loaded loaded("d = 2026-11-23\nt = 18:02:00\n");
    CHECK(loaded.tree.root().find("d")->as_string() == "2026-11-23");
    CHECK(loaded.tree.root().find("t")->as_string() == "18:02:00");
}

TEST_CASE("equal settings have equal texts, others have not") {
    const auto text = [](auto fill) {
        Tree tree;
        Node* number = tree.make(Kind::integer, "a", {});
        number->set_int(1);
        tree.root().append(number);
        Node* string = tree.make(Kind::string, "b", {});
        string->set_string("x");
        tree.root().append(string);
        fill(*number, *string);
        const std::string out = text_of(tree.root());
        CHECK_FALSE(number->used());
        return out;
    };
    const std::string one = text([](Node&, Node&) {});
    CHECK(one == text([](Node&, Node&) {}));
    CHECK(one != text([](Node& number, Node&) { number.set_int(2); }));
    CHECK(one != text([](Node&, Node& string) { string.set_string("x;"); }));
    CHECK(one != text([](Node& number, Node&) { number.set_bool(true); }));
}
