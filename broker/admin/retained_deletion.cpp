#include "admin/retained_deletion.h"

#include <algorithm>

#include "admin/api.h"
#include "server/publishing.h"
#include "server/worker.h"

namespace grapnel {

void RetainedDeletion::begin() { post(*broker_.core().workers[0]); }

void RetainedDeletion::post(Worker& worker) {
    worker.loop.post([self = shared_from_this(), &worker] {
        worker.wake();
        self->turn(worker);
    });
}

void RetainedDeletion::turn(Worker& worker) {
    const size_t end = std::min(next_ + kTurn, messages_.size());
    for (; next_ < end; ++next_) {
        // Plugins are told no more then.
        if (worker.core.draining.load())
            return answer_(json_response({{"error", "draining"}, {"deleted", deleted_}}, 503));
        erase(worker, *messages_[next_]);
        messages_[next_] = {};
    }
    if (next_ < messages_.size()) return post(worker);
    answer_(json_response({{"deleted", deleted_}}));
}

// One that took its place meanwhile stays, and so does one that a plugin keeps.
void RetainedDeletion::erase(Worker& worker, const Message& message) {
    if (!worker.core.retained.current(message)) return;
    MessageView empty;
    empty.topic = message.topic();
    empty.qos = 0;
    empty.retain = true;
    publish_inline(worker, empty, false, 0);
    if (!worker.core.retained.current(message)) ++deleted_;
}

}  // namespace grapnel
