#include "hooks/crash_report.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <map>
#include <string_view>

#include "base/log.h"
#include "hooks/call.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define GN_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define GN_SANITIZED 1
#endif
#endif

namespace grapnel::crash_report {

namespace {

#ifdef GN_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

struct Signal {
    int number;
    const char* name;
};
constexpr std::array kSignals{Signal{SIGSEGV, "SIGSEGV"}, Signal{SIGBUS, "SIGBUS"},
                              Signal{SIGFPE, "SIGFPE"}, Signal{SIGILL, "SIGILL"},
                              Signal{SIGABRT, "SIGABRT"}};

constexpr const char* kFileName = "/crash";
constexpr size_t kStackBytes = 64 * 1024;
constexpr size_t kPathBytesMax = 4096;
constexpr std::string_view kNobody = "no hook of a plugin";

// Written by install(), read by the handler.
bool installed = false;
char folder[kPathBytesMax];
char file[kPathBytesMax];

// The thread that reports. pthread_self is no memory access, unlike a thread-local's first use.
std::atomic<bool> reporting{false};
std::atomic<pthread_t> reporter{};

// A text that grows in place, for a signal handler: what does not fit is cut.
class Line {
public:
    Line& add(std::string_view text) {
        for (const char c : text)
            if (size_ < bytes_.size()) bytes_[size_++] = c;
        return *this;
    }
    Line& add(int64_t number) {
        char digits[24];
        size_t at = sizeof digits;
        do {
            digits[--at] = static_cast<char>('0' + number % 10);
            number /= 10;
        } while (number > 0);
        return add({digits + at, sizeof digits - at});
    }
    void write_to(int descriptor) const {
        size_t done = 0;
        while (done < size_) {
            const ssize_t count = ::write(descriptor, bytes_.data() + done, size_ - done);
            if (count <= 0) return;
            done += static_cast<size_t>(count);
        }
    }

private:
    std::array<char, 1024> bytes_;
    size_t size_ = 0;
};

const char* name_of(int signal) {
    for (const Signal& each : kSignals)
        if (each.number == signal) return each.name;
    return "?";
}

// Whose code the calling thread is in. What it follows may be what the crash destroyed: then the
// handler is entered again, and says that it does not know.
void find_culprit(std::string_view& plugin, std::string_view& part) {
    const Whereabouts here = current_thread.whereabouts();
    if (here.plugin == nullptr) return;
    plugin = here.plugin->id();
    part = here.part;
}

void write_report(int signal, std::string_view plugin, std::string_view part) {
    Line line;
    line.add("grapnel: ").add(name_of(signal)).add(" in ");
    if (plugin.empty())
        line.add(part);
    else
        line.add("plugin ").add(plugin).add(", ").add(part);
    line.add("\n").write_to(STDERR_FILENO);

    if (file[0] == '\0') return;
    ::mkdir(folder, 0755);
    const int descriptor = ::open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) return;
    Line record;
    record.add("time ").add(static_cast<int64_t>(::time(nullptr)));
    record.add("\nsignal ").add(name_of(signal));
    if (!plugin.empty()) record.add("\nplugin ").add(plugin);
    record.add("\nin ").add(part).add("\n").write_to(descriptor);
    ::close(descriptor);
}

// Lets the signal do what it does by default. What a broken instruction caused comes again when
// the handler returns; what was sent is sent again.
void give_back(int signal, const siginfo_t& facts) {
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    ::sigaction(signal, &standard, nullptr);
    if (facts.si_code <= 0) ::raise(signal);
}

void handle(int signal, siginfo_t* facts, void*) {
    const int error = errno;
    if (reporting.exchange(true)) {
        // Another thread's report ends the process; this thread's own one went wrong.
        while (!::pthread_equal(reporter.load(), ::pthread_self())) ::pause();
        for (const Signal& each : kSignals) ::signal(each.number, SIG_DFL);
        write_report(signal, {}, "something that cannot be named");
        give_back(signal, *facts);
        return;
    }
    reporter = ::pthread_self();
    std::string_view plugin;
    std::string_view part = kNobody;
    find_culprit(plugin, part);
    write_report(signal, plugin, part);
    give_back(signal, *facts);
    errno = error;
}

bool is_free(int signal) {
    struct sigaction present {};
    return ::sigaction(signal, nullptr, &present) == 0 && present.sa_handler == SIG_DFL;
}

// A stack for signals, as long as the thread lives.
class SignalStack {
public:
    SignalStack() {
        stack_t present{};
        if (::sigaltstack(nullptr, &present) != 0 || (present.ss_flags & SS_DISABLE) == 0) return;
        void* memory = ::mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) return;
        stack_t own{};
        own.ss_sp = memory;
        own.ss_size = kStackBytes;
        if (::sigaltstack(&own, nullptr) == 0)
            memory_ = memory;
        else
            ::munmap(memory, kStackBytes);
    }
    ~SignalStack() {
        if (memory_ == nullptr) return;
        stack_t none{};
        none.ss_flags = SS_DISABLE;
        if (::sigaltstack(&none, nullptr) == 0) ::munmap(memory_, kStackBytes);
    }
    SignalStack(const SignalStack&) = delete;
    SignalStack& operator=(const SignalStack&) = delete;

private:
    void* memory_ = nullptr;
};

std::string time_text(const std::string& seconds) {
    if (seconds.empty()) return seconds;
    const std::time_t time = std::strtoll(seconds.c_str(), nullptr, 10);
    std::tm parts{};
    char text[32];
    if (::gmtime_r(&time, &parts) == nullptr) return seconds;
    return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace

void install(const std::string& data_dir) {
    if (kSanitized || installed) return;
    if (data_dir.size() + std::strlen(kFileName) < kPathBytesMax) {
        std::snprintf(folder, sizeof folder, "%s", data_dir.c_str());
        std::snprintf(file, sizeof file, "%s%s", data_dir.c_str(), kFileName);
    }
    struct sigaction action {};
    action.sa_sigaction = handle;
    // NODEFER: a crash of the report itself is handled too.
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    for (const Signal& signal : kSignals)
        if (is_free(signal.number)) ::sigaction(signal.number, &action, nullptr);
    installed = true;
    prepare_thread();
}

void prepare_thread() {
    if (!installed) return;
    static thread_local const SignalStack stack;
}

void tell_earlier(const std::string& data_dir) {
    const std::string path = data_dir + kFileName;
    std::ifstream report(path);
    if (!report) return;
    std::map<std::string, std::string> fields;
    for (std::string line; std::getline(report, line);) {
        const size_t blank = line.find(' ');
        if (blank != std::string::npos) fields[line.substr(0, blank)] = line.substr(blank + 1);
    }
    log_warn("hooks", "the broker crashed before this start",
             {{"plugin", fields["plugin"]},
              {"in", fields["in"]},
              {"signal", fields["signal"]},
              {"at", time_text(fields["time"])}});
    if (::unlink(path.c_str()) != 0)
        log_warn("hooks", "the report of a crash cannot be removed", {{"file", path}});
}

}  // namespace grapnel::crash_report
