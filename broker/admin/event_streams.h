#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "web/http.h"

namespace grapnel {

// One event of a stream of events (`text/event-stream`); `data` is one line.
std::string event_text(std::string_view name, std::string_view data);

// Answers that go on for as long as the peer reads: streams of events. Main thread.
class EventStreams {
public:
    static constexpr size_t kStreamsMost = 64;

    enum class Wants : uint8_t { log, samples_and_log };

    // Answers with a stream that begins with `first`; with 429 when there are too many.
    void open(Wants wants, std::string first, const HttpAnswer& answer);
    void send_log(const std::string& events);
    void send_sample(const std::string& event);
    // So that who sits in between does not take a silent stream for a dead one.
    void send_heartbeat();
    // Forgets those that nobody reads any more.
    void sweep();
    bool empty() const { return streams_.empty(); }

private:
    struct Stream {
        std::shared_ptr<HttpStream> body;
        Wants wants;
    };
    std::vector<Stream> streams_;
};

}  // namespace grapnel
