#include "admin/log_routes.h"

#include <algorithm>
#include <iterator>

#include "admin/members.h"
#include "base/log.h"

namespace grapnel {

namespace {

HttpResponse level_of(const LogTarget& log) {
    return json_response({{"level", name_of(log.level())}});
}

void set_level(LogTarget& log, const HttpRequest& request, const HttpAnswer& answer) {
    Members members(request);
    const std::optional<std::string> level = members.text("level");
    if (!members.fault().empty()) return answer(error_response(400, members.fault()));
    const auto* const found =
        std::find(std::begin(kLogLevelNames), std::end(kLogLevelNames), level.value_or(""));
    if (found == std::end(kLogLevelNames))
        return answer(error_response(400, "level is debug, info, warn or error"));
    log.set_level(static_cast<LogLevel>(found - std::begin(kLogLevelNames)));
    log_info("admin", "the log has another level", {{"level", *found}});
    answer(level_of(log));
}

}  // namespace

void add_log_routes(Api& api) {
    LogTarget& log = log_target();
    api.add("GET", "/log/level",
            [&log](const HttpRequest&, const HttpAnswer& answer) { answer(level_of(log)); });
    api.add("PUT", "/log/level", [&log](const HttpRequest& request, const HttpAnswer& answer) {
        set_level(log, request, answer);
    });
}

}  // namespace grapnel
