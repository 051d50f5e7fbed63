#ifndef GN_PLUGIN_BASICS_HPP
#define GN_PLUGIN_BASICS_HPP

// Strings, the broker's services and deferred answers. A part of plugin.hpp.

#include <grapnel/plugin.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gn {

class Packet;

// The bytes of a C string view, and back. Nothing is copied; absent and empty are both empty here,
// so where the difference counts look at gn_str::ptr.
inline std::string_view view(gn_str text) noexcept {
    return text.ptr == nullptr ? std::string_view{} : std::string_view{text.ptr, text.len};
}

inline gn_str str(std::string_view text) noexcept { return gn_str{text.data(), text.size()}; }

// An empty view of type V that asks for every field this header knows.
template <class V>
V sized() noexcept {
    V out{};
    out.size = sizeof(V);
    return out;
}

// The services of the broker. A value; valid from create until destroy. Thread: any, where a
// function does not say otherwise.
class Host {
public:
    Host() = default;
    explicit Host(const gn_host* raw) noexcept : raw_(raw) {}

    const gn_host* raw() const noexcept { return raw_; }
    // Of the broker, as "1.2.3"; and the minor of the ABI that it offers.
    std::string_view broker_version() const noexcept { return raw_->broker_version; }
    std::uint32_t abi_minor() const noexcept { return raw_->abi_minor; }
    // Where plugins keep what lasts; may not exist yet.
    const char* data_dir() const noexcept { return raw_->data_dir; }

    // Would a line of this level be written? Ask before building a costly text.
    bool logs(std::int32_t level) const noexcept { return raw_->core->log_level(raw_) <= level; }
    // One finished line, without time, plugin name or line end: the host adds them.
    void log(std::int32_t level, std::string_view message) const noexcept {
        raw_->core->log(raw_, level, str(message));
    }
    void debug(std::string_view message) const noexcept { log(GN_LOG_DEBUG, message); }
    void info(std::string_view message) const noexcept { log(GN_LOG_INFO, message); }
    void warn(std::string_view message) const noexcept { log(GN_LOG_WARN, message); }
    void error(std::string_view message) const noexcept { log(GN_LOG_ERROR, message); }

    // Milliseconds since 1970, of the clock that the broker itself goes by.
    std::int64_t wall_ms() const noexcept { return raw_->core->wall_ms(raw_); }
    // The table of an optional feature, or NULL from a broker without it. Ask GN_HAS before a call.
    template <class Table>
    const Table* extension(const char* id) const noexcept {
        return static_cast<const Table*>(raw_->core->extension(raw_, id));
    }
    // Everything in the message is copied before this returns; it is published after the hook.
    gn_status publish(const gn_message& message) const noexcept {
        return raw_->core->publish(raw_, &message);
    }
    // Handles `wire`, one whole packet in the client's protocol version, as if that client had sent
    // it. An empty id is the inline client, MQTT 5.
    gn_status inject(std::string_view client_id, std::string_view wire) const noexcept {
        return raw_->core->inject(raw_, str(client_id), str(wire));
    }
    // Closes the client's connection; with drop_session its session ends too, also when the client
    // is away. It happens after this returned: who is not there is no error.
    gn_status disconnect(std::string_view client_id, std::uint8_t reason,
                         bool drop_session = false) const noexcept {
        return raw_->client->disconnect(raw_, str(client_id), reason, drop_session ? 1 : 0);
    }

private:
    const gn_host* raw_ = nullptr;
};

namespace detail {

// Hands a text about what was thrown to `say`. Call inside a catch block.
template <class F>
void describe_exception(std::string_view where, F say) noexcept {
    try {
        std::string text(where);
        try {
            throw;
        } catch (const std::exception& error) {
            text += std::string(" threw: ") + error.what();
        } catch (...) {
            text += " threw";
        }
        say(text);
    } catch (...) {
        say("a hook threw");
    }
}

// Call inside a catch block.
inline void log_exception(Host host, std::string_view where) noexcept {
    describe_exception(where, [host](std::string_view text) noexcept { host.error(text); });
}

}  // namespace detail

// A deferred decision. Owner: whoever holds it; may travel to any thread. An answer is given at
// most once; a Pending that is destroyed without one refuses, so that no client hangs.
class Pending {
public:
    Pending() = default;
    // `refusal` is what the event understands as one: GN_V_DENY of a gate, GN_V_REJECT of a
    // transform, GN_E_IO of a stored_ hook. Call::defer knows.
    Pending(const gn_host* host, gn_ticket ticket, gn_verdict refusal = GN_V_DENY) noexcept
        : host_(host), ticket_(ticket), refusal_(refusal) {}
    Pending(Pending&& other) noexcept
        : host_(other.host_), ticket_(std::exchange(other.ticket_, 0)), refusal_(other.refusal_) {}
    Pending& operator=(Pending&& other) noexcept {
        if (this != &other) {
            complete(refusal_);
            host_ = other.host_;
            ticket_ = std::exchange(other.ticket_, 0);
            refusal_ = other.refusal_;
        }
        return *this;
    }
    ~Pending() { complete(refusal_); }

    // Is there still something to answer?
    explicit operator bool() const noexcept { return ticket_ != 0; }
    gn_ticket ticket() const noexcept { return ticket_; }
    // Thread: any. The client goes on on its own loop.
    // GN_E_GONE: answered before, or nobody waits any more.
    gn_status complete(gn_verdict verdict) noexcept {
        if (ticket_ == 0) return GN_E_GONE;
        return host_->core->complete(host_, std::exchange(ticket_, 0), verdict);
    }
    // The same with what goes to the client: a reason code and a text with a refusal,
    // Authentication Data where Call::challenge may give it. 0 and empty: what the call said before
    // it was deferred. GN_E_INVALID: one of them cannot be sent, and there is still something to
    // answer.
    gn_status answer(gn_verdict verdict, std::uint8_t reason, std::string_view text,
                     std::string_view challenge = {}) noexcept {
        if (ticket_ == 0) return GN_E_GONE;
        auto with = sized<gn_answer>();
        with.verdict = verdict;
        with.reason = reason;
        with.text = str(text);
        with.challenge = str(challenge);
        const gn_status status = host_->core->answer(host_, ticket_, &with);
        if (status != GN_E_INVALID) ticket_ = 0;
        return status;
    }
    // The event's refusal, with a reason code and a text for the client.
    gn_status refuse(std::uint8_t reason, std::string_view text) noexcept {
        return answer(refusal_, reason, text);
    }
    // Lets go of the ticket: whoever takes it answers it.
    gn_ticket release() noexcept { return std::exchange(ticket_, 0); }
    // The packet that is being decided, to read or change before completing; on its loop. Nothing:
    // nobody waits any more, or the event has none. Declared in plugin_objects.hpp.
    std::optional<Packet> packet() const noexcept;

private:
    const gn_host* host_ = nullptr;
    gn_ticket ticket_ = 0;
    gn_verdict refusal_ = GN_V_DENY;
};

// A loop of the broker. Thread: index and post any, the rest this loop's own.
class Loop {
public:
    Loop() = default;
    Loop(const gn_host* host, gn_loop* raw) noexcept : host_(host), raw_(raw) {}

    Host host() const noexcept { return Host(host_); }
    gn_loop* raw() const noexcept { return raw_; }
    // 0 up to the number of loops; for per-loop tables of the plugin's own.
    std::uint32_t index() const noexcept { return host_->loop->index(raw_); }

    // Runs fn(arg) on this loop after this call has returned; in order per posting thread.
    // GN_E_STATE: the plugin has stopped here. What fn throws is contained and named by the host.
    gn_status post(void (*fn)(void*), void* arg) const noexcept {
        return host_->loop->post(raw_, fn, arg);
    }
    // The same for anything that can be called; what it throws is logged. It is destroyed after it
    // ran, or here on an error status. One that the plugin's stop overtakes never runs, and is not
    // destroyed either: let it own nothing that must be given back.
    template <class F>
    gn_status post(F body) const {
        auto owned = std::make_unique<Posted<F>>(Posted<F>{host(), std::move(body)});
        const gn_status status = post(&Posted<F>::run, owned.get());
        if (status == GN_OK) static_cast<void>(owned.release());
        return status;
    }

    // Calls job->run() on a worker thread, then job->done() on this loop, then destroys the job.
    // On an error status the job is destroyed here, unrun. What run or done throw ends with them: a
    // Pending in the job then answers DENY.
    template <class Job>
    gn_status work(std::unique_ptr<Job> job) const noexcept {
        const gn_status status = host_->loop->work(
            raw_, [](void* arg) { contain([arg] { static_cast<Job*>(arg)->run(); }); },
            [](void* arg) {
                const std::unique_ptr<Job> owned(static_cast<Job*>(arg));
                contain([&owned] { owned->done(); });
            },
            job.get());
        if (status == GN_OK) static_cast<void>(job.release());
        return status;
    }
    // fn(arg) after delay_ms and then every every_ms (0: once), until timer_stop. 0: refused.
    gn_timer timer_start(std::uint64_t delay_ms, std::uint64_t every_ms, void (*fn)(void*),
                         void* arg) const noexcept {
        return host_->loop->timer_start(raw_, delay_ms, every_ms, fn, arg);
    }
    void timer_stop(gn_timer timer) const noexcept { host_->loop->timer_stop(raw_, timer); }
    // The libuv loop itself, given UV_VERSION_HEX; NULL where the host's libuv is older. Each
    // handle is closed, and its close callback has run, before the Stopping is finished. What a
    // callback of libuv throws is not caught. See gn_loop_api.uv for what may not be done with it.
    uv_loop_s* uv(std::uint32_t built_against) const noexcept {
        return host_->loop->uv(raw_, built_against);
    }

private:
    template <class F>
    struct Posted {
        static void run(void* argument) noexcept {
            const std::unique_ptr<Posted> owned(static_cast<Posted*>(argument));
            try {
                owned->body();
            } catch (...) {
                detail::log_exception(owned->host, "a posted function");
            }
        }
        Host host;
        F body;
    };

    template <class F>
    static void contain(F body) noexcept {
        try {
            body();
        } catch (...) {
            // The job's destructor gives the closed answer.
        }
    }

    const gn_host* host_ = nullptr;
    gn_loop* raw_ = nullptr;
};

// Ends a loop's instance: finish() destroys the PerLoop that was told to stop, then tells the host.
// Nothing of the PerLoop may be touched after finish(). Destroying a Stopping finishes it. Thread:
// any, where the PerLoop may be destroyed there; one with timers or libuv handles may not.
class Stopping {
public:
    Stopping(Host host, gn_ticket ticket, void* box, void (*drop)(void*)) noexcept
        : host_(host), ticket_(ticket), box_(box), drop_(drop) {}
    Stopping(Stopping&& other) noexcept
        : host_(other.host_),
          ticket_(other.ticket_),
          box_(std::exchange(other.box_, nullptr)),
          drop_(other.drop_) {}
    Stopping& operator=(Stopping&&) = delete;
    ~Stopping() { finish(); }

    void finish() noexcept {
        if (box_ == nullptr) return;
        const Host host = host_;
        const gn_ticket ticket = ticket_;
        drop_(std::exchange(box_, nullptr));
        static_cast<void>(host.raw()->core->complete(host.raw(), ticket, GN_OK));
    }

private:
    Host host_;
    gn_ticket ticket_;
    void* box_;
    void (*drop_)(void*);
};

}  // namespace gn

#endif
