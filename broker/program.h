#pragma once

#include <uv.h>

#include <string>

#include "admin/admin.h"
#include "server/broker.h"
#include "service_manager.h"

namespace grapnel {

// The process around a broker: signals, limits, and the exit when an end cannot be orderly.
class Program final : public Owner {
public:
    Program(const config::Config& config, Broker::Reread reread);

    // Serves until a signal ends it. The exit status.
    int run();

private:
    void opening() override;
    void add_routes(HttpRoutes& routes) override { admin_.add_routes(routes); }
    void ready() override;
    void failed(const std::string& why) override { manager_.failed(why); }
    void reloading() override { manager_.reloading(); }
    void reloaded() override { ready(); }
    void adopt(const config::Config& fresh) override { admin_.adopt(fresh.admin); }
    void stopping() override { manager_.stopping(); }
    void closing() override;
    void give_up(int status) override;
    void on_signal(int signal);

    // Before anything else of ours opens a descriptor that could be taken for one of these.
    InheritedSockets inherited_ = InheritedSockets::from_environment();
    ServiceManager manager_;
    Broker broker_;
    Admin admin_;
    uv_signal_t signals_[3];
};

}  // namespace grapnel
