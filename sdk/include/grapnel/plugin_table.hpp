#ifndef GN_PLUGIN_TABLE_HPP
#define GN_PLUGIN_TABLE_HPP

// How GN_PLUGIN makes C tables from a class. A part of plugin.hpp.

#include <grapnel/plugin_basics.hpp>
#include <grapnel/plugin_config.hpp>
#include <grapnel/plugin_objects.hpp>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace gn::detail {

// The argument that a hook of the class gets for one of the C hook.
inline Client wrap(const gn_host* host, gn_client* raw) noexcept { return {host, raw}; }
inline Packet wrap(const gn_host* host, gn_packet* raw) noexcept { return {host, raw}; }
inline PacketView wrap(const gn_host* host, const gn_packet* raw) noexcept { return {host, raw}; }
inline Targets wrap(const gn_host* host, gn_targets* raw) noexcept { return {host, raw}; }
inline Sink wrap(const gn_host* host, gn_sink* raw) noexcept { return {host, raw}; }
inline const gn_sysinfo& wrap(const gn_host*, const gn_sysinfo* raw) noexcept { return *raw; }
inline const gn_restored& wrap(const gn_host*, const gn_restored* raw) noexcept { return *raw; }
inline std::string_view wrap(const gn_host*, gn_str text) noexcept { return view(text); }
template <class T>
requires std::is_arithmetic_v<T> T wrap(const gn_host*, T value)
noexcept { return value; }

template <class A>
using Wrapped = decltype(wrap(std::declval<const gn_host*>(), std::declval<A>()));

// Stands for the PerLoop of a class without one; never made.
struct NoPerLoop {};

template <class T>
struct PerLoopOf {
    using type = NoPerLoop;
};
template <class T>
requires requires { typename T::PerLoop; }
struct PerLoopOf<T> {
    using type = typename T::PerLoop;
};

template <class T>
concept HasPerLoop = requires {
    typename T::PerLoop;
};

// What `self` of every call points to: the main one is made by create, one more by each loop_start.
template <class T>
struct Box {
    Host host;
    T* plugin = nullptr;
    std::unique_ptr<T> owned;                            // in the main one
    std::unique_ptr<typename PerLoopOf<T>::type> local;  // in a loop's one
    gn_hooks hooks{};
};

// On whom the hook of this side is called.
template <class T, bool kOnMain>
using Target = std::conditional_t<kOnMain || !HasPerLoop<T>, T, typename PerLoopOf<T>::type>;

template <class T, bool kOnMain>
Target<T, kOnMain>* target(const gn_call* call) noexcept {
    const auto* box = static_cast<const Box<T>*>(call->self);
    if constexpr (kOnMain || !HasPerLoop<T>) {
        return box->plugin;
    } else {
        return box->local.get();
    }
}

// A hook failed: the host logs and counts it, where it knows how.
inline void fail_hook(gn_call* call, std::string_view text) noexcept {
    const gn_core_api* core = call->host->core;
    if (GN_HAS(core, failed))
        core->failed(call, str(text));
    else
        Host(call->host).error(text);
}

// The barrier: runs body on the hook's object; an exception or a missing object gives `closed`.
template <class R, class T, bool kOnMain, class F>
R guarded(gn_call* call, std::string_view event, std::int32_t closed, F body) noexcept {
    try {
        auto* object = target<T, kOnMain>(call);
        if (object != nullptr) return body(*object);
        fail_hook(call, std::string(event) + " was called without its loop's data");
    } catch (...) {
        describe_exception(event,
                           [call](std::string_view text) noexcept { fail_hook(call, text); });
    }
    if constexpr (!std::is_void_v<R>) return static_cast<R>(closed);
}

// Every hook: its name, whether it runs on the main thread, and its closed answer (unused where
// the hook answers nothing).
#define GN_DETAIL_EACH_HOOK(X)                   \
    X(on_started, true, 0)                       \
    X(on_stopped, true, 0)                       \
    X(on_sys_info_tick, true, 0)                 \
    X(on_connect, false, GN_V_DENY)              \
    X(on_connect_authenticate, false, GN_V_DENY) \
    X(on_acl_check, false, GN_V_DENY)            \
    X(on_session_establish, false, 0)            \
    X(on_session_established, false, 0)          \
    X(on_disconnect, false, 0)                   \
    X(on_auth_packet, false, GN_V_DENY)          \
    X(on_packet_read, false, GN_V_REJECT)        \
    X(on_packet_encode, false, GN_V_CONTINUE)    \
    X(on_packet_sent, false, 0)                  \
    X(on_packet_processed, false, 0)             \
    X(on_subscribe, false, GN_V_REJECT)          \
    X(on_subscribed, false, 0)                   \
    X(on_select_subscribers, false, 0)           \
    X(on_unsubscribe, false, GN_V_REJECT)        \
    X(on_unsubscribed, false, 0)                 \
    X(on_publish, false, GN_V_REJECT)            \
    X(on_published, false, 0)                    \
    X(on_publish_dropped, false, 0)              \
    X(on_retain_message, false, 0)               \
    X(on_retain_published, false, 0)             \
    X(on_qos_publish, false, 0)                  \
    X(on_qos_complete, false, 0)                 \
    X(on_qos_dropped, false, 0)                  \
    X(on_packet_id_exhausted, false, 0)          \
    X(on_will, false, GN_V_CONTINUE)             \
    X(on_will_sent, false, 0)                    \
    X(on_client_expired, false, 0)               \
    X(on_retained_expired, false, 0)             \
    X(stored_clients, true, GN_E_IO)             \
    X(stored_subscriptions, true, GN_E_IO)       \
    X(stored_inflight_messages, true, GN_E_IO)   \
    X(stored_retained_messages, true, GN_E_IO)   \
    X(stored_sys_info, true, GN_E_IO)            \
    X(on_commit, false, GN_V_DENY)               \
    X(on_restored, true, 0)                      \
    X(on_will_dropped, false, 0)

// Has the class a member of that name, be it private? A name that two bases have is ambiguous. Of a
// final class only a public member is seen.
#define GN_DETAIL_NAMED(name)                                     \
    struct name##_holder {                                        \
        int name;                                                 \
    };                                                            \
    template <class T>                                            \
    struct name##_pair : T, name##_holder {};                     \
    template <class T>                                            \
    constexpr bool has_##name() noexcept {                        \
        if constexpr (std::is_final_v<T>) return requires {       \
                &T::name;                                         \
            };                                                    \
        else                                                      \
            return !requires(name##_pair<T> pair) { pair.name; }; \
    }

// Per hook: the trampoline, and a function that enters it in the table if the class has a member
// of that name; a member of that name with other arguments, or on the wrong class, is an error.
#define GN_DETAIL_HOOK(name, on_main, closed)                                               \
    GN_DETAIL_NAMED(name)                                                                   \
    template <class T, class R, class... A>                                                 \
    R name##_trampoline(gn_call* call, A... arguments) noexcept {                           \
        return guarded<R, T, on_main>(call, #name, closed, [&](auto& object) {              \
            return static_cast<R>(object.name(Call(call), wrap(call->host, arguments)...)); \
        });                                                                                 \
    }                                                                                       \
    template <class T, class R, class... A>                                                 \
    constexpr void enter_##name(R (*&entry)(gn_call*, A...)) noexcept {                     \
        using On = Target<T, on_main>;                                                      \
        if constexpr (requires(On & object, Call call, Wrapped<A>... rest) {                \
                          object.name(call, rest...);                                       \
                      }) {                                                                  \
            entry = &name##_trampoline<T, R, A...>;                                         \
        } else {                                                                            \
            static_assert(!has_##name<On>(),                                                \
                          #name " has other arguments than the hook, or is not public");    \
        }                                                                                   \
        if constexpr (!std::is_same_v<On, T>) {                                             \
            static_assert(!has_##name<T>(), #name " belongs in PerLoop");                   \
        }                                                                                   \
    }
GN_DETAIL_EACH_HOOK(GN_DETAIL_HOOK)
#undef GN_DETAIL_HOOK

GN_DETAIL_NAMED(reload)
GN_DETAIL_NAMED(choose_hooks)
GN_DETAIL_NAMED(tool)
GN_DETAIL_NAMED(stop)
#undef GN_DETAIL_NAMED

template <class T>
concept HasReload = requires(T& plugin, Node node) {
    plugin.reload(node);
};

template <class T>
concept ChoosesHooks = requires(const T& plugin, gn_hooks& table) {
    plugin.choose_hooks(table);
};

// The C table of a class; made at compile time, so that the entry is constant before any code runs.
template <class T>
constexpr gn_hooks make_hooks() noexcept {
    gn_hooks table{};
    table.size = sizeof(gn_hooks);
#define GN_DETAIL_ENTER(name, on_main, closed) enter_##name<T>(table.name);
    GN_DETAIL_EACH_HOOK(GN_DETAIL_ENTER)
#undef GN_DETAIL_ENTER
    return table;
}

template <class T>
inline constexpr gn_hooks kHooks = make_hooks<T>();

// Call inside a catch block, in create or reload.
inline void fail_with_exception(const gn_host* host) noexcept {
    try {
        throw;
    } catch (const std::exception& error) {
        host->core->fail(host, str(error.what()));
    } catch (...) {
        host->core->fail(host, str("unknown exception"));
    }
}

// The lifecycle entries. gn_plugin of plugin.h says when each is called.
template <class T>
gn_status create(const gn_host* host, const gn_node* config, void** self,
                 const gn_hooks** hooks) noexcept {
    try {
        auto box = std::make_unique<Box<T>>();
        box->host = Host(host);
        box->owned = std::make_unique<T>(Host(host), Node(host, config));
        box->plugin = box->owned.get();
        if constexpr (ChoosesHooks<T>) {
            box->hooks = kHooks<T>;
            box->plugin->choose_hooks(box->hooks);
            *hooks = &box->hooks;
        }
        *self = box.release();
        return GN_OK;
    } catch (...) {
        fail_with_exception(host);
        return GN_E_INVALID;
    }
}

template <class T>
gn_status reload(void* self, const gn_node* config) noexcept {
    auto* box = static_cast<Box<T>*>(self);
    try {
        box->plugin->reload(Node(box->host.raw(), config));
        return GN_OK;
    } catch (...) {
        fail_with_exception(box->host.raw());
        return GN_E_INVALID;
    }
}

template <class T>
gn_status loop_start(void* self, gn_loop* loop, void** loop_self) noexcept {
    auto* main = static_cast<Box<T>*>(self);
    try {
        auto box = std::make_unique<Box<T>>();
        box->host = main->host;
        box->plugin = main->plugin;
        box->local =
            std::make_unique<typename T::PerLoop>(*main->plugin, Loop(main->host.raw(), loop));
        *loop_self = box.release();
        return GN_OK;
    } catch (...) {
        log_exception(main->host, "loop_start");
        return GN_E_INVALID;
    }
}

template <class T>
void loop_stop(void* loop_self, gn_ticket done) noexcept {
    auto* box = static_cast<Box<T>*>(loop_self);
    Stopping stopping(box->host, done, box, [](void* old) { delete static_cast<Box<T>*>(old); });
    if constexpr (requires { box->local->stop(std::move(stopping)); }) {
        const Host host = box->host;
        try {
            box->local->stop(std::move(stopping));
        } catch (...) {
            log_exception(host, "loop_stop");
        }
    } else {
        static_assert(!has_stop<typename PerLoopOf<T>::type>(),
                      "PerLoop::stop has other arguments than a gn::Stopping, or is not public");
    }
}

template <class T>
void destroy(void* self) noexcept {
    delete static_cast<Box<T>*>(self);
}

// A class that does nothing at all was meant to do something.
template <class T>
constexpr bool has_hooks() noexcept {
    if constexpr (HasPerLoop<T> || ChoosesHooks<T>) return true;
    bool any = false;
#define GN_DETAIL_IS_THERE(name, on_main, closed) any = any || has_##name<Target<T, on_main>>();
    GN_DETAIL_EACH_HOOK(GN_DETAIL_IS_THERE)
#undef GN_DETAIL_IS_THERE
    return any;
}
#undef GN_DETAIL_EACH_HOOK

// What would be left out without a word if it were not as the host wants it.
template <class T>
constexpr void expect_members() noexcept {
    static_assert(HasReload<T> || !has_reload<T>(),
                  "reload has other arguments than a gn::Node, or is not public");
    static_assert(ChoosesHooks<T> || !has_choose_hooks<T>(),
                  "choose_hooks(gn_hooks&) is const and public");
}

template <class T>
concept HasTool = requires {
    static_cast<int (*)(Host, Node, std::span<const std::string_view>)>(&T::tool);
};

template <class T>
std::int32_t tool(const gn_host* host, const gn_node* config, std::uint32_t count,
                  const gn_str* words) noexcept {
    try {
        std::vector<std::string_view> texts;
        for (std::uint32_t at = 0; at < count; ++at) texts.push_back(view(words[at]));
        return T::tool(Host(host), Node(host, config), texts);
    } catch (const ConfigError& error) {
        std::fprintf(stderr, "grapnel: %s\n", error.what());
        return 2;
    } catch (const std::exception& error) {
        std::fflush(stdout);
        std::fprintf(stderr, "grapnel: %s\n", error.what());
    } catch (...) {
        std::fputs("grapnel: the tool threw something that is no exception\n", stderr);
    }
    return 1;
}

template <class T>
constexpr gn_plugin make_entry(const char* name, const char* version) noexcept {
    gn_plugin entry{};
    entry.magic = GN_MAGIC;
    entry.size = sizeof(gn_plugin);
    entry.abi_major = 1;
    if constexpr (requires { T::abi_minor; }) entry.abi_minor = T::abi_minor;
    if constexpr (requires { requires T::concurrent; }) entry.flags = GN_PLUGIN_CONCURRENT;
    entry.name = name;
    entry.version = version;
    entry.hooks = &kHooks<T>;
    entry.create = &create<T>;
    expect_members<T>();
    if constexpr (HasReload<T>) entry.reload = &reload<T>;
    if constexpr (HasPerLoop<T>) {
        entry.loop_start = &loop_start<T>;
        entry.loop_stop = &loop_stop<T>;
    }
    entry.destroy = &destroy<T>;
    if constexpr (HasTool<T>) {
        entry.tool = &tool<T>;
    } else {
        static_assert(!has_tool<T>(), "tool has other arguments than gn_plugin.tool");
        static_assert(has_hooks<T>(),
                      "the class has no hook: they are public, and named as in gn_hooks");
    }
    return entry;
}

}  // namespace gn::detail

// Defines the plugin's one exported symbol. Once per shared object, at global scope.
#define GN_PLUGIN(Class, name, version) \
    constinit const gn_plugin gn_plugin_entry = gn::detail::make_entry<Class>(name, version);

#endif
