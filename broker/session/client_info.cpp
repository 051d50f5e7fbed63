#include "session/client_info.h"

#include <utility>

namespace grapnel {

ClientInfo& ClientInfo::operator=(ClientInfo&& other) noexcept {
    if (this == &other) return *this;
    drop_slots();
    id = std::move(other.id);
    username = std::move(other.username);
    tls_subject = std::move(other.tls_subject);
    listener_id = other.listener_id;
    key = other.key;
    connect_number = other.connect_number;
    since_ms = other.since_ms;
    connected = other.connected;
    will_due_ms = other.will_due_ms;
    peer = other.peer;
    session_expiry_s = other.session_expiry_s;
    receive_maximum = other.receive_maximum;
    keepalive_s = other.keepalive_s;
    version = other.version;
    clean_start = other.clean_start;
    session_present = other.session_present;
    is_inline = other.is_inline;
    is_tls = other.is_tls;
    will = std::move(other.will);
    access = std::move(other.access);
    slots_ = std::move(other.slots_);
    return *this;
}

PluginSlot ClientInfo::slot(size_t plugin) const {
    if (!slots_ || plugin >= slots_->size()) return {};
    return (*slots_)[plugin];
}

void ClientInfo::set_slot(size_t plugin, PluginSlot slot) {
    if (!slots_) slots_ = std::make_unique<std::vector<PluginSlot>>();
    if (plugin >= slots_->size()) {
        if (slot.value == nullptr) return;
        slots_->resize(plugin + 1);
    }
    const PluginSlot old = std::exchange((*slots_)[plugin], slot);
    if (old.drop != nullptr && old.value != nullptr && old.value != slot.value) old.drop(old.value);
}

void ClientInfo::inherit_slots(ClientInfo& earlier) {
    if (!earlier.slots_) return;
    for (size_t plugin = 0; plugin < earlier.slots_->size(); ++plugin) {
        PluginSlot& kept = (*earlier.slots_)[plugin];
        if (kept.value != nullptr && slot(plugin).value == nullptr)
            set_slot(plugin, std::exchange(kept, {}));
    }
}

void ClientInfo::drop_slots() {
    if (!slots_) return;
    const auto slots = std::move(slots_);
    for (const PluginSlot& slot : *slots)
        if (slot.drop != nullptr && slot.value != nullptr) slot.drop(slot.value);
}

}  // namespace grapnel
