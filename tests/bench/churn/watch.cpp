#include "watch.h"

namespace grapnel::churn {

namespace {

constexpr size_t kPlaces = 64;
constexpr uint64_t kPassing = uint64_t{1} << 63;  // tag of a message that is to be removed
constexpr uint64_t kRemoved = uint64_t{1} << 62;  // tag of a removal
constexpr unsigned kPlaceShift = 40;              // tag of any other: place, then number
constexpr std::string_view kSys = "$SYS/broker/";

std::string passing_topic(uint64_t number) { return "retained/once/" + std::to_string(number); }

}  // namespace

WillWatch::WillWatch(World& world)
    : world_(world), session_(world, {.id = "churn-wills", .v5 = true, .will = {}}, *this) {}

void WillWatch::expect(uint64_t number) {
    ++world_.tally.wills;
    expected_[topic_of(number)] = world_.now;
}

void WillWatch::on_publish(const load::Delivery& delivery) {
    if (expected_.erase(std::string(delivery.topic)) == 0) world_.tally.add(Fault::will_unwanted);
}

void WillWatch::tick() {
    const size_t overdue = std::erase_if(
        expected_, [&](const auto& each) { return world_.now - each.second > kAnswerWithin; });
    world_.tally.add(Fault::will_missing, overdue);
}

Shelf::Shelf(World& world)
    : world_(world),
      acknowledged_(kPlaces),
      session_(world, {.id = "churn-shelf", .v5 = true, .will = {}}, *this) {}

bool Shelf::put() {
    constexpr size_t kWindow = 100;
    if (!session_.ready() || session_.unacknowledged() >= kWindow) return false;
    ++world_.tally.retained;
    ++number_;
    const std::string payload = std::to_string(number_);
    if (world_.pick(2) == 0) {
        session_.publish(passing_topic(number_), payload, 1, true, kPassing | number_);
    } else {
        const size_t place = world_.pick(kPlaces);
        session_.publish(topic_of(place), payload, 1, true, place << kPlaceShift | number_);
    }
    return true;
}

bool Shelf::pick(size_t& place, uint64_t& number) {
    place = world_.pick(kPlaces);
    number = acknowledged_[place];
    return number != 0;
}

void Shelf::on_acknowledged(uint64_t tag) {
    if ((tag & kRemoved) != 0) return;
    if ((tag & kPassing) != 0)
        return session_.publish(passing_topic(tag & ~kPassing), {}, 1, true, kRemoved);
    acknowledged_[tag >> kPlaceShift] = tag & ((uint64_t{1} << kPlaceShift) - 1);
}

SysWatch::SysWatch(World& world) : session_(world, {.id = "churn-sys", .will = {}}, *this) {}

void SysWatch::on_publish(const load::Delivery& delivery) {
    if (delivery.topic.starts_with(kSys))
        values_[std::string(delivery.topic.substr(kSys.size()))] = delivery.payload;
}

}  // namespace grapnel::churn
