#!/usr/bin/env python3
"""docs/conformance.md is complete and true.

Every statement of the two standards stands there once and in order, each row names a test or
gives a reason, the named tests exist, and the docstring of a named broker test carries the
number: [MQTT-x.y.z-n] for MQTT 5.0, [MQTT-3.1.1: x.y.z-n] for MQTT 3.1.1.

  check_conformance.py          check, and end with a count
  check_conformance.py --fill   write the broker tests into the rows from the docstrings, then check
"""

import ast
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "conformance.md"
BROKER_TESTS = "tests/broker/"

# The highest number of each section; numbering starts at 1 unless FIRST says otherwise.
V5 = """1.5.4:3 1.5.5:1 1.5.7:1 2.1.3:1 2.2.1:6 2.2.2:1 3.1.0:2 3.1.2:30 3.1.3:12 3.1.4:6 3.2.0:2
3.2.2:22 3.3.1:13 3.3.2:20 3.3.4:10 3.4.2:3 3.5.2:3 3.6.1:1 3.6.2:3 3.7.2:3 3.8.1:1 3.8.3:5 3.8.4:8
3.9.2:2 3.9.3:2 3.10.1:1 3.10.3:2 3.10.4:6 3.11.2:2 3.11.3:2 3.12.4:1 3.14.0:1 3.14.1:1 3.14.2:4
3.14.4:3 3.15.1:1 3.15.2:3 4.1.0:2 4.2.0:1 4.3.1:1 4.3.2:5 4.3.3:13 4.4.0:2 4.5.0:2 4.6.0:6 4.7.0:1
4.7.1:2 4.7.2:1 4.7.3:4 4.8.2:6 4.9.0:3 4.12.0:7 4.12.1:2 4.13.1:1 4.13.2:1 6.0.0:4"""
V311 = """1.5.3:3 2.2.2:2 2.3.1:7 3.1.0:2 3.1.2:24 3.1.3:11 3.1.4:5 3.2.0:1 3.2.2:6 3.3.1:12 3.3.2:3
3.3.4:1 3.3.5:2 3.6.1:1 3.8.1:1 3.8.3:4 3.8.4:6 3.9.3:2 3.10.1:1 3.10.3:2 3.10.4:6 3.12.4:1 3.14.1:1
3.14.4:3 4.1.0:2 4.3.1:1 4.3.2:2 4.3.3:2 4.4.0:1 4.5.0:2 4.6.0:6 4.7.1:3 4.7.2:1 4.7.3:4 4.8.0:2
6.0.0:4 7.0.0:2 7.1.1:1 7.1.2:1"""
FIRST = {"MQTT-2.2.1": 2}
NUMBER = r"\[(MQTT-(?:3\.1\.1: )?[\d.]+-\d+)\]"
ROW = re.compile(r"^\| " + NUMBER + r" \| (.*?) \| (.*?) \|$")
PATH = re.compile(r"`([\w./-]+)`")


def expected(prefix, ranges):
    """The statement numbers of one standard, in order."""
    for part in ranges.split():
        section, last = part.split(":")
        for number in range(FIRST.get(f"{prefix}{section}", 1), int(last) + 1):
            yield f"{prefix}{section}-{number}"


def docstring(path):
    """The docstrings of a Python test and of its functions, as one text."""
    tree = ast.parse(path.read_text())
    holders = [tree] + [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return "\n".join(ast.get_docstring(each) or "" for each in holders)


def fill():
    """Rewrite the third column of every row that broker tests hold, from their docstrings."""
    holders = {}
    for path in sorted((ROOT / BROKER_TESTS).glob("*.py")):
        for number in re.findall(NUMBER, docstring(path)):
            holders.setdefault(number, set()).add(f"`{BROKER_TESTS}{path.name}`")
    lines = PAGE.read_text().splitlines()
    for index, line in enumerate(lines):
        row = ROW.match(line)
        if not row:
            continue
        number, rule, held_by = row.groups()
        others = [f"`{p}`" for p in PATH.findall(held_by) if not p.startswith(BROKER_TESTS)]
        tests = sorted(holders.get(number, ())) + others
        named = bool(PATH.search(held_by))
        lines[index] = f"| [{number}] | {rule} | " + (
            "<br>".join(tests) if tests else "" if named else held_by) + " |"
    PAGE.write_text("\n".join(lines) + "\n")


def row_fault(number, held_by):
    """What is wrong with one row, or None."""
    paths = PATH.findall(held_by)
    if not paths and not held_by.strip():
        return "neither a test nor a reason"
    for path in paths:
        if not (ROOT / path).is_file():
            return f"no such test: {path}"
        if path.startswith(BROKER_TESTS) and f"[{number}]" not in docstring(ROOT / path):
            return f"not in the docstring of {path}"
    return None


def main():
    if "--fill" in sys.argv[1:]:
        fill()
    rows = [ROW.match(line) for line in PAGE.read_text().splitlines()
            if line.startswith("| [MQTT")]
    if not all(rows):
        print("a row does not have three columns")
        print("0 passed, 1 failed")
        return 1
    numbers = [row.group(1) for row in rows]
    wanted = [*expected("MQTT-", V5), *expected("MQTT-3.1.1: ", V311)]
    faults = []
    if numbers != wanted:
        missing = [n for n in wanted if n not in numbers]
        surplus = [n for n in numbers if numbers.count(n) > 1 or n not in wanted]
        faults.append(f"order or set of numbers: missing {missing}, surplus {surplus}")
    for row in rows:
        fault = row_fault(row.group(1), row.group(3))
        if fault:
            faults.append(f"{row.group(1)}: {fault}")
    for fault in faults:
        print(f"{PAGE.relative_to(ROOT)}: {fault}")
    print(f"{len(rows) + 1 - len(faults)} passed, {len(faults)} failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
