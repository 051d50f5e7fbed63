#pragma once

#include <grapnel/plugin.hpp>

#include "store/committer.h"

namespace grapnel::store {

// The keys `sync` and `sync_interval` of a store's configuration. Throws gn::ConfigError.
inline CommitSettings read_commit_settings(gn::Node config) {
    CommitSettings settings;
    const std::string_view sync = config["sync"].str_or("commit");
    if (sync == "interval")
        settings.sync = Sync::interval;
    else if (sync == "off")
        settings.sync = Sync::off;
    else if (sync != "commit")
        config["sync"].fault("sync is commit, interval or off");
    if (config["sync_interval"] && settings.sync != Sync::interval)
        config["sync_interval"].fault("sync_interval needs sync = \"interval\"");
    settings.sync_interval_ms = config["sync_interval"].duration_ms_or(settings.sync_interval_ms);
    if (settings.sync_interval_ms < 1)
        config["sync_interval"].fault("sync_interval is 1ms or more");
    return settings;
}

}  // namespace grapnel::store
