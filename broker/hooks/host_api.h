#pragma once

#include <grapnel/plugin.h>

#include "hooks/plugin.h"

namespace grapnel {

// The tables that plugins call the host through. Every function checks thread and arguments and
// answers an error instead of failing; none throws. plugin.h has the contracts.
struct HostApi {
    static const gn_core_api core;
    static const gn_client_api client;
    static const gn_packet_api packet;
    static const gn_loop_api loop;
    static const gn_config_api config;
    static const gn_store_api store;
    static const gn_acl_cache acl_cache;
    static const gn_host host;  // with all tables; data_dir is set for each plugin
    static const gn_metrics metrics;
    static const gn_interest interest;

    // Frees the texts that gn_config_api.where handed out on this thread.
    static void forget_config_texts();

private:
    struct Core;
    struct Client;
};

}  // namespace grapnel
