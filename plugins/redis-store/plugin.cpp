#include <grapnel/plugin.hpp>
#include <memory>

#include "server.h"
#include "settings.h"
#include "store/store.h"

namespace grapnel::redis {

namespace {

// The hooks are Store's. README.md lists the settings.
class RedisStore final : public store::Store {
public:
    RedisStore(gn::Host host, gn::Node config)
        : Store(host, config["keep_sys_info"].flag_or(true)), settings_(read_settings(config)) {}

private:
    std::unique_ptr<store::Backend> open() override {
        auto server = std::make_unique<Server>(host(), settings_);
        server->start();
        return server;
    }
    store::CommitSettings commit_settings() const override { return {}; }

    Settings settings_;
};

}  // namespace

}  // namespace grapnel::redis

GN_PLUGIN(grapnel::redis::RedisStore, "redis-store", "1.0")
