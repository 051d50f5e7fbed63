#include "cursors.h"

#include "command.h"
#include "store/key.h"

namespace grapnel::redis {

bool OwnedCursor::next(std::string_view& key, std::string_view& value) {
    for (;;) {
        if (next_read(key, value) || next_large(key, value)) return true;
        if (!fault_.empty() || !advance()) return false;
    }
}

void OwnedCursor::make_key(std::string_view id, std::string_view field) {
    key_.clear();
    store::put_owner(key_, id);
    key_.append(field);
}

bool OwnedCursor::next_read(std::string_view& key, std::string_view& value) {
    for (; group_at_ < group_.size(); ++group_at_, field_at_ = 0) {
        const Read& read = group_[group_at_];
        if (field_at_ + 1 >= read.fields->elements) continue;
        make_key(read.id, text_of(*read.fields->element[field_at_]));
        key = key_;
        value = text_of(*read.fields->element[field_at_ + 1]);
        field_at_ += 2;
        return true;
    }
    return false;
}

bool OwnedCursor::next_large(std::string_view& key, std::string_view& value) {
    if (!large_) return false;
    std::string_view field;
    if (!large_->next(field, value)) {
        fault_ = large_->fault();
        large_.reset();
        return false;
    }
    make_key(large_id_, field);
    key = key_;
    return true;
}

// Gets hold of more; false: there is none, or a fault.
bool OwnedCursor::advance() {
    while (owners_.empty())
        if (!ask_lengths()) return false;
    if (owners_.front().fields <= kFields) return read_group();
    large_id_ = std::move(owners_.front().id);
    owners_.pop_front();
    large_.emplace(connection_, layout_.hash_of(kind_, large_id_));
    return true;
}

bool OwnedCursor::broken(const Fault& fault) {
    fault_ = fault;
    return !fault_.empty();
}

bool OwnedCursor::ask_lengths() {
    std::vector<std::string> ids;
    std::string commands;
    std::string_view id;
    std::string_view value;
    while (ids.size() < kClients && clients_.next(id, value)) {
        append_command(commands, {"HLEN", layout_.hash_of(kind_, id)});
        ids.emplace_back(id);
    }
    if (ids.empty() || !clients_.fault().empty()) return false;
    const std::string_view pieces[]{commands};
    if (broken(connection_.send(pieces))) return false;
    for (std::string& each : ids) {
        Reply reply;
        if (broken(connection_.receive(reply))) return false;
        if (is_error(*reply)) return !broken(connection_.fault(text_of(*reply)));
        if (reply->integer > 0) owners_.push_back({std::move(each), reply->integer});
    }
    return true;
}

bool OwnedCursor::read_group() {
    group_.clear();
    group_at_ = field_at_ = 0;
    std::string commands;
    long long fields = 0;
    while (!owners_.empty() && fields + owners_.front().fields <= kFields) {
        fields += owners_.front().fields;
        append_command(commands, {"HGETALL", layout_.hash_of(kind_, owners_.front().id)});
        group_.push_back({std::move(owners_.front().id), nullptr});
        owners_.pop_front();
    }
    const std::string_view pieces[]{commands};
    if (broken(connection_.send(pieces))) return false;
    for (Read& read : group_) {
        if (broken(connection_.receive(read.fields))) break;
        if (is_array(*read.fields)) continue;
        broken(connection_.fault(text_of(*read.fields)));
        break;
    }
    if (!fault_.empty()) group_.clear();
    return fault_.empty();
}

}  // namespace grapnel::redis
