#include <cstdio>

#include "command.h"
#include "hooks/host.h"
#include "hooks/port.h"
#include "net/socket_file.h"
#include "net/tls_context.h"

namespace grapnel {

namespace {

// What plugins find while they are only looked at: a broker that does nothing for them.
class IdlePort final : public Port {
public:
    IdlePort() { uv_loop_init(&loop_); }
    ~IdlePort() {
        uv_run(&loop_, UV_RUN_NOWAIT);
        uv_loop_close(&loop_);
    }

    uint32_t worker_count() const override { return 1; }
    void post(uint32_t, void (*)(void*), void*) override {}
    uv_loop_t* uv_loop(uint32_t) override { return &loop_; }
    int64_t monotonic_ms() const override { return 0; }
    int64_t wall_ms() const override { return 0; }
    gn_status publish(const MessageView&, uint32_t) override { return GN_E_STATE; }
    gn_status subscribe(uint64_t, Bytes) override { return GN_E_STATE; }
    gn_status unsubscribe(uint64_t) override { return GN_E_STATE; }
    gn_status inject(Bytes, Bytes) override { return GN_E_STATE; }
    gn_status disconnect(Bytes, mqtt::Reason, bool) override { return GN_E_STATE; }
    void drop_slots(uint32_t, size_t) override {}
    void access_changed(Bytes) override {}

private:
    uv_loop_t loop_;
};

// Creates every plugin with its configuration, starts none, and prints what they find wrong.
size_t check_plugins(const config::Config& config) {
    log_configure(LogLevel::warn, LogFormat::text);
    IdlePort port;
    HookHost hooks(port);
    const std::vector<Error> faults = hooks.load(config);
    for (const Error& fault : faults) std::fprintf(stderr, "%s\n", fault.text.c_str());
    for (const auto& plugin : hooks.plugins()) plugin->destroy();
    return faults.size();
}

}  // namespace

int command_check(const Arguments& arguments) {
    const auto options = ConfigOptions::parse(arguments);
    if (!options) return kExitUsage;
    config::Faults faults;
    const config::Config config = options->read(faults);
    check_certificates(config, faults);
    check_owners(config, faults);
    config::sort_faults(faults);
    ConfigOptions::print(faults);
    const size_t plugin_faults = check_plugins(config);
    if (plugin_faults != 0) {
        std::fprintf(stderr, "grapnel: %zu %s with a fault\n", plugin_faults,
                     plugin_faults == 1 ? "plugin" : "plugins");
    }
    if (!faults.empty() || plugin_faults != 0) return kExitUsage;
    std::printf("%s: no faults, %zu %s, %zu %s\n", options->file.c_str(), config.listeners.size(),
                config.listeners.size() == 1 ? "listener" : "listeners",
                config.plugin_entries.size(),
                config.plugin_entries.size() == 1 ? "plugin" : "plugins");
    return kExitSuccess;
}

}  // namespace grapnel
