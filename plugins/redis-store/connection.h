#pragma once

#include <hiredis/hiredis.h>

#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "settings.h"
#include "store/backend.h"

namespace grapnel::redis {

using store::Fault;

struct FreeReply {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, FreeReply>;

inline std::string_view text_of(const redisReply& reply) {
    return {reply.str, static_cast<std::size_t>(reply.len)};
}
inline bool is_error(const redisReply& reply) { return reply.type == REDIS_REPLY_ERROR; }
inline bool is_text(const redisReply& reply) { return reply.type == REDIS_REPLY_STRING; }
inline bool is_array(const redisReply& reply) { return reply.type == REDIS_REPLY_ARRAY; }

// One blocking connection; every call ends within the timeouts of the settings. Faults name the
// server and never the password. When the connection is lost it is closed: a fault with is_open()
// is what Redis answered. One thread at a time.
class Connection {
public:
    explicit Connection(const Settings& settings) : settings_(settings) {}

    // Connects, says who it is, and chooses the database. After a fault it is closed.
    Fault open();
    void close() { context_.reset(); }
    bool is_open() const { return context_ != nullptr; }

    // Sends bytes of commands, the pieces one after the other. Requires is_open().
    Fault send(std::span<const std::string_view> pieces);
    // The next reply, which may be an error. Requires is_open().
    Fault receive(Reply& reply);
    // Sends one command and receives its reply; an error is a fault. Requires is_open().
    Fault call(std::initializer_list<std::string_view> words, Reply& reply);

    // Puts the name of the server before it.
    Fault fault(std::string_view what) const;

private:
    struct FreeContext {
        void operator()(redisContext* context) const { redisFree(context); }
    };

    Fault connect();
    Fault authenticate();
    Fault lose(std::string_view what);

    const Settings& settings_;
    std::unique_ptr<redisContext, FreeContext> context_;
};

// Did Redis answer that it still reads its data from the disk?
bool is_loading(const Fault& fault);

}  // namespace grapnel::redis
