#!/usr/bin/env python3
"""Counts the instructions that a delivery costs the broker, in one process without a kernel's part, and compares them
with instructions.json. The counts do not depend on the machine's speed or load. Ends with `N passed, N failed`."""

import argparse
import json
import pathlib
import sys

import callgrind
import shares

RECORD = pathlib.Path(__file__).with_name("instructions.json")
ABOVE = 0.05  # of the record: what one change may cost without being asked
BELOW = 0.20  # a record that is so far above would let much get lost again unseen
ANEW = "./dev bench --record"

# (recorded, counted, fits): proves that the comparison can fail.
SAMPLES = [
    (1000.0, 1000.0, True),
    (1000.0, 1049.0, True),
    (1000.0, 1051.0, False),
    (1000.0, 801.0, True),
    (1000.0, 799.0, False),
    (None, 1000.0, False),
]


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--build", default="build", help="build folder")
    parser.add_argument("names", nargs="*", metavar="SCENARIO", help="only these")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="compare with the record, as without an option")
    mode.add_argument("--record", action="store_true", help="write what is counted into the record")
    mode.add_argument("--profile", action="store_true", help="show where the instructions go")
    options = parser.parse_args()
    options.build = pathlib.Path(options.build).resolve()
    options.known = callgrind.scenarios(options.build)
    unknown = [name for name in options.names if name not in options.known]
    if unknown:
        parser.error(f"no scenario {unknown[0]}; there are {', '.join(options.known)}")
    options.names = options.names or options.known
    return options


def fault(recorded, counted):
    """What is wrong with a figure, or None."""
    if recorded is None:
        return f"not recorded: {ANEW}"
    if counted > recorded * (1 + ABOVE):
        return f"more than {ABOVE:.0%} above the record; if it has to be, {ANEW} and say why in the commit"
    if counted < recorded * (1 - BELOW):
        return f"more than {BELOW:.0%} below the record, which is stale: {ANEW}"
    return None


def check_samples():
    return [f"sample: {counted} with a record of {recorded} {'does not fit' if fits else 'fits'}"
            for recorded, counted, fits in SAMPLES if (fault(recorded, counted) is None) != fits]


def check_build(record, built):
    """Counts of different compilers cannot be compared."""
    recorded = record.get("build")
    if recorded == built:
        return []
    return [f"the record was made with {recorded}, this is {built}: build as CI does, or {ANEW} if that has changed"]


def check_figures(recorded, figures):
    faults = {name: fault(recorded.get(name), figure) for name, figure in figures.items()}
    return [f"{name}: {what}" for name, what in faults.items() if what]


def check_lowered(figures):
    """Each figure is refused when its record is lowered by a tenth."""
    return [f"{name}: a record of {figure * 0.9:.1f} is taken for {figure}"
            for name, figure in figures.items() if fault(figure * 0.9, figure) is None]


def check_repeats(build, name, first):
    """The count is the same again, with a longer environment."""
    again = callgrind.instructions(build, name, UNUSED="x" * 1234)
    return [] if again == first else [f"{name}: not the same count twice: {first}, {again}"]


def print_table(recorded, figures):
    print(f"{'instructions/delivery':<22} {'recorded':>9} {'now':>9} {'change':>8}")
    for name, now in figures.items():
        before = recorded.get(name)
        change = f"{now / before - 1:+8.2%}" if before else f"{'-':>8}"
        print(f"{name:<22} {before or '-':>9} {now:9.1f} {change}")


def write_record(record, built, figures, known):
    """Figures that were not counted now are kept if they are of the same build."""
    kept = record.get("instructions_per_delivery", {}) if record.get("build") == built else {}
    merged = {**kept, **figures}
    fresh = {"build": built, "instructions_per_delivery": {name: merged[name] for name in known if name in merged}}
    RECORD.write_text(json.dumps(fresh, indent=2) + "\n")


def main():
    options = arguments()
    if options.profile:
        for name in options.names:
            shares.show(options.build, name)
        return 0
    built = callgrind.built_with(options.build)
    record = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    recorded = record.get("instructions_per_delivery", {})
    counts = {name: callgrind.instructions(options.build, name) for name in options.names}
    figures = {name: round(count / deliveries, 1) for name, (count, deliveries) in counts.items()}
    print_table(recorded, figures)
    if options.record:
        write_record(record, built, figures, options.known)
        return 0
    name, first = next(iter(counts.items()))
    results = [(len(SAMPLES), check_samples()), (1, check_build(record, built)),
               (len(figures), check_figures(recorded, figures)), (len(figures), check_lowered(figures)),
               (1, check_repeats(options.build, name, first))]
    failures = [failure for _, failed in results for failure in failed]
    for failure in failures:
        print(failure)
    print(f"{sum(count for count, _ in results) - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
