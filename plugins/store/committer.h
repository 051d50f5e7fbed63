#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <grapnel/plugin.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "store/applier.h"
#include "store/backend.h"
#include "store/changes.h"
#include "store/failpoint.h"
#include "store/known.h"

namespace grapnel::store {

// When a commit counts as done.
enum class Sync : std::uint8_t {
    commit,    // it is on the medium
    interval,  // it is with the system; the medium has it after sync_interval at the latest
    off        // it is with the system, which writes when it likes
};

struct CommitSettings {
    Sync sync = Sync::commit;
    std::int64_t sync_interval_ms = 1000;
};

// Writes commits, in order, each whole: the one thread that writes. While it waits for the medium
// the next commits come together, and are written at once. What cannot be written is kept, and
// tried again with the next commit.
class Committer {
public:
    Committer(gn::Host host, Backend& backend, Known& known, const CommitSettings& settings);
    ~Committer();
    Committer(const Committer&) = delete;
    Committer& operator=(const Committer&) = delete;

    // Commits have a part of each of `loops` loops. `fault`: what is stored already is not what it
    // should be, so no commit will succeed. Main thread, once the backend is its own.
    void start(std::uint32_t loops, Fault fault);
    // One loop's part of a commit; `pending` is answered when all of it is written. Any thread.
    void add(std::uint64_t commit, Changes changes, gn::Pending pending);
    // What nobody waits for. 0: is written soon, before the commits that come; another number: the
    // rest of a commit that was not asked for, written at the end. Any thread.
    void add_rest(std::uint64_t commit, Changes changes);
    // What nobody waits for and the next one of its sort replaces: it is written soon, or not taken
    // while nothing can be written. Any thread.
    bool add_unless_failing(Changes changes);
    // Writes all there is and ends the thread. After the last add.
    void finish();

private:
    struct Unit {
        std::vector<Changes> parts;
        std::vector<gn::Pending> waiting;
        bool aside = false;  // of no commit
    };

    void run();
    // Waits for commits that are whole; moves them out. False: the end, all that is left is out.
    bool next(std::vector<Unit>& units);
    void write(std::vector<Unit>& units);
    // What there is to write, and if `durable` all that is not on the medium yet.
    Fault write_batch(bool durable);
    void sync_when_due();
    std::int64_t sync_due_ms() const { return synced_ms_ + settings_.sync_interval_ms; }
    void report(const Fault& fault);
    static void answer(std::vector<Unit>& units, gn_verdict verdict);

    gn::Host host_;
    Backend& backend_;
    const CommitSettings settings_;
    std::thread thread_;

    std::mutex mutex_;
    std::condition_variable wake_;
    std::map<std::uint64_t, Unit> units_;  // by commit; 0: of none
    std::uint32_t loops_ = 0;
    std::uint64_t expected_ = 1;
    bool finishing_ = false;

    // The thread's.
    Applier applier_;
    std::vector<Applier::Commit> commits_;  // of the units being written
    std::unique_ptr<Batch> batch_;          // what is not written yet
    Failpoint failpoint_;
    Fault broken_;                      // constant while it runs
    std::atomic<bool> failing_{false};  // any thread may look
    bool unsynced_ = false;
    bool canary_ = false;  // for tests: answers before it writes
    std::int64_t synced_ms_ = 0;
};

}  // namespace grapnel::store
