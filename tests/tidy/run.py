#!/usr/bin/env python3
"""Checks the tree against the rules of rules.py, proves with samples.py that every rule can fail, and compiles alone
every header that the build does not. Ends with `N passed, N failed`."""

import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

import rules
import samples

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ["broker", "sdk", "plugins", "etc", "tests", "docs", ".ci"]
SUFFIXES = rules.CODE + (".py", ".build", ".toml", ".md", ".def", ".map", ".sh", ".js", ".css", ".html", ".json",
                          ".rs")
SKIPPED = {"node_modules", "__pycache__"}
INCLUDE_FOLDERS = ["broker", "sdk/include", "tests/unit", "plugins", "plugins/auth-ledger", "plugins/debug"]


def tree_files():
    """Every text file of the project, as paths below the root."""
    found = [path.name for path in ROOT.iterdir() if path.is_file() and
             (path.suffix in SUFFIXES or path.name in ("dev", "meson_options.txt"))]
    for folder in FOLDERS:
        for where, names, files in os.walk(ROOT / folder):
            names[:] = [name for name in names if name not in SKIPPED]
            found += [str((pathlib.Path(where) / name).relative_to(ROOT)) for name in files
                      if name.endswith(SUFFIXES) or folder == ".ci"]
    return sorted(found)


def check_samples():
    """One test a sample: the rule finds exactly the offending lines."""
    passed, failures = 0, []
    for name, path, text, wanted in samples.SAMPLES:
        found = [number for number, _ in getattr(rules, name)(path, text.splitlines())]
        if found == wanted:
            passed += 1
        else:
            failures.append(f"sample of {name} in {path}: offences in lines {found}, wanted {wanted}")
    for rule in rules.RULES:
        if not any(name == rule.__name__ and wanted for name, _, _, wanted in samples.SAMPLES):
            failures.append(f"no sample proves that {rule.__name__} can fail")
    return passed, failures


def check_tree(files):
    """One test a rule."""
    passed, failures = 0, []
    texts = {path: (ROOT / path).read_text(encoding="utf-8").splitlines() for path in files}
    for rule in rules.RULES:
        found = [f"{path}:{number}: {rule.__name__}: {text}"
                 for path, lines in texts.items() for number, text in rule(path, lines)]
        if found:
            failures.append("\n".join(found))
        else:
            passed += 1
    return passed, failures


def compile_alone(path):
    """Compiles a file that includes nothing but this header."""
    language, standard = ("c", "-std=c99") if path == "sdk/include/grapnel/plugin.h" else ("c++", "-std=c++20")
    compiler = ["gcc"] if language == "c" else ["g++"]
    command = compiler + ["-x", language, standard, "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                          "-include", str(ROOT / path), "/dev/null"]
    command += [f"-I{ROOT / folder}" for folder in INCLUDE_FOLDERS]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    return path, done.returncode, done.stderr


def is_compiled_alone(path):
    """Whether the build does what compile_alone() does: the source file of the same name begins with this header."""
    source = (ROOT / path).with_suffix(".cpp")
    first = re.search(r'^#include [<"](.+)[>"]$', source.read_text(), re.M) if source.exists() else None
    return first is not None and pathlib.PurePath(path).match(first.group(1))


def check_headers(files):
    """One test a header that no source file begins with."""
    headers = [path for path in files if path.endswith(rules.HEADERS) and
               path.startswith(("broker/", "sdk/", "plugins/")) and not is_compiled_alone(path)]
    passed, failures = 0, []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, status, errors in pool.map(compile_alone, headers):
            if status == 0:
                passed += 1
            else:
                failures.append(f"{path} does not compile alone:\n{errors}")
    return passed, failures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-headers", action="store_true", help="leave out the slow part")
    options = parser.parse_args()
    files = tree_files()
    results = [check_samples(), check_tree(files)]
    if not options.no_headers:
        if not shutil.which("g++"):
            sys.exit("g++ is not installed")
        results.append(check_headers(files))
    for _, failures in results:
        for failure in failures:
            print(failure)
    passed = sum(count for count, _ in results)
    failed = sum(len(failures) for _, failures in results)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
