"""Who must, may and must not receive which message. Knows nothing of sockets: clients tell it what they saw."""

import collections
from dataclasses import dataclass, field

from clock import Moment


@dataclass(slots=True)
class Message:
    """A message of QoS 1 or 2. Its number counts the messages of this publisher and QoS."""
    publisher: str
    qos: int
    number: int
    topic: str
    sent: Moment
    resends: int = 0
    acknowledged: Moment | None = None

    @property
    def key(self):
        return self.publisher, self.qos, self.number

    def __str__(self):
        seen = f"acknowledged in {self.acknowledged}" if self.acknowledged else "not acknowledged"
        again = f", sent again {self.resends} times" if self.resends else ""
        return f"message {name_of(self.key)} on {self.topic} (sent in {self.sent}{again}, {seen})"


def name_of(key):
    """A key as it stands in payloads and in the trace."""
    return " ".join(map(str, key))


@dataclass(slots=True)
class Subscription:
    """From SUBSCRIBE to UNSUBACK. Between a request and its answer nobody knows what the broker did."""
    qos: int
    subscribing: Moment
    subscribed: Moment | None = None
    unsubscribing: Moment | None = None
    unsubscribed: Moment | None = None

    def certain_since(self, moment):
        """Whether the SUBACK was seen before this moment and no UNSUBSCRIBE was sent up to now."""
        return self.subscribed is not None and self.subscribed < moment and self.unsubscribing is None

    def possible(self, message):
        """Whether the broker may have routed the message while this subscription was there."""
        begun_in_time = message.acknowledged is None or self.subscribing < message.acknowledged
        return begun_in_time and (self.unsubscribed is None or self.unsubscribed > message.sent)


@dataclass(slots=True)
class Arrival:
    """The last one of a message at a receiver; `times` counts those in this connection."""
    moment: Moment
    connection: int
    packet_id: int
    times: int = 1


@dataclass
class Receiver:
    """A subscriber as the checker knows it."""
    name: str
    connection: int = 0
    subscriptions: dict = field(default_factory=lambda: collections.defaultdict(list))  # filter: [Subscription]
    arrivals: dict = field(default_factory=dict)  # key: Arrival
    newest: dict = field(default_factory=dict)  # (topic, publisher, qos, delivered qos): number
    owed: dict = field(default_factory=dict)  # key: Message


def filter_of(topic):
    """The one filter of this harness that matches a topic: all but the last level, then `+`."""
    return topic.rsplit("/", 1)[0] + "/+"


class Deliveries:
    """What is promised to all receivers. Every method is an event of the trial, told in the order it was seen."""

    def __init__(self, clock, findings):
        self._clock = clock
        self._findings = findings
        self.messages = {}
        self.receivers = {}
        self.arrived_count = 0
        self.last_acknowledged = None  # the message

    # -- publishers --

    def published(self, publisher, qos, number, topic):
        """PUBLISH is about to be sent for the first time."""
        message = Message(publisher, qos, number, topic, self._clock.tick())
        self.messages[message.key] = message
        return message

    def acknowledged(self, message):
        """PUBACK, PUBREC or PUBCOMP was seen: from now on the message is owed to all who certainly subscribed."""
        if message.acknowledged is not None:
            return
        message.acknowledged = self._clock.tick()
        self.last_acknowledged = message
        wanted = filter_of(message.topic)
        for receiver in self.receivers.values():
            certain = any(each.certain_since(message.sent) for each in receiver.subscriptions.get(wanted, ()))
            if certain and message.key not in receiver.arrivals:
                receiver.owed[message.key] = message

    # -- receivers --

    def receiver(self, name):
        if name not in self.receivers:
            self.receivers[name] = Receiver(name)
        return self.receivers[name]

    def connected(self, name):
        """CONNACK was seen."""
        self.receiver(name).connection += 1

    def subscribing(self, name, pattern, qos):
        """SUBSCRIBE is about to be sent; or again, when its answer did not come."""
        subscriptions = self.receiver(name).subscriptions[pattern]
        if not subscriptions or subscriptions[-1].unsubscribing or subscriptions[-1].subscribed:
            subscriptions.append(Subscription(qos, self._clock.tick()))

    def subscribed(self, name, pattern):
        self.receiver(name).subscriptions[pattern][-1].subscribed = self._clock.tick()

    def unsubscribing(self, name, pattern):
        """UNSUBSCRIBE is about to be sent, for the first time or again."""
        for each in self.receiver(name).subscriptions[pattern]:
            each.unsubscribing = each.unsubscribing or self._clock.tick()

    def unsubscribed(self, name, pattern):
        for each in self.receiver(name).subscriptions[pattern]:
            each.unsubscribed = each.unsubscribed or self._clock.tick()

    def session_ending(self, name):
        """The client asked for the end of its session: nothing is owed any more, but may still come."""
        receiver = self.receiver(name)
        receiver.owed.clear()
        for pattern in receiver.subscriptions:
            self.unsubscribing(name, pattern)

    def session_ended(self, name):
        """The client has no session, or a new one: whatever comes now must have been subscribed anew."""
        connection = self.receiver(name).connection
        self.receivers[name] = Receiver(name, connection)

    # -- arrivals --

    def arrived(self, name, key, topic, qos, dup, packet_id):
        """The application of a client gets a message."""
        self.arrived_count += 1
        receiver = self.receiver(name)
        message = self.messages.get(key)
        if message is None or message.topic != topic:
            self._findings.add("invented", f"{name} got {name_of(key)} on {topic}, which nobody published", name)
            return
        earlier = receiver.arrivals.get(key)
        arrival = Arrival(self._clock.tick(), receiver.connection, packet_id)
        if earlier is not None and earlier.connection == receiver.connection:
            arrival.times += earlier.times
        receiver.arrivals[key] = arrival
        receiver.owed.pop(key, None)
        if earlier is None:
            self._check_subscribed(receiver, message)
            self._check_order(receiver, message, qos)
        else:
            self._check_again(receiver, message, qos, dup, earlier)

    def _check_subscribed(self, receiver, message):
        subscriptions = receiver.subscriptions.get(filter_of(message.topic), [])
        if not any(each.possible(message) for each in subscriptions):
            known = "; ".join(f"SUBSCRIBE in {each.subscribing}, UNSUBACK in {each.unsubscribed}"
                              for each in subscriptions) or "no subscription in this session"
            self._findings.add("ghost", f"{receiver.name} got {message}, without being subscribed: {known}",
                               receiver.name, name_of(message.key))

    def _check_order(self, receiver, message, qos):
        """A copy that was published again may come late to one who had not subscribed before."""
        stream = message.topic, message.publisher, message.qos, qos
        newest = receiver.newest.get(stream, 0)
        receiver.newest[stream] = max(newest, message.number)
        subscriptions = receiver.subscriptions.get(filter_of(message.topic), [])
        certain = message.resends == 0 or any(each.certain_since(message.sent) for each in subscriptions)
        if message.number < newest and certain:
            newer = self.messages[message.publisher, message.qos, newest]
            self._findings.add("order", f"{receiver.name} got {message} after {newer}", receiver.name,
                               name_of(message.key), name_of(newer.key))

    def _check_again(self, receiver, message, qos, dup, earlier):
        """At QoS 1 there may be as many copies as there were PUBLISHes, each once a connection. A broker sends them
        before the commit: after a crash it may not know that it did, and cannot set DUP."""
        name, where = receiver.name, f"before in {earlier.moment}, packet id {earlier.packet_id}"
        arrival = receiver.arrivals[message.key]
        if qos == 2:
            self._findings.add("twice", f"the application of {name} got {message} again at QoS 2, {where}", name,
                               name_of(message.key))
        elif arrival.times > 1 + message.resends:
            self._findings.add("twice", f"{name} got {message} {arrival.times} times in one connection, {where}", name,
                               name_of(message.key))
        elif (message.resends == 0 and arrival.packet_id == earlier.packet_id and not dup
              and earlier.moment.life == arrival.moment.life):
            self._findings.add("dup", f"{name} got {message} again with the same packet id and without DUP, {where}",
                               name, name_of(message.key))

    # -- what is missing --

    def owed(self, name):
        """Messages that are still to come to this client."""
        return self.receiver(name).owed

    def check_all_arrived(self, names):
        """These clients have been online for long enough: each of them has all that is owed to it."""
        for name in names:
            missing = list(self.owed(name).values())
            for message in missing[:3]:
                self._findings.add("lost", f"{message} never came to {name}, subscribed at QoS "
                                   f"{self._granted(name, message)}; {len(missing)} are missing there", name,
                                   name_of(message.key))

    def _granted(self, name, message):
        subscriptions = self.receiver(name).subscriptions[filter_of(message.topic)]
        certain = [each for each in subscriptions if each.subscribed and each.subscribed < message.sent]
        return f"{certain[-1].qos} since {certain[-1].subscribed}"
