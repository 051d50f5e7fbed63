#pragma once

#include <grapnel/plugin.h>

#include <string>

#include "base/slots.h"
#include "hooks/packet_box.h"
#include "hooks/plugin_loop.h"
#include "hooks/port.h"

namespace grapnel {

// What plugins subscribed to through the host, on the main loop. A number that went stale delivers
// nothing, so a message on its way to one that was just removed is harmless.
class InlineSubscriptions {
public:
    using Receive = void (*)(void*, gn_call*, const gn_packet*);

    // Replaces the plugin's subscription of the same filter and id.
    gn_status add(Port& port, PluginLoop& loop, Bytes filter, int32_t id, Receive fn, void* arg);
    gn_status remove(Port& port, const Plugin& plugin, Bytes filter, int32_t id);
    // All of a plugin that has stopped.
    void remove_all(Port& port, const Plugin& plugin);
    void deliver(Handle subscription, const PacketBox& packet);

private:
    struct Entry {
        PluginLoop* loop = nullptr;
        std::string filter;
        int32_t id = 0;
        Receive fn = nullptr;
        void* arg = nullptr;
    };
    Handle find(const Plugin& plugin, Bytes filter, int32_t id);

    Slots<Entry> entries_;
};

}  // namespace grapnel
