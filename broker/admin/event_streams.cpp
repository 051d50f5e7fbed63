#include "admin/event_streams.h"

#include <utility>

#include "admin/api.h"

namespace grapnel {

std::string event_text(std::string_view name, std::string_view data) {
    std::string text = "event: ";
    text += name;
    text += "\ndata: ";
    text += data;
    text += "\n\n";
    return text;
}

void EventStreams::open(Wants wants, std::string first, const HttpAnswer& answer) {
    sweep();
    if (streams_.size() >= kStreamsMost)
        return answer(error_response(429, "too many streams are open"));
    HttpResponse response;
    response.type = "text/event-stream";
    response.stream = std::make_shared<HttpStream>();
    response.stream->write(std::move(first));
    streams_.push_back({response.stream, wants});
    answer(std::move(response));
}

void EventStreams::send_log(const std::string& events) {
    for (const Stream& stream : streams_) stream.body->write(events);
}

void EventStreams::send_sample(const std::string& event) {
    for (const Stream& stream : streams_)
        if (stream.wants == Wants::samples_and_log) stream.body->write(event);
}

void EventStreams::send_heartbeat() {
    for (const Stream& stream : streams_) stream.body->write(": still here\n\n");
}

void EventStreams::sweep() {
    std::erase_if(streams_, [](const Stream& stream) { return !stream.body->open(); });
}

}  // namespace grapnel
