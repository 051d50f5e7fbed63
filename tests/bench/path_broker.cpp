#include "path_broker.h"

#include <cstdio>
#include <cstdlib>

#include "base/hash.h"
#include "base/log.h"

namespace grapnel {

// Instead of the one in base/hash.cpp: a secret that is the same in every run, so that tables look
// the same.
uint64_t hash_secret() { return 0x5bd1e995'9e3779b9u; }

namespace bench {

namespace {

std::string settings(const std::string& plugins) {
    return "[log]\nlevel = \"error\"\n"
           "[limits]\nconnect_timeout = \"0s\"\n"
           "[plugins]\nsearch = [\"" +
           plugins +
           "\"]\n"
           "[[listener]]\nid = \"memory\"\ntype = \"tcp\"\naddress = \"127.0.0.1:0\"\n"
           "[[plugin]]\nname = \"auth-ledger\"\n"
           "[plugin.config]\ndefault = \"allow\"\n"
           "[[plugin.config.auth]]\nallow = true\n";
}

}  // namespace

void fail(const std::string& words) {
    std::fprintf(stderr, "message_path: %s\n", words.c_str());
    std::exit(1);
}

PathBroker::PathBroker(const std::string& plugins)
    : settings_(settings(plugins)), core_(settings_.config, 1, port_) {
    if (!settings_.faults.empty()) fail(settings_.lines());
    log_configure(core_.config.log.level, core_.config.log.format);
    core_.workers.push_back(std::make_unique<Worker>(core_, uint16_t{0}));
    worker_ = core_.workers[0].get();
    std::vector<Error> failures = core_.hooks.load(core_.config);
    core_.hooks.start([&failures](const std::vector<Error>& more) {
        failures.insert(failures.end(), more.begin(), more.end());
    });
    port_.settle(core_.hooks);
    if (!failures.empty()) fail(failures[0].text);
    worker_->enter();
}

Connection& PathBroker::accept(Pipe& pipe) {
    worker_->wake();
    auto* connection = new Connection(*worker_, ListenerPlace(listener_), PeerAddress{});
    connection->open(StreamPointer(new MemoryStream(pipe)), {});
    return *connection;
}

}  // namespace bench

}  // namespace grapnel
