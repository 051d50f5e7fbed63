// Appends every message that is published below some filters to a file, as one line of JSON:
//
//     {"time_ms":1700000000000,"topic":"a/b","client":"c1","qos":1,"retain":false,"payload":"21.5"}
//
// A payload that is no UTF-8 stands in "payload_hex". One thread writes; what it has not written
// when the broker stops is waited for, up to [limits] shutdown_timeout.
//
//     [[plugin]]
//     name = "jsonl-archive"
//     [plugin.config]
//     file = "/var/lib/grapnel/archive.jsonl"
//     filters = ["sensors/#", "alarms/+"]
//     queue = "16 MiB"               # what may wait for the disk; beyond, messages are left out
//
//     c++ -std=c++20 -O2 -shared -fPIC -pthread -o jsonl-archive.so jsonl-archive.cpp

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <grapnel/plugin.hpp>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

// The file and the thread that alone touches it. Everything else may be called on any thread.
class Writer {
public:
    // Throws where the file cannot be opened.
    Writer(gn::Host host, const std::string& path, std::size_t bytes_max)
        : host_(host), bytes_max_(bytes_max), file_(std::fopen(path.c_str(), "ae"), &std::fclose) {
        if (!file_) throw std::runtime_error("cannot open " + path);
        thread_ = std::thread([this] { run(); });
    }
    ~Writer() {
        {
            const std::lock_guard lock(mutex_);
            ended_ = true;
        }
        changed_.notify_one();
        thread_.join();
    }

    // Never waits for the disk: a full queue loses the line, and the log says so.
    void append(std::string_view line) {
        {
            const std::lock_guard lock(mutex_);
            if (waiting_.size() + line.size() > bytes_max_) {
                ++lost_;
                return;
            }
            waiting_ += line;
        }
        changed_.notify_one();
    }
    // Finishes it once all that was appended before is written.
    void finish_behind(gn::Stopping stopping) {
        {
            const std::lock_guard lock(mutex_);
            stopping_.push_back(std::move(stopping));
        }
        changed_.notify_one();
    }

private:
    void run() {
        std::unique_lock lock(mutex_);
        for (;;) {
            changed_.wait(lock,
                          [this] { return ended_ || !waiting_.empty() || !stopping_.empty(); });
            if (waiting_.empty() && stopping_.empty()) return;
            const std::string lines = std::exchange(waiting_, {});
            std::vector<gn::Stopping> stopping = std::exchange(stopping_, {});
            const std::uint64_t lost = std::exchange(lost_, 0);
            lock.unlock();
            if (lost != 0) host_.warn("queue full: left out " + std::to_string(lost));
            write(lines);
            stopping.clear();  // a Stopping that is destroyed is finished
            lock.lock();
        }
    }
    void write(const std::string& lines) {
        const std::size_t written = std::fwrite(lines.data(), 1, lines.size(), file_.get());
        if (written == lines.size() && std::fflush(file_.get()) == 0) return;
        std::clearerr(file_.get());
        host_.error("cannot write: lines are lost");
    }

    gn::Host host_;
    const std::size_t bytes_max_;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
    std::mutex mutex_;
    std::condition_variable changed_;
    // Guarded by the mutex:
    std::string waiting_;
    std::vector<gn::Stopping> stopping_;
    std::uint64_t lost_ = 0;
    bool ended_ = false;

    std::thread thread_;  // last: it uses all of the above
};

std::string hex(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    for (const char byte : bytes) {
        out += kDigits[static_cast<unsigned char>(byte) >> 4];
        out += kDigits[static_cast<unsigned char>(byte) & 15];
    }
    return out;
}

std::string json_line(const gn_publish_view& message) {
    const std::string_view payload = gn::view(message.payload);
    return "{\"time_ms\":" + std::to_string(message.created_ms) +
           ",\"topic\":" + gn::json_quoted(gn::view(message.topic)) +
           ",\"client\":" + gn::json_quoted(gn::view(message.origin)) +
           ",\"qos\":" + std::to_string(message.qos) +
           ",\"retain\":" + ((message.flags & GN_PK_RETAIN) != 0 ? "true" : "false") +
           (gn::is_utf8(payload) ? ",\"payload\":" + gn::json_quoted(payload)
                                 : ",\"payload_hex\":\"" + hex(payload) + "\"") +
           "}\n";
}

class JsonlArchive {
public:
    static constexpr bool concurrent = true;
    class PerLoop;

    JsonlArchive(gn::Host host, gn::Node config)
        : filters_(read_filters(config)),
          writer_(host, std::string(config["file"].str_or("")),
                  static_cast<std::size_t>(config["queue"].bytes_or(16 << 20))) {}

private:
    static std::vector<std::string> read_filters(const gn::Node& config) {
        config.expect_keys({"file", "filters", "queue"});
        std::vector<std::string> filters;
        for (std::size_t index = 0; index < config["filters"].size(); ++index)
            filters.emplace_back(config["filters"].at(index).str_or("#"));
        return filters;
    }

    const std::vector<std::string> filters_;
    Writer writer_;
};

// The broker stops a plugin loop by loop, after the last hook there. Only a PerLoop is told.
class JsonlArchive::PerLoop {
public:
    PerLoop(JsonlArchive& archive, gn::Loop) : archive_(archive) {}

    void on_published(gn::Call, gn::Client, gn::PacketView packet) { keep(packet.publish()); }
    void on_will_sent(gn::Call, gn::Client, gn::PacketView packet) { keep(packet.publish()); }
    void stop(gn::Stopping stopping) { archive_.writer_.finish_behind(std::move(stopping)); }

private:
    void keep(const gn_publish_view& message) {
        const std::string_view topic = gn::view(message.topic);
        const auto fits = [topic](const std::string& each) {
            return gn::topic_matches(each, topic);
        };
        if (std::any_of(archive_.filters_.begin(), archive_.filters_.end(), fits))
            archive_.writer_.append(json_line(message));
    }

    JsonlArchive& archive_;
};

}  // namespace

GN_PLUGIN(JsonlArchive, "jsonl-archive", "1.0")
