#include "admin/reply.h"

#include <atomic>
#include <utility>

#include "admin/api.h"

namespace grapnel {

namespace {

HttpResponse not_serving() { return error_response(503, "the broker is starting or ending"); }

}  // namespace

struct Reply::State {
    explicit State(HttpAnswer to) : answer(std::move(to)) {}
    ~State() {
        if (!given.load()) answer(not_serving());
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    const HttpAnswer answer;
    std::atomic<bool> given{false};
};

Reply::Reply(HttpAnswer answer) : state_(std::make_shared<State>(std::move(answer))) {}

void Reply::give(HttpResponse response) const {
    if (!state_->given.exchange(true)) state_->answer(std::move(response));
}

HttpHandler asking(Core& core, std::function<void(const HttpRequest&, const Reply&)> ask) {
    return [&core, ask = std::move(ask)](const HttpRequest& request, const HttpAnswer& answer) {
        if (!core.serving()) return answer(not_serving());
        ask(request, Reply(answer));
    };
}

}  // namespace grapnel
