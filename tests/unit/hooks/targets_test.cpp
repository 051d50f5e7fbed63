#include "hooks/targets.h"

#include <doctest/doctest.h>

using namespace grapnel;

namespace {

void join(SharedGroup& group, const char* id, Handle session, bool online) {
    SharedMember member;
    member.subscriber = {session, 0};
    member.client_id = id;
    member.presence = Ref<Presence>::adopt(new Presence);
    member.presence->set_online(online);
    group.join(std::move(member));
}

struct TwoGroups {
    TwoGroups() {
        for (const char* text : {"$share/one/t", "$share/two/t"})
            route.groups.push_back(Ref<SharedGroup>::adopt(new SharedGroup(text)));
        join(*route.groups[0], "a", 1, true);
        join(*route.groups[0], "b", 2, true);
        join(*route.groups[1], "c", 3, false);
    }
    Route route;
};

}  // namespace

TEST_CASE_FIXTURE(TwoGroups, "targets are the members of all groups") {
    Targets targets(route, 0);
    gn_target target{};
    REQUIRE(targets.target(2, target) == GN_OK);
    CHECK(Bytes(target.client_id.ptr, target.client_id.len) == "c");
    CHECK(Bytes(target.filter.ptr, target.filter.len) == "$share/two/t");
    CHECK(target.group == 2);
    CHECK(targets.target(3, target) == GN_E_GONE);
    SharedMember chosen;
    CHECK(targets.choice(0, chosen) == Targets::Choice::builtin);
}

TEST_CASE_FIXTURE(TwoGroups, "pick and drop choose per group") {
    Targets targets(route, 0);
    SharedMember chosen;
    CHECK(targets.pick(1) == GN_OK);
    REQUIRE(targets.choice(0, chosen) == Targets::Choice::member);
    CHECK(chosen.client_id == "b");
    CHECK(targets.choice(1, chosen) == Targets::Choice::builtin);
    CHECK(targets.pick(0) == GN_OK);
    REQUIRE(targets.choice(0, chosen) == Targets::Choice::member);
    CHECK(chosen.client_id == "a");
    CHECK(targets.drop(0) == GN_OK);
    REQUIRE(targets.choice(0, chosen) == Targets::Choice::member);
    CHECK(chosen.client_id == "b");
    CHECK(targets.drop(1) == GN_OK);
    CHECK(targets.choice(0, chosen) == Targets::Choice::nobody);
    CHECK(targets.pick(9) == GN_E_INVALID);
    CHECK(targets.drop(9) == GN_E_INVALID);
}

TEST_CASE_FIXTURE(TwoGroups, "who is offline comes last, and unshared receivers can be dropped") {
    join(*route.groups[1], "d", 4, true);
    join(*route.groups[1], "e", 5, true);
    Targets targets(route, 1);
    CHECK(targets.drop(4) == GN_OK);
    SharedMember chosen;
    REQUIRE(targets.choice(1, chosen) == Targets::Choice::member);
    CHECK(chosen.client_id == "d");  // "c" is away
    const size_t index = targets.add("single", "t");
    CHECK(targets.pick(static_cast<uint32_t>(index)) == GN_E_INVALID);
    CHECK(targets.drop(static_cast<uint32_t>(index)) == GN_OK);
    CHECK(targets.dropped(index));
    targets.begin_call();
    CHECK(targets.drop(0) == GN_OK);
    targets.rollback();
    CHECK_FALSE(targets.dropped(0));
}

TEST_CASE_FIXTURE(TwoGroups, "who is left after a drop takes turns, in whatever steps they grow") {
    join(*route.groups[0], "x", 6, true);
    for (const uint64_t step : {1u, 2u, 4u, 64u, 1'000'000u}) {
        CAPTURE(step);
        int first = 0;
        for (uint64_t number = 0; number < 100; ++number) {
            Targets targets(route, 1'700'000'000'000'000'000u + number * step);
            CHECK(targets.drop(2) == GN_OK);
            SharedMember chosen;
            REQUIRE(targets.choice(0, chosen) == Targets::Choice::member);
            if (chosen.client_id == "a") ++first;
        }
        CHECK(first > 25);
        CHECK(first < 75);
    }
}
