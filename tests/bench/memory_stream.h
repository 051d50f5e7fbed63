#pragma once

#include <algorithm>
#include <cstring>
#include <string>

#include "net/stream.h"

namespace grapnel::bench {

// The two directions between a client and the broker, in memory.
struct Pipe {
    std::string to_broker;
    size_t taken = 0;  // of to_broker
    std::string to_client;
};

// The broker's end of a pipe: takes and gives at once whatever is there, so that no kernel has a
// say in how much a turn does.
class MemoryStream final : public Stream {
public:
    // The pipe outlives the stream.
    explicit MemoryStream(Pipe& pipe) : pipe_(pipe) {}

    long read(char* buffer, size_t size) override {
        const size_t count = std::min(size, pipe_.to_broker.size() - pipe_.taken);
        if (count == 0) return kWouldBlock;
        std::memcpy(buffer, pipe_.to_broker.data() + pipe_.taken, count);
        pipe_.taken += count;
        return static_cast<long>(count);
    }
    long write(const iovec* pieces, int count) override {
        size_t size = 0;
        for (int i = 0; i < count; ++i) {
            pipe_.to_client.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
            size += pieces[i].iov_len;
        }
        return static_cast<long>(size);
    }
    // Whoever fills the pipe calls the connection.
    void watch(bool, bool) override {}
    void finish() override {}
    TransportPointer release() override { return nullptr; }
    void close() override { delete this; }

private:
    Pipe& pipe_;
};

}  // namespace grapnel::bench
