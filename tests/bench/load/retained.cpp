#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "clients.h"
#include "clock.h"
#include "fail.h"
#include "measurement.h"
#include "message.h"
#include "publisher.h"
#include "scenarios.h"

namespace grapnel::load {

namespace {

constexpr int kWait_ms = 10;
constexpr size_t kTopicsPerBranch = 1000;

// Publishers that store retained messages, message N on topic N, and subscribers that read them.
class Store final : private ClientEvents {
public:
    explicit Store(const Options& options);

    // Returns when the broker has them all.
    void write();
    void connect_readers();
    // Subscribes and waits for every message, or until nothing moves any more.
    void read();

    Clients& clients() { return clients_; }
    uint64_t delivered() const { return delivered_; }
    void write_to(Report& report) const;

private:
    void on_delivery(Connection& subscriber, std::string_view payload, bool retained) override;
    void on_acknowledgement(Connection& publisher, uint8_t first, uint16_t packet_id) override;

    bool all_acknowledged() const;
    // Publishes from message `next` on while the publishers have room; whether that was any.
    bool write_some(size_t& next);
    uint64_t expected() const { return uint64_t{options_.retained} * readers_.size(); }

    const Options& options_;
    const Message::Shape shape_;
    Clients clients_;
    std::vector<Publisher> publishers_;
    std::vector<Connection*> readers_;
    std::vector<std::vector<bool>> seen_;  // by reader and message
    uint64_t delivered_ = 0;
    uint64_t duplicates_ = 0;
    uint64_t corrupt_ = 0;
};

Store::Store(const Options& options)
    : options_(options),
      shape_{.payload = options.payload, .qos = options.qos, .retain = true, .v5 = options.v5},
      clients_(options, *this) {
    const Publisher::Limits limits{
        .run = options.run, .qos = options.qos, .inflight = options.inflight};
    for (Connection* connection : clients_.connect(Role::kPublisher, options.publishers))
        publishers_.emplace_back(*connection, clients_.loop(), limits);
}

bool Store::all_acknowledged() const {
    return std::ranges::all_of(
        publishers_, [](const Publisher& publisher) { return publisher.unacknowledged() == 0; });
}

bool Store::write_some(size_t& next) {
    const size_t before = next;
    for (; next < options_.retained; ++next) {
        Publisher& publisher = publishers_[next % publishers_.size()];
        if (!publisher.has_room()) break;
        const Message message(options_.prefix() + "/r/" + std::to_string(next / kTopicsPerBranch) +
                                  '/' + std::to_string(next % kTopicsPerBranch),
                              shape_);
        publisher.send(message, clients_.loop().turned_ns(), 0);
    }
    return next > before;
}

void Store::write() {
    for (size_t next = 0; next < options_.retained;) {
        const bool some = write_some(next);
        clients_.loop().send_all();
        clients_.turn(some ? 0 : kWait_ms);
    }
    clients_.wait_until([&] { return all_acknowledged(); }, "acknowledgement");
    clients_.exchange_pings();
}

void Store::connect_readers() {
    readers_ = clients_.connect(Role::kSubscriber, options_.subscribers);
    seen_.assign(readers_.size(), std::vector<bool>(options_.retained));
}

void Store::read() {
    const std::vector<std::string> filters = {options_.prefix() + "/r/#"};
    for (Connection* reader : readers_) clients_.subscribe(*reader, filters);
    clients_.loop().send_all();
    uint64_t before = 0;
    uint64_t moved_ns = now_ns();
    while (delivered_ < expected() && now_ns() - moved_ns < nanoseconds(options_.standstill_s)) {
        clients_.turn(kWait_ms);
        if (delivered_ == before) continue;
        before = delivered_;
        moved_ns = now_ns();
    }
}

void Store::on_delivery(Connection& reader, std::string_view payload, bool retained) {
    Stamp stamp;
    if (reader.role() != Role::kSubscriber || !retained ||
        !read_stamp(payload, options_.payload, options_.run, stamp) ||
        stamp.publisher >= publishers_.size() ||
        stamp.sequence >= publishers_[stamp.publisher].sent()) {
        ++corrupt_;
        return;
    }
    auto seen = seen_[reader.number()].begin() +
                static_cast<ptrdiff_t>(stamp.sequence * publishers_.size() + stamp.publisher);
    ++(*seen ? duplicates_ : delivered_);
    *seen = true;
}

void Store::on_acknowledgement(Connection& connection, uint8_t first, uint16_t packet_id) {
    if (connection.role() != Role::kPublisher)
        fail(connection.name() + " got an acknowledgement, and published nothing");
    publishers_[connection.number()].on_acknowledgement(first, packet_id);
}

void Store::write_to(Report& report) const {
    report.add("retained", uint64_t{options_.retained});
    report.add("expected", expected());
    report.add("delivered", delivered_);
    report.add("lost", expected() - delivered_);
    report.add("duplicates", duplicates_);
    report.add("corrupt", corrupt_);
}

}  // namespace

void measure_retained(const Options& options, Report& report) {
    Store store(options);
    Clients& clients = store.clients();
    Measurement writing(options, clients.loop());
    const double resident_before = writing.broker_resident_bytes();
    writing.start();
    store.write();
    writing.stop_at_rest(clients);
    const double resident_after = writing.broker_resident_bytes();

    store.connect_readers();
    Measurement reading(options, clients.loop());
    reading.start();
    store.read();
    reading.stop_at_rest(clients);
    const uint64_t deliveries = store.delivered();
    clients.wait_subscribed();
    clients.exchange_pings();

    const auto count = static_cast<double>(options.retained);
    if (writing.knows_broker()) {
        report.add("store_cpu_us_per_message", writing.broker_cpu_s() * 1e6 / count, 4);
        report.add("resident_bytes_per_message", (resident_after - resident_before) / count, 1);
    }
    store.write_to(report);
    reading.write_to(report, deliveries);
}

}  // namespace grapnel::load
