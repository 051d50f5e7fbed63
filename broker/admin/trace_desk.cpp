#include "admin/trace_desk.h"

#include <utility>

#include "admin/api.h"
#include "admin/reply.h"
#include "server/connection.h"
#include "server/worker.h"

namespace grapnel {

// A worker writes what it has; it never waits for the reader.
class TraceDesk::Follower final : public TraceListener {
public:
    explicit Follower(const std::shared_ptr<HttpStream>& stream) : stream_(stream) {}

    bool packet(const TracedPacket& packet) override {
        const std::shared_ptr<HttpStream> stream = stream_.lock();
        if (!stream) return false;
        const Json data = {{"time_ms", packet.time_ms},
                           {"direction", packet.received ? "in" : "out"},
                           {"packet", packet.type},
                           {"size_bytes", packet.size_bytes},
                           {"text", packet.text}};
        return stream->write("event: packet\ndata: " +
                             data.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n\n");
    }
    bool reads() const {
        const std::shared_ptr<HttpStream> stream = stream_.lock();
        return stream && stream->open();
    }
    void end() const {
        if (const auto stream = stream_.lock()) stream->end();
    }

private:
    const std::weak_ptr<HttpStream> stream_;  // the connection's
};

bool TraceDesk::log(const std::string& client_id, Applied applied) {
    const std::lock_guard lock(mutex_);
    if (!has_room(client_id)) forget_readers_that_left();
    if (!has_room(client_id)) return false;
    Entry& entry = entries_[client_id];
    entry.logged = true;
    tell_worker(client_id, entry, std::move(applied));
    return true;
}

bool TraceDesk::follow(const std::string& client_id, const std::shared_ptr<HttpStream>& stream,
                       Applied applied) {
    const std::lock_guard lock(mutex_);
    forget_readers_that_left();
    if (!has_room(client_id) || streams() == kStreamsMost) return false;
    Entry& entry = entries_[client_id];
    entry.followers.push_back(std::make_shared<Follower>(stream));
    tell_worker(client_id, entry, std::move(applied));
    return true;
}

void TraceDesk::end(const std::string& client_id, Applied applied) {
    const std::lock_guard lock(mutex_);
    if (const auto found = entries_.find(client_id); found != entries_.end()) {
        for (const auto& follower : found->second.followers) follower->end();
        entries_.erase(found);
    }
    tell_worker(client_id, {}, std::move(applied));
}

bool TraceDesk::logged(const std::string& client_id) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(client_id);
    return found != entries_.end() && found->second.logged;
}

// A worker finds out with the client's next packet, which may never come.
void TraceDesk::forget_readers_that_left() {
    for (auto entry = entries_.begin(); entry != entries_.end();) {
        const auto& [client_id, trace] = *entry;
        const size_t left = std::erase_if(entry->second.followers,
                                          [](const auto& follower) { return !follower->reads(); });
        if (left != 0) tell_worker(client_id, trace);
        const bool over = !trace.logged && trace.followers.empty();
        entry = over ? entries_.erase(entry) : std::next(entry);
    }
}

bool TraceDesk::has_room(const std::string& client_id) const {
    return entries_.size() < kTracesMost || entries_.contains(client_id);
}

size_t TraceDesk::streams() const {
    size_t count = 0;
    for (const auto& [client_id, entry] : entries_) count += entry.followers.size();
    return count;
}

void TraceDesk::tell_worker(const std::string& client_id, const Entry& entry,
                            Applied applied) const {
    Trace trace;
    trace.logged = entry.logged;
    for (const auto& follower : entry.followers) trace.listeners.push_back(follower);
    on_worker(core_.home_of(client_id),
              [client_id, trace = std::move(trace), applied = std::move(applied)](Worker& worker) {
                  worker.traces.set(client_id, trace);
                  Session* const session = worker.sessions.find(client_id);
                  if (session != nullptr && session->connection != nullptr)
                      session->connection->set_traced(!trace.over());
                  if (applied) applied();
              });
}

}  // namespace grapnel
