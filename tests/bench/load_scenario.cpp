#include "load_scenario.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace grapnel::load {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kStandstill = std::chrono::milliseconds(500);
constexpr auto kReadyWithin = std::chrono::seconds(10);
constexpr int kWait_ms = 100;

Clock::duration duration_of(double seconds) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

double cpu_seconds(pid_t process) {
    const std::string path = "/proc/" + std::to_string(process) + "/stat";
    char line[1024];
    std::FILE* file = std::fopen(path.c_str(), "re");
    if (file == nullptr) fail("there is no process " + std::to_string(process));
    const size_t size = std::fread(line, 1, sizeof line - 1, file);
    std::fclose(file);
    line[size] = '\0';
    // The second field is a name in parentheses that may contain anything.
    const char* fields = std::strrchr(line, ')');
    unsigned long user = 0;
    unsigned long system = 0;
    if (fields == nullptr ||
        std::sscanf(fields + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                    &system) != 2)
        fail("cannot read " + path);
    return static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

Scenario::Scenario(const Options& options)
    : options_(options), epoll_(::epoll_create1(EPOLL_CLOEXEC)), topics_(options.topics) {
    payload_.assign(std::max(options.payload_size, sizeof(uint64_t)), 'x');
    for (size_t i = 0; i < options.topics; ++i) topics_[i].name = "load/" + std::to_string(i);
    const size_t subscribers = options.topics * options.subscribers;
    for (size_t i = 0; i < subscribers; ++i) subscribers_.emplace_back().topic = i % options.topics;
    for (size_t i = 0; i < options.topics + subscribers; ++i) {
        clients_.push_back(std::make_unique<Client>(i, options.port));
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = i;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, clients_[i]->descriptor(), &event);
    }
    watched_for_room_.resize(clients_.size());
    wait_ready(clients_.size());
    for (size_t i = 0; i < subscribers; ++i)
        clients_[options.topics + i]->subscribe(topics_[subscribers_[i].topic].name, options.qos);
    wait_ready(subscribers);
}

Scenario::~Scenario() { ::close(epoll_); }

void Scenario::wait_ready(size_t count) {
    ready_ = 0;
    for (size_t i = 0; i < clients_.size(); ++i) flush(i);
    for (const auto end = Clock::now() + kReadyWithin; ready_ < count; turn())
        if (Clock::now() > end) fail("the broker does not answer");
}

void Scenario::on_ready(size_t) { ++ready_; }

void Scenario::on_acknowledged(size_t client) {
    ++topics_[client].acknowledged;
    fill_window(client);
}

void Scenario::on_message(size_t client, std::string_view payload) {
    if (payload.size() != payload_.size()) fail("a payload of another size");
    uint64_t number = 0;
    std::memcpy(&number, payload.data(), sizeof number);
    Subscriber& subscriber = subscribers_[client - options_.topics];
    Topic& topic = topics_[subscriber.topic];
    if (number >= topic.sent) fail("a message that was never sent");
    if (number < subscriber.seen.size() && subscriber.seen[number]) {
        ++duplicates_;
        return;
    }
    if (number < subscriber.seen.size()) ++disordered_;
    if (number >= subscriber.seen.size()) subscriber.seen.resize(number + 1);
    subscriber.seen[number] = true;
    ++subscriber.distinct;
    ++topic.arrived;
    ++arrived_;
    fill_window(subscriber.topic);
}

void Scenario::fill_window(size_t index) {
    Topic& topic = topics_[index];
    if (!publishing_) return;
    // A window is filled when a half of it is free: as a busy publisher would, in batches.
    const uint64_t reached =
        std::min(topic.sent, (topic.arrived + topic.forgiven) / options_.subscribers);
    const uint64_t oldest = options_.qos == 0 ? reached : std::min(reached, topic.acknowledged);
    if (topic.sent - oldest > options_.window / 2) return;
    for (; topic.sent - oldest < options_.window; ++topic.sent) {
        std::memcpy(payload_.data(), &topic.sent, sizeof topic.sent);
        clients_[index]->publish(topic.name, payload_, options_.qos);
    }
}

void Scenario::flush(size_t client) {
    const bool all = clients_[client]->flush();
    if (all != watched_for_room_[client]) return;
    watched_for_room_[client] = !all;
    epoll_event event{};
    event.events = EPOLLIN | (all ? 0u : static_cast<uint32_t>(EPOLLOUT));
    event.data.u64 = client;
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, clients_[client]->descriptor(), &event);
}

void Scenario::turn() {
    epoll_event events[256];
    const int count = ::epoll_wait(epoll_, events, 256, kWait_ms);
    for (int i = 0; i < count; ++i) {
        const size_t client = events[i].data.u64;
        if ((events[i].events & ~static_cast<uint32_t>(EPOLLOUT)) != 0)
            clients_[client]->receive(*this);
        if (clients_[client]->waiting()) flush(client);
    }
    for (size_t i = 0; i < topics_.size(); ++i)
        if (clients_[i]->waiting()) flush(i);
}

void Scenario::fill_windows() {
    for (size_t i = 0; i < topics_.size(); ++i) {
        fill_window(i);
        flush(i);
    }
}

void Scenario::turn_until(Clock::time_point end) {
    uint64_t before = arrived_;
    auto moved = Clock::now();
    for (auto now = moved; now < end; now = Clock::now()) {
        turn();
        if (arrived_ != before) {
            before = arrived_;
            moved = now;
        } else if (now - moved > kStandstill) {
            // What is missing at QoS 0 will not come: the window opens again.
            for (Topic& topic : topics_)
                topic.forgiven = topic.sent * options_.subscribers - topic.arrived;
            fill_windows();
            moved = now;
        }
    }
}

bool Scenario::all_arrived() const {
    return std::all_of(topics_.begin(), topics_.end(), [&](const Topic& topic) {
        return topic.arrived == topic.sent * options_.subscribers &&
               (options_.qos == 0 || topic.acknowledged == topic.sent);
    });
}

void Scenario::drain() {
    publishing_ = false;
    uint64_t before = arrived_;
    auto moved = Clock::now();
    while (!all_arrived() && Clock::now() - moved < 2 * kStandstill) {
        turn();
        if (arrived_ != before) moved = Clock::now();
        before = arrived_;
    }
}

Outcome Scenario::count() const {
    Outcome outcome;
    outcome.duplicates = duplicates_;
    outcome.disordered = disordered_;
    for (const Subscriber& subscriber : subscribers_)
        outcome.lost += topics_[subscriber.topic].sent - subscriber.distinct;
    return outcome;
}

Outcome Scenario::run() {
    publishing_ = true;
    fill_windows();
    turn_until(Clock::now() + duration_of(options_.warmup_s));
    const auto started = Clock::now();
    const double cpu_before = cpu_seconds(options_.broker);
    const uint64_t arrived_before = arrived_;
    turn_until(started + duration_of(options_.seconds));
    const uint64_t deliveries = arrived_ - arrived_before;
    const double cpu_s = cpu_seconds(options_.broker) - cpu_before;
    const auto ended = Clock::now();
    drain();
    Outcome outcome = count();
    outcome.deliveries = deliveries;
    outcome.broker_cpu_s = cpu_s;
    outcome.seconds = std::chrono::duration<double>(ended - started).count();
    return outcome;
}

}  // namespace grapnel::load
