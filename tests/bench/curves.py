#!/usr/bin/env python3
"""Measures how Grapnel's costs grow with what it holds and does, writes the figures into docs/pictures/curves.json and
draws them beside it. The broker has the first CPU and the load the second; a cost of a delivery is the median of the
runs, memory and filling are measured once."""

import argparse
import json
import pathlib
import sys

import brokers
import charts
import filler
import generator
import growth
import machine

PICTURES = pathlib.Path(__file__).resolve().parents[2] / "docs" / "pictures"


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench curves", description=__doc__)
    parser.add_argument("--build", default="build", help="build folder")
    parser.add_argument("--only", action="append", choices=growth.CURVES, metavar="CURVE",
                        help=f"{', '.join(growth.CURVES)}; may be repeated; the others stay as they are in the file")
    parser.add_argument("--seconds", type=float, help="of each run: 2, or 0.3 with --quick")
    parser.add_argument("--runs", type=int, help="of each point: 3, or 1 with --quick")
    parser.add_argument("--quick", action="store_true", help="fewer points, short runs")
    parser.add_argument("--draw-only", action="store_true", help="draw what is in the file already")
    parser.add_argument("--output", type=pathlib.Path, default=PICTURES, metavar="FOLDER", help="of file and pictures")
    return parser.parse_args()


def print_curve(title, panels):
    print(title)
    for each in panels:
        for line in each["series"]:
            points = ", ".join(f"{charts.short(x)}: {y:.4g}" for x, y in line["points"])
            print(f"  {each['title']}, {each['y_label']}, {line['label']}: {points}", flush=True)


def measure(options, figures):
    bench = growth.Bench(options.build, options.quick, options.seconds, options.runs)
    for name in options.only or growth.CURVES:
        title, panels = growth.CURVES[name](bench)
        figures[name] = {"title": title, "note": machine.description(bench.places), "panels": panels}
        print_curve(title, panels)


def main():
    options = arguments()
    file = options.output / "curves.json"
    figures = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    if not options.draw_only:
        try:
            measure(options, figures)
        except (brokers.StartError, filler.FillError, generator.LoadError, OSError) as error:
            sys.exit(f"curves: {error}")
        options.output.mkdir(parents=True, exist_ok=True)
        ordered = {name: figures[name] for name in growth.CURVES if name in figures}
        file.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for name, figure in figures.items():
        picture = charts.svg(figure["title"], figure["panels"], figure["note"], columns=len(figure["panels"]))
        (options.output / f"{name}.svg").write_text(picture, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
