#include "ctl/events.h"

#include "ctl/failure.h"

namespace grapnel::ctl {

bool EventReader::feed(
    std::string_view piece,
    const std::function<bool(const std::string& event, const std::string& data)>& on_event) {
    for (const char c : piece) {
        const bool second_half = c == '\n' && after_return_;
        after_return_ = c == '\r';
        if (second_half) continue;
        if (c != '\n' && c != '\r') {
            line_ += c;
            if (line_.size() + data_.size() > kEventMost)
                throw Failure("the broker sends an event that is too large");
            continue;
        }
        if (!line_.empty()) {
            take_line();
            continue;
        }
        const std::string event = event_.empty() ? "message" : event_;
        const std::string data = data_;
        const bool is_event = has_data_;
        event_.clear();
        data_.clear();
        has_data_ = false;
        if (is_event && !on_event(event, data)) return false;
    }
    return true;
}

void EventReader::take_line() {
    const size_t colon = line_.find(':');
    const std::string_view name = std::string_view(line_).substr(0, colon);
    std::string_view value;
    if (colon != std::string::npos) value = std::string_view(line_).substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (name == "event") event_ = value;
    if (name == "data") {
        if (has_data_) data_ += '\n';
        data_ += value;
        has_data_ = true;
    }
    line_.clear();
}

}  // namespace grapnel::ctl
