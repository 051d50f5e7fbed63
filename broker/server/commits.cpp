#include "server/commits.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "server/connection.h"
#include "server/worker.h"

namespace grapnel {

Commits::~Commits() {
    for (const auto& group : waiting_) worker_.hooks.cancel(group.get());
}

bool Commits::holding() const {
    const Dispatcher& hooks = worker_.hooks;
    return hooks.commit_needed() || !open_.empty() ||
           (hooks.wants(Event::on_commit) && worker_.has_mail());
}

void Commits::hold(uint64_t connection_key, Bytes packet) {
    if (open_.empty() || open_.back().connection_key != connection_key)
        open_.push_back({connection_key, {}});
    open_.back().packets.append(packet);
}

void Commits::end_turn(const std::vector<uint16_t>& mailed) {
    const bool needed = worker_.hooks.commit_needed();
    if (!needed && open_.empty() && told_.empty()) return;
    auto owned = std::make_unique<Group>();
    Group& group = *owned;
    group.owner = this;
    group.number = ++last_number_;
    group.held = std::exchange(open_, {});
    group.told = std::exchange(told_, {});
    group.awaited = needed ? 1 : 0;
    waiting_.push_back(std::move(owned));
    if (!group.held.empty()) {
        group.awaited += mailed.size();
        await_others(group, mailed);
    }
    if (!needed) return release_done();
    const Outcome outcome = worker_.hooks.commit(&group);
    if (outcome.verdict != Verdict::deferred) arrived(group.number, !outcome.refused());
}

// Each of them has our mail before this question, and answers when what that mail told its stores
// is committed.
void Commits::await_others(const Group& group, const std::vector<uint16_t>& mailed) {
    for (const uint16_t other : mailed) {
        Worker* const there = worker_.core.workers[other].get();
        there->loop.post([there, here = &worker_, number = group.number] {
            there->wake();
            there->commits.told_.push_back([here, number](bool committed) {
                here->loop.post([here, number, committed] {
                    here->wake();
                    here->commits.arrived(number, committed);
                });
            });
        });
    }
}

void Commits::arrived(uint64_t number, bool committed) {
    const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                    [&](const auto& group) { return group->number == number; });
    if (found == waiting_.end()) return;
    Group& group = **found;
    GN_ASSERT(group.awaited != 0);
    --group.awaited;
    if (!committed && !std::exchange(group.failed, true)) {
        worker_.counters.store_failures.add();
        log_error("server", "store failed to commit: clients that wait for it are disconnected",
                  {{"clients", group.held.size()}});
    }
    release_done();
}

void Commits::release_done() {
    while (!waiting_.empty() && waiting_.front()->awaited == 0) {
        const std::unique_ptr<Group> group = std::move(waiting_.front());
        waiting_.erase(waiting_.begin());
        for (const Told& told : group->told) told(!group->failed);
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
