#pragma once

#include <grapnel/plugin.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "topics/route.h"

namespace grapnel {

// The receivers that plugins may choose among for one message: a gn_targets. Holds all members of
// the shared groups that matched; the server may add receivers that are not shared. One thread.
class Targets {
public:
    // Numbers the groups of the route from 1 (gn_target.group). `turn` varies the choice where
    // plugins dropped members but picked none; it may grow in any steps. The route outlives this.
    Targets(const Route& route, uint64_t turn);

    gn_targets* handle() { return reinterpret_cast<gn_targets*>(this); }
    static Targets* from(gn_targets* targets) { return reinterpret_cast<Targets*>(targets); }
    static const Targets* from(const gn_targets* targets) {
        return reinterpret_cast<const Targets*>(targets);
    }

    // Adds a receiver outside any group; returns its index for dropped(). Strings are borrowed.
    size_t add(Bytes client_id, Bytes filter);
    bool dropped(size_t index) const { return entries_[index].dropped; }

    // What plugins decided for route.groups[group]:
    enum class Choice : uint8_t {
        builtin,  // nothing: SharedGroup::pick
        member,   // `out`
        nobody,   // every member was dropped
    };
    Choice choice(size_t group, SharedMember& out) const;

    gn_status target(uint32_t index, gn_target& out) const;
    gn_status drop(uint32_t index);
    gn_status pick(uint32_t index);

    // Brackets of one plugin's call, as PacketBox has them.
    void begin_call() { saved_ = entries_; }
    void rollback() { entries_ = saved_; }

private:
    struct Entry {
        Bytes client_id;
        Bytes filter;
        const SharedMember* member = nullptr;
        uint32_t group = 0;
        bool dropped = false;
        bool picked = false;
    };

    std::vector<Entry> entries_;
    std::vector<Entry> saved_;
    std::vector<std::shared_ptr<const SharedGroup::Members>> members_;
    uint64_t turn_;
};

}  // namespace grapnel
