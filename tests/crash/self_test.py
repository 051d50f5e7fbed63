#!/usr/bin/env python3
"""Tells the checkers invented histories, each with one violation, and expects that this one is found; and histories
that only look wrong, and expects nothing. Ends with `N passed, N failed`."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "broker"))

from world import World

FILTER, TOPIC = "m/a/+", "m/a/p"
WATCHER = "s"


class History:
    """A world in which `s` is subscribed, and shorter words for what happens there."""

    def __init__(self):
        self.world = World((WATCHER,))
        self.deliveries = self.world.deliveries
        self.deliveries.connected("s")
        self.deliveries.subscribing("s", FILTER, 2)
        self.deliveries.subscribed("s", FILTER)
        self.number = 0

    def publish(self, qos=1, acknowledged=True):
        self.number += 1
        message = self.deliveries.published("p", qos, self.number, TOPIC)
        if acknowledged:
            self.deliveries.acknowledged(message)
        return message

    def arrive(self, message, dup=False, packet_id=1):
        self.deliveries.arrived("s", message.key, TOPIC, message.qos, dup, packet_id)

    def reconnect(self):
        self.deliveries.connected("s")

    def connect(self, present, clean=False, name="c"):
        before = self.world.sessions.state(name)
        self.world.sessions.connecting(name, clean)
        self.world.sessions.connected(name, clean, present, before)

    def will(self, at=0.0, delay_s=1.0, number=1):
        """A client connects with a will."""
        before = self.world.wills.connecting("d", ("w", "d", number), delay_s, at)
        self.world.wills.connected("d", before, at)

    def will_falls_due(self):
        """At 11.0, watched: its client vanished at 10.0, which the broker has written down by 10.5."""
        self.world.wills.watching(WATCHER, 0.0)
        self.will()
        self.world.wills.vanished("d", 10.0)
        self.world.wills.noticed(10.5)

    def will_arrives(self, at, number=1, qos=2):
        self.world.wills.arrived(WATCHER, ("w", "d", number), qos, at)


# ---- histories: the name says the kind of finding after `found_`, and what happens after `__` --------------------


def found_lost__acknowledged_and_never_arrived(h):
    h.publish()
    h.deliveries.check_all_arrived(["s"])


def found_lost__the_second_of_three(h):
    first, _, third = h.publish(2), h.publish(2), h.publish(2)
    h.arrive(first, packet_id=1)
    h.arrive(third, packet_id=2)
    h.deliveries.check_all_arrived(["s"])


def found_nothing__not_acknowledged(h):
    h.publish(acknowledged=False)
    h.deliveries.check_all_arrived(["s"])


def found_nothing__unsubscribed_meanwhile(h):
    message = h.publish(acknowledged=False)
    h.deliveries.unsubscribing("s", FILTER)
    h.deliveries.acknowledged(message)
    h.deliveries.check_all_arrived(["s"])


def found_lost__unsubscribed_only_after_the_acknowledgement(h):
    h.publish()
    h.deliveries.unsubscribing("s", FILTER)
    h.deliveries.unsubscribed("s", FILTER)
    h.deliveries.check_all_arrived(["s"])


def found_twice__qos_2_after_a_reconnect(h):
    message = h.publish(2)
    h.arrive(message)
    h.reconnect()
    h.arrive(message, dup=True)


def found_twice__qos_1_in_one_connection(h):
    message = h.publish()
    h.arrive(message)
    h.arrive(message, packet_id=2)


def found_nothing__qos_1_again_after_a_reconnect(h):
    message = h.publish()
    h.arrive(message)
    h.reconnect()
    h.arrive(message, dup=True)


def found_nothing__qos_1_published_twice(h):
    message = h.publish(acknowledged=False)
    message.resends += 1
    h.arrive(message)
    h.arrive(message, packet_id=2)


def found_dup__redelivery_without_the_flag(h):
    message = h.publish()
    h.arrive(message)
    h.reconnect()
    h.arrive(message)


def found_order__second_before_first(h):
    first, second = h.publish(), h.publish()
    h.arrive(second)
    h.arrive(first, packet_id=2)


def found_order__second_before_first_that_was_published_twice(h):
    first, second = h.publish(acknowledged=False), h.publish(acknowledged=False)
    h.arrive(second)
    first.resends += 1
    h.arrive(first, packet_id=2)


def found_nothing__first_published_again_after_subscribing(h):
    h.deliveries.unsubscribing("s", FILTER)
    h.deliveries.unsubscribed("s", FILTER)
    first = h.publish(acknowledged=False)
    h.deliveries.subscribing("s", FILTER, 1)
    h.deliveries.subscribed("s", FILTER)
    second = h.publish(acknowledged=False)
    h.arrive(second)
    first.resends += 1
    h.arrive(first, packet_id=2)


def found_nothing__redelivery_of_the_first_after_the_second(h):
    first, second = h.publish(), h.publish()
    h.arrive(first)
    h.arrive(second, packet_id=2)
    h.reconnect()
    h.arrive(first, dup=True)
    h.arrive(second, dup=True, packet_id=2)


def found_ghost__after_unsuback(h):
    h.deliveries.unsubscribing("s", FILTER)
    h.deliveries.unsubscribed("s", FILTER)
    h.arrive(h.publish())


def found_ghost__between_two_subscriptions(h):
    h.deliveries.unsubscribing("s", FILTER)
    h.deliveries.unsubscribed("s", FILTER)
    message = h.publish()
    h.deliveries.subscribing("s", FILTER, 1)
    h.deliveries.subscribed("s", FILTER)
    h.arrive(message)


def found_ghost__of_a_session_that_ended(h):
    h.deliveries.session_ending("s")
    h.deliveries.session_ended("s")
    h.arrive(h.publish())


def found_nothing__no_answer_to_unsubscribe(h):
    h.deliveries.unsubscribing("s", FILTER)
    h.arrive(h.publish())


def found_invented__nobody_published_it(h):
    h.deliveries.arrived("s", ("p", 1, 77), TOPIC, 1, False, 1)


def found_retained__older_than_the_acknowledged_one(h):
    for text in ("old", "new"):
        h.world.retained.acknowledged("r/p/0", h.world.retained.published("r/p/0", text))
    h.world.retained.check({"r/p/0": "old"})


def found_retained__missing(h):
    h.world.retained.acknowledged("r/p/0", h.world.retained.published("r/p/0", "x"))
    h.world.retained.check({})


def found_retained__cleared_and_back(h):
    for text in ("old", None):
        h.world.retained.acknowledged("r/p/0", h.world.retained.published("r/p/0", text))
    h.world.retained.check({"r/p/0": "old"})


def found_nothing__retained_and_not_acknowledged(h):
    h.world.retained.acknowledged("r/p/0", h.world.retained.published("r/p/0", "old"))
    h.world.retained.published("r/p/0", "newer")
    h.world.retained.published("r/p/0", None)
    for found in ({"r/p/0": "old"}, {"r/p/0": "newer"}, {}):
        h.world.retained.check(found)


def found_session__present_is_0_and_it_was_kept(h):
    h.connect(present=False)
    h.connect(present=False)


def found_session__present_is_1_and_it_had_ended(h):
    h.connect(present=False)
    h.world.sessions.ending("c")
    h.world.sessions.ended("c")
    h.connect(present=True)


def found_session__present_is_1_at_clean_start(h):
    h.connect(present=False)
    h.connect(present=True, clean=True)


def found_nothing__the_end_of_the_session_was_not_confirmed(h):
    h.connect(present=False)
    h.world.sessions.ending("c")
    h.connect(present=True)


def found_will__before_it_is_due(h):
    h.will()
    h.world.wills.vanished("d", 10.0)
    h.will_arrives(10.5)


def found_will__of_a_client_that_is_connected(h):
    h.will()
    h.will_arrives(0.5)


def found_will__of_a_client_that_came_back_in_time(h):
    h.will()
    h.world.wills.vanished("d", 10.0)
    h.will(10.5, number=2)
    h.will_arrives(11.0)


def found_will__lost_over_a_restart(h):
    h.world.wills.watching(WATCHER, 0.0)
    h.will()
    h.world.wills.vanished("d", 10.0)
    h.world.wills.killed(10.2)
    h.world.wills.not_watching(WATCHER)
    h.world.wills.restarted(10.4)
    h.world.wills.watching(WATCHER, 10.5)
    h.world.wills.check_overdue(20.0)


def found_will__late(h):
    h.will_falls_due()
    h.will_arrives(20.0)


def found_will__lost_though_newer_messages_came(h):
    h.will_falls_due()
    h.world.wills.queue_moved(WATCHER, 13.0, 19.5)
    h.world.wills.check_overdue(20.0)


def found_nothing__a_will_behind_older_messages(h):
    h.will_falls_due()
    h.world.wills.queue_moved(WATCHER, 10.8, 19.5)
    h.world.wills.check_overdue(20.0)
    h.will_arrives(20.1)


def found_twice__a_will(h):
    h.will()
    h.world.wills.vanished("d", 10.0)
    h.will_arrives(11.0)
    h.will_arrives(12.0)


def found_nothing__a_will_when_due_and_after_the_restart(h):
    h.will()
    h.world.wills.killed(10.0)
    h.world.wills.restarted(10.4)
    h.world.wills.watching(WATCHER, 10.5)
    h.will_arrives(11.4)
    h.world.wills.check_overdue(20.0)


def found_nothing__a_will_after_disconnect(h):
    h.world.wills.watching(WATCHER, 0.0)
    h.will()
    h.world.wills.left("d", 5.0)
    h.world.wills.noticed(10.0)
    h.world.wills.check_overdue(20.0)


def main():
    passed = failed = 0
    for name, tell in [each for each in globals().items() if each[0].startswith("found_")]:
        kind, what = name.removeprefix("found_").split("__")
        history = History()
        tell(history)
        kinds = history.world.findings.kinds()
        if kinds == ([] if kind == "nothing" else [kind]):
            passed += 1
        else:
            failed += 1
            print(f"FAIL {what}: expected {kind}, found {[str(each) for each in history.world.findings.found]}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
