#pragma once

#include <optional>
#include <string>

#include "admin/page_request.h"
#include "admin/text_search.h"
#include "session/session.h"

namespace grapnel {

// Which clients a list is asked for, and from where on.
struct ClientFilter {
    explicit ClientFilter(Parameters& parameters);

    // Loop thread of the session.
    bool matches(const Session& session) const;

    std::string after;  // ids above it, in the order of their bytes
    size_t limit;

private:
    bool found_in(const Session& session) const;

    TextSearch search_;
    std::optional<std::string> username_, listener_;
    std::optional<bool> connected_;
};

}  // namespace grapnel
