// The hooks: everything else in this folder knows nothing of the broker.

#include <openssl/crypto.h>

#include <atomic>
#include <grapnel/plugin.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "decide.h"
#include "load.h"
#include "node.h"
#include "shared_rules.h"

namespace grapnel::ledger {

namespace {

// Logins that may wait for their password check, over all loops. At 50 ms each, what stands
// further back would be answered long after its client gave up.
constexpr std::uint32_t kLoginsWaitingMax = 1000;
// A check that waited this long is not made any more: most of these clients are gone.
constexpr std::int64_t kLoginWaitMax_ms = 10'000;

constexpr std::uint8_t kServerUnavailable = 0x88;
constexpr std::uint8_t kServerBusy = 0x89;

class LedgerLoop;

// What is counted. Answers of the broker's own cache are not: they do not come here.
struct LedgerMetrics {
    explicit LedgerMetrics(gn::Host host) : LedgerMetrics(gn::Metrics(host)) {}

    const gn::Counter& login(bool accepted) const {
        return accepted ? logins_accepted : logins_refused;
    }
    const gn::Counter& access(bool granted) const {
        return granted ? access_granted : access_refused;
    }

    gn::Counter logins_accepted, logins_refused, logins_busy, access_granted, access_refused;
    gn::Gauge logins_waiting;

private:
    explicit LedgerMetrics(const gn::Metrics& metrics)
        : logins_accepted(login(metrics, "accepted")),
          logins_refused(login(metrics, "refused")),
          logins_busy(login(metrics, "busy")),
          access_granted(access(metrics, "granted")),
          access_refused(access(metrics, "refused")),
          logins_waiting(metrics.gauge("logins_waiting",
                                       "Logins whose password is being checked or waits for it")) {}

    static gn::Counter login(const gn::Metrics& metrics, std::string_view result) {
        return metrics.counter("logins_total", "Logins answered by these rules",
                               {{"result", result}});
    }
    static gn::Counter access(const gn::Metrics& metrics, std::string_view result) {
        return metrics.counter("access_checks_total", "Access checks answered by these rules",
                               {{"result", result}});
    }
};

// One [[plugin]] entry. Thread: main, but for what the loops are given.
class AuthLedger {
public:
    using PerLoop = LedgerLoop;
    static constexpr bool concurrent = true;

    AuthLedger(gn::Host host, gn::Node config)
        : host_(host),
          cache_(host.extension<gn_acl_cache>(GN_EXT_ACL_CACHE)),
          metrics_(host),
          rules_(load(config)) {}

    // All or nothing: whatever is wrong is thrown and the old rules stay.
    void reload(gn::Node config) {
        rules_.replace(load(config));
        if (GN_HAS(cache_, changed)) cache_->changed(host_.raw(), gn::str(""));
    }

    const SharedRules& rules() const noexcept { return rules_; }
    std::atomic<std::uint32_t>& logins_waiting() noexcept { return logins_waiting_; }
    const LedgerMetrics& metrics() const noexcept { return metrics_; }
    // Tells the broker that the answer in progress holds until the rules change.
    void mark_cacheable(gn::Call call) const noexcept {
        if (GN_HAS(cache_, cacheable)) cache_->cacheable(call.raw());
    }

private:
    std::shared_ptr<const Ledger> load(gn::Node config) const {
        Faults faults;
        auto ledger = load_ledger(value_of(config), read_file, faults);
        if (ledger == nullptr) throw gn::ConfigError(report(faults));
        if (ledger->users.empty() && ledger->auth.empty()) {
            host_.warn("no users and no auth rules: every client is refused");
        }
        return ledger;
    }

    // One line for fail(); where there are several, each is logged by itself first.
    std::string report(const Faults& faults) const {
        const auto line = [](const Fault& fault) { return fault.where + ": " + fault.text; };
        const std::string first = line(faults.all().front());
        if (faults.all().size() == 1) return first;
        for (const Fault& fault : faults.all()) host_.error(line(fault));
        return std::to_string(faults.all().size()) + " faults, the first: " + first;
    }

    gn::Host host_;
    const gn_acl_cache* cache_;
    LedgerMetrics metrics_;
    SharedRules rules_;
    std::atomic<std::uint32_t> logins_waiting_{0};
};

// What one loop needs. Thread: its loop, but for Login::run.
class LedgerLoop {
public:
    LedgerLoop(AuthLedger& plugin, gn::Loop loop)
        : plugin_(plugin), loop_(loop), rules_(plugin.rules()) {}

    gn_verdict on_connect_authenticate(gn::Call call, gn::Client client, gn::Packet packet) {
        const gn_connect_view connect = packet.connect();
        const gn_client_view info = client.info();
        const Who who{gn::view(info.id), gn::view(connect.username), gn::view(info.remote)};
        const bool has_password = connect.password.ptr != nullptr;
        const auto& ledger = rules_.get();
        LoginPlan plan = plan_login(*ledger, who, has_password);
        if (!plan.needs_work()) {
            plugin_.metrics().login(plan.otherwise).add();
            return plan.otherwise ? GN_V_ALLOW : GN_V_DENY;
        }
        return check_later(call, ledger, std::move(plan), gn::view(connect.password));
    }

    gn_verdict on_acl_check(gn::Call call, gn::Client client, std::string_view topic,
                            std::int32_t access) {
        const Ledger& ledger = *rules_.get();
        const gn_client_view info = client.info();
        const Who who{gn::view(info.id), gn::view(info.username), gn::view(info.remote)};
        bool allowed = false;
        switch (access) {
            case GN_ACCESS_SUBSCRIBE: allowed = may_subscribe(ledger, who, topic); break;
            case GN_ACCESS_PUBLISH: allowed = may_use_topic(ledger, who, topic, kWrite); break;
            case GN_ACCESS_DELIVER: allowed = may_use_topic(ledger, who, topic, kRead); break;
            default: return GN_V_DENY;
        }
        plugin_.metrics().access(allowed).add();
        plugin_.mark_cacheable(call);
        return allowed ? GN_V_ALLOW : GN_V_DENY;
    }

    void stop(gn::Stopping stopping) {
        is_stopping_.store(true, std::memory_order_relaxed);
        if (logins_ > 0) {
            stopping_.emplace(std::move(stopping));
        } else {
            stopping.finish();
        }
    }

private:
    // A login under way. Owner: the loop's work queue. It keeps the ledger that its plan is made
    // of.
    struct Login {
        Login() = default;
        Login(const Login&) = delete;
        Login& operator=(const Login&) = delete;
        ~Login() { wipe(password); }

        // On a worker thread.
        void run() noexcept {
            late = host.wall_ms() - begun_ms > kLoginWaitMax_ms;
            if (late || owner->is_stopping_.load(std::memory_order_relaxed)) return;
            allowed = plan.run(password);
            // What OpenSSL keeps for this thread goes now: the thread ends without telling it.
            OPENSSL_thread_stop();
        }
        void done() noexcept {
            const LedgerMetrics& metrics = owner->plugin_.metrics();
            if (late) {
                metrics.logins_busy.add();
                ticket.refuse(kServerUnavailable, "too many logins at once");
            } else {
                metrics.login(allowed).add();
                ticket.complete(allowed ? GN_V_ALLOW : GN_V_DENY);
            }
            owner->end_login();
        }

        LedgerLoop* owner = nullptr;
        gn::Host host;
        gn::Pending ticket;
        std::shared_ptr<const Ledger> ledger;
        LoginPlan plan;
        std::string password;
        std::int64_t begun_ms = 0;
        bool allowed = false;
        bool late = false;
    };

    gn_verdict check_later(gn::Call call, const std::shared_ptr<const Ledger>& ledger,
                           LoginPlan plan, std::string_view password) {
        auto login = std::make_unique<Login>();
        login->owner = this;
        login->host = call.host();
        login->ledger = ledger;
        login->plan = std::move(plan);
        login->password = password;
        login->begun_ms = login->host.wall_ms();
        if (plugin_.logins_waiting().fetch_add(1) >= kLoginsWaitingMax) {
            plugin_.logins_waiting().fetch_sub(1);
            plugin_.metrics().logins_busy.add();
            return call.deny(kServerBusy, "too many logins at once");
        }
        ++logins_;
        plugin_.metrics().logins_waiting.shift(1);
        login->ticket = call.defer();
        const bool deferred = static_cast<bool>(login->ticket);
        if (deferred && loop_.work(std::move(login)) == GN_OK) return GN_V_DEFER;
        end_login();
        // A ticket that was drawn has been answered DENY by the login's end.
        return deferred ? GN_V_DEFER : GN_V_DENY;
    }

    // May destroy this loop's data; nothing of it may be used afterwards.
    void end_login() noexcept {
        plugin_.logins_waiting().fetch_sub(1);
        plugin_.metrics().logins_waiting.shift(-1);
        if (--logins_ == 0 && stopping_) {
            gn::Stopping stopping = std::move(*stopping_);
            stopping.finish();
        }
    }

    AuthLedger& plugin_;
    gn::Loop loop_;
    RulesReader rules_;
    std::uint32_t logins_ = 0;  // of this loop, under way
    std::atomic<bool> is_stopping_{false};
    std::optional<gn::Stopping> stopping_;
};

}  // namespace

}  // namespace grapnel::ledger

GN_PLUGIN(grapnel::ledger::AuthLedger, "auth-ledger", "1.0")
