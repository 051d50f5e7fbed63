#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "hooks/host.h"
#include "hooks/port.h"

namespace grapnel {

// A broker's side of the plugin host for tests: all loops on the test's thread, cranked by hand,
// with a clock set by hand. Notes what plugins asked for.
class FakePort : public Port {
public:
    explicit FakePort(uint32_t workers = 1) : loops_(workers + 1) {
        for (uv_loop_t& loop : loops_) uv_loop_init(&loop);
        posts_.resize(loops_.size());
    }
    ~FakePort() {
        // A plugin may have left handles behind: that is what one of the tests is about.
        const auto close = [](uv_handle_t* handle, void*) {
            if (uv_is_closing(handle) == 0) uv_close(handle, nullptr);
        };
        for (uv_loop_t& loop : loops_) {
            uv_walk(&loop, close, nullptr);
            while (uv_run(&loop, UV_RUN_NOWAIT) != 0) {
            }
            uv_loop_close(&loop);
        }
    }
    FakePort(const FakePort&) = delete;
    FakePort& operator=(const FakePort&) = delete;

    uint32_t worker_count() const override { return static_cast<uint32_t>(loops_.size() - 1); }
    void post(uint32_t loop, void (*fn)(void*), void* arg) override {
        const std::lock_guard lock(lock_);
        posts_[loop].push_back({fn, arg});
        changed_.notify_all();
    }
    uv_loop_t* uv_loop(uint32_t loop) override { return &loops_[loop]; }
    int64_t monotonic_ms() const override { return now_ms; }
    int64_t wall_ms() const override { return 1'000'000 + now_ms; }
    gn_status publish(const MessageView& message, uint32_t expiry_s) override {
        published.push_back(Message::create(message));
        published_expiry_s.push_back(expiry_s);
        return GN_OK;
    }
    gn_status subscribe(uint64_t subscription, Bytes filter) override {
        subscriptions.push_back({subscription, std::string(filter)});
        return GN_OK;
    }
    gn_status unsubscribe(uint64_t subscription) override {
        std::erase_if(subscriptions,
                      [=](const auto& entry) { return entry.first == subscription; });
        return GN_OK;
    }
    gn_status inject(Bytes client_id, Bytes wire) override {
        notes.push_back("inject " + std::string(client_id) + " " + std::string(wire));
        return GN_OK;
    }
    gn_status disconnect(Bytes client_id, mqtt::Reason reason, bool drop_session) override {
        notes.push_back("disconnect " + std::string(client_id) + " " +
                        std::to_string(static_cast<int>(reason)) + (drop_session ? " drop" : ""));
        return GN_OK;
    }
    void drop_slots(uint32_t loop, size_t plugin) override {
        notes.push_back("drop_slots " + std::to_string(loop) + " " + std::to_string(plugin));
    }
    void access_changed(Bytes client_id) override {
        notes.push_back("access_changed " + std::string(client_id));
    }

    // One turn of one loop: what was posted to it, then what libuv has ready.
    void turn(HookHost& host, uint32_t loop) {
        host.dispatcher(loop).bind_thread();
        std::deque<Post> batch;
        {
            const std::lock_guard lock(lock_);
            batch.swap(posts_[loop]);
        }
        for (const Post& post : batch) post.fn(post.arg);
        uv_run(&loops_[loop], UV_RUN_NOWAIT);
    }
    // Turns all loops until nothing is posted; ends as the given loop's thread.
    void settle(HookHost& host, uint32_t stay = 0) {
        do {
            for (uint32_t loop = 0; loop < loops_.size(); ++loop) turn(host, loop);
        } while (posted());
        host.dispatcher(stay).bind_thread();
    }
    // Blocks until another thread has posted something.
    void wait_post() {
        std::unique_lock lock(lock_);
        changed_.wait(lock, [this] { return posted_locked(); });
    }

    int64_t now_ms = 1000;
    std::vector<Ref<Message>> published;
    std::vector<uint32_t> published_expiry_s;
    std::vector<std::pair<uint64_t, std::string>> subscriptions;
    std::vector<std::string> notes;

private:
    struct Post {
        void (*fn)(void*);
        void* arg;
    };
    bool posted() {
        const std::lock_guard lock(lock_);
        return posted_locked();
    }
    bool posted_locked() const {
        for (const auto& queue : posts_)
            if (!queue.empty()) return true;
        return false;
    }

    std::vector<uv_loop_t> loops_;
    std::mutex lock_;
    std::condition_variable changed_;
    std::vector<std::deque<Post>> posts_;
};

}  // namespace grapnel
