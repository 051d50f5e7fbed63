#include "server/output.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "base/assert.h"

namespace grapnel {

Output::~Output() { GN_ASSERT(state_ == nullptr); }

void Output::make_state(OutputPool& pool) { state_ = pool.take_state(); }

void Output::copy(OutputPool& pool, State& state, Bytes bytes, size_t packets) {
    while (!bytes.empty()) {
        Chunk* chunk = state.tail;
        if (chunk == nullptr || chunk->used == chunk->capacity) {
            chunk = pool.take_chunk(chunk != nullptr || bytes.size() > OutputPool::kSmall);
            state.tail = chunk;
        }
        const size_t count = std::min<size_t>(bytes.size(), chunk->capacity - chunk->used);
        char* const place = chunk->data() + chunk->used;
        std::memcpy(place, bytes.data(), count);
        chunk->used += static_cast<uint32_t>(count);
        bytes.remove_prefix(count);
        if (state.segments.empty() ||
            state.segments.back().data + state.segments.back().size != place ||
            state.segments.back().chunk != chunk) {
            state.segments.push_back({place, 0, 0, chunk, {}});
            ++chunk->segments;
        }
        Segment& segment = state.segments.back();
        segment.size += count;
        segment.packets += packets;
        state.packets += packets;
        state.bytes += count;
        packets = 0;
    }
}

void Output::append(OutputPool& pool, Bytes head, const Ref<Message>& message,
                    uint64_t received_us) {
    State& state = ensure(pool);
    note(state, received_us, 1);
    copy(pool, state, head, 1);
    const Bytes payload = message->payload();
    if (payload.empty()) return;
    state.segments.push_back({payload.data(), payload.size(), 0, nullptr, message});
    state.bytes += payload.size();
}

void Output::end_last(State& state, uint64_t received_us) {
    if (state.last.messages != 0) {
        if (state.noted.size() - state.first_noted == kNotedMost) return;
        state.last.end = state.written + state.bytes;
        state.noted.push_back(state.last);
    }
    state.last = {received_us, 0, 0};
}

void Output::tell_written(State& state, DeliveryTimes& times) {
    for (; state.first_noted < state.noted.size(); ++state.first_noted) {
        const Noted& noted = state.noted[state.first_noted];
        if (noted.end > state.written) return;
        times.written(noted.received_us, noted.messages);
    }
    state.noted.clear();
    state.first_noted = 0;
    if (state.bytes == 0 && state.last.messages != 0)
        times.written(state.last.received_us, state.last.messages);
}

void Output::consume(OutputPool& pool, size_t count, DeliveryTimes* times) {
    State& state = *state_;
    state.bytes -= count;
    state.written += count;
    if (times != nullptr) tell_written(state, *times);
    while (count != 0) {
        Segment& segment = state.segments[state.first];
        const size_t part = std::min(count, segment.size);
        segment.data += part;
        segment.size -= part;
        count -= part;
        if (segment.size != 0) break;
        state.packets -= segment.packets;
        if (segment.chunk != nullptr && --segment.chunk->segments == 0) {
            if (segment.chunk == state.tail) state.tail = nullptr;
            pool.give_back(segment.chunk);
        }
        segment.message = {};
        ++state.first;
    }
    if (state.first == state.segments.size()) {
        GN_ASSERT(state.bytes == 0);
        pool.give_back(state_);
        state_ = nullptr;
    } else if (state.first > 1024) {
        state.segments.erase(state.segments.begin(),
                             state.segments.begin() + static_cast<std::ptrdiff_t>(state.first));
        state.first = 0;
    }
}

Output::Flushed Output::flush(OutputPool& pool, Stream& stream, uint64_t& written,
                              DeliveryTimes& times) {
    constexpr int kPieces = 64;
    iovec pieces[kPieces];
    while (state_ != nullptr) {
        int count = 0;
        size_t offered = 0;
        for (size_t i = state_->first; i < state_->segments.size() && count < kPieces;
             ++i, ++count) {
            const Segment& segment = state_->segments[i];
            pieces[count] = {const_cast<char*>(segment.data), segment.size};
            offered += segment.size;
        }
        const long result = stream.write(pieces, count);
        if (result == Stream::kWouldBlock) return Flushed::blocked;
        if (result < 0) return Flushed::closed;
        written += static_cast<uint64_t>(result);
        consume(pool, static_cast<size_t>(result), &times);
        if (static_cast<size_t>(result) < offered) return Flushed::blocked;
    }
    return Flushed::all;
}

void Output::clear(OutputPool& pool) {
    if (state_ != nullptr) consume(pool, state_->bytes, nullptr);
}

OutputPool::~OutputPool() {
    for (auto* chunk : small_) std::free(chunk);
    for (auto* chunk : large_) std::free(chunk);
    for (auto* state : states_) delete state;
}

Output::Chunk* OutputPool::take_chunk(bool large) {
    auto& free = large ? large_ : small_;
    if (!free.empty()) {
        Output::Chunk* chunk = free.back();
        free.pop_back();
        return chunk;
    }
    const uint32_t capacity = large ? kLarge : kSmall;
    void* block = std::malloc(sizeof(Output::Chunk) + capacity);
    if (block == nullptr) throw std::bad_alloc();
    auto* chunk = new (block) Output::Chunk;
    chunk->capacity = capacity;
    return chunk;
}

void OutputPool::give_back(Output::Chunk* chunk) {
    chunk->used = 0;
    auto& free = chunk->capacity == kLarge ? large_ : small_;
    if (free.size() < kFreeMost)
        free.push_back(chunk);
    else
        std::free(chunk);
}

Output::State* OutputPool::take_state() {
    if (states_.empty()) return new Output::State;
    Output::State* state = states_.back();
    states_.pop_back();
    return state;
}

void OutputPool::give_back(Output::State* state) {
    // The tail chunk is freed with its last segment.
    GN_ASSERT(state->tail == nullptr);
    state->segments.clear();
    state->first = state->bytes = state->packets = state->written = 0;
    state->last = {};
    state->noted.clear();
    state->first_noted = 0;
    if (state->segments.capacity() > 4096 || states_.size() >= kFreeMost)
        delete state;
    else
        states_.push_back(state);
}

}  // namespace grapnel
