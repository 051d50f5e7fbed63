#include <string_view>
#include <utility>

#include "hooks/abi.h"
#include "hooks/call.h"
#include "hooks/host.h"
#include "hooks/host_api.h"
#include "hooks/inline_subscriptions.h"
#include "hooks/message_in.h"
#include "hooks/pending.h"
#include "mqtt/utf8.h"

namespace grapnel {

namespace {

constexpr size_t kReasonBytesMax = 65'535;      // MQTT 5.0, 1.5.4
constexpr size_t kLogLineBytesMax = 16 * 1024;  // longer ones are cut

const Plugin* plugin_of(const gn_host* host) {
    return host == nullptr ? nullptr : PluginHost::from(host)->plugin;
}

HookHost* hooks_of(const gn_host* host) {
    return host == nullptr ? nullptr : PluginHost::from(host)->hooks;
}

// The call, when it is the one that runs now on this thread.
Call* running(gn_call* call) {
    return call != nullptr && current_thread.call == call ? Call::from(call) : nullptr;
}

bool authenticates(const Call& call) {
    const auto event = static_cast<Event>(call.event);
    return event == Event::on_connect_authenticate || event == Event::on_auth_packet;
}

}  // namespace

struct HostApi::Core {
    static void log(const gn_host* host, int32_t level, gn_str message) {
        const Plugin* plugin = plugin_of(host);
        Bytes text;
        if (plugin == nullptr || !from_abi(message, text)) return;
        if (level < GN_LOG_DEBUG || level > GN_LOG_ERROR) level = GN_LOG_ERROR;
        const auto severity = static_cast<LogLevel>(level);
        if (log_enabled(severity))
            plugin->log_target().write(severity, plugin->log_module(),
                                       text.substr(0, kLogLineBytesMax), {});
    }

    static int32_t log_level(const gn_host* host) {
        const Plugin* plugin = plugin_of(host);
        const LogTarget& target = plugin != nullptr ? plugin->log_target() : log_target();
        return static_cast<int32_t>(target.level());
    }

    static int64_t wall_ms(const gn_host* host) {
        HookHost* hooks = hooks_of(host);
        return hooks == nullptr ? 0 : hooks->port_.wall_ms();
    }

    static void fail(const gn_host* host, gn_str why) {
        Bytes text;
        if (host == nullptr || !from_abi(why, text)) return;
        PluginHost::from(host)->plugin->set_failure(text.substr(0, kLogLineBytesMax));
    }

    static const void* extension(const gn_host*, const char* id) {
        const std::string_view name = id == nullptr ? "" : id;
        if (name == GN_EXT_ACL_CACHE) return &acl_cache;
        if (name == GN_EXT_METRICS) return &metrics;
        if (name == GN_EXT_INTEREST) return &interest;
        return nullptr;
    }

    static gn_ticket defer(gn_call* argument) {
        Call* call = running(argument);
        if (call == nullptr || !call->may_defer) return 0;
        if (call->ticket == 0)
            call->ticket = call->plugin.dispatcher().pending_->open(call->plugin.plugin());
        return call->ticket;
    }

    static gn_status finish(const gn_host* host, Completion completion) {
        HookHost* hooks = hooks_of(host);
        if (hooks == nullptr) return GN_E_INVALID;
        const uint32_t loop = PendingTable::loop_of(completion.ticket);
        if (completion.ticket == 0 || loop >= hooks->dispatchers_.size()) return GN_E_GONE;
        return hooks->dispatchers_[loop]->complete(*plugin_of(host), std::move(completion));
    }

    static gn_status complete(const gn_host* host, gn_ticket ticket, gn_verdict verdict) {
        Completion completion;
        completion.ticket = ticket;
        completion.value = verdict;
        return finish(host, std::move(completion));
    }

    static gn_status answer(const gn_host* host, gn_ticket ticket, const gn_answer* argument) {
        gn_answer answer;
        Bytes text;
        Bytes challenge;
        if (!copy_in(argument, GN_SIZE_THROUGH(gn_answer, verdict), answer) ||
            !from_abi(answer.text, text) || !from_abi(answer.challenge, challenge) ||
            text.size() > kReasonBytesMax || challenge.size() > kReasonBytesMax ||
            !mqtt::is_mqtt_string(text))
            return GN_E_INVALID;
        Completion completion;
        completion.ticket = ticket;
        completion.value = answer.verdict;
        completion.reason = answer.reason;
        if (!text.empty()) completion.text = text;
        if (!challenge.empty()) completion.challenge = challenge;
        return finish(host, std::move(completion));
    }

    static gn_packet* deferred_packet(const gn_host* host, gn_ticket ticket) {
        Dispatcher* dispatcher = current_thread.dispatcher;
        if (dispatcher == nullptr || host == nullptr) return nullptr;
        Pending* pending = dispatcher->pending_->find(ticket);
        if (pending == nullptr || pending->plugin != plugin_of(host)) return nullptr;
        PacketBox* packet = pending->question.packet;
        return packet == nullptr ? nullptr : packet->handle();
    }

    static void reason(gn_call* argument, uint8_t code, gn_str message) {
        Call* call = running(argument);
        Bytes text;
        if (call == nullptr || !from_abi(message, text)) return;
        call->reason = code;
        if (text.size() > kReasonBytesMax || !mqtt::is_mqtt_string(text)) text = {};
        call->plugin.dispatcher().reason_text_ = text;
    }

    static gn_status challenge(gn_call* argument, gn_str data) {
        Call* call = running(argument);
        Bytes bytes;
        if (call == nullptr || !authenticates(*call)) return GN_E_STATE;
        if (!from_abi(data, bytes) || bytes.size() > kReasonBytesMax) return GN_E_INVALID;
        call->plugin.dispatcher().challenge_ = bytes;
        return GN_OK;
    }

    static gn_status publish(const gn_host* host, const gn_message* message) {
        HookHost* hooks = hooks_of(host);
        if (hooks == nullptr) return GN_E_INVALID;
        IncomingMessage incoming;
        const gn_status status = incoming.read(message);
        return status != GN_OK ? status : hooks->port_.publish(incoming.view, incoming.expiry_s);
    }

    static gn_status on_main(HookHost* hooks) {
        if (hooks == nullptr) return GN_E_INVALID;
        return current_thread.dispatcher == &hooks->main() ? GN_OK : GN_E_THREAD;
    }

    static gn_status subscribe(const gn_host* host, gn_str filter, int32_t id,
                               void (*fn)(void*, gn_call*, const gn_packet*), void* arg) {
        HookHost* hooks = hooks_of(host);
        Bytes text;
        if (const gn_status status = on_main(hooks); status != GN_OK) return status;
        if (!from_abi(filter, text) || fn == nullptr) return GN_E_INVALID;
        const Plugin& plugin = *plugin_of(host);
        if (plugin.loops().empty()) return GN_E_STATE;
        PluginLoop& loop = plugin.loop(hooks->main().loop());
        return hooks->inline_->add(hooks->port_, loop, text, id, fn, arg);
    }

    static gn_status unsubscribe(const gn_host* host, gn_str filter, int32_t id) {
        HookHost* hooks = hooks_of(host);
        Bytes text;
        if (const gn_status status = on_main(hooks); status != GN_OK) return status;
        if (!from_abi(filter, text)) return GN_E_INVALID;
        return hooks->inline_->remove(hooks->port_, *plugin_of(host), text, id);
    }

    static gn_status inject(const gn_host* host, gn_str client_id, gn_str wire) {
        HookHost* hooks = hooks_of(host);
        Bytes id;
        Bytes bytes;
        if (hooks == nullptr || !from_abi(client_id, id) || !from_abi(wire, bytes) ||
            bytes.empty() || id.size() > kReasonBytesMax)
            return GN_E_INVALID;
        return hooks->port_.inject(id, bytes);
    }

    static void failed(gn_call* argument, gn_str what) {
        Call* call = running(argument);
        Bytes text;
        if (call == nullptr) return;
        if (!from_abi(what, text)) text = "";
        const Plugin& plugin = call->plugin.plugin();
        if (!std::exchange(call->failed, true))
            plugin.stats().failures.fetch_add(1, std::memory_order_relaxed);
        log_error(plugin.log_module(), "plugin failed",
                  {{"in", event_info(static_cast<Event>(call->event)).name},
                   {"what", text.substr(0, kLogLineBytesMax)}});
    }

    static void cacheable(gn_call* argument) {
        Call* call = running(argument);
        if (call != nullptr && static_cast<Event>(call->event) == Event::on_acl_check)
            call->cacheable = true;
    }

    static void access_changed(const gn_host* host, gn_str client_id) {
        HookHost* hooks = hooks_of(host);
        Bytes id;
        if (hooks != nullptr && from_abi(client_id, id)) hooks->port_.access_changed(id);
    }
};

const gn_core_api HostApi::core{
    sizeof(gn_core_api), 0,
    Core::log,           Core::log_level,
    Core::wall_ms,       Core::fail,
    Core::extension,     Core::defer,
    Core::complete,      Core::deferred_packet,
    Core::reason,        Core::challenge,
    Core::publish,       Core::subscribe,
    Core::unsubscribe,   Core::inject,
    Core::answer,        Core::failed,
};

const gn_acl_cache HostApi::acl_cache{
    sizeof(gn_acl_cache),
    0,
    Core::cacheable,
    Core::access_changed,
};

const gn_host HostApi::host{
    sizeof(gn_host), GN_ABI_MINOR, GRAPNEL_VERSION, &core,  &client,
    &packet,         &loop,        &config,         &store, nullptr,
};

}  // namespace grapnel
