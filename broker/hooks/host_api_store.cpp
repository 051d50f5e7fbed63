#include "hooks/host_api.h"
#include "hooks/restore.h"

namespace grapnel {

namespace {

template <class Record>
gn_status give(gn_sink* sink, const Record* record) {
    return sink == nullptr ? GN_E_INVALID : Restore::from(sink)->add(record);
}

gn_status expect(gn_sink* sink, uint64_t records) {
    return sink == nullptr ? GN_E_INVALID : Restore::from(sink)->expect(records);
}

}  // namespace

const gn_store_api HostApi::store{
    sizeof(gn_store_api),
    0,
    give<gn_stored_client>,
    give<gn_stored_subscription>,
    give<gn_stored_message>,
    give<gn_sysinfo>,
    expect,
};

}  // namespace grapnel
