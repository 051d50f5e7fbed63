#include "hooks/library_file.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace grapnel {

namespace {

using FileHeader = ElfW(Ehdr);
using Segment = ElfW(Phdr);

constexpr const char* kAgain = "; install the plugin again";
constexpr const char* kNoLibrary = "is no shared library; a plugin is a .so file";

// An open file that closes itself.
class ReadFile {
public:
    explicit ReadFile(const std::string& path)
        : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    ReadFile(const ReadFile&) = delete;
    ReadFile& operator=(const ReadFile&) = delete;
    ~ReadFile() {
        if (descriptor_ >= 0) close(descriptor_);
    }
    bool is_open() const { return descriptor_ >= 0; }
    bool read_at(uint64_t offset, void* out, size_t size) const {
        return pread(descriptor_, out, size, static_cast<off_t>(offset)) ==
               static_cast<ssize_t>(size);
    }

private:
    int descriptor_;
};

std::string kind_fault(const std::string& path) {
    struct stat facts {};
    if (stat(path.c_str(), &facts) != 0) {
        const int error = errno;
        std::array<char, PATH_MAX> target{};
        const ssize_t size = readlink(path.c_str(), target.data(), target.size());
        if (error == ENOENT && size > 0)
            return "is a link to " + std::string(target.data(), static_cast<size_t>(size)) +
                   ", which is not there" + kAgain;
        if (error == ENOENT) return "no such file; correct the path, or install the plugin";
        return std::string("cannot be looked at: ") + std::strerror(error);
    }
    switch (facts.st_mode & S_IFMT) {
        case S_IFREG: return facts.st_size == 0 ? std::string("is empty") + kAgain : "";
        case S_IFDIR: return "is a directory; a plugin is a .so file";
        case S_IFIFO: return "is a FIFO; a plugin is a .so file";
        case S_IFSOCK: return "is a socket; a plugin is a .so file";
        default: return "is a device; a plugin is a .so file";
    }
}

std::string machine_name(unsigned machine) {
    switch (machine) {
        case EM_386: return "x86";
        case EM_X86_64: return "x86-64";
        case EM_ARM: return "ARM";
        case EM_AARCH64: return "AArch64";
        case EM_RISCV: return "RISC-V";
        case EM_PPC64: return "PowerPC64";
        case EM_S390: return "s390";
        default: return "ELF machine " + std::to_string(machine);
    }
}

// Of whatever this program was built for: that it runs is proof enough.
std::string machine_fault(const FileHeader& found) {
    FileHeader ours{};
    if (!ReadFile("/proc/self/exe").read_at(0, &ours, sizeof ours)) return {};
    if (found.e_machine == ours.e_machine && found.e_ident[EI_CLASS] == ours.e_ident[EI_CLASS] &&
        found.e_ident[EI_DATA] == ours.e_ident[EI_DATA])
        return {};
    const bool is_32_bit = found.e_ident[EI_CLASS] == ELFCLASS32;
    return "is built for " + machine_name(found.e_machine) + (is_32_bit ? ", 32 bits" : "") +
           ", this broker for " + machine_name(ours.e_machine) +
           "; install the plugin for this machine";
}

// Whether all is there that the header tells of: segments, which are mapped, and the list of
// sections, which is the last thing in the file and may have been left out.
bool is_whole(const ReadFile& file, const FileHeader& header) {
    const auto holds = [&file](uint64_t offset, uint64_t size) {
        char last = 0;
        return size == 0 || (offset + size > offset && file.read_at(offset + size - 1, &last, 1));
    };
    if (header.e_phentsize != sizeof(Segment) || header.e_phnum == 0) return false;
    std::vector<Segment> segments(header.e_phnum);
    if (!file.read_at(header.e_phoff, segments.data(), segments.size() * sizeof(Segment)))
        return false;
    for (const Segment& segment : segments)
        if (segment.p_type == PT_LOAD && !holds(segment.p_offset, segment.p_filesz)) return false;
    return header.e_shoff == 0 ||
           holds(header.e_shoff, uint64_t{header.e_shentsize} * header.e_shnum);
}

std::string content_fault(const std::string& path) {
    const ReadFile file(path);
    if (!file.is_open())
        return std::string("cannot be read: ") + std::strerror(errno) +
               "; let the user of the broker read it";
    FileHeader header{};
    if (!file.read_at(0, header.e_ident, sizeof header.e_ident) ||
        std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
        return kNoLibrary;
    if (!file.read_at(0, &header, sizeof header)) return std::string("is cut off") + kAgain;
    if (std::string fault = machine_fault(header); !fault.empty()) return fault;
    if (header.e_type != ET_DYN) return kNoLibrary;
    if (!is_whole(file, header)) return std::string("is cut off") + kAgain;
    return {};
}

}  // namespace

std::string library_fault(const std::string& path) {
    std::string fault = kind_fault(path);
    return fault.empty() ? content_fault(path) : fault;
}

std::string loader_fault(const std::string& path, const char* why) {
    std::string_view text = why != nullptr ? why : "no reason given";
    if (text.starts_with(path + ": ")) text.remove_prefix(path.size() + 2);
    const auto says = [text](std::string_view part) { return text.find(part) != text.npos; };
    const char* advice = "";
    if (says("undefined symbol"))
        advice = "; the plugin is not linked with what defines it, or with another version";
    else if (says("cannot open shared object file"))
        advice = "; the plugin needs that library: install it";
    return "cannot be loaded: " + std::string(text) + advice;
}

}  // namespace grapnel
