#pragma once

#include <string>

#include "config/text_config.h"
#include "hooks/fake_port.h"
#include "memory_stream.h"
#include "server/connection.h"
#include "server/core.h"
#include "server/worker.h"

namespace grapnel::bench {

// A broker of one worker and auth-ledger, all on the calling thread: no sockets, no timers that
// run, no hash that differs from run to run. Never taken down.
class PathBroker {
public:
    // `plugins` is the folder of the bundled plugins.
    explicit PathBroker(const std::string& plugins);
    PathBroker(const PathBroker&) = delete;
    PathBroker& operator=(const PathBroker&) = delete;

    // A new connection over `pipe`, which lives as long as the process. The connection is the
    // worker's and stays as long as nothing ends it.
    Connection& accept(Pipe& pipe);
    size_t connections() const { return listener_.connections; }
    // One turn of the loop: what connections have to say is written.
    void turn() { worker_->loop.turn(false); }

private:
    config::TextConfig settings_;
    FakePort port_;
    Core core_;
    ListenerState listener_;
    Worker* worker_ = nullptr;
};

// Ends the program with the words.
[[noreturn]] void fail(const std::string& words);

}  // namespace grapnel::bench
