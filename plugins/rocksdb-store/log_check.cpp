#include "log_check.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

namespace grapnel::rocks {

namespace {

// A log is blocks of this size. Each has records: a masked CRC-32C over type and content, the
// length of the content in two bytes, the type, the content. None crosses the end of a block: what
// is longer goes in parts.
constexpr std::size_t kBlockBytes = 32768;
constexpr std::size_t kHeaderBytes = 7;

enum Type : std::uint8_t { kNothing = 0, kWhole = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

constexpr std::array<std::uint32_t, 256> make_crc_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0x82f63b78U : 0);
        table[byte] = crc;
    }
    return table;
}

std::uint32_t masked_crc(std::span<const std::uint8_t> bytes) {
    static constexpr std::array<std::uint32_t, 256> kTable = make_crc_table();
    std::uint32_t crc = 0xffffffffU;
    for (const std::uint8_t byte : bytes) crc = (crc >> 8) ^ kTable[(crc ^ byte) & 0xffU];
    crc = ~crc;
    return ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
}

std::uint32_t read_crc(std::span<const std::uint8_t> record) {
    std::uint32_t crc = 0;
    for (std::size_t at = 4; at-- > 0;) crc = crc << 8 | record[at];
    return crc;
}

using Bytes = std::vector<std::uint8_t>;

class Checker {
public:
    // `whole` gets each record that has all its parts.
    explicit Checker(std::function<void(const Bytes& content)> whole) : whole_(std::move(whole)) {}

    // The blocks of a log in order; `last`: the file ends with it.
    void take(std::span<const std::uint8_t> block, bool last) {
        check_.bytes += block.size();
        while (block.size() >= kHeaderBytes) {
            const std::size_t size = kHeaderBytes + block[4] + (std::size_t{block[5]} << 8);
            const std::uint8_t type = block[6];
            if (type == kNothing && size == kHeaderBytes) return;  // room that was never used
            if (size > block.size() && last) return;
            if (size > block.size() || !is_whole(block.first(size)) || type > kLast)
                return drop(block.size());
            take_part(type, block.first(size));
            block = block.subspan(size);
        }
    }
    const LogCheck& result() const { return check_; }

private:
    static bool is_whole(std::span<const std::uint8_t> record) {
        return masked_crc(record.subspan(kHeaderBytes - 1)) == read_crc(record);
    }
    void take_part(std::uint8_t type, std::span<const std::uint8_t> part) {
        const bool begins = type == kWhole || type == kFirst;
        if (begins) drop(0);
        if (!begins && open_bytes_ == 0) return drop(part.size());
        open_bytes_ += part.size();
        content_.insert(content_.end(), part.begin() + kHeaderBytes, part.end());
        if (type == kFirst || type == kMiddle) return;
        whole_(content_);
        content_.clear();
        open_bytes_ = 0;
    }
    // These bytes, and the parts before of a record that has no end.
    void drop(std::size_t bytes) {
        check_.unreadable_bytes += bytes + open_bytes_;
        content_.clear();
        open_bytes_ = 0;
    }

    std::function<void(const Bytes& content)> whole_;
    Bytes content_;
    LogCheck check_;
    std::uint64_t open_bytes_ = 0;  // parts of a record whose end has not come
};

// Appends records to a log as they lie in one.
class Writer {
public:
    explicit Writer(std::ostream& out) : out_(out) {}

    void add(const Bytes& content) {
        std::span<const std::uint8_t> rest(content);
        bool first = true;
        do {
            if (kBlockBytes - used_ < kHeaderBytes) put(Bytes(kBlockBytes - used_));
            const std::size_t size = std::min(rest.size(), kBlockBytes - used_ - kHeaderBytes);
            const bool last = size == rest.size();
            put_part(first ? (last ? kWhole : kFirst) : (last ? kLast : kMiddle), rest.first(size));
            rest = rest.subspan(size);
            first = false;
        } while (!rest.empty());
    }

private:
    void put_part(std::uint8_t type, std::span<const std::uint8_t> content) {
        Bytes part(kHeaderBytes + content.size());
        part[4] = static_cast<std::uint8_t>(content.size() & 0xffU);
        part[5] = static_cast<std::uint8_t>(content.size() >> 8);
        part[6] = type;
        std::copy(content.begin(), content.end(), part.begin() + kHeaderBytes);
        const std::uint32_t crc = masked_crc(std::span(part).subspan(kHeaderBytes - 1));
        for (std::size_t at = 0; at < 4; ++at)
            part[at] = static_cast<std::uint8_t>(crc >> (8 * at));
        put(part);
    }
    void put(const Bytes& bytes) {
        out_.write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
        used_ = (used_ + bytes.size()) % kBlockBytes;
    }

    std::ostream& out_;
    std::size_t used_ = 0;  // of the last block
};

LogCheck read_log(const std::string& path, std::function<void(const Bytes&)> whole) {
    const auto close = [](std::FILE* file) { static_cast<void>(std::fclose(file)); };
    const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "rb"), close);
    Bytes block(kBlockBytes);
    Checker checker(std::move(whole));
    for (std::size_t got = kBlockBytes; file && got == kBlockBytes;) {
        got = std::fread(block.data(), 1, block.size(), file.get());
        const int next = got == kBlockBytes ? std::fgetc(file.get()) : EOF;
        if (next != EOF) static_cast<void>(std::ungetc(next, file.get()));
        checker.take(std::span(block).first(got), next == EOF);
    }
    if (!file || std::ferror(file.get()) != 0)
        throw std::runtime_error(path + ": " + std::strerror(errno));
    return checker.result();
}

}  // namespace

LogCheck check_log(const std::string& path) {
    return read_log(path, [](const Bytes&) {});
}

void mend_log(const std::string& path) {
    if (check_log(path).unreadable_bytes == 0) return;
    const std::string mended = path + ".mended";
    {
        std::ofstream out(mended, std::ios::binary);
        Writer writer(out);
        static_cast<void>(read_log(path, [&writer](const Bytes& content) { writer.add(content); }));
        if (!out.flush()) throw std::runtime_error(mended + " cannot be written");
    }
    if (std::rename(mended.c_str(), path.c_str()) != 0)
        throw std::runtime_error(path + " cannot be replaced: " + std::strerror(errno));
}

}  // namespace grapnel::rocks
