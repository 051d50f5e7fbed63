#include "topics/level_tree.h"

#include <doctest/doctest.h>

#include <map>
#include <string>

#include "topics/support.h"

using namespace grapnel;

namespace {

struct Number {
    int number = 0;
    bool empty() const { return number == 0; }
};
using Tree = LevelTree<Number>;

size_t count_below(const Tree::Node* top) {
    size_t count = 0;
    for (const auto* node = top->first_child; node != nullptr; node = node->next)
        count += 1 + count_below(node);
    return count;
}

}  // namespace

TEST_CASE("a text of its own is one node, split where another joins") {
    Tree tree;
    Tree::Node* first = tree.obtain("a/b/c/d");
    first->value.number = 1;
    CHECK(count_below(tree.root()) == 1);
    tree.obtain("x")->value.number = 2;
    CHECK(count_below(tree.root()) == 2);
    tree.obtain("a/b/x/y")->value.number = 3;
    CHECK(count_below(tree.root()) == 5);
    CHECK(tree.find("a/b/c/d") == first);
    tree.obtain("a/b")->value.number = 4;
    CHECK(count_below(tree.root()) == 5);
    CHECK(tree.find("a/b")->value.number == 4);
    CHECK(tree.find("a/b/c") == nullptr);
    CHECK(tree.find("a/b/c/d/e") == nullptr);
    CHECK(tree.find("b") == nullptr);
}

TEST_CASE("empty levels are levels") {
    Tree tree;
    int number = 0;
    for (const char* text : {"/", "", "//", "a/", "a", "/a", "a//", "a//b"})
        tree.obtain(text)->value.number = ++number;
    number = 0;
    for (const char* text : {"/", "", "//", "a/", "a", "/a", "a//", "a//b"}) {
        CAPTURE(text);
        REQUIRE(tree.find(text) != nullptr);
        CHECK(tree.find(text)->value.number == ++number);
    }
}

TEST_CASE("a tree behaves as a map does and is empty when all is given back") {
    test::Random random(11);
    Tree tree;
    std::map<std::string, int> expected;
    for (int round = 1; round <= 40'000; ++round) {
        const std::string text = random.filter();
        const bool growing = round / 5'000 % 2 == 0;
        if (random.one_in(4) != growing) {
            tree.obtain(text)->value.number = round;
            expected[text] = round;
        } else if (Tree::Node* node = tree.find(text)) {
            CHECK(node->value.number == (expected.contains(text) ? expected[text] : 0));
            node->value.number = 0;
            tree.release(node);
            expected.erase(text);
        } else {
            CHECK_FALSE(expected.contains(text));
        }
    }
    for (const auto& [text, number] : expected) {
        Tree::Node* node = tree.find(text);
        REQUIRE(node != nullptr);
        CHECK(node->value.number == number);
        node->value.number = 0;
        tree.release(node);
    }
    CHECK(tree.root()->first_child == nullptr);
    CHECK_FALSE(tree.root()->has_plus);
    CHECK_FALSE(tree.root()->has_hash);
}

TEST_CASE("a path of 65,000 levels is shared, walked and freed without recursion") {
    Tree tree;
    const std::string slashes(65'000, '/');
    tree.obtain(slashes + "a")->value.number = 1;
    tree.obtain(slashes + "b")->value.number = 2;
    CHECK(tree.find(slashes + "a")->value.number == 1);
    CHECK(tree.find(slashes + "c") == nullptr);
    for (const char* end : {"a", "b"}) {
        Tree::Node* node = tree.find(slashes + end);
        node->value.number = 0;
        tree.release(node);
    }
    CHECK(tree.root()->first_child == nullptr);
}
