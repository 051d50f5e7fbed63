#pragma once

#include <string>

namespace grapnel {

namespace config {
struct Config;
}
class HttpRoutes;

// Who a broker runs for: the program, or the part of another program that embeds it. Main thread of
// the broker where nothing else is said.
class Owner {
public:
    // Plugins are created and the loop is about to turn: handles of the owner's may go onto it.
    virtual void opening() = 0;
    // Adds what the operator's HTTP listeners serve beside what all of them do. Before any accepts.
    virtual void add_routes(HttpRoutes&) {}
    // Listeners accept, and plugins were told.
    virtual void ready() = 0;
    // The start failed; run() ends once all is closed again. Words for a person, once a fault.
    virtual void failed(const std::string& why) = 0;
    // The configuration is being read again; and that has ended, well or not.
    virtual void reloading() {}
    virtual void reloaded() {}
    // Of a reload that is well: what it read.
    virtual void adopt(const config::Config&) {}
    // The end has begun.
    virtual void stopping() {}
    // The loop is about to end: handles of the owner's are closed now.
    virtual void closing() = 0;
    // A plugin did not stop in time, or left a handle on a loop: the end cannot be orderly. The
    // program ends here. If this returns, the broker is never destroyed; run() returns or not. Any
    // thread, maybe more than once.
    virtual void give_up(int status) = 0;

protected:
    ~Owner() = default;
};

}  // namespace grapnel
