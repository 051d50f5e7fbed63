#include "hooks/inline_subscriptions.h"

#include <vector>

#include "hooks/call.h"
#include "topics/filter.h"

namespace grapnel {

Handle InlineSubscriptions::find(const Plugin& plugin, Bytes filter, int32_t id) {
    Handle found = 0;
    entries_.for_each([&](Handle handle, const Entry& entry) {
        if (&entry.loop->plugin() == &plugin && entry.filter == filter && entry.id == id)
            found = handle;
    });
    return found;
}

gn_status InlineSubscriptions::add(Port& port, PluginLoop& loop, Bytes filter, int32_t id,
                                   Receive fn, void* arg) {
    Filter parsed;
    if (!parse_filter(filter, 0, parsed) || parsed.shared) return GN_E_INVALID;
    remove(port, loop.plugin(), filter, id);
    const Handle handle = entries_.insert({&loop, std::string(filter), id, fn, arg});
    const gn_status status = port.subscribe(handle, filter);
    if (status != GN_OK) entries_.erase(handle);
    return status;
}

gn_status InlineSubscriptions::remove(Port& port, const Plugin& plugin, Bytes filter, int32_t id) {
    const Handle handle = find(plugin, filter, id);
    if (handle == 0) return GN_E_GONE;
    entries_.erase(handle);
    return port.unsubscribe(handle);
}

void InlineSubscriptions::remove_all(Port& port, const Plugin& plugin) {
    std::vector<Handle> handles;
    entries_.for_each([&](Handle handle, const Entry& entry) {
        if (&entry.loop->plugin() == &plugin) handles.push_back(handle);
    });
    for (const Handle handle : handles) {
        entries_.erase(handle);
        port.unsubscribe(handle);
    }
}

void InlineSubscriptions::deliver(Handle subscription, const PacketBox& packet) {
    const Entry* found = entries_.find(subscription);
    if (found == nullptr) return;
    const Entry entry = *found;
    Call call(Event::on_published, *entry.loop);
    enter(call, [&] {
        entry.fn(entry.arg, &call, packet.handle());
        return GN_V_CONTINUE;
    });
}

}  // namespace grapnel
