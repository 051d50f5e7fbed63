#!/usr/bin/env python3
"""Writes down what the plugin header says now, for the checks of gate.py:

    freeze.py REASON      after a change of the header: the layout and the frozen copy of its minor, the baseline of
                          abidiff, and a line with the reason in sdk/abi/HISTORY
    freeze.py --release   when a minor is released: from then on its files are never written again

A minor that is released is not written; raise GN_ABI_MINOR first. Files of older minors are never touched."""

import argparse
import sys

import gate
import header as reader
import layout


def write(path, text):
    """Whether the file has changed."""
    if path.exists() and path.read_text() == text:
        return False
    path.write_text(text)
    return True


def write_minor(header, text):
    """Whether anything that describes the minor has changed."""
    version = f"1.{header.minor}"
    folder = gate.frozen_header(header.minor).parent
    folder.mkdir(exist_ok=True)
    with gate.include_folder(text) as include:
        files = {gate.HERE / f"layout_1_{header.minor}.c": layout.assertions(header, version, include),
                 folder / "sizes.def": layout.sizes(header, version, include), folder / "plugin.h": text,
                 folder / "meson.build": layout.BUILD}
    return any([write(path, content) for path, content in files.items()])


def renew(header, text, reason):
    history = gate.HISTORY.read_text()
    has_changed = False
    if header.minor in gate.released_minors(history):
        if faults := gate.is_frozen(header, {header.minor}):
            sys.exit(faults[0])
    else:
        has_changed = write_minor(header, text)
    baseline = gate.abi_of(text)
    if write(gate.BASELINE, baseline) or has_changed:
        gate.HISTORY.write_text(f"{history}1.{header.minor} {gate.digest(baseline)} {reason}\n")
    else:
        print("nothing has changed")


def release(header):
    history = gate.HISTORY.read_text()
    faults = gate.is_frozen(header, gate.released_minors(history))
    if faults:
        sys.exit(faults[0])
    if header.minor not in gate.released_minors(history):
        gate.HISTORY.write_text(f"{history}1.{header.minor} released\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", action="store_true", help="the minor is released")
    parser.add_argument("reason", nargs="?", help="why the header has changed")
    options = parser.parse_args()
    if options.release == bool(options.reason):
        parser.error("say the reason, or --release")
    text = (gate.INCLUDE / "grapnel" / "plugin.h").read_text()
    header = reader.read(text)
    if faults := gate.may_be_kept(header):
        sys.exit("\n".join(faults))
    if options.release:
        release(header)
    else:
        renew(header, text, " ".join(options.reason.split()))


if __name__ == "__main__":
    main()
