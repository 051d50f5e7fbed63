#include "batch.h"

#include "command.h"

namespace grapnel::redis {

void CommandBatch::put(Kind kind, std::string_view key, std::string_view value) {
    const Place place = layout_.place_of(kind, key);
    append_command(commands_, {"HSET", place.hash, place.field, value});
    ++count_;
}

void CommandBatch::erase(Kind kind, std::string_view key) {
    const Place place = layout_.place_of(kind, key);
    append_command(commands_, {"HDEL", place.hash, place.field});
    ++count_;
}

void CommandBatch::erase_owned(Kind kind, std::string_view client_id) {
    append_command(commands_, {"UNLINK", layout_.hash_of(kind, client_id)});
    ++count_;
}

void CommandBatch::clear() {
    if (commands_.capacity() > kKeptMost) commands_ = {};
    commands_.clear();
    count_ = 0;
}

}  // namespace grapnel::redis
