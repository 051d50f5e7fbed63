#pragma once

#include <vector>

#include "plugins/store/memory_backend.h"
#include "store/applier.h"

namespace grapnel::store::test {

// A store of which each commit is written at once.
struct Stored {
    Known known;
    Applier applier{known};
    MemoryBackend backend;

    void commit(const std::vector<Changes>& parts) {
        MemoryBatch batch;
        applier.apply(parts, batch);
        backend.write(batch);
    }
};

}  // namespace grapnel::store::test
