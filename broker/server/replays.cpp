#include "server/replays.h"

#include <utility>

#include "server/connection.h"
#include "server/sender.h"
#include "server/worker.h"

namespace grapnel {

void Replays::end_turn() {
    left_ = kPlacesMost;
    if (waiting_.empty() || std::exchange(going_on_, true)) return;
    worker_.loop.post([this] {
        worker_.wake();
        going_on_ = false;
        go_on();
    });
}

void Replays::go_on() {
    for (size_t count = waiting_.size(); count != 0 && may_look(); --count) {
        Connection* const connection = worker_.connection_of(waiting_.front());
        waiting_.pop_front();
        Session* const session = connection == nullptr ? nullptr : connection->session();
        if (session == nullptr || !session->replay) continue;
        session->replay->waits_for_turn = false;
        Sender(worker_).pump(*session);
    }
}

}  // namespace grapnel
