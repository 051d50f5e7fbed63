#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "admin/api.h"

namespace grapnel {

// The members of the JSON object that a request's body is, each asked for once by its name and
// type. What is wrong is told by fault(): the first thing only.
class Members {
public:
    explicit Members(const HttpRequest& request);

    // Nothing: it is absent, or wrong.
    std::optional<std::string> text(const char* name);
    std::optional<uint64_t> number(const char* name, uint64_t least, uint64_t most);
    std::optional<bool> flag(const char* name);
    // Bytes that a text says in base64.
    std::optional<std::string> bytes(const char* name);
    // Any value; null: it is absent.
    const Json* value(const char* name);

    void fail(std::string fault) {
        if (fault_.empty()) fault_ = std::move(fault);
    }
    // In words; empty: nothing is wrong. After the last member that is known was asked for: one
    // that is not is a fault.
    const std::string& fault();

private:
    Json json_;
    std::set<std::string, std::less<>> known_;
    std::string fault_;
};

}  // namespace grapnel
