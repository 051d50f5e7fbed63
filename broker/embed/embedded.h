#pragma once

#include <grapnel/broker.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "base/log.h"
#include "base/shared_mutex.h"
#include "embed/client.h"
#include "embed/run.h"
#include "embed/settings.h"

// What <grapnel/broker.h> calls a broker: settings, and a run from each start to its stop. Its
// functions are those of the header, with the same rules; they may throw std::bad_alloc.
struct gn_broker {
public:
    // Copies; the options are whole.
    explicit gn_broker(const gn_broker_options& options);
    gn_broker(const gn_broker&) = delete;
    gn_broker& operator=(const gn_broker&) = delete;

    gn_status settings_status() const { return faulty_ ? GN_E_INVALID : GN_OK; }
    const std::string& error() const { return error_; }

    gn_status add_plugin(const gn_plugin& plugin, std::string_view id, std::string_view table);
    gn_status start();
    gn_status stop();
    // Stops it for good; it may be destroyed when this does not answer GN_E_THREAD.
    gn_status close();

    gn_status port(std::string_view listener, uint16_t& port) const;
    gn_status publish(const gn_message& message) const;
    gn_status subscribe(std::string_view filter, gn_message_fn receive, void* argument,
                        gn_subscription& number);
    gn_status unsubscribe(gn_subscription number);

private:
    // One owner at a time, and no thread of the broker's; `body` answers with error_ set, or empty.
    template <class Body>
    gn_status as_owner(Body body);
    gn_status fail(gn_status status, std::string why);
    gn_status stop_run();
    std::shared_ptr<grapnel::embed::Run> run() const;
    void set_run(std::shared_ptr<grapnel::embed::Run> run);
    std::shared_ptr<grapnel::embed::Subscription> take(gn_subscription number);

    const std::shared_ptr<grapnel::LogTarget> log_;
    std::mutex owner_;
    std::unique_ptr<grapnel::embed::Settings> settings_;  // changes under owner_
    std::string error_;                                   // under owner_
    bool faulty_ = false;
    bool left_behind_ = false;  // under owner_

    mutable grapnel::SharedMutex mutex_;
    std::shared_ptr<grapnel::embed::Run> run_;     // guarded by mutex_; null: stopped
    grapnel::embed::Subscriptions subscriptions_;  // guarded by mutex_
    gn_subscription last_subscription_ = 0;        // guarded by mutex_
};
