#pragma once

#include <cstdint>
#include <functional>
#include <grapnel/plugin.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "store/backend.h"
#include "store/changes.h"
#include "store/known.h"
#include "store/record.h"

namespace grapnel::store {

// Gives the records of a store to the broker, a slice at a time so that the main loop goes on
// turning, and learns what Known must know. What cannot be read is named in the log. Main thread.
class Restorer {
public:
    Restorer(gn::Host host, Backend& backend, Known& known);

    // The stored_ hooks.
    gn_status clients(gn::Call call, gn::Sink sink);
    gn_status subscriptions(gn::Call call, gn::Sink sink);
    gn_status messages(gn::Call call, gn::Sink sink);
    gn_status retained(gn::Call call, gn::Sink sink);
    gn_status sysinfo(gn::Call call, gn::Sink sink);

    // What was found that belongs to nobody, and how records must change since the broker died
    // with them: to be written before anything else.
    Changes take_changes() { return std::exchange(changes_, {}); }

private:
    // What one hook goes through: kinds one after the other.
    struct Giving;
    using Give = gn_status (Restorer::*)(const Giving& giving, std::string_view key,
                                         std::string_view value);

    gn_status begin(gn::Call call, gn::Sink sink, std::initializer_list<Kind> kinds);
    void slice(std::unique_ptr<Giving> giving);
    bool next_kind(Giving& giving);
    gn_status give(const Giving& giving, std::string_view key, std::string_view value);
    gn_status give_client(const Giving& giving, std::string_view id, std::string_view value);
    gn_status give_subscription(const Giving& giving, std::string_view key, std::string_view value);
    gn_status give_outbound(const Giving& giving, std::string_view key, std::string_view value);
    gn_status give_inbound(const Giving& giving, std::string_view key, std::string_view value);
    gn_status give_retained(const Giving& giving, std::string_view topic, std::string_view value);
    gn_status give_sysinfo(const Giving& giving, std::string_view value);
    gn_status keep_body(std::string_view key, std::string_view value);
    void set_apart(std::uint64_t message_key, std::string_view body);
    gn_status bad(Kind kind, std::string_view key, std::string_view why);
    void drop_orphan_bodies();
    gn_status end(Giving& giving);

    gn::Host host_;
    Backend& backend_;
    Known& known_;
    Changes changes_;
    std::unordered_map<std::uint64_t, std::string> bodies_;  // while outbound records are given
    std::uint64_t faults_ = 0;
};

}  // namespace grapnel::store
