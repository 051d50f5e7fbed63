#include "ctl/api.h"

#include <algorithm>
#include <utility>

#include "ctl/events.h"
#include "ctl/printable.h"
#include "ctl/units.h"

namespace grapnel::ctl {
namespace {

constexpr uint64_t kPageMost = 1000;
constexpr uint64_t kEmptyPagesMost = 10'000;     // of a search that finds little
constexpr size_t kErrorMost = 400;               // columns
constexpr size_t kBodyMost = size_t{64} << 10U;  // which the broker takes

// The words of {"error": words, "faults": […]}; empty when the answer is none.
std::string error_of(const HttpAnswer& answer, std::vector<std::string>& faults) {
    try {
        const Json json = parse_object(answer.body);
        const std::string words = find_text(json, "error").value_or("");
        if (const auto list = json.find("faults"); list != json.end() && list->is_array())
            for (const Json& fault : *list)
                if (fault.is_string()) faults.push_back(printable(fault.get<std::string>()));
        return cut(printable(words), kErrorMost);
    } catch (const Failure&) {
        return "";
    }
}

// Where the broker has none.
std::string words_of(int status, bool has_token) {
    if (status == 401) return has_token ? "the token is refused" : "a token is needed";
    if (status == 403) return "this token may not do that";
    return "the answer is status " + std::to_string(status);
}

std::string advice_of(int status) {
    switch (status) {
        case 401: return "; --token-file, GRAPNEL_TOKEN or --config give the right one";
        case 413: return "; the broker takes no request as large as this";
        default: return "";
    }
}

}  // namespace

void Api::refuse(const HttpAnswer& answer) const {
    std::vector<std::string> faults;
    std::string words = error_of(answer, faults);
    if (words.empty() && answer.status == 404)
        throw Failure(client_.url() +
                      ": there is no admin API; [admin] of the configuration switches it on, on "
                      "http listeners of the loopback address or with admin = true");
    if (words.empty()) words = words_of(answer.status, client_.has_token());
    throw ApiFailure(answer.status, client_.url() + ": " + words + advice_of(answer.status),
                     std::move(faults));
}

Reply Api::call(const std::string& method, const std::string& path, const Json* body) const {
    std::string text = body == nullptr ? "" : line_of(*body);
    // A broker ends the connection in the middle of a body that is too large.
    if (text.size() > kBodyMost)
        throw Failure("the request would have " + size_text(text.size()) +
                      "; the broker takes 64 KiB, about that much text or 48 KiB of other bytes");
    HttpAnswer answer = client_.send({method, "/api/v1" + path, std::move(text)});
    if (answer.status < 200 || answer.status > 299) refuse(answer);
    Reply out{std::move(answer.body), nullptr};
    if (!out.text.empty()) out.json = parse_object(out.text);
    return out;
}

Reply Api::pages(const std::string& path, const std::string& key, uint64_t limit) const {
    Reply out;
    std::string after;
    uint64_t count = 0;
    uint64_t empty_pages = 0;
    for (bool first = true;; first = false) {
        const uint64_t wanted = limit == 0 ? kPageMost : std::min(kPageMost, limit - count);
        std::string query = "limit=" + std::to_string(wanted);
        if (!after.empty()) query.append("&after=").append(percent_encoded(after));
        Reply page = get(path + query);
        const size_t more = objects_at(page.json, key).size();
        const auto next = find_text(page.json, "next");
        if (first) {
            out = std::move(page);
        } else {
            Json& all = out.json[key];
            for (Json& each : page.json[key]) all.push_back(std::move(each));
            out.json["next"] = next ? Json(*next) : Json();
            out.text.clear();
        }
        count += more;
        if (!next || (limit != 0 && count >= limit)) break;
        if (more == 0) ++empty_pages;
        if (*next == after || empty_pages == kEmptyPagesMost)
            throw Failure(client_.url() + ": the list of " + key + " does not end");
        after = *next;
    }
    if (out.text.empty()) out.text = line_of(out.json);
    return out;
}

void Api::follow(const std::string& path, const OnEvent& on_event,
                 const std::function<bool()>& stopped, bool may_be_silent) const {
    EventReader reader;
    HttpFollow follow;
    follow.on_piece = [&](std::string_view piece) { return reader.feed(piece, on_event); };
    follow.stopped = stopped;
    follow.may_be_silent = may_be_silent;
    const HttpAnswer answer = client_.follow({"GET", "/api/v1" + path, ""}, follow);
    if (answer.status != 0 && answer.status != 200) refuse(answer);
}

}  // namespace grapnel::ctl
