#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "net/loop.h"
#include "web/channel.h"

namespace grapnel {

// The loops that are to be told of channels: one task a loop and batch. Web thread.
class LoopWakes {
public:
    // Null: nobody is.
    void add(Loop* loop, std::shared_ptr<WebChannel> channel);
    void send();

private:
    using Channels = std::vector<std::shared_ptr<WebChannel>>;
    std::vector<std::pair<Loop*, Channels>> batches_;
};

}  // namespace grapnel
