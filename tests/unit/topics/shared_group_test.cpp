#include "topics/shared_group.h"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <thread>
#include <vector>

using namespace grapnel;

namespace {

struct Fixture {
    SharedGroup group{"$share/g/a"};
    std::map<Handle, Ref<Presence>> presences;

    void join(Handle session, bool online = true) {
        SharedMember member;
        member.subscriber = {session, 0};
        member.client_id = "c" + std::to_string(session);
        member.presence = Ref<Presence>::adopt(new Presence());
        member.presence->set_online(online);
        presences[session] = member.presence;
        CHECK(group.join(member));
    }
    void leave(Handle session) { CHECK(group.leave({session, 0})); }

    // 0: nobody
    Handle pick(SubscriberKey except = {}) {
        SharedMember member;
        return group.pick(member, except) ? member.subscriber.session : 0;
    }
    std::vector<Handle> picks(size_t count) {
        std::vector<Handle> sessions;
        for (; count > 0; --count) sessions.push_back(pick());
        return sessions;
    }
};

using Sessions = std::vector<Handle>;

}  // namespace

TEST_CASE("members are chosen in turn") {
    Fixture f;
    CHECK(f.group.empty());
    CHECK(f.pick() == 0);
    for (const Handle session : Sessions{1, 2, 3}) f.join(session);
    CHECK(f.picks(7) == Sessions{1, 2, 3, 1, 2, 3, 1});
    CHECK_FALSE(f.group.empty());
    CHECK(f.group.text() == "$share/g/a");
}

TEST_CASE("members that are offline are passed by while one is online") {
    Fixture f;
    for (const Handle session : Sessions{1, 2, 3, 4}) f.join(session);
    f.presences[2]->set_online(false);
    f.presences[3]->set_online(false);
    CHECK(f.picks(4) == Sessions{1, 4, 1, 4});
    f.presences[3]->set_online(true);
    CHECK(f.picks(3) == Sessions{1, 3, 4});
    for (auto& [session, presence] : f.presences) presence->set_online(false);
    CHECK(f.picks(5) == Sessions{1, 2, 3, 4, 1});
    f.presences[4]->set_online(true);
    CHECK(f.picks(2) == Sessions{4, 4});
}

TEST_CASE("joining and leaving cost nobody a turn") {
    Fixture f;
    for (const Handle session : Sessions{1, 2, 3}) f.join(session);
    CHECK(f.picks(2) == Sessions{1, 2});
    f.leave(1);
    CHECK(f.pick() == 3);
    f.join(4);
    CHECK(f.picks(4) == Sessions{2, 3, 4, 2});
    f.leave(3);
    CHECK(f.picks(3) == Sessions{4, 2, 4});
    f.leave(2);
    f.leave(4);
    CHECK(f.pick() == 0);
    f.join(5);
    CHECK(f.picks(2) == Sessions{5, 5});
    CHECK_FALSE(f.group.leave({99, 0}));
}

TEST_CASE("one can be excepted") {
    Fixture f;
    f.join(1);
    CHECK(f.pick({1, 0}) == 0);
    f.join(2);
    CHECK(f.pick({1, 0}) == 2);
    CHECK(f.pick({1, 0}) == 2);
    CHECK(f.pick({1, 7}) == 1);
    f.presences[2]->set_online(false);
    CHECK(f.pick({1, 0}) == 2);
}

TEST_CASE("joining again replaces options and keeps the place") {
    Fixture f;
    for (const Handle session : Sessions{1, 2}) f.join(session);
    SharedMember member;
    REQUIRE(f.group.pick(member));
    member.options.qos = 2;
    CHECK_FALSE(f.group.join(member));
    CHECK(f.picks(2) == Sessions{2, 1});
    const auto members = f.group.members();
    REQUIRE(members->size() == 2);
    CHECK((*members)[0].options.qos == 2);
    CHECK((*members)[0].client_id == "c1");
    f.leave(1);
    CHECK(members->size() == 2);
    CHECK(f.group.members()->size() == 1);
}

TEST_CASE("many pickers share the turns evenly") {
    Fixture f;
    for (Handle session = 1; session <= 4; ++session) f.join(session);
    std::vector<std::map<Handle, int>> counts(4);
    std::vector<std::thread> threads;
    for (auto& count : counts)
        threads.emplace_back([&] {
            SharedMember member;
            for (int round = 0; round < 1'000; ++round)
                if (f.group.pick(member)) ++count[member.subscriber.session];
        });
    for (std::thread& thread : threads) thread.join();
    for (Handle session = 1; session <= 4; ++session) {
        int sum = 0;
        for (auto& count : counts) sum += count[session];
        CHECK(sum == 1'000);
    }
}
