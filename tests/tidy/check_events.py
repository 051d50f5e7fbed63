#!/usr/bin/env python3
"""The events agree wherever they are listed: broker/hooks/events.def, gn_hooks of plugin.h, the C++ wrapper, and the
table of docs/events.md, where each has its moment in words.

  check_events.py          check, and end with a count
  check_events.py --write  write the table's other columns from the code, then check
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "events.md"
SDK = ROOT / "sdk" / "include" / "grapnel"
RULE = "|---|---|---|---|---|---|\n"
# What the wrapper answers for a hook that threw, where events.def has this.
CLOSED = {"none": {"0"}, "deny": {"GN_V_DENY"}, "reject": {"GN_V_REJECT"}, "unchanged": {"GN_V_CONTINUE", "0"},
          "fail": {"GN_E_IO", "GN_V_DENY"}}
FAILING = {"none": "logged", "deny": "DENY", "reject": "REJECT", "unchanged": "its changes are undone",
           "fail": "it failed"}


def listed(path, pattern):
    return re.findall(pattern, path.read_text(encoding="utf-8"), re.M)


def events():
    """(name, class, may defer, closed answer) of events.def."""
    return listed(ROOT / "broker" / "hooks" / "events.def", r"^GN_EVENT\((\w+), (\w+), (\w+), (\w+)\)$")


def header_names():
    table = re.search(r"typedef struct gn_hooks \{(.*?)\} gn_hooks;", (SDK / "plugin.h").read_text(), re.S).group(1)
    return re.findall(r"^    \w+ \(\*(\w+)\)\(", table, re.M)


def wrapper():
    """name: (on the main loop, closed answer)."""
    return {name: (on_main == "true", closed)
            for name, on_main, closed in listed(SDK / "plugin_table.hpp", r"^    X\((\w+), (\w+), (\w+)\)")}


def rows():
    """name: cells of its row, in the order of the page."""
    table = PAGE.read_text(encoding="utf-8").split(RULE, 1)[1]
    return {cells[0].strip("`"): cells for cells in
            ([cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line)}


def wanted_rows():
    moments, threads = rows(), wrapper()
    for name, kind, defers, closed in events():
        moment = moments[name][1] if name in moments else ""
        thread = "main" if threads[name][0] else "loop"
        yield [f"`{name}`", moment, thread, kind, "yes" if defers == "true" else "", FAILING[closed]]


def write():
    head = PAGE.read_text(encoding="utf-8").split(RULE, 1)[0]
    lines = ["| " + " | ".join(cells).replace("|  |", "| |") + " |\n" for cells in wanted_rows()]
    PAGE.write_text(head + RULE + "".join(lines), encoding="utf-8")


def faults():
    names = [event[0] for event in events()]
    yield "gn_hooks has them in this order", header_names() == names
    threads = wrapper()
    yield "the wrapper has them in this order", list(threads) == names
    for name, _, _, closed in events():
        yield f"the wrapper closes {name} as the host does", threads.get(name, (0, ""))[1] in CLOSED[closed]
    found = rows()
    yield "the page has them in this order", list(found) == names
    for cells in wanted_rows():
        name = cells[0].strip("`")
        yield f"the row of {name} is as the code has it", found.get(name) == cells
        yield f"{name} has a moment", bool(cells[1])


def main():
    if "--write" in sys.argv[1:]:
        write()
    results = list(faults())
    for what, holds in results:
        if not holds:
            print(f"FAIL {what}")
    failed = sum(not holds for _, holds in results)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed or not results else 0


if __name__ == "__main__":
    sys.exit(main())
