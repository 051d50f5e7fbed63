"""One data folder, and a broker that is killed on it again and again."""

import asyncio
import os
import pathlib
import shutil
import signal
import subprocess
from dataclasses import dataclass

from crowd import WATCHERS, Crowd
from inspector import Inspector
from lib import Broker, allow_all, scaled
from place import Place
from wills import LATE_S
from world import World

DEATH_S = 10.0
NOTICED_S = 1.0  # a broker that lived on for so long has noticed, and committed, that a client vanished


@dataclass
class Result:
    """`verified` of `kills` were followed by a look at everything that was promised before."""
    kills: int = 0
    verified: int = 0
    messages: int = 0
    arrivals: int = 0
    failpoints_missed: int = 0

    def __str__(self):
        missed = f", {self.failpoints_missed} failpoints not reached" if self.failpoints_missed else ""
        return f"{self.kills} kills, {self.messages} messages, {self.arrivals} arrivals{missed}"


class Trial:
    """`store` is a Store on `folder`. After run(), `world.findings` holds what was violated; then the folder keeps the
    data, the logs of all brokers and the trace."""

    def __init__(self, folder, seed, store, workers, size, log=lambda text: None, tolerated=()):
        self.folder = pathlib.Path(folder)
        self.world = World(WATCHERS, tolerated=tolerated, late_s=scaled(LATE_S))
        self.result = Result()
        self._store = store
        self._workers = workers
        self._log = log
        self._place = Place()
        self._crowd = Crowd(seed, self._place, self.world, size)
        self._broker = None
        self._struck = None  # a future: the victim is dead
        self._inspections = 0

    async def run(self, kills, count):
        """Kills so often, unless something is violated before."""
        asyncio.get_running_loop().set_exception_handler(self._fail)
        self._store.start()
        try:
            for _ in range(count):
                kill = kills.next()
                self._log(str(kill))
                self.world.note("----", str(kill))
                await self._step(kill)
                self.result.kills += 1
                if self.world.findings:
                    break
            else:
                await self._finish()
        finally:
            self._place.end()
            if self._broker is not None:
                self._bury()
            self._store.stop()
            self.result.messages = len(self.world.deliveries.messages)
            self.result.arrivals = self.world.deliveries.arrived_count
            if self.world.findings:
                self._keep()

    def _fail(self, loop, context):
        """An error in a callback of this harness."""
        if "exception" in context:
            self._place.fail(context["exception"])
        else:
            loop.default_exception_handler(context)

    # -- one kill --

    async def _step(self, kill):
        self._struck = asyncio.get_running_loop().create_future()
        self._place.trusted = kill.failpoint is None
        if self._broker is None and not await self._begin(kill):
            return
        self._crowd.call()
        if kill.moment == "load":
            await self._verify()
        if not self.world.findings and not self._place.dead:
            await self._load(kill)
        if self._place.dead:
            await self._after_death()

    async def _begin(self, kill=None):
        """Starts the broker. False when the kill was to come, or came, before it served."""
        failpoint = {"GRAPNEL_FAILPOINT": kill.failpoint} if kill and kill.failpoint else {}
        self._broker = Broker(workers=self._workers, plugins=[self._store.plugin, allow_all()],
                              environment={**self._store.environment, **failpoint})
        self.world.clock.begin_life()
        if kill and kill.moment == "startup":
            self._broker.launch()
            await asyncio.sleep(kill.seconds)
            self._bury()
            return False
        try:
            self._broker.start()
        except AssertionError as error:
            if not failpoint or not self._killed_itself():
                self.world.findings.add("start", f"the broker did not start: {error}\n{self._broker.log_tail(10)}")
            self._bury()
            return False
        self._watch(self._broker)
        self.world.note("----", f"life {self.world.clock.life}: pid {self._broker.process.pid}")
        self.world.wills.restarted(self.world.clock.seconds())
        self._place.prepare(self._broker.port)
        await self._inspect()
        if not self._place.dead:
            self._place.open()
        return True

    def _killed_itself(self):
        try:
            return self._broker.process.wait(DEATH_S) == -signal.SIGKILL
        except subprocess.TimeoutExpired:
            return False

    def _watch(self, broker):
        """Learns of the death of the broker when it happens."""
        loop = asyncio.get_running_loop()
        handle = os.pidfd_open(broker.process.pid)

        def died():
            loop.remove_reader(handle)
            os.close(handle)
            if self._broker is broker:
                self._place.died()
                if not self._struck.done():
                    self._struck.set_result(None)
        loop.add_reader(handle, died)

    async def _inspect(self):
        self._inspections += 1
        name = f"i{self._inspections}"
        await Inspector(name, self._place, self.world, None).inspect()

    async def _verify(self, wills=False):
        """Everybody who is there has got everything; so the kills before were survived."""
        await self._crowd.gathered()
        if self._place.dead or self.world.findings:
            return
        await self._crowd.drained(wills)
        if not self._place.dead and not self.world.findings:
            self.world.wills.noticed(self.world.clock.seconds() - scaled(NOTICED_S))
            self.result.verified = self.result.kills

    async def _load(self, kill):
        loop = asyncio.get_running_loop()
        self._crowd.make_noise()
        self._place.arm(kill.packets, lambda: self._strike(kill))
        remembering = loop.call_later(kill.seconds / 2, self._store.remember)
        timer = loop.call_later(kill.seconds, self._strike, kill)
        await asyncio.wait_for(asyncio.shield(self._struck), kill.seconds + DEATH_S)
        timer.cancel()
        remembering.cancel()
        self._place.disarm()
        if kill.victim == "store":
            self._store.start()
            self._place.open()

    def _strike(self, kill):
        if self._struck.done():
            return
        self._place.close()
        self._place.disarm()
        self.world.note("----", f"killing the {kill.victim}")
        if kill.victim == "store":
            self._place.trusted = False
            self._store.kill()
            self._struck.set_result(None)
            return
        self.result.failpoints_missed += kill.failpoint is not None
        self._broker.process.kill()

    async def _after_death(self):
        """Everything that the broker had sent is read; then the wills of the connected become due."""
        at = self.world.clock.seconds()
        await self._place.deserted(DEATH_S)
        self.world.wills.noticed(self._proof(at))
        self.world.wills.killed(at)
        self._crowd.after_kill()
        self._bury()

    def _proof(self, at):
        """What happened before this time was certainly committed: with one worker, what the last acknowledged message
        came after."""
        last = self.world.deliveries.last_acknowledged
        if self._workers == 1 and last is not None and last.sent.life == self.world.clock.life:
            return max(self.world.clock.seconds_of(last.sent), at - scaled(NOTICED_S))
        return at - scaled(NOTICED_S)

    def _bury(self):
        """The broker is dead after this, by a SIGKILL, and its log is written down."""
        broker, self._broker = self._broker, None
        self._place.close()
        broker.kill()
        code = broker.process.returncode
        if code != -signal.SIGKILL and not self.world.findings:
            self.world.findings.add("died", f"the broker ended by itself with {code}:\n{broker.log_tail(10)}")
        self._write_log(broker)
        broker.process = None
        shutil.rmtree(broker.folder, ignore_errors=True)
        self._store.after_kill()

    def _write_log(self, broker):
        (self.folder / f"broker-{self.world.clock.life}.log").write_text(broker.log_text() + "\n", encoding="utf-8")

    # -- the end --

    async def _finish(self):
        """A last life in which everybody comes, everything arrives, and every will that is due is sent. It ends
        orderly."""
        self._place.trusted = True
        self._struck = asyncio.get_running_loop().create_future()
        if self._broker is None and not await self._begin():
            return
        self._crowd.call(everybody=True)
        await self._verify(wills=True)
        if not self.world.findings:
            await self._inspect()
        if self.world.findings:
            return
        self._place.end()
        broker, self._broker = self._broker, None
        try:
            broker.stop()
        except AssertionError as error:
            self.world.findings.add("stop", str(error))
        self._write_log(broker)

    def _keep(self):
        """Writes down what was found and seen."""
        lines = []
        for finding in self.world.findings.found:
            lines += [str(finding), *("    " + line for line in self.world.excerpt(finding))]
        (self.folder / "findings.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        with open(self.folder / "trace.txt", "w", encoding="utf-8") as trace:
            trace.writelines(line + "\n" for line in self.world.trace_lines())
