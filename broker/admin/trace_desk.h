#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/core.h"
#include "server/traces.h"
#include "web/http_stream.h"

namespace grapnel {

// Which clients' packets are traced, and where to. The workers have copies. Any thread, while
// workers take tasks.
class TraceDesk {
public:
    explicit TraceDesk(Core& core) : core_(core) {}

    // Runs on the worker, once what it belongs to holds for every packet that comes from then on.
    using Applied = std::function<void()>;

    // The packets of that client, who need not be there, go to the log. False: kTracesMost others
    // are traced.
    [[nodiscard]] bool log(const std::string& client_id, Applied applied);
    // They go to the stream as server-sent events, until its reader is gone or too slow. False: too
    // many are traced, or there are kStreamsMost streams.
    [[nodiscard]] bool follow(const std::string& client_id,
                              const std::shared_ptr<HttpStream>& stream, Applied applied);
    // Ends the trace, and all streams of it.
    void end(const std::string& client_id, Applied applied);
    // Do packets of that client go to the log?
    bool logged(const std::string& client_id) const;

    static constexpr size_t kTracesMost = 64;
    static constexpr size_t kStreamsMost = 64;

private:
    class Follower;
    struct Entry {
        bool logged = false;
        std::vector<std::shared_ptr<Follower>> followers;
    };

    void forget_readers_that_left();
    bool has_room(const std::string& client_id) const;
    size_t streams() const;
    void tell_worker(const std::string& client_id, const Entry& entry, Applied applied = {}) const;

    Core& core_;
    mutable std::mutex mutex_;
    std::map<std::string, Entry> entries_;  // guarded by mutex_
};

}  // namespace grapnel
