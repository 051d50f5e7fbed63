#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/ref.h"
#include "net/stream.h"
#include "stats/delivery_times.h"
#include "topics/message.h"

namespace grapnel {

class OutputPool;

// Bytes on their way to one socket. Small pieces are copied next to each other, big payloads are
// referenced. Empty, it is one null pointer. Loop thread; `pool` is the worker's in every call.
class Output {
public:
    Output() = default;
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    ~Output();

    bool empty() const { return state_ == nullptr; }
    size_t bytes() const { return state_ == nullptr ? 0 : state_->bytes; }
    // Packets that begin in what is still to be written: exact to one chunk.
    size_t packets() const { return state_ == nullptr ? 0 : state_->packets; }

    // Copies packets that count as one; so many of them are messages that came then (0: none is).
    void append(OutputPool& pool, Bytes packets, uint64_t received_us = 0, uint32_t messages = 1) {
        State& state = ensure(pool);
        note(state, received_us, messages);
        copy(pool, state, packets, 1);
    }
    // Copies `head`, then references the payload of `message`, which came then.
    void append(OutputPool& pool, Bytes head, const Ref<Message>& message, uint64_t received_us);

    enum class Flushed : uint8_t { all, blocked, closed };
    // Writes as much as the stream takes; adds the count to `written`, and messages that are out
    // with it to `times`.
    Flushed flush(OutputPool& pool, Stream& stream, uint64_t& written, DeliveryTimes& times);

    void clear(OutputPool& pool);

private:
    friend class OutputPool;

    struct Chunk {
        uint32_t capacity = 0;
        uint32_t used = 0;
        uint32_t segments = 0;  // that point into it
        char* data() { return reinterpret_cast<char*>(this + 1); }
    };
    struct Segment {
        const char* data = nullptr;
        size_t size = 0;
        size_t packets = 0;
        Chunk* chunk = nullptr;  // null: the bytes are the message's
        Ref<Message> message;
    };
    // Messages that came at one time, up to `end` of all bytes since the output was empty.
    struct Noted {
        uint64_t received_us = 0;
        uint64_t end = 0;
        uint32_t messages = 0;
    };
    struct State {
        std::vector<Segment> segments;
        size_t first = 0;  // segments before are written
        Chunk* tail = nullptr;
        size_t bytes = 0;
        size_t packets = 0;
        uint64_t written = 0;
        Noted last;                // ends with the bytes that are there
        std::vector<Noted> noted;  // before it, while a socket is slow
        size_t first_noted = 0;
    };
    // So many times are told apart; messages behind count as if they had come with the last.
    static constexpr size_t kNotedMost = 256;

    State& ensure(OutputPool& pool) {
        if (state_ == nullptr) make_state(pool);
        return *state_;
    }
    void make_state(OutputPool& pool);
    static void note(State& state, uint64_t received_us, uint32_t messages) {
        if (received_us == 0) return;
        if (state.last.received_us != received_us) end_last(state, received_us);
        state.last.messages += messages;
    }
    void copy(OutputPool& pool, State& state, Bytes bytes, size_t packets);
    void consume(OutputPool& pool, size_t count, DeliveryTimes* times);
    static void end_last(State& state, uint64_t received_us);
    static void tell_written(State& state, DeliveryTimes& times);

    State* state_ = nullptr;
};

// Chunks and states for the outputs of one worker, used again without asking the allocator.
class OutputPool {
public:
    OutputPool() = default;
    OutputPool(const OutputPool&) = delete;
    OutputPool& operator=(const OutputPool&) = delete;
    ~OutputPool();

private:
    friend class Output;

    static constexpr uint32_t kSmall = 2 * 1024 - 64;
    static constexpr uint32_t kLarge = 32 * 1024 - 64;
    static constexpr size_t kFreeMost = 64;  // chunks of a size kept for later

    Output::Chunk* take_chunk(bool large);
    void give_back(Output::Chunk* chunk);
    Output::State* take_state();
    void give_back(Output::State* state);

    std::vector<Output::Chunk*> small_;
    std::vector<Output::Chunk*> large_;
    std::vector<Output::State*> states_;
};

}  // namespace grapnel
