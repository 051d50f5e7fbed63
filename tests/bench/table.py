#!/usr/bin/env python3
"""Makes one table for a document of what `./dev bench --json` printed: a row for each figure, a column for each broker
of each file. LABEL=FILE puts the label behind Grapnel's name; other brokers are called by their own."""

import argparse
import json
import pathlib
import sys

from scenarios import SCENARIOS


def labelled(text):
    label, separator, file = text.rpartition("=")
    if not separator:
        label, file = "", text
    return label, json.loads(pathlib.Path(file).read_text(encoding="utf-8"))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=labelled, metavar="[LABEL=]FILE")
    return parser.parse_args()


def columns(files):
    """Of each column its title, and the file and the broker that it shows."""
    for label, found in files:
        brokers = {name: None for scenario in found["scenarios"].values() for name in scenario}
        for name in brokers:
            yield f"{name}, {label}" if label and name == "grapnel" else name, found["scenarios"], name


def cell(scenario, figure, scenarios, broker):
    found = scenarios.get(scenario.name, {}).get(broker, {}).get("figures", {}).get(figure.name)
    return "–" if found is None else f"{found['median']:,.{figure.digits}f}"


def main():
    files = arguments().files
    wanted = list(columns(files))
    known = {name for _, found in files for name in found["scenarios"]}
    print("| scenario | unit |", " | ".join(title for title, _, _ in wanted), "|")
    print("|---|---|" + "--:|" * len(wanted))
    for scenario in SCENARIOS:
        if scenario.name not in known:
            continue
        for figure in scenario.figures:
            cells = [cell(scenario, figure, scenarios, broker) for _, scenarios, broker in wanted]
            print(f"| `{scenario.name}` | {figure.unit} |", " | ".join(cells), "|")
    return 0


if __name__ == "__main__":
    sys.exit(main())
