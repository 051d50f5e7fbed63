#include <grapnel/plugin.hpp>
#include <memory>
#include <string>

#include "database.h"
#include "store/settings.h"
#include "store/store.h"

namespace grapnel::rocks {

namespace {

// The hooks are Store's; here are the settings. README.md lists them.
class RocksStore final : public store::Store {
public:
    RocksStore(gn::Host host, gn::Node config)
        : Store(host, config["keep_sys_info"].flag_or(true)),
          commits_(store::read_commit_settings(config)) {
        config.expect_keys({"path", "sync", "sync_interval", "block_cache", "write_buffer",
                            "compression", "keep_sys_info"});
        const std::string path(config["path"].str_or("rocksdb"));
        database_.path = path.starts_with('/') ? path : host.data_dir() + ('/' + path);
        const auto bytes = [](gn::Node node, std::uint64_t fallback) {
            return static_cast<std::uint64_t>(node.bytes_or(static_cast<std::int64_t>(fallback)));
        };
        database_.block_cache_bytes = bytes(config["block_cache"], database_.block_cache_bytes);
        database_.write_buffer_bytes = bytes(config["write_buffer"], database_.write_buffer_bytes);
        database_.compression = read_compression(config["compression"]);
    }

private:
    static rocksdb::CompressionType read_compression(gn::Node node) {
        const std::string_view name = node.str_or("lz4");
        if (name == "none") return rocksdb::kNoCompression;
        if (name == "snappy") return rocksdb::kSnappyCompression;
        if (name == "lz4") return rocksdb::kLZ4Compression;
        if (name == "zstd") return rocksdb::kZSTD;
        node.fault("compression is none, snappy, lz4 or zstd");
    }

    std::unique_ptr<store::Backend> open() override { return Database::open(database_, true); }
    store::CommitSettings commit_settings() const override { return commits_; }

    store::CommitSettings commits_;
    DatabaseSettings database_;
};

}  // namespace

}  // namespace grapnel::rocks

GN_PLUGIN(grapnel::rocks::RocksStore, "rocksdb-store", "1.0")
