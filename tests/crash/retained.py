"""What a new subscription must get of retained messages. Each topic has one publisher."""

from dataclasses import dataclass

from clock import Moment


@dataclass(slots=True)
class Value:
    """`text` is None where the topic was cleared, or never set."""
    number: int
    text: str | None
    sent: Moment | None = None
    acknowledged: Moment | None = None

    def __str__(self):
        seen = f"acknowledged in {self.acknowledged}" if self.acknowledged else "not acknowledged"
        what = f"{self.text!r}" if self.text is not None else "nothing"
        return f"{what} (sent in {self.sent}, {seen})" if self.sent else f"{what} (from the start)"


class Retained:
    """Acknowledgements come in the order of the publishes, so what is possible is the last acknowledged value and
    all that were sent after it."""

    def __init__(self, clock, findings):
        self._clock = clock
        self._findings = findings
        self._topics = {}

    def published(self, topic, text):
        """A retained PUBLISH is about to be sent for the first time. Returns its number, for acknowledged()."""
        values = self._topics.setdefault(topic, [Value(0, None)])
        values.append(Value(values[-1].number + 1, text, self._clock.tick()))
        return values[-1].number

    def acknowledged(self, topic, number):
        values = self._topics[topic]
        for each in values:
            if each.number == number:
                each.acknowledged = each.acknowledged or self._clock.tick()
        self._topics[topic] = [each for each in values if each.number >= number] or values

    def mandatory(self):
        """Topics of which a new subscription must get something."""
        return {topic for topic, values in self._topics.items() if all(each.text is not None for each in values)}

    def check(self, found):
        """A new subscription to all topics got these: {topic: text}."""
        for topic in sorted(found.keys() | self._topics.keys()):
            values = self._topics.get(topic, [Value(0, None)])
            text = found.get(topic)
            if all(each.text != text for each in values):
                possible = " or ".join(map(str, values[:4]))
                what = f"{text!r}" if text is not None else "nothing"
                self._findings.add("retained", f"a new subscription got {what} for {topic}, not {possible}", topic)
