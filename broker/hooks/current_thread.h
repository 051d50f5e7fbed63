#pragma once

#include <atomic>
#include <cstdint>

namespace grapnel {

class Dispatcher;
class Plugin;
struct Call;

// Whose code a thread is in, and which part of it: a hook, or "a timer". Null: in no plugin's.
struct Whereabouts {
    const Plugin* plugin = nullptr;
    const char* part = nullptr;
};

// Where the calling thread is: null outside the loops, and outside calls.
struct CurrentThread {
    Dispatcher* dispatcher = nullptr;
    Call* call = nullptr;
    // The hook it is in, for other threads: a PluginLoop and an Event in one word. 0: in none.
    std::atomic<uintptr_t> hook{0};
    // Outside calls: whose code runs, and which part of it ("a timer").
    std::atomic<const Plugin*> plugin{nullptr};
    std::atomic<const char*> part{nullptr};

    // [any] As of some moment. What it names outlives the loops.
    Whereabouts whereabouts() const;
};
inline thread_local constinit CurrentThread current_thread;

}  // namespace grapnel
