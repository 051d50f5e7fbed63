#include "topics/route_builder.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace grapnel {

namespace {

using Subscribers = std::span<const Subscriber>;

// One session's subscriptions as one target, `all` or only those without No Local. They come
// ordered by identifier.
Target merge(Subscribers subscriptions, bool all, std::vector<uint32_t>& identifiers) {
    constexpr size_t kIdentifiersMax = std::numeric_limits<uint16_t>::max();
    Target target;
    target.session = subscriptions.front().session;
    target.identifiers_begin = static_cast<uint32_t>(identifiers.size());
    uint32_t last = 0;
    for (const Subscriber& subscription : subscriptions) {
        if (subscription.no_local && !all) continue;
        target.qos = std::max(target.qos, subscription.qos);
        target.retain_as_published |= subscription.retain_as_published;
        if (subscription.identifier == last) continue;
        if (identifiers.size() - target.identifiers_begin == kIdentifiersMax) continue;
        last = subscription.identifier;
        identifiers.push_back(last);
    }
    target.identifiers_count = static_cast<uint16_t>(identifiers.size() - target.identifiers_begin);
    return target;
}

Target merge_with_own(Subscribers subscriptions, Route& route) {
    const auto no_local = [](const Subscriber& subscription) { return subscription.no_local; };
    Target target = merge(subscriptions, true, route.identifiers);
    if (std::ranges::none_of(subscriptions, no_local)) return target;
    if (std::ranges::all_of(subscriptions, no_local)) {
        target.own = Target::kNoLocalAll;
        return target;
    }
    target.own = static_cast<uint32_t>(route.own.size());
    route.own.push_back(merge(subscriptions, false, route.identifiers));
    return target;
}

}  // namespace

Ref<const Route> build_route(std::span<Subscriber> subscribers,
                             std::vector<Ref<SharedGroup>> groups, uint16_t workers) {
    const auto order = [](const Subscriber& subscriber) {
        return std::tuple(subscriber.worker, subscriber.session, subscriber.identifier);
    };
    std::ranges::sort(subscribers, {}, order);
    std::ranges::sort(groups, {}, [](const Ref<SharedGroup>& group) { return group->text(); });

    auto* route = new Route();
    Ref<const Route> result = Ref<const Route>::adopt(route);
    route->groups = std::move(groups);
    route->offsets.reserve(size_t{workers} + 1);
    size_t at = 0;
    for (uint32_t worker = 0; worker < workers; ++worker) {
        route->offsets.push_back(static_cast<uint32_t>(route->all.size()));
        while (at < subscribers.size() && subscribers[at].worker == worker) {
            size_t end = at + 1;
            while (end < subscribers.size() && subscribers[end].key() == subscribers[at].key())
                ++end;
            route->all.push_back(merge_with_own(subscribers.subspan(at, end - at), *route));
            at = end;
        }
    }
    route->offsets.push_back(static_cast<uint32_t>(route->all.size()));
    return result;
}

}  // namespace grapnel
