#include "web/mailbox.h"

#include <utility>

namespace grapnel {

void WebMailbox::post(std::shared_ptr<WebChannel> channel) {
    const std::lock_guard lock(mutex_);
    if (!wake_) return;
    const bool first = batch_.channels.empty() && batch_.tasks.empty();
    batch_.channels.push_back(std::move(channel));
    wake_if(first);
}

bool WebMailbox::post(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    if (!wake_) return false;
    const bool first = batch_.channels.empty() && batch_.tasks.empty();
    batch_.tasks.push_back(std::move(task));
    wake_if(first);
    return true;
}

void WebMailbox::wake_if(bool first) {
    if (first) wake_();
}

WebMailbox::Batch WebMailbox::take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(batch_, {});
}

void WebMailbox::close() {
    Batch dropped;  // with the lock released: what it holds may post
    const std::lock_guard lock(mutex_);
    dropped = std::exchange(batch_, {});
    wake_ = nullptr;
}

}  // namespace grapnel
