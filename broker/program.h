#pragma once

#include <uv.h>

#include <string>

#include "server/broker.h"

namespace grapnel {

// The process around a broker: signals, limits, and the exit when an end cannot be orderly.
class Program final : public Owner {
public:
    Program(const config::Config& config, Broker::Reread reread);

    // Serves until a signal ends it. The exit status.
    int run();

private:
    void opening() override;
    void ready() override {}
    void failed(const std::string&) override {}  // the log has it
    void closing() override;
    void give_up(int status) override;
    void on_signal(int signal);

    Broker broker_;
    uv_signal_t signals_[3];
};

}  // namespace grapnel
