#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace grapnel {

// What the log says while a store gives its records back: once a second how far it is with this
// kind of record. Main thread.
class RestoreProgress {
public:
    explicit RestoreProgress(int64_t now_ms) : said_ms_(now_ms) {}

    // Another kind of record, whose name outlives this, is next.
    void begin(std::string_view kind);
    // So many of this kind are to come in all; 0: nobody knows.
    void expect(uint64_t records) { expected_ = records; }
    void count() { ++records_; }
    uint64_t records() const { return records_; }

    // Says it when a second has passed since it was said last.
    void look(int64_t now_ms);
    // "restored 1.2 M of 3.0 M records"
    std::string text() const;

private:
    std::string_view kind_;
    uint64_t records_ = 0;  // of this kind
    uint64_t expected_ = 0;
    int64_t said_ms_;
};

}  // namespace grapnel
