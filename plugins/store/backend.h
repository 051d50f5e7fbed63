#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "store/kind.h"

namespace grapnel::store {

// What went wrong, in words that name the file, the record or the server; empty: nothing.
using Fault = std::string;

// What is written at once, all or nothing. Filled in order; a later change of a key wins.
class Batch {
public:
    virtual ~Batch() = default;
    virtual void put(Kind kind, std::string_view key, std::string_view value) = 0;
    virtual void erase(Kind kind, std::string_view key) = 0;
    // Everything of an owned kind that belongs to this client, also what this batch put before.
    virtual void erase_owned(Kind kind, std::string_view client_id) = 0;
    virtual bool empty() const = 0;
    virtual void clear() = 0;
};

// Goes through the records of one kind as they were when it was made. Those that it has given may
// be erased meanwhile; nothing else of the kind may change.
class Cursor {
public:
    virtual ~Cursor() = default;
    // The next record, or false: the end, or a fault. The views live until the next call.
    virtual bool next(std::string_view& key, std::string_view& value) = 0;
    // Why it ended early; empty: it did not.
    virtual Fault fault() const = 0;
};

// Where the records are. One thread at a time: the main one until the store serves, then the
// committer's.
class Backend {
public:
    virtual ~Backend() = default;
    virtual std::unique_ptr<Batch> make_batch() = 0;
    // Hands the batch to the system or the server: it survives the end of this process. After a
    // fault the batch is as it was, and all or nothing of it is written.
    virtual Fault write(Batch& batch) = 0;
    // What was written survives the end of the machine, as far as the medium keeps its word.
    virtual Fault sync() = 0;
    virtual std::unique_ptr<Cursor> scan(Kind kind) = 0;
    // How many records of the kind there are, about.
    virtual std::uint64_t estimate(Kind kind) = 0;
};

}  // namespace grapnel::store
