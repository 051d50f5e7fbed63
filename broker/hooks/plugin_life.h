#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace grapnel {

// How far a plugin is in its life.
//   starting  made, and not asked yet
//   serving   started on every loop, and asked
//   stopping  not asked any more
//   stopped   ended in order
//   failed    could not be loaded, created or started, or did not stop in time
enum class PluginPhase : uint8_t { starting, serving, stopping, stopped, failed };

inline constexpr const char* kPluginPhaseNames[] = {"starting", "serving", "stopping", "stopped",
                                                    "failed"};

constexpr const char* name_of(PluginPhase phase) {
    return kPluginPhaseNames[static_cast<size_t>(phase)];
}

// What came of handing the plugin new settings the last time.
struct PluginReload {
    enum class Result : uint8_t { never, ok, refused };
    Result result = Result::never;
    std::string why;    // of a refusal
    int64_t at_ms = 0;  // wall clock; 0: never
};

// Where one plugin is in its life. Main thread.
class PluginLife {
public:
    PluginPhase phase() const { return phase_; }
    int64_t since_ms() const { return since_ms_; }  // wall clock
    const std::string& failure() const { return failure_; }
    // It has been asked, or was meant to be and failed: worth showing when it is gone.
    bool known() const { return served_ || (phase_ == PluginPhase::failed && !forgotten_); }
    // One that has never been asked is not worth showing any more.
    void forget_failure() { forgotten_ = true; }
    const PluginReload& reload() const { return reload_; }

    // What has failed stays so.
    void enter(PluginPhase phase, int64_t wall_ms) {
        if (phase_ == PluginPhase::failed) return;
        phase_ = phase;
        since_ms_ = wall_ms;
        served_ = served_ || phase == PluginPhase::serving;
    }
    void fail(const std::string& why, int64_t wall_ms) {
        enter(PluginPhase::failed, wall_ms);
        failure_ += (failure_.empty() ? "" : "; ") + why;
    }
    // `why` is empty when the plugin took them.
    void reloaded(std::string why, int64_t wall_ms) {
        using Result = PluginReload::Result;
        reload_ = {why.empty() ? Result::ok : Result::refused, std::move(why), wall_ms};
    }

private:
    PluginPhase phase_ = PluginPhase::starting;
    int64_t since_ms_ = 0;
    bool served_ = false;
    bool forgotten_ = false;
    std::string failure_;
    PluginReload reload_;
};

}  // namespace grapnel
