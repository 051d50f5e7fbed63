#include "load.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "mosquitto.h"
#include "read.h"

namespace grapnel::ledger {

namespace {

// A ledger of a hundred thousand users is about 15 MB.
constexpr std::size_t kFileBytesMax = 64u << 20;

// A descriptor for reading. It does not block on a pipe somebody put there.
class OpenFile {
public:
    explicit OpenFile(const std::string& path)
        : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() {
        if (descriptor_ >= 0) close(descriptor_);
    }
    int get() const noexcept { return descriptor_; }

private:
    int descriptor_;
};

// A table's string member; NULL where it is absent, empty or of another type (a fault elsewhere).
const Value* path_of(const Value& table, std::string_view key) noexcept {
    const Value* value = table.find(key);
    const bool usable =
        value != nullptr && value->kind == Value::Kind::string && !value->text.empty();
    return usable ? value : nullptr;
}

}  // namespace

std::optional<std::string> read_file(const std::string& path, std::string& why) {
    const auto failed = [&why](const char* step) {
        why = std::string(step) + ": " + std::strerror(errno);
        return std::nullopt;
    };
    const OpenFile file(path);
    if (file.get() < 0) return failed("cannot open");
    struct stat status {};
    if (fstat(file.get(), &status) != 0) return failed("cannot stat");
    if (!S_ISREG(status.st_mode)) {
        why = "not a regular file";
        return std::nullopt;
    }
    std::string out;
    while (true) {
        constexpr std::size_t kChunk = 64u << 10;
        const std::size_t before = out.size();
        if (before > kFileBytesMax) {
            why = "larger than " + std::to_string(kFileBytesMax) + " bytes";
            return std::nullopt;
        }
        out.resize(before + kChunk);
        const ssize_t count = read(file.get(), out.data() + before, kChunk);
        if (count < 0 && errno == EINTR) {
            out.resize(before);
            continue;
        }
        if (count < 0) return failed("cannot read");
        out.resize(before + static_cast<std::size_t>(count));
        if (count == 0) return out;
    }
}

void Ledger::seal() {
    const bool user_rules = std::any_of(
        users.begin(), users.end(), [](const auto& entry) { return !entry.second.acl.empty(); });
    for (const AclRule& rule : acl) {
        for (const FilterRule& filter : rule.filters) {
            acl_index.add(filter.filter, static_cast<std::uint32_t>(acl_filters.size()));
            acl_filters.push_back({&rule.who, &filter});
        }
    }
    uniform = !user_rules && acl_filters.empty();
    for (const auto& [name, user] : users) {
        if (user.password) decoy = &*user.password;
    }
}

std::shared_ptr<const Ledger> load_ledger(const Value& config, const ReadFile& read,
                                          Faults& faults) {
    const auto contents = [&](const Value& path, std::string& resolved) {
        resolved = resolve_path(path.text, path.where);
        std::string why;
        auto text = read(resolved, why);
        if (!text) faults.add(path.where, resolved + ": " + why);
        return text;
    };
    auto ledger = std::make_shared<Ledger>();
    read_ledger(config, *ledger, faults);

    Value inner;
    std::string path;
    if (const Value* file = path_of(config, "file")) {
        if (const auto text = contents(*file, path)) {
            inner = parse_toml(*text, path, faults);
            const bool inline_default = ledger->default_allow;
            read_ledger(inner, *ledger, faults);
            if (const Value* nested = inner.find("file")) {
                faults.add(nested->where, "a ledger file cannot name another one");
            }
            const Value* twice = inner.find("default");
            if (twice == nullptr) ledger->default_allow = inline_default;
            if (twice != nullptr && config.find("default") != nullptr) {
                faults.add(twice->where, "\"default\" is set in the configuration too");
            }
        }
    }
    for (const Value* table : {&config, static_cast<const Value*>(&inner)}) {
        if (const Value* file = path_of(*table, "password_file")) {
            if (const auto text = contents(*file, path)) {
                read_password_file(*text, path, *ledger, faults);
            }
        }
        if (const Value* file = path_of(*table, "acl_file")) {
            if (const auto text = contents(*file, path)) {
                read_acl_file(*text, path, *ledger, faults);
            }
        }
    }
    if (!faults.empty()) return nullptr;
    ledger->seal();
    return ledger;
}

}  // namespace grapnel::ledger
