#include "hooks/interest.h"

#include "topics/filter.h"

namespace grapnel {

std::shared_ptr<const Interest> Interest::of(const std::vector<Bytes>& filters) {
    const auto interest = std::make_shared<Interest>();
    interest->has_many_ = filters.size() > kFewMax;
    for (const Bytes text : filters) {
        Filter filter;
        if (text.size() > kFilterBytesMax || !parse_filter(text, 0, filter) || filter.shared)
            return nullptr;
        if (interest->has_many_)
            interest->many_.obtain(filter).is_listed = true;
        else
            interest->few_.emplace_back(text);
    }
    return interest;
}

bool Interest::concerns(Bytes topic) const {
    for (const std::string& filter : few_)
        if (filter_matches(filter, topic)) return true;
    bool found = false;
    if (has_many_)
        many_.match(topic, [&found](const Listed& listed) { found = found || listed.is_listed; });
    return found;
}

}  // namespace grapnel
