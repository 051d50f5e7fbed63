#pragma once

#include <grapnel/plugin.hpp>
#include <vector>

#include "store/record.h"

namespace grapnel::store {

// A message record as the broker takes it; borrows from it.
class GivenMessage {
public:
    explicit GivenMessage(const MessageRecord& record) {
        for (const auto& [key, value] : record.user)
            user_.push_back({gn::str(key), gn::str(value)});
        message_.size = sizeof message_;
        message_.qos = record.qos;
        message_.retain = record.retain ? 1 : 0;
        message_.payload_format = record.payload_format;
        message_.topic = gn::str(record.topic);
        message_.payload = gn::str(record.payload);
        message_.expiry_s = record.expiry_s;
        message_.content_type = gn::str(record.content_type);
        message_.response_topic = gn::str(record.response_topic);
        message_.correlation = gn::str(record.correlation);
        message_.user = user_.data();
        message_.user_count = static_cast<std::uint32_t>(user_.size());
    }
    GivenMessage(const GivenMessage&) = delete;
    GivenMessage& operator=(const GivenMessage&) = delete;

    gn_message& raw() { return message_; }

private:
    std::vector<gn_pair> user_;
    gn_message message_{};
};

}  // namespace grapnel::store
