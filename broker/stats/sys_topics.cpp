#include "stats/sys_topics.h"

#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

namespace grapnel {

std::vector<std::pair<std::string, std::string>> sys_topics(const Totals& totals) {
    std::vector<std::pair<std::string, std::string>> topics;
    const auto text = [&](const char* name, std::string value) {
        topics.emplace_back(std::string("$SYS/broker/") + name, std::move(value));
    };
    const auto number = [&](const char* name, uint64_t value) {
        text(name, std::to_string(value));
    };
    text("version", kVersion);
    number("time", static_cast<uint64_t>(totals.now_ms / 1000));
    number("uptime", static_cast<uint64_t>((totals.now_ms - totals.started_ms) / 1000));
    number("started", static_cast<uint64_t>(totals.started_ms / 1000));
    number("load/bytes/received", totals.bytes_received);
    number("load/bytes/sent", totals.bytes_sent);
    number("clients/connected", totals.clients_connected);
    number("clients/disconnected", totals.sessions - totals.clients_connected);
    number("clients/maximum", totals.clients_maximum);
    number("clients/total", totals.sessions);
    number("clients/refused", totals.connects_refused);
    number("clients/protocol_errors", totals.protocol_errors);
    number("connections/refused/rate", totals.connections_over_rate);
    number("connections/refused/banned", totals.connections_banned);
    number("connections/refused/proxy", totals.proxies_refused);
    number("connections/out_of_descriptors", totals.descriptor_wants);
    number("connections/without_request", totals.requests_unreadable);
    number("tls/handshakes", totals.tls_handshakes);
    number("tls/handshakes/failed", totals.tls_handshakes_failed);
    number("packets/received", totals.packets_received);
    number("packets/sent", totals.packets_sent);
    number("messages/received", totals.messages_received);
    number("messages/sent", totals.messages_sent);
    number("messages/dropped", totals.dropped_total());
    for (int i = 0; i < kDropReasons; ++i)
        number((std::string("messages/dropped/") + kDropNames[i]).c_str(), totals.dropped[i]);
    number("messages/inflight", totals.inflight);
    number("retained", totals.retained);
    number("subscriptions", totals.subscriptions);
    number("system/memory", totals.memory_bytes);
    number("system/threads", totals.threads);
    number("store/failures", totals.store_failures);
    number("store/failing", totals.store_failing);
    return topics;
}

uint64_t process_memory_bytes() {
    std::FILE* file = std::fopen("/proc/self/statm", "re");
    if (file == nullptr) return 0;
    unsigned long size = 0;
    unsigned long resident = 0;
    const int fields = std::fscanf(file, "%lu %lu", &size, &resident);
    std::fclose(file);
    return fields == 2 ? resident * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

uint64_t process_threads() {
    std::FILE* file = std::fopen("/proc/self/status", "re");
    if (file == nullptr) return 0;
    char line[256];
    unsigned long threads = 0;
    while (std::fgets(line, sizeof line, file) != nullptr)
        if (std::strncmp(line, "Threads:", 8) == 0 && std::sscanf(line + 8, "%lu", &threads) == 1)
            break;
    std::fclose(file);
    return threads;
}

uint64_t process_descriptors() {
    // Linux 6.2 and later say it as the folder's size: ten thousand entries take milliseconds.
    struct stat status {};
    if (::stat("/proc/self/fd", &status) == 0 && status.st_size > 0)
        return static_cast<uint64_t>(status.st_size);
    DIR* const folder = ::opendir("/proc/self/fd");
    if (folder == nullptr) return 0;
    uint64_t count = 0;
    while (const dirent* const entry = ::readdir(folder))
        if (entry->d_name[0] != '.') ++count;
    ::closedir(folder);
    return count - 1;  // the folder's own
}

uint64_t process_descriptors_maximum() {
    rlimit limit{};
    return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

}  // namespace grapnel
