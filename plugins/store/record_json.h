#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include "store/kind.h"
#include "store/record.h"

namespace grapnel::store {

// Records as JSON objects: the key's parts, then the fields as record.h names them. A text that is
// absent is left out; one that is no UTF-8 stands as base64 in a field whose name ends in _base64.
// docs/stores.md shows them. What to_json wrote, from_json makes into the same key and value.
using Json = nlohmann::ordered_json;

// Why an object is no record.
class JsonFault : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Sizes: what stands for a payload is its number of bytes, `payload_bytes`, for people to look at;
// from_json refuses that.
enum class Payloads : std::uint8_t { whole, sizes };

// Anything but ok leaves `out` undefined. A key that none of key.h's makes is damaged.
[[nodiscard]] Decoded to_json(Kind kind, std::string_view key, std::string_view value, Json& out,
                              Payloads payloads = Payloads::whole);

struct RawRecord {
    Kind kind = Kind::client;
    std::string key;
    std::string value;
};

// Strict: every field must be there, of its type and range, and no other. Throws JsonFault.
RawRecord from_json(const Json& object);

}  // namespace grapnel::store
