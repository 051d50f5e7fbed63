#pragma once

#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

namespace grapnel::store {

// For tests of what a crash leaves behind: GRAPNEL_FAILPOINT="NAME" or "NAME:COUNT" in the
// environment ends the process by SIGKILL when it passes the point of that name for the COUNT-th
// time. One thread.
class Failpoint {
public:
    Failpoint() {
        const char* const text = std::getenv("GRAPNEL_FAILPOINT");
        if (text == nullptr) return;
        name_ = text;
        const std::size_t colon = name_.find(':');
        if (colon == std::string::npos) return;
        left_ = std::atol(name_.c_str() + colon + 1);
        name_.resize(colon);
    }

    void pass(std::string_view name) {
        if (!name_.empty() && name_ == name && --left_ <= 0) std::raise(SIGKILL);
    }

private:
    std::string name_;
    long left_ = 1;
};

}  // namespace grapnel::store
