#include "topics/index.h"

#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/assert.h"
#include "topics/change_log.h"
#include "topics/filter_table.h"
#include "topics/route_builder.h"
#include "topics/subscriber_set.h"

namespace grapnel {

namespace {

constexpr Bytes kShare = "$share/";

using Groups = std::vector<Ref<SharedGroup>>;

Subscriber subscriber_of(SubscriberKey key, const SubscriptionOptions& options) {
    return {.session = key.session,
            .identifier = options.identifier,
            .worker = key.worker,
            .qos = options.qos,
            .no_local = options.no_local,
            .retain_as_published = options.retain_as_published};
}

}  // namespace

struct Index::Tables {
    FilterTable<SubscriberSet> subscribers;
    FilterTable<Groups> groups;
    std::unordered_map<Bytes, Ref<SharedGroup>, BytesHash>
        groups_by_text;  // keys borrow from the groups
    ChangeLog changes;
    size_t size = 0;
};

Index::Index(uint16_t workers)
    : tables_(std::make_unique<Tables>()),
      workers_(workers),
      nobody_(build_route({}, {}, workers)) {}

Index::~Index() = default;

// Requires: mutex_ is held, the tables have changed already.
void Index::changed(const Filter& filter) {
    const uint64_t next = generation_.load(std::memory_order_relaxed) + 1;
    tables_->changes.add(next, filter.topics);
    generation_.store(next, std::memory_order_release);
}

bool Index::subscribe(const Filter& filter, SubscriberKey subscriber,
                      const SubscriptionOptions& options) {
    GN_ASSERT(!filter.shared && subscriber.session != 0 && subscriber.worker < workers_);
    const std::unique_lock lock(mutex_);
    const auto change = tables_->subscribers.obtain(filter).add(subscriber_of(subscriber, options));
    if (change != SubscriberSet::Change::none) changed(filter);
    if (change != SubscriberSet::Change::added) return false;
    ++tables_->size;
    return true;
}

bool Index::subscribe_shared(const Filter& filter, SharedMember member) {
    GN_ASSERT(filter.shared && member.subscriber.session != 0);
    const std::unique_lock lock(mutex_);
    auto found = tables_->groups_by_text.find(filter.text);
    const bool is_new_group = found == tables_->groups_by_text.end();
    if (is_new_group) {
        const auto group = Ref<SharedGroup>::adopt(new SharedGroup(std::string(filter.text)));
        found = tables_->groups_by_text.emplace(group->text(), group).first;
        tables_->groups.obtain(filter).push_back(group);
    }
    const bool joined = found->second->join(std::move(member));
    if (joined) ++tables_->size;
    if (is_new_group) changed(filter);
    return joined;
}

bool Index::unsubscribe(const Filter& filter, SubscriberKey subscriber) {
    const std::unique_lock lock(mutex_);
    if (filter.shared) return leave_group(filter, subscriber);
    SubscriberSet* set = tables_->subscribers.find(filter);
    if (set == nullptr || !set->remove(subscriber)) return false;
    if (set->empty()) tables_->subscribers.release(filter);
    --tables_->size;
    changed(filter);
    return true;
}

// Requires: mutex_ is held.
bool Index::leave_group(const Filter& filter, SubscriberKey subscriber) {
    const auto found = tables_->groups_by_text.find(filter.text);
    if (found == tables_->groups_by_text.end()) return false;
    const Ref<SharedGroup> group = found->second;
    if (!group->leave(subscriber)) return false;
    --tables_->size;
    if (!group->empty()) return true;
    tables_->groups_by_text.erase(found);
    Groups* groups = tables_->groups.find(filter);
    std::erase_if(*groups, [&](const auto& other) { return other.get() == group.get(); });
    if (groups->empty()) tables_->groups.release(filter);
    changed(filter);
    return true;
}

Ref<const Route> Index::match(Bytes topic, uint64_t& generation) const {
    std::vector<Subscriber> subscribers;
    Groups groups;
    {
        const std::shared_lock lock(mutex_);
        generation = generation_.load(std::memory_order_relaxed);
        tables_->subscribers.match(topic, [&](const SubscriberSet& set) {
            set.for_each([&](const Subscriber& each) { subscribers.push_back(each); });
        });
        tables_->groups.match(topic, [&](const Groups& found) {
            groups.insert(groups.end(), found.begin(), found.end());
        });
    }
    if (subscribers.empty() && groups.empty()) return nobody_;
    return build_route(subscribers, std::move(groups), workers_);
}

Ref<SharedGroup> Index::group(Bytes text) const {
    const std::shared_lock lock(mutex_);
    const auto found = tables_->groups_by_text.find(text);
    return found != tables_->groups_by_text.end() ? found->second : Ref<SharedGroup>();
}

bool Index::touched(Bytes topic, uint64_t since, uint64_t& now) const {
    const std::shared_lock lock(mutex_);
    now = generation_.load(std::memory_order_relaxed);
    return tables_->changes.touched(topic, since, now);
}

void Index::scan(IndexScan& at, size_t count, const Seen& fn) const {
    const std::shared_lock lock(mutex_);
    if (!at.subscribers.ended())
        return tables_->subscribers.scan(
            at.subscribers, count,
            [&](Bytes text, const SubscriberSet& set) { fn(text, {}, set.size()); });
    tables_->groups.scan(at.groups, count, [&](Bytes topics, const Groups& groups) {
        for (const auto& group : groups) {
            const Bytes text = group->text();
            const size_t name_size = text.size() - topics.size() - kShare.size() - 1;
            fn(text, text.substr(kShare.size(), name_size), group->size());
        }
    });
}

size_t Index::size() const {
    const std::shared_lock lock(mutex_);
    return tables_->size;
}

}  // namespace grapnel
