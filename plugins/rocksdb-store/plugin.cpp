#include <grapnel/plugin.hpp>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "database.h"
#include "rebuild.h"
#include "store/settings.h"
#include "store/store.h"
#include "store/tool.h"

namespace grapnel::rocks {

namespace {

rocksdb::CompressionType read_compression(gn::Node node) {
    const std::string_view name = node.str_or("lz4");
    if (name == "none") return rocksdb::kNoCompression;
    if (name == "snappy") return rocksdb::kSnappyCompression;
    if (name == "lz4") return rocksdb::kLZ4Compression;
    if (name == "zstd") return rocksdb::kZSTD;
    node.fault("compression is none, snappy, lz4 or zstd");
}

// README.md lists the settings.
DatabaseSettings read_settings(gn::Host host, gn::Node config) {
    config.expect_keys({"path", "sync", "sync_interval", "block_cache", "write_buffer",
                        "compression", "keep_sys_info"});
    DatabaseSettings settings;
    const std::string path(config["path"].str_or("rocksdb"));
    settings.path = path.starts_with('/') ? path : host.data_dir() + ('/' + path);
    const auto bytes = [](gn::Node node, std::uint64_t fallback) {
        return static_cast<std::uint64_t>(node.bytes_or(static_cast<std::int64_t>(fallback)));
    };
    settings.block_cache_bytes = bytes(config["block_cache"], settings.block_cache_bytes);
    settings.write_buffer_bytes = bytes(config["write_buffer"], settings.write_buffer_bytes);
    settings.compression = read_compression(config["compression"]);
    return settings;
}

// The store of a configuration, for its command line.
class RocksPlace final : public store::ToolPlace {
public:
    explicit RocksPlace(DatabaseSettings settings) : settings_(std::move(settings)) {}

    std::unique_ptr<store::Backend> open(bool create) override {
        return Database::open(settings_, create);
    }
    std::string rebuild() override { return rebuild_database(settings_); }

private:
    DatabaseSettings settings_;
};

// The hooks are Store's.
class RocksStore final : public store::Store {
public:
    RocksStore(gn::Host host, gn::Node config)
        : Store(host, config["keep_sys_info"].flag_or(true)),
          commits_(store::read_commit_settings(config)),
          database_(read_settings(host, config)) {}

    static int tool(gn::Host host, gn::Node config, std::span<const std::string_view> words) {
        RocksPlace place(read_settings(host, config));
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
