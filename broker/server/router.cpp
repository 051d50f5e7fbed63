#include "server/router.h"

#include <algorithm>

#include "hooks/message_packet.h"
#include "hooks/targets.h"
#include "server/access.h"
#include "server/sender.h"
#include "server/worker.h"

namespace grapnel {

void Router::retain(Outgoing& message, ClientInfo& publisher) {
    const Ref<Message>& held = message.hold();
    DeliveryFacts facts;
    const Retained::Change change =
        worker_.core.retained.set(held, worker_.limits.maximum_retained_messages, &facts.order);
    if (change == Retained::Change::none || change == Retained::Change::refused) return;
    if (!worker_.hooks.wants(Event::on_retain_message)) return;
    facts.qos = held->qos();
    facts.retain = held->retain();
    MessagePacket packet(*held, facts);
    worker_.hooks.retain_message(publisher, packet.box(),
                                 change == Retained::Change::removed ? -1 : 1);
}

size_t Router::route(Outgoing& message, const Session* publisher) {
    const Ref<const Route> route = worker_.routes.share(message.view().topic, message.topic_hash());
    if (route->empty()) return 0;
    size_t receivers = route->targets(worker_.index).size();
    to_targets(message, *route, publisher);
    const auto workers = static_cast<uint16_t>(worker_.core.workers.size() + 1);
    for (uint16_t other = 0; other < workers; ++other) {
        if (other == worker_.index || route->targets(other).empty()) continue;
        Mail mail;
        mail.route = route;
        mail.message = message.hold();
        mail.publisher = message.publisher();
        worker_.mail(other, std::move(mail));
        ++receivers;
    }
    if (!route->groups.empty()) {
        receivers += route->groups.size();
        to_groups(message, *route);
    }
    return receivers;
}

void Router::to_targets(Outgoing& message, const Route& route, const Session* publisher) {
    for (const Target& target : route.targets(worker_.index))
        to_target(message, route, target, publisher);
}

void Router::to_target(Outgoing& message, const Route& route, const Target& target,
                       const Session* publisher) {
    Session* session = worker_.session_of(target.session);
    if (session == nullptr) return;
    const Target* seen = &target;
    if (session == publisher && target.own != Target::kNoLocalNone) {
        if (target.own == Target::kNoLocalAll) return;  // 3.8.3-3
        seen = &route.own[target.own];
    }
    if (!may_deliver(worker_, session->info, message)) return;
    const MessageView& view = message.view();
    const uint8_t qos = std::min({view.qos, seen->qos, worker_.limits.maximum_qos});
    Sender(worker_).deliver(*session, message, qos, view.retain && seen->retain_as_published,
                            route.identifiers_of(*seen));
}

void Router::to_groups(Outgoing& message, const Route& route) {
    std::vector<SharedMember> chosen(route.groups.size());
    std::vector<bool> have(route.groups.size());
    if (worker_.hooks.wants(Event::on_select_subscribers)) {
        Targets targets(route, message.hold()->key());
        MessagePacket packet(*message.hold());
        worker_.hooks.select_subscribers(targets, packet.box());
        for (size_t i = 0; i < route.groups.size(); ++i) {
            const Targets::Choice choice = targets.choice(i, chosen[i]);
            if (choice == Targets::Choice::builtin)
                have[i] = route.groups[i]->pick(chosen[i]);
            else
                have[i] = choice == Targets::Choice::member;
        }
    } else {
        for (size_t i = 0; i < route.groups.size(); ++i) have[i] = route.groups[i]->pick(chosen[i]);
    }
    for (size_t i = 0; i < route.groups.size(); ++i)
        if (have[i]) to_member(message, route.groups[i], chosen[i]);
}

void Router::to_member(Outgoing& message, const Ref<SharedGroup>& group,
                       const SharedMember& member) {
    if (member.subscriber.worker == worker_.index) {
        Session* session = worker_.session_of(member.subscriber.session);
        if (session != nullptr) give(message, *session, member.options, group);
        return;
    }
    Mail mail;
    mail.message = message.hold();
    mail.publisher = message.publisher();
    mail.group = group;
    mail.session = member.subscriber.session;
    mail.options = member.options;
    worker_.mail(member.subscriber.worker, std::move(mail));
}

void Router::give(Outgoing& message, Session& session, const SubscriptionOptions& options,
                  const Ref<SharedGroup>& group) {
    if (!may_deliver(worker_, session.info, message)) return;
    const MessageView& view = message.view();
    const uint8_t qos = std::min({view.qos, options.qos, worker_.limits.maximum_qos});
    const uint32_t identifier = options.identifier;
    Sender(worker_).deliver(session, message, qos, view.retain && options.retain_as_published,
                            {&identifier, identifier == 0 ? size_t{0} : size_t{1}}, group);
}

void Router::receive(const Mail& mail) {
    Outgoing message(worker_, mail.message, mail.publisher);
    if (mail.route) return to_targets(message, *mail.route, nullptr);
    Session* session = worker_.session_of(mail.session);
    if (session != nullptr)
        give(message, *session, mail.options, mail.group);
    else
        pass_on(mail.group, mail.message, {mail.session, worker_.index});
}

bool Router::pass_on(const Ref<SharedGroup>& group, const Ref<Message>& message,
                     SubscriberKey except) {
    SharedMember member;
    if (!group->pick(member, except)) return false;
    Outgoing outgoing(worker_, message);
    to_member(outgoing, group, member);
    return true;
}

}  // namespace grapnel
