#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace grapnel::ctl {

// Reads server-sent events from pieces that end anywhere.
class EventReader {
public:
    // Hands on every event that is complete; false as soon as `on_event` answers false. Throws
    // Failure when an event is larger than kEventMost bytes.
    bool feed(
        std::string_view piece,
        const std::function<bool(const std::string& event, const std::string& data)>& on_event);

    static constexpr size_t kEventMost = size_t{4} << 20U;

private:
    void take_line();

    std::string line_;
    bool after_return_ = false;
    std::string event_;
    std::string data_;
    bool has_data_ = false;
};

}  // namespace grapnel::ctl
