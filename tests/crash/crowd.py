"""All clients of a trial, and what they do at random while they make load."""

import random
from dataclasses import dataclass

from mortal import Mortal
from publisher import Publisher
from subscriber import Subscriber

LETTERS = "abcd"
FILTERS = [f"m/{letter}/+" for letter in LETTERS]
WATCHERS = ("s0", "s1")
FICKLE = ("s4", "s5")
ACTION_S = (0.002, 0.03)
ABSENCE_S = (0.005, 0.15)
QUIET_S = 5.0
MOST_S = 60.0


@dataclass(frozen=True)
class Size:
    """How much load is made in one life of a broker."""
    publishers: int = 4
    subscribers: int = 6
    mortals: int = 3
    window: int = 16
    budget: int = 1000


class Crowd:
    """s0 and s1 watch for wills, and are hardly ever away; s4 and s5 end their sessions now and then; the others go
    and come, also over kills. What each does follows from the seed and from the times at which it does it."""

    def __init__(self, seed, place, world, size):
        def dice(name):
            return random.Random(f"{seed}/{name}")

        self._place = place
        self._world = world
        self._random = dice("crowd")
        self._round = 0  # of noise
        self.publishers = [Publisher(f"p{number}", place, world, dice(f"p{number}"), LETTERS, size.window, size.budget)
                           for number in range(size.publishers)]
        self.subscribers = [Subscriber(name, place, world, dice(name), FILTERS, name in WATCHERS)
                            for name in (f"s{number}" for number in range(size.subscribers))]
        self.mortals = [Mortal(f"d{number}", place, world, dice(f"d{number}")) for number in range(size.mortals)]

    # -- coming together --

    def call(self, everybody=False):
        """All who do not want to stay away over this life come, as soon as the broker is there. Mortals that are away
        come when they like."""
        life = self._world.clock.life
        for each in self.publishers:
            each.begin_life()
            each.come()
        for each in self.subscribers:
            if each.stays_away_until <= life or everybody:
                each.come()
        if life == 1:
            for each in self.mortals:
                each.come()

    def after_kill(self):
        """Half of the mortals do not come back by themselves."""
        for each in self.mortals:
            each.wanted = each.wanted and self._random.random() < 0.5

    def clients(self):
        return self.subscribers + self.publishers + self.mortals

    async def gathered(self):
        """Waits until everybody who wants to be there is connected, subscribed, and alone on its session. Says who is
        not."""
        def missing():
            return [each.name for each in self.clients() if each.wanted and not each.online] \
                + [each.name for each in self.subscribers if each.online and each.asking()]

        def settled():
            return not missing() and not any(each.abandoned for each in self._place.connections)

        if not await self._place.settled(settled, QUIET_S, MOST_S) and not self._place.dead:
            what = ", ".join(missing()) or "a connection whose session was taken over stays open"
            self._world.findings.add("stuck", f"no answer to CONNECT or SUBSCRIBE: {what}")

    # -- being quiet --

    async def drained(self, wills=False):
        """Waits until nothing is owed to those who are online, nor to publishers; then looks who misses what. `wills`:
        also for those that are due later."""
        def settled():
            online = all(not self._world.deliveries.owed(each.name) for each in self.subscribers if each.online)
            return bool(self._world.findings) or (online and not any(each.open for each in self.publishers)
                                                  and not self._world.wills.overdue(self._world.clock.seconds())
                                                  and not (wills and self._world.wills.awaited()))

        await self._place.settled(settled, QUIET_S, MOST_S)
        if self._world.findings or self._place.dead:
            return
        for each in self.publishers:
            if each.open:
                waits = ", ".join(exchange.name() for exchange in list(each.open.values())[:5])
                self._world.findings.add("stuck", f"{each.name} (online={each.online}) waits for answers to {waits}",
                                         each.name)
        self._world.deliveries.check_all_arrived([each.name for each in self.subscribers if each.online])
        self._world.wills.check_overdue(self._world.clock.seconds())

    # -- making noise --

    def make_noise(self):
        """Publishers publish and everybody does this and that, until the place is quiet again."""
        self._place.noisy = True
        self._round += 1
        for each in self.publishers:
            each.publish_more()
        self._act(self._round)

    def _act(self, turn):
        if not self._place.noisy or turn != self._round:
            return
        self._random.choice((self._subscriber_acts, self._subscriber_acts, self._publisher_acts,
                             self._mortal_acts))()
        self._place.later(self._random.uniform(*ACTION_S), lambda: self._act(turn))

    def _back_later(self, client, clean=False):
        def back():
            if not client.wanted and getattr(client, "stays_away_until", 0) <= self._world.clock.life:
                client.come(clean)
        self._place.later(self._random.uniform(*ABSENCE_S), back)

    def _subscriber_acts(self):
        client = self._random.choice(self.subscribers)
        if not client.online:
            return
        deed = self._random.random()
        if deed < 0.5:
            client.toggle()
        elif deed < 0.7 or client.name in WATCHERS:
            client.take_over()
        elif client.name in FICKLE:
            self._random.choice((client.vanish, client.leave, client.end_session, client.end_session))()
            self._back_later(client, clean=self._random.random() < 0.3)
        else:
            self._random.choice((client.vanish, client.leave))()
            client.stays_away_until = self._world.clock.life + self._random.choice((0, 0, 1, 2))
            self._back_later(client)

    def _publisher_acts(self):
        client = self._random.choice(self.publishers)
        if not client.online:
            return
        if self._random.random() < 0.5:
            client.take_over()
        else:
            client.vanish()
            self._back_later(client)

    def _mortal_acts(self):
        client = self._random.choice(self.mortals)
        if not client.online:
            client.come()
        elif self._random.random() < 0.8:
            client.vanish()
        else:
            client.leave()
