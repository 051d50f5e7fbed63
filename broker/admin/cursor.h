#pragma once

#include <string>
#include <string_view>

namespace grapnel {

// A list is read page by page in the order of its texts: `next` of a page comes back as `after` of
// the following request, in its query, which carries no line breaks and not much.

// Can a request carry that text?
bool is_cursor(std::string_view text);
// The text, or, where no request can carry it, the least that one can and that is above it: what
// has the same beginning, up to the line break or in its first half KiB, is passed over then.
std::string cursor_after(std::string_view text);

}  // namespace grapnel
