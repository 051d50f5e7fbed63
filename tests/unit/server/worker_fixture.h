#pragma once

#include <memory>

#include "config/text_config.h"
#include "hooks/fake_port.h"
#include "server/core.h"
#include "server/worker.h"

namespace grapnel {

// Workers without plugins, and without threads until start().
struct TestWorkers {
    explicit TestWorkers(uint16_t count = 1)
        : text("[[listener]]\nid = \"tcp\"\ntype = \"tcp\"\naddress = \"127.0.0.1:0\"\n"),
          port(count),
          core(text.config, count, port) {
        for (uint16_t index = 0; index < count; ++index)
            core.workers.push_back(std::make_unique<Worker>(core, index));
    }
    ~TestWorkers() {
        if (!on_threads) start();
        for (const auto& worker : core.workers)
            worker->loop.post([w = worker.get()] { w->stop(); });
        for (const auto& worker : core.workers) worker->join();
    }
    // All that was posted to the worker runs, on this thread. Before start().
    void turn(uint16_t index) {
        core.hooks.dispatcher(index).bind_thread();
        core.workers[index]->loop.turn(false);
    }
    // From here on they have threads of their own.
    void start() {
        on_threads = true;
        for (const auto& worker : core.workers) worker->start();
    }
    Worker& operator[](uint16_t index) { return *core.workers[index]; }

    config::TextConfig text;
    FakePort port;
    Core core;
    bool on_threads = false;
};

}  // namespace grapnel
