#pragma once

#include <cstdint>

namespace grapnel {

// How far a walk over a ChainTable is, in slices between which the table may change.
struct TableScan {
    uint32_t shard = 0;
    uint32_t bucket = 0;
    bool ended = false;
};

// How far one over a LevelTree is.
struct TreeScan {
    TableScan table;
    uint64_t splits = 0;  // of the tree, when the last slice ended
    bool begun = false;
    // Nodes changed their places between slices: some may have been passed over, and another walk
    // finds them.
    bool disturbed = false;

    bool ended() const { return table.ended; }
};

// How far one over a FilterTable is.
struct FilterScan {
    TableScan exact;
    TreeScan wildcards;

    bool ended() const { return exact.ended && wildcards.ended(); }
};

// How far one over an Index is.
struct IndexScan {
    FilterScan subscribers;
    FilterScan groups;

    bool ended() const { return subscribers.ended() && groups.ended(); }
    bool disturbed() const { return subscribers.wildcards.disturbed || groups.wildcards.disturbed; }
};

}  // namespace grapnel
