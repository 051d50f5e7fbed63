#include "store/store.h"

#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

#include "store/name.h"
#include "store/record.h"

namespace grapnel::store {

void Store::open_all() {
    backend_ = open();
    committer_ = std::make_unique<Committer>(host_, *backend_, known_, commit_settings());
    restorer_ = std::make_unique<Restorer>(host_, *backend_, known_);
    mirror_ = std::make_unique<Mirror>(*backend_, known_);
}

Committer& Store::join() {
    // No std::call_once: ThreadSanitizer never lets go of one that open() threw out of.
    {
        const std::lock_guard lock(opening_);
        if (!std::exchange(tried_, true)) open_all();
        if (mirror_ == nullptr) throw std::runtime_error("what it writes to could not be opened");
    }
    loops_.fetch_add(1);
    return *committer_;
}

void Store::on_restored(gn::Call, const gn_restored& record) {
    Changes own = restorer_->take_changes();
    if (!own.empty()) mirror_->write_own(std::move(own));
    mirror_->take(record);
}

void Store::on_started(gn::Call) {
    Fault fault = mirror_->finish();
    if (!fault.empty()) fault = "what another store gave could not be written: " + fault;
    committer_->add_rest(0, restorer_->take_changes());
    committer_->start(loops_ - 1, std::move(fault));  // nothing is told on the main loop
}

void Store::on_sys_info_tick(gn::Call, const gn_sysinfo& info) {
    const std::int64_t bytes = info.bytes_received + info.bytes_sent;
    if (bytes == bytes_seen_) return;
    std::string value;
    encode(sysinfo_record(info), value);
    Changes changes;
    changes.put(Kind::sysinfo, {}, value);
    if (committer_->add_unless_failing(std::move(changes))) bytes_seen_ = bytes;
}

}  // namespace grapnel::store
