#include "base/ref.h"

#include <doctest/doctest.h>

#include <utility>

using namespace grapnel;

namespace {

// Counts for itself, says when it is freed.
struct Counted {
    explicit Counted(bool& freed_flag) : freed(freed_flag) {}
    void add_reference() const { ++references; }
    void drop_reference() const {
        if (--references == 0) freed = true;
    }
    mutable int references = 1;
    bool& freed;
};

}  // namespace

TEST_CASE("adopting takes the count over, sharing adds one") {
    bool freed = false;
    Counted counted(freed);
    {
        const auto adopted = Ref<Counted>::adopt(&counted);
        CHECK(counted.references == 1);
        const Ref<Counted> shared(&counted);
        CHECK(counted.references == 2);
        const Ref<Counted> copy = shared;
        CHECK(counted.references == 3);
        CHECK(copy.get() == &counted);
        CHECK(&*copy == &counted);
        CHECK(copy->references == 3);
    }
    CHECK(freed);
}

TEST_CASE("moving and assigning keep the count right") {
    bool freed = false;
    bool other_freed = false;
    Counted counted(freed);
    Counted other(other_freed);
    auto first = Ref<Counted>::adopt(&counted);
    auto second = Ref<Counted>::adopt(&other);
    Ref<Counted> moved = std::move(first);
    CHECK_FALSE(first);
    CHECK(counted.references == 1);
    moved = second;
    CHECK(freed);
    CHECK(other.references == 2);
    const Ref<Counted>& itself = moved;
    moved = itself;
    CHECK(other.references == 2);
    moved = Ref<Counted>();
    CHECK(other.references == 1);
    CHECK_FALSE(other_freed);
}

TEST_CASE("a reference becomes one to const, or a bare pointer") {
    bool freed = false;
    Counted counted(freed);
    auto writable = Ref<Counted>::adopt(&counted);
    Ref<const Counted> constant = writable;
    CHECK(counted.references == 2);
    constant = std::move(writable);
    CHECK(counted.references == 1);
    const Counted* bare = constant.release();
    CHECK(bare == &counted);
    CHECK_FALSE(constant);
    CHECK(counted.references == 1);
    CHECK_FALSE(freed);
}

TEST_CASE("null references do nothing") {
    const Ref<Counted> null;
    const Ref<Counted> also_null(nullptr);
    const Ref<Counted> copy = null;
    CHECK_FALSE(null);
    CHECK_FALSE(also_null);
    CHECK(copy.get() == nullptr);
}
