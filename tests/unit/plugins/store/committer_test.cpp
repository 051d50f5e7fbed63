#include "store/committer.h"

#include <doctest/doctest.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/store/answer_host.h"
#include "plugins/store/memory_backend.h"

using namespace grapnel::store;
using namespace grapnel::store::test;

namespace {

// A backend that is written to by the committer's thread and looked at by the test's.
class Medium final : public MemoryBackend {
public:
    Fault write(Batch& batch) override {
        const std::lock_guard lock(mutex_);
        changed_.notify_all();
        ++tries_;
        if (!write_fault_.empty()) return write_fault_;
        ++writes_;
        return MemoryBackend::write(batch);
    }
    Fault sync() override {
        const std::lock_guard lock(mutex_);
        changed_.notify_all();
        ++sync_tries_;
        if (!sync_fault_.empty()) return sync_fault_;
        ++syncs_;
        return {};
    }
    void fail(Fault write, Fault sync) {
        const std::lock_guard lock(mutex_);
        write_fault_ = std::move(write);
        sync_fault_ = std::move(sync);
    }
    std::string value(std::string_view key) {
        const std::lock_guard lock(mutex_);
        const auto found = of(Kind::client).find(key);
        return found == of(Kind::client).end() ? "-" : found->second;
    }
    void wait_written(std::string_view key) {
        std::unique_lock lock(mutex_);
        REQUIRE(changed_.wait_for(lock, std::chrono::seconds(20),
                                  [&] { return of(Kind::client).contains(key); }));
    }
    void wait_tries(int count) {
        std::unique_lock lock(mutex_);
        REQUIRE(changed_.wait_for(lock, std::chrono::seconds(20), [&] { return tries_ >= count; }));
    }
    void wait_syncs(int count) {
        std::unique_lock lock(mutex_);
        REQUIRE(changed_.wait_for(lock, std::chrono::seconds(20), [&] { return syncs_ >= count; }));
    }
    void wait_sync_tries(int count) {
        std::unique_lock lock(mutex_);
        REQUIRE(changed_.wait_for(lock, std::chrono::seconds(20),
                                  [&] { return sync_tries_ >= count; }));
    }
    int writes() {
        const std::lock_guard lock(mutex_);
        return writes_;
    }
    int syncs() {
        const std::lock_guard lock(mutex_);
        return syncs_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    Fault write_fault_;
    Fault sync_fault_;
    int tries_ = 0;
    int writes_ = 0;
    int syncs_ = 0;
    int sync_tries_ = 0;
};

Changes put(std::string_view key, std::string_view value) {
    Changes changes;
    changes.put(Kind::client, key, value);
    return changes;
}

Changes retain(std::string_view topic, std::string_view value, std::uint64_t order) {
    Changes changes;
    changes.retain(topic, value, order);
    return changes;
}

struct Fixture {
    explicit Fixture(std::uint32_t loops, Sync sync = Sync::commit, std::int64_t interval_ms = 1000)
        : committer(host.host(), medium, known, {sync, interval_ms}), loops_(loops) {}

    void start() { committer.start(loops_, {}); }
    void add(std::uint64_t commit, gn_ticket ticket, Changes changes) {
        committer.add(commit, std::move(changes), host.pending(ticket));
    }

    AnswerHost host;
    Medium medium;
    Known known;
    Committer committer;

private:
    std::uint32_t loops_;
};

}  // namespace

TEST_CASE("a commit is written when the parts of all loops are there, and not before") {
    Fixture store(2);
    store.start();
    store.add(1, 11, put("a", "1"));
    store.committer.add_rest(0, put("rest", "1"));
    store.medium.wait_written("rest");
    CHECK(store.medium.value("a") == "-");
    CHECK_FALSE(store.host.answered(11));
    store.add(1, 12, put("b", "1"));
    CHECK(store.host.wait(11) == GN_V_CONTINUE);
    CHECK(store.host.wait(12) == GN_V_CONTINUE);
    CHECK(store.medium.value("a") == "1");
    CHECK(store.medium.value("b") == "1");
    CHECK(store.medium.writes() == 2);
}

TEST_CASE("commits are written in the order of their numbers") {
    Fixture store(2);
    store.start();
    store.add(2, 21, put("a", "2"));
    store.add(2, 22, put("b", "2"));
    store.committer.add_rest(0, put("rest", "1"));
    store.medium.wait_written("rest");
    CHECK(store.medium.value("a") == "-");
    store.add(1, 11, put("a", "1"));
    store.add(1, 12, put("b", "1"));
    CHECK(store.host.wait(22) == GN_V_CONTINUE);
    CHECK(store.host.wait(11) == GN_V_CONTINUE);
    CHECK(store.medium.value("a") == "2");
    CHECK(store.medium.value("b") == "2");
}

TEST_CASE("what is told before the start is written after it") {
    Fixture store(1);
    store.add(1, 11, put("a", "1"));
    store.committer.add_rest(0, put("rest", "1"));
    store.start();
    CHECK(store.host.wait(11) == GN_V_CONTINUE);
    CHECK(store.medium.value("a") == "1");
    CHECK(store.medium.value("rest") == "1");
}

TEST_CASE("a commit in which nothing happened is answered without a write") {
    Fixture store(1);
    store.start();
    store.add(1, 11, {});
    CHECK(store.host.wait(11) == GN_V_CONTINUE);
    CHECK(store.medium.writes() == 0);
    CHECK(store.medium.syncs() == 0);
}

TEST_CASE("what cannot be written is denied, kept, and written with the next commit") {
    Fixture store(1);
    store.start();
    store.medium.fail("no space", {});
    store.add(1, 11, put("a", "1"));
    CHECK(store.host.wait(11) == GN_V_DENY);
    store.add(2, 12, {});
    CHECK(store.host.wait(12) == GN_V_DENY);
    store.medium.fail({}, {});
    store.add(3, 13, put("b", "1"));
    CHECK(store.host.wait(13) == GN_V_CONTINUE);
    CHECK(store.medium.value("a") == "1");
    CHECK(store.medium.value("b") == "1");
    store.committer.finish();
    const auto lines = store.host.lines();
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].find("no space") != std::string::npos);
    CHECK(lines[1] == "writes again");
}

TEST_CASE("what the next one of its sort replaces is not kept while nothing can be written") {
    Fixture store(1);
    store.start();
    CHECK(store.committer.add_unless_failing(put("a", "1")));
    store.medium.wait_written("a");
    store.medium.fail("no space", {});
    store.add(1, 11, put("b", "1"));
    CHECK(store.host.wait(11) == GN_V_DENY);
    CHECK_FALSE(store.committer.add_unless_failing(put("c", "1")));
    store.medium.fail({}, {});
    store.add(2, 12, {});
    CHECK(store.host.wait(12) == GN_V_CONTINUE);
    CHECK(store.committer.add_unless_failing(put("d", "1")));
    store.committer.finish();
    CHECK(store.medium.value("b") == "1");
    CHECK(store.medium.value("c") == "-");
    CHECK(store.medium.value("d") == "1");
}

TEST_CASE("what is not on the medium is denied, and written again with the next commit") {
    Fixture store(1);
    store.start();
    store.medium.fail({}, "no medium");
    store.add(1, 11, put("a", "1"));
    CHECK(store.host.wait(11) == GN_V_DENY);
    store.medium.fail({}, {});
    store.add(2, 12, {});
    CHECK(store.host.wait(12) == GN_V_CONTINUE);
    CHECK(store.medium.writes() == 2);
    CHECK(store.medium.syncs() == 1);
}

TEST_CASE("a fault of what nobody waits for is mended by the commit that is asked for next") {
    Fixture store(1);
    store.start();
    store.medium.fail("no space", {});
    store.committer.add_rest(0, put("rest", "1"));
    store.medium.wait_tries(1);
    store.medium.fail({}, {});
    store.add(1, 11, {});
    CHECK(store.host.wait(11) == GN_V_CONTINUE);
    CHECK(store.medium.value("rest") == "1");
}

TEST_CASE("sync commit: it is on the medium before it is answered") {
    Fixture store(1, Sync::commit);
    store.start();
    for (std::uint64_t commit = 1; commit <= 3; ++commit) {
        store.add(commit, commit, put("a", std::to_string(commit)));
        CHECK(store.host.wait(commit) == GN_V_CONTINUE);
        CHECK(store.medium.syncs() == static_cast<int>(commit));
    }
}

TEST_CASE("sync interval: the medium has it soon, without another commit") {
    Fixture store(1, Sync::interval, 5);
    store.start();
    for (std::uint64_t commit = 1; commit <= 3; ++commit) {
        store.add(commit, commit, put("a", std::to_string(commit)));
        CHECK(store.host.wait(commit) == GN_V_CONTINUE);
        store.medium.wait_syncs(static_cast<int>(commit));
    }
}

TEST_CASE("sync interval: a medium that fails is tried again") {
    Fixture store(1, Sync::interval, 5);
    store.start();
    store.medium.fail({}, "no medium");
    store.add(1, 11, put("a", "1"));
    CHECK(store.host.wait(11) == GN_V_CONTINUE);
    store.medium.fail({}, {});
    store.medium.wait_syncs(1);
}

TEST_CASE("sync interval: while the medium fails nothing is acknowledged") {
    Fixture store(1, Sync::interval, 1);
    store.start();
    store.medium.fail({}, "no medium");
    store.add(1, 11, put("a", "1"));
    CHECK(store.host.wait(11) == GN_V_CONTINUE);
    store.medium.wait_sync_tries(1);
    store.add(2, 12, put("b", "1"));
    CHECK(store.host.wait(12) == GN_V_DENY);
    store.add(3, 13, {});
    CHECK(store.host.wait(13) == GN_V_DENY);
    store.medium.fail({}, {});
    store.add(4, 14, {});
    CHECK(store.host.wait(14) == GN_V_CONTINUE);
    CHECK(store.medium.value("b") == "1");
    CHECK(store.medium.syncs() >= 1);
}

TEST_CASE("what is written after a fault is on the medium, though nobody waits for it") {
    Fixture store(1);
    store.start();
    store.medium.fail("no space", {});
    store.add(1, 11, put("a", "1"));
    CHECK(store.host.wait(11) == GN_V_DENY);
    store.medium.fail({}, {});
    store.committer.add_rest(0, {});
    store.medium.wait_written("a");
    store.add(2, 12, {});
    CHECK(store.host.wait(12) == GN_V_CONTINUE);
    CHECK(store.medium.syncs() == 1);
}

TEST_CASE("sync off: it is handed over, and on the medium at the end") {
    Fixture store(1, Sync::off);
    store.start();
    store.add(1, 11, put("a", "1"));
    CHECK(store.host.wait(11) == GN_V_CONTINUE);
    store.add(2, 12, put("b", "1"));
    CHECK(store.host.wait(12) == GN_V_CONTINUE);
    CHECK(store.medium.syncs() == 0);
    store.committer.finish();
    CHECK(store.medium.syncs() == 1);
}

TEST_CASE("the end writes what is incomplete and what was not asked for") {
    Fixture store(2);
    store.start();
    store.add(1, 11, put("a", "1"));
    store.committer.add_rest(2, put("b", "2"));
    store.committer.add_rest(1, put("c", "1"));
    store.committer.add_rest(0, put("d", "0"));
    store.committer.finish();
    for (const std::string_view key : {"a", "b", "c", "d"}) CHECK(store.medium.value(key) != "-");
    CHECK(store.host.answered(11));
    CHECK(store.medium.syncs() >= 1);
}

TEST_CASE("what is told of no commit does not part two neighbouring ones") {
    Fixture store(1);
    store.start();
    store.add(1, 11, retain("t", "new", 5));
    CHECK(store.host.wait(11) == GN_V_CONTINUE);
    store.committer.add_rest(0, put("rest", "1"));
    store.medium.wait_written("rest");
    store.add(2, 12, retain("t", "old", 4));
    CHECK(store.host.wait(12) == GN_V_CONTINUE);
    store.committer.finish();
    CHECK(store.medium.of(Kind::retained).at("t") == "new");
}
