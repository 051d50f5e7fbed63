#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ctl/failure.h"
#include "ctl/http_client.h"
#include "ctl/json.h"

namespace grapnel::ctl {

// The broker said no: with this status, and perhaps a list of faults.
class ApiFailure : public Failure {
public:
    ApiFailure(int status, const std::string& text, std::vector<std::string> faults)
        : Failure(text), status_(status), faults_(std::move(faults)) {}

    int status() const { return status_; }
    const std::vector<std::string>& faults() const { return faults_; }

private:
    int status_;
    std::vector<std::string> faults_;
};

// An answer of 2xx: its text as it came, and what it means; empty and null after 204.
struct Reply {
    std::string text;
    Json json;
};

// The admin API of one broker. Everything throws Failure, also for a body that is larger than a
// broker takes, and ApiFailure when the broker refuses.
class Api {
public:
    explicit Api(HttpClient client) : client_(std::move(client)) {}

    Reply get(const std::string& path) const { return call("GET", path); }
    Reply call(const std::string& method, const std::string& path,
               const Json* body = nullptr) const;

    // All pages of a list: the answer has every element of them under `key`, up to `limit` (0 =
    // all), and "next" as the last page says. `path` ends with '?' or '&'.
    Reply pages(const std::string& path, const std::string& key, uint64_t limit) const;

    // Server-sent events until `on_event` answers false or `stopped` answers true.
    using OnEvent = std::function<bool(const std::string& event, const std::string& data)>;
    void follow(const std::string& path, const OnEvent& on_event,
                const std::function<bool()>& stopped, bool may_be_silent) const;

private:
    [[noreturn]] void refuse(const HttpAnswer& answer) const;

    HttpClient client_;
};

}  // namespace grapnel::ctl
