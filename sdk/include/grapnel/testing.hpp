#ifndef GN_TESTING_HPP
#define GN_TESTING_HPP

// A broker made of maps, for unit tests of a plugin. One thread, one loop that the test cranks by
// hand (run_work, advance), a clock that the test sets. Only what the bundled plugins and the
// examples use is filled in; a function that is not answers GN_E_UNSUPPORTED or is NULL.

#include <grapnel/plugin.hpp>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gn::testing {

// A configuration node. Owner: the test; must outlive create or reload.
class FakeNode {
public:
    using Table = std::vector<std::pair<std::string, FakeNode>>;

    FakeNode(Table members);
    FakeNode(std::vector<FakeNode> items) : kind_(Node::Kind::array), items_(std::move(items)) {}
    FakeNode(const char* text) : kind_(Node::Kind::string), text_(text) {}
    FakeNode(std::string text) : kind_(Node::Kind::string), text_(std::move(text)) {}
    FakeNode(bool flag) : kind_(Node::Kind::boolean), flag_(flag) {}
    FakeNode(std::int64_t number) : kind_(Node::Kind::integer), number_(number) {}
    FakeNode(double real) : kind_(Node::Kind::real), real_(real) {}

    FakeNode& at(std::string where) {
        where_ = std::move(where);
        return *this;
    }
    const gn_node* raw() const noexcept { return reinterpret_cast<const gn_node*>(this); }
    static gn_config_api api() noexcept;

private:
    static const FakeNode& of(const gn_node* node) noexcept {
        return *reinterpret_cast<const FakeNode*>(node);
    }

    Node::Kind kind_;
    std::vector<std::string> keys_;
    std::vector<FakeNode> items_;  // values of a table, or items of an array
    std::string text_;
    bool flag_ = false;
    std::int64_t number_ = 0;
    double real_ = 0;
    std::string where_ = "test.toml:1";
};

inline FakeNode::FakeNode(Table members) : kind_(Node::Kind::table) {
    for (auto& [key, value] : members) {
        keys_.push_back(key);
        items_.push_back(std::move(value));
    }
}

inline gn_config_api FakeNode::api() noexcept {
    gn_config_api api{};
    api.size = sizeof(api);
    api.get = [](const gn_node* node, gn_str key) -> const gn_node* {
        const FakeNode& table = of(node);
        for (std::size_t index = 0; index < table.keys_.size(); ++index) {
            if (table.keys_[index] == view(key)) return table.items_[index].raw();
        }
        return nullptr;
    };
    api.at = [](const gn_node* node, std::uint32_t index) -> const gn_node* {
        return index < of(node).items_.size() ? of(node).items_[index].raw() : nullptr;
    };
    api.key = [](const gn_node* node, std::uint32_t index) { return str(of(node).keys_[index]); };
    api.count = [](const gn_node* node) {
        return static_cast<std::uint32_t>(of(node).items_.size());
    };
    api.kind = [](const gn_node* node) { return static_cast<std::int32_t>(of(node).kind_); };
    api.str = [](const gn_node* node, gn_str* out) -> gn_status {
        *out = str(of(node).text_);
        return of(node).kind_ == Node::Kind::string ? GN_OK : GN_E_INVALID;
    };
    api.i64 = [](const gn_node* node, std::int64_t* out) -> gn_status {
        *out = of(node).number_;
        return of(node).kind_ == Node::Kind::integer ? GN_OK : GN_E_INVALID;
    };
    api.f64 = [](const gn_node* node, double* out) -> gn_status {
        const bool whole = of(node).kind_ == Node::Kind::integer;
        *out = whole ? static_cast<double>(of(node).number_) : of(node).real_;
        return whole || of(node).kind_ == Node::Kind::real ? GN_OK : GN_E_INVALID;
    };
    // Integers only, of seconds and of bytes.
    api.duration_us = [](const gn_node* node, std::int64_t* out) -> gn_status {
        *out = of(node).number_ * 1'000'000;
        return of(node).kind_ == Node::Kind::integer ? GN_OK : GN_E_INVALID;
    };
    api.size_bytes = api.i64;
    api.flag = [](const gn_node* node, std::int32_t* out) -> gn_status {
        *out = of(node).flag_ ? 1 : 0;
        return of(node).kind_ == Node::Kind::boolean ? GN_OK : GN_E_INVALID;
    };
    api.where = [](const gn_node* node) { return str(of(node).where_); };
    return api;
}

// A client as its view shows it, with a slot for one plugin.
struct FakeClient {
    std::string id;
    std::string username;
    std::string remote;
    std::uint8_t protocol = 5;
    std::uint8_t flags = 0;
    bool established = false;         // then its user name is for good
    std::shared_ptr<void> slot = {};  // of the one plugin

    gn_client* raw() noexcept { return reinterpret_cast<gn_client*>(this); }
    static gn_status view_of(const gn_client* client, gn_client_view* out) noexcept {
        const auto& self = *reinterpret_cast<const FakeClient*>(client);
        out->id = str(self.id);
        out->username = str(self.username);
        out->remote = str(self.remote);
        out->protocol = self.protocol;
        out->flags = self.flags;
        return GN_OK;
    }
    static gn_status set_username(gn_client* client, gn_str name) noexcept {
        auto& self = *reinterpret_cast<FakeClient*>(client);
        if (self.established) return GN_E_STATE;
        self.username = gn::view(name);
        return GN_OK;
    }
    static void* slot_of(const gn_host*, const gn_client* client) noexcept {
        return reinterpret_cast<const FakeClient*>(client)->slot.get();
    }
    static gn_status set_slot(const gn_host*, gn_client* client, void* value,
                              void (*drop)(void*)) noexcept {
        auto& self = *reinterpret_cast<FakeClient*>(client);
        self.slot = std::shared_ptr<void>(value, [drop](void* old) {
            if (drop != nullptr) drop(old);
        });
        return GN_OK;
    }
};

// A packet with the fields of all types side by side. Setters change them.
struct FakePacket {
    gn_packet_view header{};
    std::string topic, payload;
    std::optional<std::string> client_id, username, password, auth_method, auth_data;
    std::uint16_t keepalive_s = 0;
    std::vector<gn_filter> filters;
    std::map<std::uint32_t, std::string> strings;
    std::map<std::uint32_t, std::uint32_t> numbers;
    std::map<std::uint32_t, std::uint8_t> refused;  // reasons of filters, by index
    std::deque<std::string> texts;                  // what set_filter was given

    explicit FakePacket(std::uint8_t type, std::uint8_t protocol = 5) {
        header.type = type;
        header.protocol = protocol;
    }
    gn_packet* raw() noexcept { return reinterpret_cast<gn_packet*>(this); }
    FakePacket& with_filter(std::string_view text, std::uint8_t qos = 0) {
        gn_filter filter = sized<gn_filter>();
        filter.filter = str(texts.emplace_back(text));
        filter.qos = qos;
        filters.push_back(filter);
        return *this;
    }
    static gn_packet_api api() noexcept;

private:
    static const FakePacket& of(const gn_packet* packet) noexcept {
        return *reinterpret_cast<const FakePacket*>(packet);
    }
    static FakePacket& of(gn_packet* packet) noexcept {
        return *reinterpret_cast<FakePacket*>(packet);
    }
    static void fill_setters(gn_packet_api& api) noexcept;
    static gn_str optional(const std::optional<std::string>& text) noexcept {
        return text ? str(*text) : gn_str{nullptr, 0};
    }
};

inline gn_packet_api FakePacket::api() noexcept {
    gn_packet_api api{};
    api.size = sizeof(api);
    api.view = [](const gn_packet* packet, gn_packet_view* out) -> gn_status {
        const std::uint32_t size = out->size;
        *out = of(packet).header;
        out->size = size;
        return GN_OK;
    };
    api.publish = [](const gn_packet* packet, gn_publish_view* out) -> gn_status {
        out->packet_id = of(packet).header.packet_id;
        out->qos = of(packet).header.qos;
        out->flags = of(packet).header.flags;
        out->topic = str(of(packet).topic);
        out->payload = str(of(packet).payload);
        return GN_OK;
    };
    api.connect = [](const gn_packet* packet, gn_connect_view* out) -> gn_status {
        out->protocol = of(packet).header.protocol;
        out->flags = of(packet).header.flags;
        out->keepalive_s = of(packet).keepalive_s;
        out->client_id = optional(of(packet).client_id);
        out->username = optional(of(packet).username);
        out->password = optional(of(packet).password);
        out->auth_method = optional(of(packet).auth_method);
        out->auth_data = optional(of(packet).auth_data);
        return GN_OK;
    };
    api.filter = [](const gn_packet* packet, std::uint32_t index, gn_filter* out) -> gn_status {
        if (index >= of(packet).filters.size()) return GN_E_INVALID;
        *out = of(packet).filters[index];
        return GN_OK;
    };
    api.prop_str = [](const gn_packet* packet, std::uint32_t id, gn_str* out) -> gn_status {
        const auto found = of(packet).strings.find(id);
        if (found == of(packet).strings.end()) return GN_E_INVALID;
        *out = str(found->second);
        return GN_OK;
    };
    api.prop_u32 = [](const gn_packet* packet, std::uint32_t id, std::uint32_t* out) -> gn_status {
        const auto found = of(packet).numbers.find(id);
        if (found == of(packet).numbers.end()) return GN_E_INVALID;
        *out = found->second;
        return GN_OK;
    };
    fill_setters(api);
    return api;
}

inline void FakePacket::fill_setters(gn_packet_api& api) noexcept {
    api.set_topic = [](gn_packet* packet, gn_str topic) -> gn_status {
        if (topic.len == 0 || view(topic).find_first_of("+#") != std::string_view::npos)
            return GN_E_INVALID;
        of(packet).topic = view(topic);
        return GN_OK;
    };
    api.set_prop_str = [](gn_packet* packet, std::uint32_t id, gn_str value) -> gn_status {
        of(packet).strings[id] = view(value);
        return GN_OK;
    };
    api.set_prop_u32 = [](gn_packet* packet, std::uint32_t id, std::uint32_t value) -> gn_status {
        of(packet).numbers[id] = value;
        return GN_OK;
    };
    api.clear_prop = [](gn_packet* packet, std::uint32_t id) -> gn_status {
        return of(packet).strings.erase(id) + of(packet).numbers.erase(id) != 0 ? GN_OK : GN_E_GONE;
    };
    api.set_filter = [](gn_packet* packet, std::uint32_t index,
                        const gn_filter* filter) -> gn_status {
        if (index >= of(packet).filters.size() || filter->filter.len == 0) return GN_E_INVALID;
        gn_filter copy = *filter;
        copy.filter = str(of(packet).texts.emplace_back(view(filter->filter)));
        of(packet).filters[index] = copy;
        return GN_OK;
    };
    api.refuse_filter = [](gn_packet* packet, std::uint32_t index,
                           std::uint8_t reason) -> gn_status {
        if (index >= of(packet).filters.size()) return GN_E_INVALID;
        of(packet).refused[index] = reason;
        return GN_OK;
    };
}

// What a plugin published.
struct FakeMessage {
    std::string topic, payload, response_topic, correlation;
    std::uint8_t qos = 0;
    bool retain = false;
};

// The broker. Must outlive the plugin.
class FakeHost : public gn_host {
public:
    FakeHost();
    FakeHost(const FakeHost&) = delete;
    FakeHost& operator=(const FakeHost&) = delete;

    struct Line {
        std::int32_t level;
        std::string text;
    };

    std::vector<Line> lines;
    std::string failure;  // what fail() was told
    std::int32_t level = GN_LOG_DEBUG;
    std::int64_t now_ms = 1'000'000;
    bool can_defer = true;
    gn_status work_status = GN_OK;              // what work() answers
    std::map<gn_ticket, std::int32_t> answers;  // of every ticket completed
    std::set<gn_ticket> open;                   // tickets drawn and not completed
    std::uint8_t reason_code = 0;
    std::string challenge;    // the Authentication Data of the last call that gave some
    uv_loop_s* uv = nullptr;  // what the loop answers as its libuv loop
    int cacheable_calls = 0;
    std::vector<std::string> changed_clients;
    bool has_extensions = true;             // false: extension() answers NULL for all
    std::map<std::string, double> metrics;  // by name, then {key=value} for each label; a
                                            // histogram has the sum of what it observed
    std::optional<std::vector<std::string>> interest;  // what was limited to last
    std::vector<FakeMessage> published;

    gn_loop* loop_raw() noexcept { return reinterpret_cast<gn_loop*>(this); }
    gn_ticket draw_ticket() {
        open.insert(++last_ticket_);
        return last_ticket_;
    }
    std::size_t work_waiting() const noexcept { return work_.size(); }
    // Runs all jobs handed to work() so far, in order.
    void run_work() {
        for (std::size_t left = work_.size(); left > 0; --left) {
            const Work job = work_.front();
            work_.pop_front();
            job.run(job.arg);
            job.done(job.arg);
        }
    }
    std::size_t timers() const noexcept { return timers_.size(); }
    // Lets time pass, and calls the timers that are due on the way, each in its turn.
    void advance(std::int64_t by_ms);
    std::size_t subscriptions() const noexcept { return subscriptions_.size(); }
    // Calls the inline subscriptions that match. `call` is one of the plugin's main thread.
    void deliver(gn_call* call, FakePacket& message);
    bool logged(std::string_view part) const {
        return std::any_of(lines.begin(), lines.end(), [part](const Line& line) {
            return line.text.find(part) != std::string::npos;
        });
    }

private:
    struct Work {
        void (*run)(void*);
        void (*done)(void*);
        void* arg;
    };

    struct FakeTimer {
        std::int64_t due_ms;
        std::int64_t every_ms;
        void (*fn)(void*);
        void* arg;
    };
    struct Inline {
        std::string filter;
        std::int32_t id;
        void (*fn)(void*, gn_call*, const gn_packet*);
        void* arg;
    };

    static FakeHost& of(const gn_host* host) noexcept {
        return *const_cast<FakeHost*>(static_cast<const FakeHost*>(host));
    }
    static FakeHost& of(gn_loop* loop) noexcept { return *reinterpret_cast<FakeHost*>(loop); }
    void fill_core() noexcept;
    void fill_extensions() noexcept;
    void fill_client() noexcept;
    void fill_loop() noexcept;
    void fill_inline() noexcept;
    std::vector<Inline>::iterator find(std::string_view filter, std::int32_t id) {
        return std::find_if(subscriptions_.begin(), subscriptions_.end(), [&](const Inline& held) {
            return held.filter == filter && held.id == id;
        });
    }

    gn_core_api core_{};
    gn_client_api client_{};
    gn_packet_api packet_ = FakePacket::api();
    gn_loop_api loop_{};
    gn_config_api config_ = FakeNode::api();
    gn_acl_cache cache_{};
    gn_metrics metrics_{};
    gn_interest interest_{};
    gn_ticket last_ticket_ = 0;
    std::deque<Work> work_;
    gn_timer last_timer_ = 0;
    std::map<gn_timer, FakeTimer> timers_;
    std::vector<Inline> subscriptions_;
};

inline FakeHost::FakeHost() : gn_host{} {
    size = sizeof(gn_host);
    abi_minor = GN_ABI_MINOR;
    broker_version = "test";
    core = &core_;
    client = &client_;
    packet = &packet_;
    loop = &loop_;
    config = &config_;
    data_dir = ".";
    fill_core();
    fill_inline();
    fill_client();
    fill_loop();
    fill_extensions();
}

inline void FakeHost::fill_extensions() noexcept {
    cache_.size = sizeof(cache_);
    cache_.cacheable = [](gn_call* call) { ++of(call->host).cacheable_calls; };
    cache_.changed = [](const gn_host* self, gn_str id) {
        of(self).changed_clients.emplace_back(view(id));
    };
    // A series is the number in the map.
    metrics_.size = sizeof(metrics_);
    metrics_.series = [](const gn_host* self, const gn_metric_shape* shape,
                         gn_metric** out) -> gn_status {
        std::string name(view(shape->name));
        for (std::uint32_t at = 0; at < shape->label_count; ++at) {
            name += "{" + std::string(view(shape->labels[at].key)) + "=" +
                    std::string(view(shape->labels[at].value)) + "}";
        }
        *out = reinterpret_cast<gn_metric*>(&of(self).metrics[name]);
        return GN_OK;
    };
    metrics_.add = [](gn_metric* metric, std::uint64_t amount) {
        *reinterpret_cast<double*>(metric) += static_cast<double>(amount);
    };
    metrics_.set = [](gn_metric* metric, double value) {
        *reinterpret_cast<double*>(metric) = value;
    };
    metrics_.shift = [](gn_metric* metric, double change) {
        *reinterpret_cast<double*>(metric) += change;
    };
    metrics_.observe = metrics_.shift;
    interest_.size = sizeof(interest_);
    interest_.limit = [](const gn_host* self, const gn_str* filters,
                         std::uint32_t count) -> gn_status {
        of(self).interest.emplace();
        for (std::uint32_t at = 0; at < count; ++at) {
            of(self).interest->emplace_back(view(filters[at]));
        }
        return GN_OK;
    };
    interest_.clear = [](const gn_host* self) -> gn_status {
        of(self).interest.reset();
        return GN_OK;
    };
}

inline void FakeHost::fill_client() noexcept {
    client_.size = sizeof(client_);
    client_.view = &FakeClient::view_of;
    client_.will = [](const gn_client*) -> const gn_packet* { return nullptr; };
    client_.set_username = &FakeClient::set_username;
    client_.slot = &FakeClient::slot_of;
    client_.set_slot = &FakeClient::set_slot;
}

inline void FakeHost::fill_loop() noexcept {
    loop_.size = sizeof(loop_);
    loop_.index = [](const gn_loop*) -> std::uint32_t { return 0; };
    loop_.work = [](gn_loop* self, void (*run)(void*), void (*done)(void*),
                    void* arg) -> gn_status {
        if (of(self).work_status == GN_OK) of(self).work_.push_back({run, done, arg});
        return of(self).work_status;
    };
    loop_.timer_start = [](gn_loop* self, std::uint64_t delay_ms, std::uint64_t every_ms,
                           void (*fn)(void*), void* arg) -> gn_timer {
        FakeHost& host = of(self);
        host.timers_[++host.last_timer_] = {host.now_ms + static_cast<std::int64_t>(delay_ms),
                                            static_cast<std::int64_t>(every_ms), fn, arg};
        return host.last_timer_;
    };
    loop_.timer_stop = [](gn_loop* self, gn_timer timer) { of(self).timers_.erase(timer); };
    loop_.uv = [](gn_loop* self, std::uint32_t) { return of(self).uv; };
}

inline void FakeHost::fill_inline() noexcept {
    core_.publish = [](const gn_host* self, const gn_message* message) -> gn_status {
        if (message->topic.len == 0) return GN_E_INVALID;
        of(self).published.push_back(
            {std::string(view(message->topic)), std::string(view(message->payload)),
             std::string(view(message->response_topic)), std::string(view(message->correlation)),
             message->qos, message->retain != 0});
        return GN_OK;
    };
    core_.subscribe = [](const gn_host* self, gn_str filter, std::int32_t id,
                         void (*fn)(void*, gn_call*, const gn_packet*), void* arg) -> gn_status {
        if (filter.len == 0) return GN_E_INVALID;
        self->core->unsubscribe(self, filter, id);
        of(self).subscriptions_.push_back({std::string(view(filter)), id, fn, arg});
        return GN_OK;
    };
    core_.unsubscribe = [](const gn_host* self, gn_str filter, std::int32_t id) -> gn_status {
        const auto found = of(self).find(view(filter), id);
        if (found == of(self).subscriptions_.end()) return GN_E_GONE;
        of(self).subscriptions_.erase(found);
        return GN_OK;
    };
}

inline void FakeHost::advance(std::int64_t by_ms) {
    const std::int64_t end_ms = now_ms + by_ms;
    for (;;) {
        const auto next = std::min_element(
            timers_.begin(), timers_.end(),
            [](const auto& a, const auto& b) { return a.second.due_ms < b.second.due_ms; });
        if (next == timers_.end() || next->second.due_ms > end_ms) break;
        const FakeTimer timer = next->second;
        now_ms = timer.due_ms;
        if (timer.every_ms == 0)
            timers_.erase(next);
        else
            next->second.due_ms += timer.every_ms;
        timer.fn(timer.arg);
    }
    now_ms = end_ms;
}

inline void FakeHost::deliver(gn_call* call, FakePacket& message) {
    const std::vector<Inline> held = subscriptions_;
    for (const Inline& each : held) {
        if (topic_matches(each.filter, message.topic) &&
            find(each.filter, each.id) != subscriptions_.end())
            each.fn(each.arg, call, message.raw());
    }
}

inline void FakeHost::fill_core() noexcept {
    core_.size = sizeof(core_);
    core_.log = [](const gn_host* self, std::int32_t level, gn_str text) {
        of(self).lines.push_back({level, std::string(view(text))});
    };
    core_.log_level = [](const gn_host* self) { return of(self).level; };
    core_.wall_ms = [](const gn_host* self) { return of(self).now_ms; };
    core_.fail = [](const gn_host* self, gn_str why) { of(self).failure = view(why); };
    core_.extension = [](const gn_host* self, const char* id) -> const void* {
        const std::string_view name(id);
        if (!of(self).has_extensions) return nullptr;
        if (name == GN_EXT_ACL_CACHE) return &of(self).cache_;
        if (name == GN_EXT_METRICS) return &of(self).metrics_;
        if (name == GN_EXT_INTEREST) return &of(self).interest_;
        return nullptr;
    };
    core_.defer = [](gn_call* call) -> gn_ticket {
        FakeHost& host = of(call->host);
        return host.can_defer ? host.draw_ticket() : 0;
    };
    core_.complete = [](const gn_host* self, gn_ticket ticket, gn_verdict verdict) -> gn_status {
        if (of(self).open.erase(ticket) == 0) return GN_E_GONE;
        of(self).answers[ticket] = verdict;
        return GN_OK;
    };
    core_.answer = [](const gn_host* self, gn_ticket ticket, const gn_answer* answer) -> gn_status {
        if (self->core->complete(self, ticket, answer->verdict) != GN_OK) return GN_E_GONE;
        of(self).reason_code = answer->reason;
        return GN_OK;
    };
    core_.reason = [](gn_call* call, std::uint8_t code, gn_str) {
        of(call->host).reason_code = code;
    };
    core_.challenge = [](gn_call* call, gn_str data) -> gn_status {
        of(call->host).challenge = view(data);
        return GN_OK;
    };
}

// A plugin loaded into a FakeHost, with its one loop started. Throws where create refuses.
class FakePlugin {
public:
    FakePlugin(const gn_plugin& entry, FakeHost& host, const FakeNode& config)
        : entry_(entry), host_(host), hooks_(entry.hooks) {
        if (entry.create(&host, config.raw(), &self_, &hooks_) != GN_OK) {
            throw std::runtime_error(host.failure);
        }
        loop_self_ = self_;
        if (entry.loop_start != nullptr) {
            entry.loop_start(self_, host.loop_raw(), &loop_self_);
            started_ = true;
        }
    }
    FakePlugin(const FakePlugin&) = delete;
    FakePlugin& operator=(const FakePlugin&) = delete;
    ~FakePlugin() {
        stop();
        entry_.destroy(self_);
    }

    // The number of the commit that calls on the loop belong to.
    std::uint64_t commit = 1;

    const gn_hooks& hooks() const noexcept { return *hooks_; }
    // The context of a hook on the loop; valid while the plugin is.
    gn_call* call() noexcept {
        call_ = gn_call{sizeof(gn_call), 0, &host_, host_.loop_raw(), loop_self_, commit};
        return &call_;
    }
    // The same for a hook on the main thread.
    gn_call* main_call() noexcept {
        call_ = gn_call{sizeof(gn_call), 0, &host_, nullptr, self_, 0};
        return &call_;
    }
    gn_status reload(const FakeNode& config) { return entry_.reload(self_, config.raw()); }
    // Tells the loop to stop; the ticket is completed when it has. 0 where there is nothing to
    // stop.
    gn_ticket stop() {
        if (!std::exchange(started_, false)) return 0;
        const gn_ticket ticket = host_.draw_ticket();
        entry_.loop_stop(loop_self_, ticket);
        return ticket;
    }

private:
    const gn_plugin& entry_;
    FakeHost& host_;
    const gn_hooks* hooks_;
    void* self_ = nullptr;
    void* loop_self_ = nullptr;
    bool started_ = false;
    gn_call call_{};
};

}  // namespace gn::testing

#endif
