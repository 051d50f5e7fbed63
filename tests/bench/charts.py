"""Small line charts as SVG. A figure is a title and panels in a grid; a panel is a dictionary that JSON can hold:
title, x_label, y_label, series (a list of label and points), and where wanted x_ticks (a list of value and text),
x_log, y_log."""

import html
import itertools
import math

PANEL_WIDTH, PANEL_HEIGHT = 400, 250
LEFT, RIGHT, TOP, BOTTOM = 62, 18, 46, 42  # around the plot of a panel
TITLE_HEIGHT, NOTE_HEIGHT = 34, 26
POINTS_MAX = 300  # of a line; more are thinned out
COLOURS = ("#0969da", "#bc4c00", "#1a7f37", "#8250df", "#bf3989", "#57606a")
STYLE = """\
text { font: 11px system-ui, "DejaVu Sans", sans-serif; fill: #57606a }
.title { font-size: 15px; font-weight: 600; fill: #1f2328 }
.panel { font-size: 12px; font-weight: 600; fill: #1f2328 }
.grid { stroke: #d8dee4; stroke-width: 1 }
.axis { stroke: #8c959f; stroke-width: 1 }
.line { fill: none; stroke-width: 1.8; stroke-linejoin: round }
"""


class Scale:
    """From values to places: 0 is the beginning of the axis and 1 its end."""

    def __init__(self, least, most, log):
        self.log = log
        self.least, self.most = (math.log10(least), math.log10(most)) if log else (least, most)

    def __call__(self, value):
        if self.most == self.least:
            return 0.5
        return ((math.log10(value) if self.log else value) - self.least) / (self.most - self.least)


def short(value):
    """A number as a tick shows it."""
    for unit, suffix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= unit:
            return f"{value / unit:.4g}{suffix}"
    return f"{value:.4g}"


def even_ticks(most):
    """Round values from 0 to at least `most`, about five."""
    if most <= 0:
        return [0, 1]
    rough = most / 5
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    return [step * count for count in range(math.ceil(most / step - 1e-9) + 1)]


def decades(least, most):
    """Powers of ten around the values."""
    first, last = math.floor(math.log10(least)), math.ceil(math.log10(most))
    return [10.0 ** power for power in range(first, max(last, first + 1) + 1)]


def thinned(points):
    """At most so many points that a line still shows every peak: of each stretch the lowest and the highest."""
    if len(points) <= POINTS_MAX:
        return points
    stretch = math.ceil(2 * len(points) / POINTS_MAX)
    kept = []
    for start in range(0, len(points), stretch):
        part = points[start:start + stretch]
        ends = {id(each): each for each in (min(part, key=lambda p: p[1]), max(part, key=lambda p: p[1]))}
        kept += sorted(ends.values())
    return kept


class Plot:
    """One panel at its place in the figure."""

    def __init__(self, panel, left, top):
        self.panel = panel
        self.left, self.right = left + LEFT, left + PANEL_WIDTH - RIGHT
        self.top, self.bottom = top + TOP, top + PANEL_HEIGHT - BOTTOM
        points = [point for each in panel["series"] for point in each["points"]]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        self.y_ticks = decades(min(ys), max(ys)) if panel.get("y_log") else even_ticks(max(ys))
        self.x_ticks = panel.get("x_ticks") or [[x, short(x)] for x in even_ticks(max(xs)) if x <= max(xs)]
        ends = [value for value, _ in self.x_ticks] + xs
        self.x_scale = Scale(min(ends), max(ends), panel.get("x_log", False))
        self.y_scale = Scale(self.y_ticks[0], self.y_ticks[-1], panel.get("y_log", False))

    def x(self, value):
        return round(self.left + self.x_scale(value) * (self.right - self.left), 1)

    def y(self, value):
        return round(self.bottom - self.y_scale(value) * (self.bottom - self.top), 1)

    def parts(self):
        yield text(self.left - LEFT + 10, self.top - 28, self.panel["title"], "panel")
        yield text(self.left - LEFT + 10, self.top - 12, self.panel["y_label"])
        for value in self.y_ticks:
            yield f'<path class="grid" d="M{self.left} {self.y(value)}H{self.right}"/>'
            yield text(self.left - 6, self.y(value) + 4, short(value), anchor="end")
        yield f'<path class="axis" d="M{self.left} {self.bottom}H{self.right}"/>'
        for value, label in self.x_ticks:
            yield f'<path class="axis" d="M{self.x(value)} {self.bottom}v4"/>'
            yield text(self.x(value), self.bottom + 16, label, anchor="middle")
        yield text((self.left + self.right) / 2, self.bottom + 33, self.panel["x_label"], anchor="middle")
        for series, colour in zip(self.panel["series"], itertools.cycle(COLOURS)):
            yield from self.line(series, colour)
        if len(self.panel["series"]) > 1:
            yield from self.legend()

    def line(self, series, colour):
        points = thinned(series["points"])
        places = " ".join(f"{self.x(x)},{self.y(y)}" for x, y in points)
        yield f'<polyline class="line" stroke="{colour}" points="{places}"/>'
        if len(points) <= 20:
            for x, y in points:
                yield (f'<circle cx="{self.x(x)}" cy="{self.y(y)}" r="2.8" fill="{colour}">'
                       f"<title>{html.escape(series['label'])}: {short(y)}</title></circle>")

    def legend(self):
        """Above the plot, to the right; widths are estimates, as no font is at hand."""
        labels = [series["label"] for series in self.panel["series"]]
        left = self.right - sum(map(legend_width, labels))
        for label, colour in zip(labels, itertools.cycle(COLOURS)):
            yield f'<circle cx="{left:.0f}" cy="{self.top - 16}" r="4" fill="{colour}"/>'
            yield text(round(left) + 8, self.top - 12, label)
            left += legend_width(label)


def legend_width(label):
    return 5.6 * len(label) + 22


def text(x, y, words, style="", anchor=""):
    attributes = (f' class="{style}"' if style else "") + (f' text-anchor="{anchor}"' if anchor else "")
    return f'<text x="{x:g}" y="{y:g}"{attributes}>{html.escape(words)}</text>'


def svg(title, panels, note="", columns=2):
    """The whole picture. Its ground is light whatever the page is like."""
    columns = min(columns, len(panels))
    rows = math.ceil(len(panels) / columns)
    width, height = columns * PANEL_WIDTH, TITLE_HEIGHT + rows * PANEL_HEIGHT + NOTE_HEIGHT
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
             f'viewBox="0 0 {width} {height}" role="img" aria-label="{html.escape(title)}">',
             f"<style>{STYLE}</style>",
             f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="6" fill="#fff" stroke="#d0d7de"/>',
             text(10, 24, title, "title")]
    for number, panel in enumerate(panels):
        plot = Plot(panel, number % columns * PANEL_WIDTH, TITLE_HEIGHT + number // columns * PANEL_HEIGHT)
        parts += plot.parts()
    parts += [text(10, height - 10, note), "</svg>"]
    return "\n".join(parts) + "\n"
