#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "config/config.h"
#include "server/output.h"
#include "session/session.h"

namespace grapnel {

// From where on so much waits for a receiver that those who publish to it are slowed down: a
// quarter of what it may have waiting at all, so that what is on its way from other workers fits in
// the rest.
class Marks {
public:
    static constexpr size_t kOutputBytes = 256 * 1024;

    explicit Marks(const config::Limits& limits)
        : output_bytes_(std::min(kOutputBytes, quarter(limits.maximum_client_bytes_pending))),
          output_packets_(quarter(limits.maximum_client_writes_pending)),
          queue_messages_(quarter(limits.maximum_queued_messages)),
          queue_bytes_(quarter(limits.maximum_queued_bytes)) {}

    bool crowded(const Output& output) const {
        return output.bytes() >= output_bytes_ || output.packets() >= output_packets_;
    }
    bool crowded(const Outbound& outbound) const {
        return outbound.queue.size() >= queue_messages_ || outbound.queued_bytes >= queue_bytes_;
    }
    // Has a receiver that was crowded caught up?
    bool calm(const Output& output) const {
        return output.bytes() <= output_bytes_ / 4 && output.packets() <= output_packets_ / 4;
    }
    bool calm(const Outbound& outbound) const {
        return outbound.queue.size() <= queue_messages_ / 2 &&
               outbound.queued_bytes <= queue_bytes_ / 2;
    }

private:
    static size_t quarter(uint64_t limit) {
        return limit == 0 ? SIZE_MAX : std::max<size_t>(static_cast<size_t>(limit) / 4, 1);
    }

    size_t output_bytes_;
    size_t output_packets_;
    size_t queue_messages_;
    size_t queue_bytes_;
};

}  // namespace grapnel
