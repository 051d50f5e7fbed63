#pragma once

#include <cstdint>

#include "hooks/packet_box.h"
#include "server/outgoing.h"
#include "session/session.h"
#include "topics/route.h"

namespace grapnel {

class Worker;
struct Mail;

// Brings a message to everybody who wants it: local sessions at once, those of other workers by
// mail at the end of the turn. A view of the worker, made where it is needed. Loop thread.
class Router {
public:
    explicit Router(Worker& worker) : worker_(worker) {}

    // Stores the message when it is retained (an empty payload clears), tells plugins.
    void retain(Outgoing& message, ClientInfo& publisher);

    // To all receivers. `publisher`: the session it comes from, for No Local; null: none. Returns
    // how many receivers (sessions here, other workers, shared groups) it went to.
    size_t route(Outgoing& message, const Session* publisher);

    // What another worker routed here.
    void receive(const Mail& mail);

    // A message of a shared subscription whose member went for good: to another member. False:
    // there is none.
    bool pass_on(const Ref<SharedGroup>& group, const Ref<Message>& message, SubscriberKey except);

private:
    void to_targets(Outgoing& message, const Route& route, const Session* publisher);
    void to_target(Outgoing& message, const Route& route, const Target& target,
                   const Session* publisher);
    void to_groups(Outgoing& message, const Route& route);
    void to_member(Outgoing& message, const Ref<SharedGroup>& group, const SharedMember& member);
    void give(Outgoing& message, Session& session, const SubscriptionOptions& options,
              const Ref<SharedGroup>& group);

    Worker& worker_;
};

}  // namespace grapnel
