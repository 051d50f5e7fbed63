#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "config/config.h"
#include "server/output.h"
#include "session/session.h"

namespace grapnel {

// From where on so much waits for a receiver that those who publish to it are slowed down: from a
// quarter of what it may have waiting at all those who publish much, from a half on everybody, so
// that what is on its way from other workers fits in the rest.
class Marks {
public:
    static constexpr size_t kOutputBytes = 256 * 1024;

    explicit Marks(const config::Limits& limits)
        : output_bytes_(limits.maximum_client_bytes_pending, kOutputBytes),
          output_packets_(limits.maximum_client_writes_pending),
          queue_messages_(limits.maximum_queued_messages),
          queue_bytes_(limits.maximum_queued_bytes) {}

    bool crowded(const Output& output) const {
        return output.bytes() >= output_bytes_.quarter ||
               output.packets() >= output_packets_.quarter;
    }
    bool crowded(const Outbound& outbound) const {
        return outbound.queue.size() >= queue_messages_.quarter ||
               outbound.queued_bytes >= queue_bytes_.quarter;
    }
    bool overcrowded(const Output& output) const {
        return output.bytes() >= output_bytes_.half || output.packets() >= output_packets_.half;
    }
    bool overcrowded(const Outbound& outbound) const {
        return outbound.queue.size() >= queue_messages_.half ||
               outbound.queued_bytes >= queue_bytes_.half;
    }
    // Has a receiver that was crowded caught up?
    bool calm(const Output& output) const {
        return output.bytes() <= output_bytes_.quarter / 4 &&
               output.packets() <= output_packets_.quarter / 4;
    }
    bool calm(const Outbound& outbound) const {
        return outbound.queue.size() <= queue_messages_.quarter / 2 &&
               outbound.queued_bytes <= queue_bytes_.quarter / 2;
    }

private:
    // Of a limit; 0 is none. A quarter is `quarter_most` at most.
    struct Mark {
        explicit Mark(uint64_t limit, size_t quarter_most = SIZE_MAX / 4) {
            const size_t most = limit == 0 ? SIZE_MAX : static_cast<size_t>(limit);
            quarter = std::clamp<size_t>(most / 4, 1, quarter_most);
            half = std::min(2 * quarter, most);
        }
        size_t quarter;
        size_t half;
    };

    Mark output_bytes_;
    Mark output_packets_;
    Mark queue_messages_;
    Mark queue_bytes_;
};

}  // namespace grapnel
