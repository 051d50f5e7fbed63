#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace grapnel::redis {

// Tells whether Redis holds what this process has written, by a text that every transaction writes:
// a random id of the process and the number of the transaction. Redis may have done those that it
// did not answer, but must have done those that it did. One thread.
class RunId {
public:
    explicit RunId(std::string id) : id_(std::move(id)) {}

    // The text of the next transaction.
    std::string begin() { return text_of(++begun_); }
    // The last one was answered.
    void done() { done_ = begun_; }

    enum class Found : std::uint8_t {
        ours,     // nothing that was answered is missing
        nothing,  // Redis holds nothing
        older,    // the last transactions are missing
        foreign   // another process has written
    };
    // By what Redis holds between two transactions.
    Found judge(bool exists, std::string_view text) const;

private:
    std::string text_of(std::uint64_t number) const { return id_ + ' ' + std::to_string(number); }

    std::string id_;
    std::uint64_t begun_ = 0;
    std::uint64_t done_ = 0;
};

}  // namespace grapnel::redis
