#!/usr/bin/env python3
"""Kills brokers at random moments and proves that nothing they acknowledged is lost. Each kill that was survived is a
passed check; ends with `N passed, N failed`. With --canary the store lies, and the one check is that this is found."""

import argparse
import asyncio
import os
import pathlib
import random
import shutil
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
KILLS_A_FOLDER = 20
SHOWN_FINDINGS = 4


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default=os.environ.get("GRAPNEL_BUILD", str(HERE.parents[1] / "build")))
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", default=None, help="anything; chosen and printed if it is not given")
    parser.add_argument("--store", choices=("memory", "rocksdb", "redis"), default="rocksdb")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--failpoint", help="NAME or NAME:COUNT: every kill is this one")
    parser.add_argument("--canary", action="store_true", help="the store lies: passes if that is found")
    parser.add_argument("--trial", type=int, help="only this data folder of the seed, counted from 1")
    parser.add_argument("--give-up-after", type=int, default=3, metavar="N", help="so many folders with violations")
    parser.add_argument("--tolerate", default="", metavar="KINDS",
                        help="kinds of violations, by comma, that are only counted: to look behind a known fault")
    parser.add_argument("--verbose", action="store_true")
    return parser.parse_args()


def one_trial(options, number, count):
    """Runs it; returns its Trial. The folder stays if something was found."""
    from crowd import Size
    from kill import Kills
    from stores import STORES
    from trial import Trial

    folder = pathlib.Path(tempfile.mkdtemp(prefix="grapnel-crash-"))
    store = STORES[options.store](folder, options.canary)
    seed = f"{options.seed}/{number}"
    kills = Kills(random.Random(f"{seed}/kills"), store, options.failpoint)
    say = (lambda text: print(f"  {text}", flush=True)) if options.verbose else lambda text: None
    tolerated = [each for each in options.tolerate.split(",") if each]
    trial = Trial(folder, seed, store, options.workers, Size(window=store.window, budget=store.budget), say, tolerated)
    began = time.monotonic()
    asyncio.run(trial.run(kills, count))
    seconds = time.monotonic() - began
    known = "".join(f", {count} {kind}" for kind, count in trial.world.findings.tolerated.items())
    print(f"trial {number}: {trial.result}{known}, {seconds / max(trial.result.kills, 1):.2f} s a kill", flush=True)
    say("happened: " + ", ".join(f"{count} {what}" for what, count in sorted(trial.world.happened.items())))
    if not trial.world.findings:
        shutil.rmtree(folder, ignore_errors=True)
    return trial


def explain(trial):
    """Prints what was violated, and where to read on."""
    found = trial.world.findings.found
    for finding in found[:SHOWN_FINDINGS]:
        print(finding)
        for line in trial.world.excerpt(finding):
            print("    " + line)
    if len(found) > SHOWN_FINDINGS:
        print(f"and {len(found) - SHOWN_FINDINGS} more")
    print(f"data, logs, findings.txt and trace.txt are in {trial.folder}", flush=True)


def run(options):
    """(passed, failed)"""
    passed = failed = kills = broken = 0
    number = options.trial or 1
    while kills < options.kills:
        trial = one_trial(options, number, min(KILLS_A_FOLDER, options.kills - kills))
        result = trial.result
        kills += max(result.kills, 1)
        number += 1
        if trial.world.findings:
            explain(trial)
            if options.canary:
                return 1, 0
            broken += 1
            passed += result.verified
            failed += max(result.kills - result.verified, 1)
        else:
            passed += result.kills
        if options.trial or broken == options.give_up_after:
            break
    return (0, 1) if options.canary else (passed, failed)


def main():
    options = arguments()
    os.environ["GRAPNEL_BUILD"] = str(pathlib.Path(options.build).resolve())
    sys.path.insert(0, str(HERE.parent / "broker"))
    if options.seed is None:
        options.seed = str(random.SystemRandom().randrange(1_000_000))
    print(f"seed {options.seed}", flush=True)
    passed, failed = run(options)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
