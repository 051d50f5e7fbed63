#pragma once

#include <functional>
#include <memory>

#include "server/core.h"
#include "server/worker.h"
#include "web/http.h"

namespace grapnel {

// Who waits for the answer to one request. A request is never left waiting: when the last copy of
// this goes and nothing was answered, as with a task that a loop dropped because it has ended, the
// answer is 503. Any thread.
class Reply {
public:
    explicit Reply(HttpAnswer answer);

    void give(HttpResponse response) const;

private:
    struct State;
    const std::shared_ptr<State> state_;
};

// A handler of what workers must be asked for: 503 while the broker starts or ends, and their tasks
// may be posted else.
HttpHandler asking(Core& core, std::function<void(const HttpRequest&, const Reply&)> ask);

// Runs the task on the loop of the worker, in a turn of its own.
template <class Task>
void on_worker(Worker& worker, Task task) {
    worker.loop.post([&worker, task = std::move(task)]() mutable {
        worker.wake();
        task(worker);
    });
}

}  // namespace grapnel
