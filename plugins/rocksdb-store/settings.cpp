#include "settings.h"

#include <unistd.h>

#include <filesystem>
#include <string_view>

namespace grapnel::rocks {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kWriteBufferLeast = std::uint64_t{64} << 10;
constexpr std::uint64_t kWriteBufferMost = std::uint64_t{16} << 30;

rocksdb::CompressionType read_compression(gn::Node node) {
    const std::string_view name = node.str_or("lz4");
    if (name == "none") return rocksdb::kNoCompression;
    if (name == "snappy") return rocksdb::kSnappyCompression;
    if (name == "lz4") return rocksdb::kLZ4Compression;
    if (name == "zstd") return rocksdb::kZSTD;
    node.fault("compression is none, snappy, lz4 or zstd");
}

// Without a slash at its end: names beside it are made of it.
std::string read_path(gn::Node node, const std::string& data_dir) {
    const std::string text(node.str_or("rocksdb"));
    const fs::path data = fs::absolute(data_dir).lexically_normal();
    const fs::path path = (data / text).lexically_normal();
    const fs::path from_path = data.lexically_relative(path);
    if (text.empty() || from_path.empty() || *from_path.begin() != "..")
        node.fault(
            "path is a directory of the database alone, as \"rocksdb\", not data_dir or one "
            "that it lies in");
    std::string name = text.starts_with('/') ? text : data_dir + ('/' + text);
    while (name.ends_with('/')) name.pop_back();
    return name;
}

std::uint64_t read_bytes(gn::Node node, std::uint64_t fallback) {
    return static_cast<std::uint64_t>(node.bytes_or(static_cast<std::int64_t>(fallback)));
}

}  // namespace

DatabaseSettings read_settings(gn::Node config, const std::string& data_dir) {
    config.expect_keys({"path", "sync", "sync_interval", "block_cache", "write_buffer",
                        "compression", "keep_sys_info"});
    DatabaseSettings settings;
    settings.path = read_path(config["path"], data_dir);
    settings.block_cache_bytes = read_bytes(config["block_cache"], settings.block_cache_bytes);
    settings.write_buffer_bytes = read_bytes(config["write_buffer"], settings.write_buffer_bytes);
    if (settings.write_buffer_bytes < kWriteBufferLeast ||
        settings.write_buffer_bytes > kWriteBufferMost)
        config["write_buffer"].fault("write_buffer is from 64 KiB to 16 GiB");
    settings.compression = read_compression(config["compression"]);
    return settings;
}

std::string warning_of(const DatabaseSettings& settings, std::uint64_t memory_bytes) {
    if (settings.block_cache_bytes > memory_bytes)
        return "block_cache is more than this machine has";
    if (settings.write_buffer_bytes > memory_bytes)
        return "write_buffer is more than this machine has";
    return {};
}

std::uint64_t memory_bytes() {
    return static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
           static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace grapnel::rocks
