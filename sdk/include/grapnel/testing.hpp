#ifndef GN_TESTING_HPP
#define GN_TESTING_HPP

// A broker made of maps, for unit tests of a plugin. One thread, one loop that the test cranks by
// hand (run_work), a clock that the test sets. Only what the bundled plugins use is filled in; a
// function that is not answers GN_E_UNSUPPORTED or is NULL.

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
    bool established = false;  // then its user name is for good
    std::shared_ptr<void> slot = nullptr;

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

// A packet with the fields of all types side by side.
struct FakePacket {
    gn_packet_view header{};
    std::string topic, payload;
    std::optional<std::string> client_id, username, password, auth_method, auth_data;
    std::uint16_t keepalive_s = 0;
    std::vector<gn_filter> filters;
    std::map<std::uint32_t, std::string> strings;
    std::map<std::uint32_t, std::uint32_t> numbers;

    explicit FakePacket(std::uint8_t type, std::uint8_t protocol = 5) {
        header.type = type;
        header.protocol = protocol;
    }
    gn_packet* raw() noexcept { return reinterpret_cast<gn_packet*>(this); }
    static gn_packet_api api() noexcept;

private:
    static const FakePacket& of(const gn_packet* packet) noexcept {
        return *reinterpret_cast<const FakePacket*>(packet);
    }
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
    return api;
}

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

    static FakeHost& of(const gn_host* host) noexcept {
        return *const_cast<FakeHost*>(static_cast<const FakeHost*>(host));
    }
    void fill_core() noexcept;

    gn_core_api core_{};
    gn_client_api client_{};
    gn_packet_api packet_ = FakePacket::api();
    gn_loop_api loop_{};
    gn_config_api config_ = FakeNode::api();
    gn_acl_cache cache_{};
    gn_ticket last_ticket_ = 0;
    std::deque<Work> work_;
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
    client_.size = sizeof(client_);
    client_.view = &FakeClient::view_of;
    client_.set_username = &FakeClient::set_username;
    client_.slot = &FakeClient::slot_of;
    client_.set_slot = &FakeClient::set_slot;
    client_.will = [](const gn_client*) -> const gn_packet* { return nullptr; };
    loop_.size = sizeof(loop_);
    loop_.index = [](const gn_loop*) -> std::uint32_t { return 0; };
    loop_.work = [](gn_loop* self, void (*run)(void*), void (*done)(void*),
                    void* arg) -> gn_status {
        auto* host = reinterpret_cast<FakeHost*>(self);
        if (host->work_status == GN_OK) host->work_.push_back({run, done, arg});
        return host->work_status;
    };
    loop_.uv = [](gn_loop* self, std::uint32_t) { return reinterpret_cast<FakeHost*>(self)->uv; };
    cache_.size = sizeof(cache_);
    cache_.cacheable = [](gn_call* call) { ++of(call->host).cacheable_calls; };
    cache_.changed = [](const gn_host* self, gn_str id) {
        of(self).changed_clients.emplace_back(view(id));
    };
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
        return std::string_view(id) == GN_EXT_ACL_CACHE ? &of(self).cache_ : nullptr;
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
