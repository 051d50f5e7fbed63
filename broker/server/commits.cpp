#include "server/commits.h"

#include <utility>

#include "base/log.h"
#include "server/connection.h"
#include "server/worker.h"

namespace grapnel {

Commits::~Commits() {
    for (const auto& group : waiting_) worker_.hooks.cancel(group.get());
}

void Commits::hold(uint64_t connection_key, Bytes packet) {
    if (open_.empty() || open_.back().connection_key != connection_key)
        open_.push_back({connection_key, {}});
    open_.back().packets.append(packet);
}

void Commits::end_turn() {
    if (!worker_.hooks.commit_needed()) return;
    auto group = std::make_unique<Group>();
    group->owner = this;
    group->held = std::exchange(open_, {});
    Group& waiting = *group;
    waiting_.push_back(std::move(group));
    const Outcome outcome = worker_.hooks.commit(&waiting);
    if (outcome.verdict != Verdict::deferred) completed(waiting, outcome);
}

void Commits::completed(Group& group, const Outcome& outcome) {
    group.done = true;
    group.failed = outcome.refused();
    if (group.failed) {
        worker_.counters.store_failures.add();
        log_error("server", "store failed to commit: clients that wait for it are disconnected",
                  {{"clients", group.held.size()}});
    }
    release_done();
}

void Commits::release_done() {
    while (!waiting_.empty() && waiting_.front()->done) {
        const std::unique_ptr<Group> group = std::move(waiting_.front());
        waiting_.erase(waiting_.begin());
        for (const Held& held : group->held) {
            Connection* connection = worker_.connection_of(held.connection_key);
            if (connection == nullptr) continue;
            if (group->failed)
                worker_.doom(*connection, mqtt::Reason::unspecified_error);
            else
                connection->append_output(held.packets);
        }
    }
}

}  // namespace grapnel
