#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "connection.h"
#include "store/text_hash.h"

namespace grapnel::redis {

// Goes through the fields of one hash, some hundred at a time. Meanwhile fields that it has given
// may be removed, and nothing else of the hash may change. Each field comes once, though Redis may
// tell of it twice: the fields of a hash that takes more than one reply are remembered to its end.
// Between two calls the connection is free for others. One thread.
class HashScan {
public:
    HashScan(Connection& connection, std::string hash)
        : connection_(connection), hash_(std::move(hash)) {}

    // The next field, or false: the end, or a fault. The views live until the next call.
    bool next(std::string_view& field, std::string_view& value);
    const Fault& fault() const { return fault_; }

    // About so many fields come with one reply.
    static constexpr std::size_t kPage = 512;

private:
    bool turn_page();

    Connection& connection_;
    const std::string hash_;
    std::string cursor_ = "0";
    Reply page_;
    std::size_t at_ = 0;
    bool begun_ = false;
    bool several_pages_ = false;
    store::TextSet seen_;
    Fault fault_;
};

}  // namespace grapnel::redis
