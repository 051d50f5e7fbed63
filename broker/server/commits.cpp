#include "server/commits.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "server/connection.h"
#include "server/worker.h"

namespace grapnel {

namespace {

constexpr int64_t kRetry_ms = 1000;
// What nobody waits for shares the commit of what comes within this time: a disk that is busy with
// it would keep the next publisher waiting.
constexpr int64_t kLater_ms = 10;

}  // namespace

Commits::Commits(Worker& worker)
    : worker_(worker),
      retry_([](Timer&) {
          Worker* const here = Worker::current();
          here->wake();
          here->commits.close_soon();
      }),
      later_([](Timer&) {
          Worker* const here = Worker::current();
          here->wake();
          here->commits.later_armed_ = false;
          here->commits.close_soon();
      }) {
    open_next();
}

Commits::~Commits() {
    for (const auto& group : groups_) worker_.hooks.cancel(group.get());
}

bool Commits::active() const { return !stopped_ && worker_.hooks.wants(Event::on_commit); }

void Commits::open_next() {
    auto group = std::make_unique<Group>();
    group->owner = this;
    group->number = ++open_;
    groups_.push_back(std::move(group));
    worker_.hooks.set_commit_number(open_);
}

void Commits::begin_packet() {
    durable_told_ = worker_.hooks.durable_told();
    mails_ = worker_.mails();
}

bool Commits::holding(const Connection& connection) const {
    if (!active()) return false;
    return worker_.hooks.durable_told() != durable_told_ || worker_.mails() != mails_ ||
           waiting(connection);
}

bool Commits::waiting(const Connection& connection) const {
    return connection.held_in() >= groups_.front()->number;
}

uint64_t Commits::join(Connection& connection, size_t bytes) {
    const uint64_t number = std::max(worker_.hooks.commit_number(), connection.held_in());
    connection.hold_output(number, bytes);
    held_lately_ = true;
    return number;
}

void Commits::hold(Connection& connection, Bytes packets, uint64_t received_us) {
    std::vector<Held>& held = group(join(connection, packets.size())).held;
    const auto joins = [&](const Held& last) {
        return last.connection_key == connection.key() && !last.corked &&
               (received_us == 0 || last.messages == 0 || last.received_us == received_us);
    };
    if (held.empty() || !joins(held.back())) held.push_back({connection.key(), {}});
    Held& last = held.back();
    last.packets.append(packets);
    if (received_us == 0) return;
    last.received_us = received_us;
    ++last.messages;
}

void Commits::cork(Connection& connection) {
    if (!holding(connection)) return connection.uncork();
    const uint64_t number = join(connection, 0);
    connection.cork(number);
    group(number).held.push_back({connection.key(), {}, true});
}

void Commits::end_turn() {
    if (!active()) return;
    held_lately_ = false;
    told_ = worker_.hooks.take_told() || told_;
    if (close_soon_ || !groups_.back()->held.empty()) {
        if (worker_.core.commits.begin(open_)) close();
    } else if (told_ && !later_armed_) {
        later_armed_ = true;
        worker_.timers.arm(later_, worker_.clock.monotonic_ms + kLater_ms);
    }
}

bool Commits::due() const { return active() && (held_lately_ || worker_.hooks.told()); }

void Commits::stop() {
    stopped_ = true;
    retry_.disarm();
    later_.disarm();
}

void Commits::close_soon() { close_soon_ = true; }

// Until every worker has all of this commit, none does anything of the next one: what they share
// and what they send each other is then never of two commits at once. Mail that is handled
// meanwhile may make mail, so rounds of marks go on until there was none between two of them.
void Commits::close() {
    const size_t others = worker_.core.workers.size() - 1;
    uint64_t mails_before = worker_.mails();
    for (bool mailed = others != 0; mailed;) {
        const uint64_t mails = worker_.mails();
        mailed = ++round_ == 1 || mails != mails_before;
        mails_before = mails;
        worker_.send_mail();
        send_marks(mailed);
        Marks& marks = marks_[round_ % 2];
        while (marks.count < others) worker_.loop.run_first();
        mailed = mailed || marks.mailed;
        marks = {};
    }
    round_ = 0;
    told_ = false;
    worker_.hooks.take_told();
    close_soon_ = false;
    const uint64_t number = open_;
    open_next();
    ask_stores(number);
    for (const auto& task : std::exchange(early_, {})) task();
}

// Another worker may have all marks, and go on, while this one still waits for some.
void Commits::when_open(uint64_t number, std::function<void()> task) {
    if (number == open_) return task();
    GN_ASSERT(number == open_ + 1);
    early_.push_back(std::move(task));
}

void Commits::send_marks(bool mailed) {
    for (const auto& other : worker_.core.workers) {
        if (other.get() == &worker_) continue;
        other->loop.post_first([there = other.get(), round = round_, mailed] {
            there->wake();
            there->commits.marked(round, mailed);
        });
    }
}

void Commits::marked(uint32_t round, bool mailed) {
    Marks& marks = marks_[round % 2];
    ++marks.count;
    marks.mailed = marks.mailed || mailed;
    if (round_ == 0) close();
}

void Commits::ask_stores(uint64_t number) {
    Group& asked = group(number);
    asked.asked_ns = uv_hrtime();
    const Outcome outcome = worker_.hooks.commit(number, &asked);
    if (outcome.verdict != Verdict::deferred) answered(number, !outcome.refused());
}

void Commits::answered(uint64_t number, bool committed) {
    worker_.wake();
    const CommitRounds::Answered answer = worker_.core.commits.answered(committed);
    if (!answer.over) return;
    worker_.counters.commit_latency.observe((uv_hrtime() - group(number).asked_ns) / 1000);
    for (const auto& other : worker_.core.workers) {
        if (other.get() == &worker_) continue;
        other->loop.post([there = other.get(), number, good = answer.committed] {
            there->wake();
            there->commits.over(number, good);
        });
    }
    over(number, answer.committed);
}

void Commits::over(uint64_t number, bool committed) {
    Group& done = group(number);
    done.over = true;
    done.committed = committed;
    watch_failure(committed);
    while (groups_.front()->over) {
        const std::unique_ptr<Group> first = std::move(groups_.front());
        groups_.pop_front();
        release(*first);
    }
}

void Commits::release(Group& group) {
    if (!group.committed && !group.held.empty() && !stopped_) {
        worker_.counters.store_failures.add();
        log_error("server", "store failed to commit: clients that wait for it are disconnected",
                  {{"worker", worker_.index}, {"answers", group.held.size()}});
    }
    for (const Held& held : group.held) {
        Connection* const connection = worker_.connection_of(held.connection_key);
        if (connection == nullptr) continue;
        if (!group.committed) {
            worker_.doom(*connection, mqtt::Reason::unspecified_error);
        } else if (held.corked) {
            connection->uncork(group.number);
        } else {
            connection->append_held(held.packets, held.received_us, held.messages);
        }
    }
}

// One worker asks again until the stores succeed.
void Commits::watch_failure(bool committed) {
    if (worker_.index != 0) return;
    const bool failed = worker_.core.store_failing.exchange(!committed);
    if (!committed && !stopped_)
        worker_.timers.arm(retry_, worker_.clock.monotonic_ms + kRetry_ms);
    else if (failed)
        log_info("server", "store commits again");
}

}  // namespace grapnel
