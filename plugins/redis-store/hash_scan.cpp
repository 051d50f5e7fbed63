#include "hash_scan.h"

namespace grapnel::redis {

namespace {

constexpr std::string_view kEnd = "0";

// HSCAN answers the next cursor and a list of fields and values.
bool is_page(const redisReply& reply) {
    if (!is_array(reply) || reply.elements != 2) return false;
    return is_text(*reply.element[0]) && is_array(*reply.element[1]) &&
           reply.element[1]->elements % 2 == 0;
}

}  // namespace

bool HashScan::next(std::string_view& field, std::string_view& value) {
    for (;;) {
        if (!page_ || at_ == page_->element[1]->elements) {
            if (!turn_page()) return false;
            continue;
        }
        const redisReply& list = *page_->element[1];
        field = text_of(*list.element[at_]);
        value = text_of(*list.element[at_ + 1]);
        at_ += 2;
        if (!several_pages_ || seen_.emplace(field).second) return true;
    }
}

bool HashScan::turn_page() {
    page_.reset();
    if (!fault_.empty() || (begun_ && cursor_ == kEnd)) return false;
    if (!connection_.is_open()) {
        fault_ = connection_.fault("connection lost");
        return false;
    }
    fault_ = connection_.call({"HSCAN", hash_, cursor_, "COUNT", std::to_string(kPage)}, page_);
    if (fault_.empty() && !is_page(*page_)) fault_ = connection_.fault("no answer to HSCAN");
    if (!fault_.empty()) {
        page_.reset();
        return false;
    }
    begun_ = true;
    at_ = 0;
    cursor_ = text_of(*page_->element[0]);
    several_pages_ = several_pages_ || cursor_ != kEnd;
    return true;
}

}  // namespace grapnel::redis
