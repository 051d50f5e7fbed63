#!/usr/bin/env python3
"""Checks the SDK's headers: that they compile alone in every language version that is meant for them, and that plugin.h
breaks no plugin that exists already. Ends with `N passed, N failed`."""

import sys

import gate
import header as reader


def faults_of_tree():
    """(what was checked, faults) one after the other."""
    yield "programs", gate.missing_programs()
    for compiler, flags in gate.standards():
        yield "header alone", gate.alone(compiler, flags, sources=("header_alone.c", "broker_alone.c"))
    text = (gate.INCLUDE / "grapnel" / "plugin.h").read_text()
    history = gate.HISTORY.read_text()
    header = reader.read(text)
    yield "may be kept", gate.may_be_kept(header)
    yield "is frozen", gate.is_frozen(header, gate.released_minors(history))
    yield "is recorded", gate.is_recorded(text, gate.BASELINE.read_text(), history)
    yield "layouts", [] if gate.layout_files() else ["no layout is written down"]
    for path in gate.layout_files():
        for compiler in ("gcc", "clang"):
            yield path.name, gate.layout_holds(path, compiler)


def main():
    passed = failed = 0
    for what, faults in faults_of_tree():
        if faults:
            failed += 1
            print(f"FAIL {what}", *faults, sep="\n")
        else:
            passed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
