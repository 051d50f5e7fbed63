#include <utility>

#include "base/log.h"
#include "server/broker.h"
#include "server/restoration.h"
#include "server/worker.h"

namespace grapnel {

void Broker::restore() {
    restoration_ = std::make_unique<Restoration>(core_);
    core_.hooks.restore(*restoration_, [this](std::optional<Error> fault) {
        if (!fault) return finish_restore();
        fail("a store did not give back what it holds: " + fault->text, 1);
    });
}

void Broker::finish_restore() {
    restoration_->flush();
    const gn_sysinfo* info = restoration_->given_sysinfo();
    if (info != nullptr && config_.compatibility.restore_sys_info_on_restart) restore_totals(*info);
    on_all_workers(
        [this](Worker& worker, std::function<void()> done) {
            restoration_->at(worker).finish();
            done();
        },
        [this] {
            if (!stopping_) wake_sessions();
        });
}

void Broker::wake_sessions() {
    if (core_.hooks.has_store()) restoration_->log_totals();
    gate_.open();
    on_all_workers(
        [this](Worker& worker, std::function<void()> done) {
            restoration_->at(worker).arm();
            done();
        },
        [this] {
            restoration_.reset();
            if (!stopping_) open_listeners();
        });
}

}  // namespace grapnel
