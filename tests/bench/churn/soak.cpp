#include "soak.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "../load/fail.h"
#include "warmer.h"

namespace grapnel::churn {

namespace {

constexpr uint32_t kExpiry_s = 3600;
constexpr int kWait_ms = 1;
constexpr auto kTick = std::chrono::milliseconds(1);
constexpr auto kStandstill = kAnswerWithin + std::chrono::seconds(2);
constexpr auto kNothingComes = std::chrono::seconds(3);  // when all else is done

constexpr size_t kHotPublishers = 12;    // two of each QoS and version
constexpr size_t kCalmStreams = 2;       // of each publisher
constexpr double kCalmRate_per_s = 100;  // of each publisher
constexpr size_t kBoxes = 25;            // of each QoS
constexpr double kMailRate_per_s = 100;  // of each QoS
constexpr int kVisitOperations = 5;      // connect, subscribe, publish, unsubscribe, go
constexpr uint8_t kQos[] = {0, 1, 2};
constexpr bool kBothVersions[] = {false, true};        // of MQTT 5
constexpr bool kCrewVersions[] = {true, false, true};  // members of a shared group

double seconds_between(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration<double>(to - from).count();
}

}  // namespace

Soak::Soak(const Options& options)
    : options_(options),
      world_(options.port, options.seed),
      wills_(world_),
      shelf_(world_),
      sys_(world_),
      visitors_(world_, streams_, wills_, shelf_) {
    cast_publishers();
    cast_readers();
}

Account Soak::next_account(const char* kind, bool v5, bool persistent) {
    Account account;
    account.id = std::string(kind) + "-" + std::to_string(names_++);
    account.v5 = v5;
    account.persistent = persistent;
    account.expiry_s = persistent ? kExpiry_s : 0;
    return account;
}

std::vector<uint32_t> Soak::add_streams(const char* kind, uint8_t qos, size_t count) {
    std::vector<uint32_t> added;
    for (size_t i = 0; i < count; ++i) {
        const auto number = static_cast<uint32_t>(streams_.size());
        const std::string folder = std::string(kind) + "/" + std::to_string(qos) + "/";
        streams_.push_back({folder + std::to_string(number), qos, 0});
        added.push_back(number);
    }
    return added;
}

Publisher& Soak::add_publisher(const char* kind, bool v5, bool persistent,
                               std::vector<uint32_t> own, double rate) {
    return publishers_.emplace_back(world_, next_account(kind, v5, persistent), streams_,
                                    std::move(own), rate, options_.payload);
}

Reader& Soak::add_reader(const char* kind, bool v5, bool persistent, const std::string& filter,
                         uint8_t qos) {
    return readers_.emplace_back(world_, next_account(kind, v5, persistent), filter, qos,
                                 std::make_shared<Ledger>(streams_, filter, false));
}

void Soak::cast_publishers() {
    const double hot_rate = options_.rate / static_cast<double>(kHotPublishers);
    for (const uint8_t qos : kQos) {
        for (const bool v5 : kBothVersions) {
            add_publisher("hot-publisher", v5, false, add_streams("hot", qos, 1), hot_rate);
            Publisher& second =
                add_publisher("hot-publisher", v5, qos != 0, add_streams("hot", qos, 1), hot_rate);
            if (qos == 0) continue;
            restless_.emplace_back(world_, second.session(), Habit::stays);
            Publisher& calm =
                add_publisher("calm-publisher", v5, true, add_streams("calm", qos, kCalmStreams),
                              kCalmRate_per_s);
            restless_.emplace_back(world_, calm.session(), Habit::returns);
        }
        if (qos == 0) continue;
        add_publisher("mail-publisher", true, false, add_streams("mail", qos, kBoxes),
                      kMailRate_per_s);
    }
}

void Soak::cast_readers() {
    for (const uint8_t qos : kQos) {
        const std::string hot = "hot/" + std::to_string(qos) + "/#";
        const std::string calm = "calm/" + std::to_string(qos) + "/#";
        for (const bool v5 : kBothVersions) {
            add_reader("hot-reader", v5, false, hot, qos);
            if (qos == 0) continue;
            Reader& taken_over = add_reader("hot-reader", v5, true, hot, qos);
            restless_.emplace_back(world_, taken_over.session(), Habit::stays);
            Reader& returning = add_reader("calm-reader", v5, true, calm, qos);
            restless_.emplace_back(world_, returning.session(), Habit::returns);
        }
        if (qos == 0) continue;
        const auto common = std::make_shared<Ledger>(streams_, calm, true);
        for (const bool v5 : kCrewVersions) {
            Reader& member = readers_.emplace_back(world_, next_account("crew", v5, true),
                                                   "$share/crew/" + calm, qos, common);
            restless_.emplace_back(world_, member.session(), Habit::returns);
        }
    }
    for (const Stream& stream : streams_) {
        if (!stream.topic.starts_with("mail/")) continue;
        const bool v5 = names_ % 2 == 0;
        Reader& reader = add_reader("box", v5, true, stream.topic, stream.qos);
        boxes_.emplace_back(world_, reader.session(), Habit::looks_in);
    }
}

void Soak::start() {
    for (Publisher& publisher : publishers_) publisher.session().open();
    for (Reader& reader : readers_) reader.session().open();
    for (Session* session : {&wills_.session(), &shelf_.session(), &sys_.session()})
        session->open();
    const auto ready = [&] {
        return std::all_of(publishers_.begin(), publishers_.end(),
                           [](Publisher& each) { return each.session().ready(); }) &&
               std::all_of(readers_.begin(), readers_.end(),
                           [](const Reader& each) { return each.subscribed(); }) &&
               wills_.subscribed() && shelf_.session().ready();
    };
    turn_until(ready);
    Warmer warmer(world_);
    warmer.start();
    turn_until([&] { return warmer.done(); });
    warmer.leave();
}

void Soak::turn_until(const std::function<bool()>& done) {
    for (const auto end = Clock::now() + kAnswerWithin; !done();) {
        if (Clock::now() > end) load::fail("the broker does not answer");
        world_.poller.turn(kWait_ms);
    }
}

int Soak::act() {
    switch (world_.pick(5)) {
        case 0: visitors_.invite(); return kVisitOperations;
        case 1: return boxes_[world_.pick(boxes_.size())].disturb();
        case 2: return shelf_.put() ? 1 : 0;
        case 3: {
            Reader& reader = readers_[world_.pick(readers_.size())];
            if (!reader.session().ready()) return 0;
            reader.subscribe_again();
            return 1;
        }
        default: return restless_[world_.pick(restless_.size())].disturb();
    }
}

void Soak::turn() {
    world_.poller.turn(kWait_ms);
    world_.now = Clock::now();
    if (world_.now - ticked_ < kTick) return;
    ticked_ = world_.now;
    if (publishing_)
        for (Publisher& publisher : publishers_) publisher.tick();
    for (Restless& restless : restless_) restless.tick();
    for (Restless& box : boxes_) box.tick();
    visitors_.tick();
    wills_.tick();
    world_.farewells.tick(world_.now);
    if (world_.now - printed_ >= std::chrono::seconds(1)) print(false);
}

void Soak::play() {
    double operations = 0;
    publishing_ = true;
    for (double passed_s = 0; passed_s < options_.seconds;
         passed_s = seconds_between(started_, world_.now)) {
        turn();
        // What cannot be done now costs nothing, but not for ever in this turn.
        for (int tries = 0; operations < options_.churn * passed_s && tries < 10; ++tries)
            operations += act();
    }
    publishing_ = false;
}

bool Soak::settled() const {
    return std::all_of(publishers_.begin(), publishers_.end(),
                       [](const Publisher& each) { return each.idle(); }) &&
           shelf_.idle() && wills_.empty() && visitors_.empty() && world_.farewells.empty();
}

uint64_t Soak::missing() const {
    uint64_t total = 0;
    for (const Reader& reader : readers_) total += reader.missing();
    return total;
}

void Soak::end() {
    for (Restless& restless : restless_) restless.come_home();
    for (Restless& box : boxes_) box.come_home();
    const Tally& tally = world_.tally;
    uint64_t before = 0;
    for (auto moved = world_.now; !settled() || missing() != 0; turn()) {
        const uint64_t sum = tally.delivered + tally.acknowledged + tally.repeated;
        if (sum != before) moved = world_.now;
        before = sum;
        if (world_.now - moved > (settled() ? kNothingComes : kStandstill)) break;
    }
    count_what_is_missing();
}

void Soak::count_what_is_missing() {
    Tally& tally = world_.tally;
    tally.add(Fault::lost, missing());
    for (Publisher& publisher : publishers_)
        tally.add(Fault::stalled, publisher.session().unacknowledged());
    for (const auto* list : {&restless_, &boxes_})
        for (const Restless& restless : *list)
            if (!restless.at_home()) tally.add(Fault::stalled);
}

void Soak::print(bool last) {
    const Tally& tally = world_.tally;
    const auto number = [](const char* name, uint64_t value) {
        std::printf(", \"%s\": %llu", name, static_cast<unsigned long long>(value));
    };
    printed_ = world_.now;
    std::printf("{\"last\": %s, \"seconds\": %.3f", last ? "true" : "false",
                seconds_between(started_, world_.now));
    number("published", tally.published);
    number("acknowledged", tally.acknowledged);
    number("withheld", tally.withheld);
    number("delivered", tally.delivered);
    number("repeated", tally.repeated);
    number("dropped", tally.dropped);
    number("connects", tally.connects);
    number("takeovers", tally.takeovers);
    number("resumed", tally.resumed);
    number("disconnects", tally.disconnects);
    number("subscribes", tally.subscribes);
    number("unsubscribes", tally.unsubscribes);
    number("retained", tally.retained);
    number("wills", tally.wills);
    std::printf(", \"faults\": {");
    for (size_t i = 0; i < kFaults; ++i)
        std::printf("%s\"%s\": %llu", i == 0 ? "" : ", ", fault_name(static_cast<Fault>(i)),
                    static_cast<unsigned long long>(tally.faults[i]));
    std::printf("}, \"sys\": {");
    const char* separator = "";
    for (const auto& [topic, value] : sys_.values()) {
        std::printf("%s\"%s\": \"%s\"", std::exchange(separator, ", "), topic.c_str(),
                    value.c_str());
    }
    std::printf("}}\n");
    std::fflush(stdout);
}

bool Soak::run() {
    start();
    world_.now = started_ = printed_ = Clock::now();
    play();
    end();
    print(true);
    return std::all_of(world_.tally.faults.begin(), world_.tally.faults.end(),
                       [](uint64_t count) { return count == 0; });
}

}  // namespace grapnel::churn
