#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "store/export_format.h"
#include "store/record_json.h"
#include "store/tool_command.h"

namespace grapnel::store {

namespace {

// A file that only its owner may read, as the store itself: it holds what people said.
std::ofstream create_private(const std::string& path) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) throw std::runtime_error(path + " cannot be written: " + std::strerror(errno));
    ::close(file);
    return std::ofstream(path, std::ios::binary | std::ios::app);
}

std::uint64_t write_all(ToolReader& reader, std::ostream& out) {
    std::uint64_t records = 0;
    ExportCounts counts{};
    out << kExportHead << '\n';
    for (std::size_t at = 0; at < kKinds; ++at) {
        const auto kind = static_cast<Kind>(at);
        reader.each(kind, [&](std::string_view key, std::string_view value) {
            Json object;
            const Decoded decoded = to_json(kind, key, value, object);
            if (decoded != Decoded::ok) return reader.complain(kind, key, text_of(decoded));
            out << object.dump() << '\n';
            ++counts[at];
            ++records;
        });
    }
    out << export_end(counts) << '\n';
    out.flush();
    return records;
}

}  // namespace

int tool_export(const ToolRun& run) {
    const auto backend = run.place.look();
    ToolReader reader(*backend, run.output);
    const std::string path(run.words.operand());
    std::uint64_t records = 0;
    if (path.empty() || path == "-") {
        records = write_all(reader, run.output.out);
        if (!run.output.out) throw std::runtime_error("standard output cannot be written");
    } else {
        std::ofstream file = create_private(path);
        records = write_all(reader, file);
        if (!file) throw std::runtime_error(path + " cannot be written to its end");
        run.output.out << "exported " << records << " records\n";
    }
    return reader.status();
}

}  // namespace grapnel::store
