#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <grapnel/plugin.hpp>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace grapnel::store::test {

// As much of a broker as the committer's thread needs: a log, and tickets that are answered. Any
// thread, but for what is public.
class AnswerHost {
public:
    AnswerHost() {
        raw_.size = sizeof(gn_host);
        raw_.core = &core_;
        core_.size = sizeof core_;
        core_.log = [](const gn_host* host, std::int32_t, gn_str text) {
            AnswerHost& self = of(host);
            const std::lock_guard lock(self.mutex_);
            self.lines_.emplace_back(gn::view(text));
        };
        core_.complete = [](const gn_host* host, gn_ticket ticket, gn_verdict verdict) {
            AnswerHost& self = of(host);
            const std::lock_guard lock(self.mutex_);
            self.answers_[ticket] = verdict;
            self.changed_.notify_all();
            return gn_status{GN_OK};
        };
        core_.defer = [](gn_call* call) -> gn_ticket {
            AnswerHost& self = of(call->host);
            return self.can_defer ? ++self.last_ticket : 0;
        };
        core_.wall_ms = [](const gn_host* host) { return of(host).now_ms; };
        raw_.self = this;
    }
    AnswerHost(const AnswerHost&) = delete;
    AnswerHost& operator=(const AnswerHost&) = delete;

    // For tables that a test adds.
    gn_host& raw() { return raw_; }
    gn::Host host() const { return gn::Host(&raw_); }
    gn::Pending pending(gn_ticket ticket) const { return {&raw_, ticket}; }
    gn_verdict wait(gn_ticket ticket) {
        std::unique_lock lock(mutex_);
        const bool answered = changed_.wait_for(lock, std::chrono::seconds(20),
                                                [&] { return answers_.contains(ticket); });
        REQUIRE(answered);
        return answers_[ticket];
    }
    bool answered(gn_ticket ticket) {
        const std::lock_guard lock(mutex_);
        return answers_.contains(ticket);
    }
    std::vector<std::string> lines() {
        const std::lock_guard lock(mutex_);
        return lines_;
    }

    bool can_defer = true;
    gn_ticket last_ticket = 0;
    std::int64_t now_ms = 1'000'000;

private:
    struct Raw : gn_host {
        AnswerHost* self = nullptr;
    };
    static AnswerHost& of(const gn_host* host) { return *static_cast<const Raw*>(host)->self; }

    Raw raw_{};
    gn_core_api core_{};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<gn_ticket, gn_verdict> answers_;
    std::vector<std::string> lines_;
};

}  // namespace grapnel::store::test
