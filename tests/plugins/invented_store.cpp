// A store that makes up what it gives back and keeps nothing. Configuration, in numbers of records:
// clients c0, c1 … which are subscribed to "live"; messages, for each of them, the first `sent` of
// them with a packet id, all bodies shared between clients and none in its order; unknown, messages
// of a client that is not there; retained, of payload_bytes each. Further: defer = true: gives
// slice records every pause_ms; stall = true: gives all messages and never says that it has;
// wills = true: clients have one that is due; restless = true: it has timers on all loops that run
// each millisecond, one at a time as the plugin is not concurrent; speak = true: publishes "first"
// to "live" once loops have started.
#include <grapnel/plugin.hpp>
#include <memory>
#include <string>
#include <utility>

namespace {

class InventedStore {
public:
    class PerLoop;

    InventedStore(gn::Host host, gn::Node config)
        : clients_(number(config, "clients", 0)),
          messages_(number(config, "messages", 0)),
          sent_(number(config, "sent", 0)),
          unknown_(number(config, "unknown", 0)),
          retained_(number(config, "retained", 0)),
          slice_(number(config, "slice", 1)),
          pause_ms_(number(config, "pause_ms", 1)),
          payload_(number(config, "payload_bytes", 64), 'x'),
          defer_(config["defer"].flag_or(false)),
          stall_(config["stall"].flag_or(false)),
          wills_(config["wills"].flag_or(false)),
          restless_(config["restless"].flag_or(false)),
          speak_(config["speak"].flag_or(false)),
          host_(host) {}

    gn_status stored_clients(gn::Call call, gn::Sink sink) {
        return begin(call, sink, clients_, &InventedStore::give_client);
    }
    gn_status stored_subscriptions(gn::Call call, gn::Sink sink) {
        return begin(call, sink, clients_, &InventedStore::give_subscription);
    }
    gn_status stored_inflight_messages(gn::Call call, gn::Sink sink) {
        return begin(call, sink, clients_ * messages_ + unknown_, &InventedStore::give_message);
    }
    gn_status stored_retained_messages(gn::Call call, gn::Sink sink) {
        return begin(call, sink, retained_, &InventedStore::give_retained);
    }

    bool restless() const { return restless_; }
    // Whatever runs on several loops at a time if it is not held back.
    void stir() { ++stirred_; }
    void speak() {
        if (!std::exchange(speak_, false)) return;
        gn_message message{};
        message.size = sizeof message;
        message.topic = gn::str("live");
        message.payload = gn::str("first");
        message.qos = 1;
        host_.publish(message);
    }

private:
    using Give = gn_status (InventedStore::*)(gn::Sink, std::uint64_t);

    // What is left to give of one kind, from a timer.
    struct Giving {
        InventedStore& store;
        gn::Sink sink;
        gn::Loop loop;
        gn::Pending ticket;
        gn_timer timer = 0;
        std::uint64_t total = 0;
        Give give = nullptr;
        std::uint64_t next = 0;
    };

    static std::uint64_t number(gn::Node config, const char* key, std::int64_t absent) {
        return static_cast<std::uint64_t>(config[key].i64_or(absent));
    }

    gn_status begin(gn::Call call, gn::Sink sink, std::uint64_t total, Give give) {
        sink.expect(total);  // a host that does not want to know takes the records all the same
        if (defer_) {
            giving_ = std::make_unique<Giving>(
                Giving{*this, sink, call.loop(), call.defer(), 0, total, give});
            giving_->timer = giving_->loop.timer_start(
                0, pause_ms_, [](void* arg) { go_on(*static_cast<Giving*>(arg)); }, giving_.get());
            return GN_V_DEFER;
        }
        gn_status status = GN_OK;
        for (std::uint64_t i = 0; i < total && status == GN_OK; ++i)
            status = (this->*give)(sink, i);
        return status;
    }

    static void go_on(Giving& giving) {
        gn_status status = GN_OK;
        for (std::uint64_t left = giving.store.slice_;
             left > 0 && giving.next < giving.total && status == GN_OK; --left)
            status = (giving.store.*giving.give)(giving.sink, giving.next++);
        if (giving.next < giving.total && status == GN_OK) return;
        giving.loop.timer_stop(giving.timer);
        if (giving.store.stall_ && giving.give == &InventedStore::give_message)
            return giving.store.host_.info("stalled");
        giving.ticket.complete(status);
    }

    gn_status give_client(gn::Sink sink, std::uint64_t number) {
        const std::string id = "c" + std::to_string(number);
        gn_message will{};
        will.size = sizeof will;
        will.topic = gn::str("will");
        will.payload = gn::str("gone");
        gn_stored_client record{};
        record.size = sizeof record;
        record.session_expiry_s = 1000;
        record.protocol = 5;
        record.id = gn::str(id);
        if (wills_) record.will = &will;
        return sink.put(record);
    }

    gn_status give_subscription(gn::Sink sink, std::uint64_t number) {
        const std::string id = "c" + std::to_string(number);
        gn_filter filter{};
        filter.size = sizeof filter;
        filter.filter = gn::str("live");
        filter.qos = 1;
        gn_stored_subscription record{};
        record.size = sizeof record;
        record.client_id = gn::str(id);
        record.filter = &filter;
        return sink.put(record);
    }

    // The message of a client that has place `number` / 2 from the front or from the back.
    gn_status give_message(gn::Sink sink, std::uint64_t number) {
        const bool known = number < clients_ * messages_;
        const std::uint64_t turn = known ? number / clients_ : 0;
        const std::uint64_t place = turn % 2 == 0 ? turn / 2 : messages_ - 1 - turn / 2;
        const std::string id = known ? "c" + std::to_string(number % clients_) : "nobody";
        const std::string payload = std::to_string(place);
        gn_message message{};
        message.size = sizeof message;
        message.qos = 1;
        message.topic = gn::str("stored");
        message.payload = gn::str(payload);
        gn_stored_message record{};
        record.size = sizeof record;
        record.type = 3;
        record.client_id = gn::str(id);
        record.key = 1 + place;
        record.order = 1 + place;
        if (place < sent_) record.packet_id = static_cast<std::uint16_t>(sent_ - place);
        record.message = &message;
        return sink.put(record);
    }

    gn_status give_retained(gn::Sink sink, std::uint64_t number) {
        const std::string topic =
            "retained/" + std::to_string(number / 1000) + "/" + std::to_string(number % 1000);
        gn_message message{};
        message.size = sizeof message;
        message.retain = 1;
        message.topic = gn::str(topic);
        message.payload = gn::str(payload_);
        gn_stored_message record{};
        record.size = sizeof record;
        record.type = 3;
        record.key = 1'000'000 + number;
        record.message = &message;
        return sink.put(record);
    }

    const std::uint64_t clients_, messages_, sent_, unknown_, retained_, slice_, pause_ms_;
    const std::string payload_;
    const bool defer_, stall_, wills_, restless_;
    bool speak_;
    std::uint64_t stirred_ = 0;
    gn::Host host_;
    std::unique_ptr<Giving> giving_;
};

class InventedStore::PerLoop {
public:
    PerLoop(InventedStore& store, gn::Loop loop) {
        store.speak();
        const auto stir = [](void* arg) { static_cast<InventedStore*>(arg)->stir(); };
        if (store.restless()) loop.timer_start(1, 1, stir, &store);
    }
};

}  // namespace

GN_PLUGIN(InventedStore, "invented_store", "1")
