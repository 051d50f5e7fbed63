#include "admin/client_filter.h"

#include <algorithm>

namespace grapnel {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::optional<std::string> copy_of(const std::string* text) {
    return text == nullptr ? std::nullopt : std::optional(*text);
}

bool contains(Bytes text, Bytes wanted) {
    return std::search(text.begin(), text.end(), wanted.begin(), wanted.end(),
                       [](char one, char other) { return lower(one) == other; }) != text.end();
}

}  // namespace

ClientFilter::ClientFilter(Parameters& parameters)
    : after(copy_of(parameters.text("after")).value_or("")),
      limit(parameters.number("limit", 100, 1, kLimitMost)),
      search_(copy_of(parameters.text("search")).value_or("")),
      username_(copy_of(parameters.text("username"))),
      listener_(copy_of(parameters.text("listener"))),
      connected_(parameters.boolean("connected")) {
    std::transform(search_.begin(), search_.end(), search_.begin(), lower);
}

bool ClientFilter::matches(const Session& session) const {
    const ClientInfo& info = session.info;
    if (info.id.bytes() <= after) return false;
    if (connected_ && *connected_ != (session.connection != nullptr)) return false;
    if (username_ && (info.username.null() || info.username.bytes() != *username_)) return false;
    if (listener_ && (info.listener_id == nullptr || *info.listener_id != *listener_)) return false;
    return search_.empty() || found_in(session);
}

bool ClientFilter::found_in(const Session& session) const {
    const ClientInfo& info = session.info;
    return contains(info.id.bytes(), search_) ||
           (!info.username.null() && contains(info.username.bytes(), search_)) ||
           contains(info.peer.text(), search_);
}

}  // namespace grapnel
