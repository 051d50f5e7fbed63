#include "web/wakes.h"

#include <algorithm>

namespace grapnel {

void LoopWakes::add(Loop* loop, std::shared_ptr<WebChannel> channel) {
    if (loop == nullptr) return;
    auto batch = std::find_if(batches_.begin(), batches_.end(),
                              [&](const auto& each) { return each.first == loop; });
    if (batch == batches_.end()) batch = batches_.insert(batch, {loop, {}});
    batch->second.push_back(std::move(channel));
}

void LoopWakes::send() {
    for (auto& [loop, channels] : batches_) {
        if (channels.empty()) continue;
        loop->post([loop = loop, channels = std::exchange(channels, {})] {
            for (const auto& channel : channels) channel->poke(*loop);
        });
    }
}

}  // namespace grapnel
