#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "server/broker.h"

namespace grapnel {

// Long work of the main thread, done a slice at a time, in turn with other such work and with all
// else that the thread has to do: one slice in each turn of its loop. Main thread.
class Slices : public std::enable_shared_from_this<Slices> {
public:
    // The broker outlives the loop's last turn.
    explicit Slices(Broker& broker) : broker_(broker) {}

    // Does one slice of a few thousand steps. False: that was the last one.
    using Slice = std::function<bool()>;
    // False: too much such work is there already.
    [[nodiscard]] bool begin(Slice slice);

private:
    static constexpr size_t kWorkMost = 32;

    void ask_for_turn();
    void turn();

    Broker& broker_;
    std::deque<Slice> work_;
};

}  // namespace grapnel
