#include <sys/stat.h>

#include <grapnel/plugin.hpp>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "database.h"
#include "rebuild.h"
#include "settings.h"
#include "store/settings.h"
#include "store/store.h"
#include "store/tool.h"

namespace grapnel::rocks {

namespace {

// The store of a configuration, for its command line.
class RocksPlace final : public store::ToolPlace {
public:
    explicit RocksPlace(DatabaseSettings settings) : settings_(std::move(settings)) {}

    std::unique_ptr<store::Backend> open(bool create) override {
        return Database::open(settings_, create);
    }
    std::unique_ptr<store::Backend> look() override { return Database::look(settings_); }
    store::Rebuilt rebuild() override { return rebuild_database(settings_); }

private:
    DatabaseSettings settings_;
};

// The hooks are Store's.
class RocksStore final : public store::Store {
public:
    RocksStore(gn::Host host, gn::Node config)
        : Store(host, config["keep_sys_info"].flag_or(true)),
          commits_(store::read_commit_settings(config)),
          database_(read_settings(config, host.data_dir())) {
        const std::string warning = warning_of(database_, memory_bytes());
        if (!warning.empty()) host.warn(warning);
    }

    static int tool(gn::Host host, gn::Node config, std::span<const std::string_view> words) {
        ::umask(077);  // what a command makes is nobody else's
        RocksPlace place(read_settings(config, host.data_dir()));
        return store::run_tool(place, words, {std::cout, std::cerr, store::wall_clock_ms()});
    }

private:
    std::unique_ptr<store::Backend> open() override { return Database::open(database_, true); }
    store::CommitSettings commit_settings() const override { return commits_; }

    store::CommitSettings commits_;
    DatabaseSettings database_;
};

}  // namespace

}  // namespace grapnel::rocks

GN_PLUGIN(grapnel::rocks::RocksStore, "rocksdb-store", "1.0")
