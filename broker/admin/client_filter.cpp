#include "admin/client_filter.h"

namespace grapnel {

namespace {

std::optional<std::string> copy_of(const std::string* text) {
    return text == nullptr ? std::nullopt : std::optional(*text);
}

}  // namespace

ClientFilter::ClientFilter(Parameters& parameters)
    : after(parameters.value("after")),
      limit(page_of(parameters).limit),
      search_(parameters.value("search")),
      username_(copy_of(parameters.text("username"))),
      listener_(copy_of(parameters.text("listener"))),
      connected_(parameters.boolean("connected")) {}

bool ClientFilter::matches(const Session& session) const {
    const ClientInfo& info = session.info;
    if (info.id.bytes() <= after) return false;
    if (connected_ && *connected_ != (session.connection != nullptr)) return false;
    if (username_ && (info.username.null() || info.username.bytes() != *username_)) return false;
    if (listener_ && (info.listener_id == nullptr || *info.listener_id != *listener_)) return false;
    return search_.all() || found_in(session);
}

bool ClientFilter::found_in(const Session& session) const {
    const ClientInfo& info = session.info;
    return search_.found_in(info.id.bytes()) ||
           (!info.username.null() && search_.found_in(info.username.bytes())) ||
           search_.found_in(info.peer.text());
}

}  // namespace grapnel
