#include "run_id.h"

#include <charconv>

namespace grapnel::redis {

RunId::Found RunId::judge(bool exists, std::string_view text) const {
    if (!exists) return Found::nothing;
    const std::string_view id = text.substr(0, text.find(' '));
    if (id != id_ || text.size() <= id.size()) return Found::foreign;
    const std::string_view digits = text.substr(id.size() + 1);
    std::uint64_t number = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number);
    if (error != std::errc() || stop != end || number > begun_) return Found::foreign;
    return number < done_ ? Found::older : Found::ours;
}

}  // namespace grapnel::redis
