#include <grapnel/broker.h>

#include <exception>
#include <memory>

#include "embed/embedded.h"
#include "hooks/abi.h"
#include "hooks/host_api.h"

using namespace grapnel;

namespace {

// Nothing is thrown into C.
template <class Body>
gn_status guarded(Body body) noexcept {
    try {
        return body();
    } catch (const std::exception&) {
        return GN_E_NOMEM;
    }
}

}  // namespace

const char* gn_broker_version(void) { return GRAPNEL_VERSION; }

gn_status gn_broker_create(const gn_broker_options* options, gn_broker** out) {
    if (out == nullptr) return GN_E_INVALID;
    *out = nullptr;
    return guarded([&]() -> gn_status {
        gn_broker_options own;
        Bytes text;
        if (!copy_in(options, GN_SIZE_THROUGH(gn_broker_options, settings), own) ||
            !from_abi(own.name, text) || !from_abi(own.settings, text))
            return GN_E_INVALID;
        *out = std::make_unique<gn_broker>(own).release();
        return (*out)->settings_status();
    });
}

gn_str gn_broker_error(const gn_broker* broker) {
    return broker == nullptr ? gn_str{} : to_abi(broker->error());
}

gn_status gn_broker_add_plugin(gn_broker* broker, const gn_plugin* plugin, gn_str id,
                               gn_str table) {
    Bytes own_id;
    Bytes text;
    if (broker == nullptr || plugin == nullptr || !from_abi(id, own_id) || !from_abi(table, text))
        return GN_E_INVALID;
    return guarded([&] { return broker->add_plugin(*plugin, own_id, text); });
}

gn_status gn_broker_start(gn_broker* broker) {
    if (broker == nullptr) return GN_E_INVALID;
    return guarded([&] { return broker->start(); });
}

gn_status gn_broker_stop(gn_broker* broker) {
    if (broker == nullptr) return GN_E_INVALID;
    return guarded([&] { return broker->stop(); });
}

gn_status gn_broker_destroy(gn_broker* broker) {
    if (broker == nullptr) return GN_OK;
    const gn_status status = guarded([&] { return broker->close(); });
    if (status != GN_E_THREAD) delete broker;
    return status;
}

gn_status gn_broker_port(const gn_broker* broker, gn_str listener, uint16_t* port) {
    Bytes id;
    if (broker == nullptr || port == nullptr || !from_abi(listener, id)) return GN_E_INVALID;
    return guarded([&] { return broker->port(id, *port); });
}

gn_status gn_broker_publish(gn_broker* broker, const gn_message* message) {
    if (broker == nullptr || message == nullptr) return GN_E_INVALID;
    return guarded([&] { return broker->publish(*message); });
}

gn_status gn_broker_subscribe(gn_broker* broker, gn_str filter, gn_message_fn fn, void* arg,
                              gn_subscription* out) {
    Bytes text;
    if (broker == nullptr || out == nullptr || !from_abi(filter, text)) return GN_E_INVALID;
    *out = 0;
    return guarded([&] { return broker->subscribe(text, fn, arg, *out); });
}

gn_status gn_broker_unsubscribe(gn_broker* broker, gn_subscription subscription) {
    if (broker == nullptr) return GN_E_INVALID;
    return guarded([&] { return broker->unsubscribe(subscription); });
}

const gn_packet_api* gn_broker_packet_api(void) { return &HostApi::packet; }
