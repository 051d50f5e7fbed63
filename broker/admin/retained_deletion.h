#pragma once

#include <memory>
#include <vector>

#include "server/broker.h"
#include "topics/message.h"
#include "web/http.h"

namespace grapnel {

class Worker;

// Deletes retained messages as a publish of the broker's own with an empty payload does: plugins
// and stores hear of it, and so do subscribers. Made and begun on the main thread, goes on on a
// worker, some in each turn of its loop.
class RetainedDeletion : public std::enable_shared_from_this<RetainedDeletion> {
public:
    RetainedDeletion(Broker& broker, HttpAnswer answer)
        : broker_(broker), answer_(std::move(answer)) {}

    void add(Ref<Message> message) { messages_.push_back(std::move(message)); }
    // Answers at the end with how many are gone.
    void begin();

private:
    static constexpr size_t kTurn = 64;  // messages

    void post(Worker& worker);
    void turn(Worker& worker);
    void erase(Worker& worker, const Message& message);

    Broker& broker_;
    const HttpAnswer answer_;
    std::vector<Ref<Message>> messages_;
    size_t next_ = 0;
    size_t deleted_ = 0;
};

}  // namespace grapnel
