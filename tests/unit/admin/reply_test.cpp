#include "admin/reply.h"

#include <doctest/doctest.h>

#include "server/worker_fixture.h"

using namespace grapnel;

namespace {

// What was answered.
struct Answers {
    HttpAnswer take() {
        return [this](HttpResponse response) { statuses.push_back(response.status); };
    }
    std::vector<int> statuses;
};

HttpResponse response(int status) {
    HttpResponse out;
    out.status = status;
    return out;
}

}  // namespace

TEST_CASE("the first answer counts") {
    Answers answers;
    {
        const Reply reply(answers.take());
        const Reply copy = reply;
        copy.give(response(204));
        reply.give(response(404));
    }
    CHECK(answers.statuses == std::vector{204});
}

TEST_CASE("a request whose task is dropped is answered all the same") {
    Answers answers;
    {
        TestWorkers workers;
        on_worker(workers[0],
                  [reply = Reply(answers.take())](Worker&) { reply.give(response(200)); });
        workers.turn(0);
        workers.start();
        workers[0].loop.post([&worker = workers[0]] { worker.stop(); });
        workers[0].join();
        on_worker(workers[0],
                  [reply = Reply(answers.take())](Worker&) { reply.give(response(200)); });
        workers.core.workers.clear();
        workers.on_threads = true;
    }
    CHECK(answers.statuses == std::vector{200, 503});
}

TEST_CASE("nobody is asked while the broker starts or ends") {
    Answers answers;
    TestWorkers workers;
    const HttpHandler handler = asking(
        workers.core, [](const HttpRequest&, const Reply& reply) { reply.give(response(200)); });
    handler({}, answers.take());
    workers.core.ready = true;
    handler({}, answers.take());
    workers.core.draining = true;
    handler({}, answers.take());
    CHECK(answers.statuses == std::vector{503, 200, 503});
}
