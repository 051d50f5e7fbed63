#include "store/committer.h"

#include <chrono>
#include <cstdlib>
#include <span>
#include <utility>

namespace grapnel::store {

namespace {

std::int64_t now_ms() {
    using std::chrono::milliseconds;
    return std::chrono::duration_cast<milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

}  // namespace

Committer::Committer(gn::Host host, Backend& backend, Known& known, const CommitSettings& settings)
    : host_(host),
      backend_(backend),
      settings_(settings),
      applier_(known),
      batch_(backend.make_batch()),
      canary_(std::getenv("GRAPNEL_STORE_CANARY") != nullptr) {}

Committer::~Committer() { finish(); }

void Committer::start(std::uint32_t loops, Fault fault) {
    {
        const std::lock_guard lock(mutex_);
        loops_ = loops;
    }
    broken_ = std::move(fault);
    thread_ = std::thread([this] { run(); });
}

void Committer::add(std::uint64_t commit, Changes changes, gn::Pending pending) {
    bool due = false;
    {
        const std::lock_guard lock(mutex_);
        Unit& unit = units_[commit];
        unit.parts.push_back(std::move(changes));
        unit.waiting.push_back(std::move(pending));
        due = commit == expected_ && unit.waiting.size() == loops_;
    }
    // Without the lock: the writer would wake to wait for it.
    if (due) wake_.notify_one();
}

void Committer::add_rest(std::uint64_t commit, Changes changes) {
    const std::lock_guard lock(mutex_);
    units_[commit].parts.push_back(std::move(changes));
    if (commit == 0) wake_.notify_one();
}

bool Committer::add_unless_failing(Changes changes) {
    if (failing_) return false;
    add_rest(0, std::move(changes));
    return true;
}

void Committer::finish() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        finishing_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

bool Committer::next(std::vector<Unit>& units) {
    units.clear();
    std::unique_lock lock(mutex_);
    const auto whole = [this] {
        const auto found = units_.find(expected_);
        return found != units_.end() && found->second.waiting.size() == loops_;
    };
    const auto something = [&] { return finishing_ || units_.contains(0) || whole(); };
    if (unsynced_ && settings_.sync == Sync::interval)
        wake_.wait_for(lock, std::chrono::milliseconds(sync_due_ms() - now_ms()), something);
    else
        wake_.wait(lock, something);
    const auto take = [&](std::map<std::uint64_t, Unit>::iterator unit) {
        units.push_back(std::move(unit->second));
        units_.erase(unit);
    };
    if (const auto along = units_.find(0); along != units_.end()) {
        take(along);
        units.back().aside = true;
    }
    for (; whole(); ++expected_) take(units_.find(expected_));
    if (!finishing_) return true;
    while (!units_.empty()) take(units_.begin());
    return false;
}

void Committer::run() {
    std::vector<Unit> units;
    for (bool more = true; more;) {
        more = next(units);
        if (!units.empty()) write(units);
        sync_when_due();
    }
    if (unsynced_) report(backend_.sync());
}

void Committer::write(std::vector<Unit>& units) {
    bool awaited = false;
    commits_.clear();
    for (const Unit& unit : units) {
        awaited = awaited || !unit.waiting.empty();
        commits_.push_back({unit.parts, unit.aside});
    }
    applier_.apply(std::span<const Applier::Commit>(commits_), *batch_);
    if (canary_) {
        answer(units, GN_V_CONTINUE);
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    // After a fault it is the medium that says whether it is over.
    const bool durable = settings_.sync == Sync::commit ? awaited || failing_
                                                        : failing_ && settings_.sync != Sync::off;
    const Fault fault = write_batch(durable);
    report(fault);
    answer(units, fault.empty() ? GN_V_CONTINUE : GN_V_DENY);
    failpoint_.pass("after-complete");
}

Fault Committer::write_batch(bool durable) {
    if (!broken_.empty()) return broken_;
    if (!batch_->empty()) {
        failpoint_.pass("before-write");
        Fault fault = backend_.write(*batch_);
        if (!fault.empty()) return fault;
        failpoint_.pass("after-write");
        unsynced_ = true;
    }
    if (durable && unsynced_) {
        Fault fault = backend_.sync();
        if (!fault.empty()) return fault;
        synced_ms_ = now_ms();
        unsynced_ = false;
        failpoint_.pass("after-sync");
    }
    batch_->clear();
    return {};
}

void Committer::sync_when_due() {
    if (!unsynced_ || settings_.sync != Sync::interval) return;
    if (now_ms() < sync_due_ms()) return;
    const Fault fault = backend_.sync();
    report(fault);
    if (fault.empty()) unsynced_ = false;
    synced_ms_ = now_ms();
}

// Says when it begins to fail, and when that is over.
void Committer::report(const Fault& fault) {
    if (!fault.empty() && !failing_)
        host_.error("cannot write, and acknowledges nothing until it can: " + fault);
    else if (fault.empty() && failing_)
        host_.info("writes again");
    failing_ = !fault.empty();
}

void Committer::answer(std::vector<Unit>& units, gn_verdict verdict) {
    for (Unit& unit : units)
        for (gn::Pending& pending : unit.waiting) static_cast<void>(pending.complete(verdict));
}

}  // namespace grapnel::store
