#!/usr/bin/env python3
"""Compiles header_alone.c and broker_alone.c in every language version that plugins are written in, with every compiler
that is there. Ends with the count of what passed."""

import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
INCLUDE = HERE.parent.parent / "sdk" / "include"
STRICT = ["-fsyntax-only", "-pedantic", "-Wall", "-Wextra", "-Werror"]


def cases():
    for compiler in ("gcc", "clang"):
        for standard in ("c99", "c11", "c17"):
            yield compiler, ["-x", "c", f"-std={standard}", "-Wpadded"]
    for compiler in ("g++", "clang++"):
        for standard in ("c++11", "c++14", "c++17", "c++20"):
            yield compiler, ["-x", "c++", f"-std={standard}"]


def main():
    passed = failed = 0
    for compiler, flags in cases():
        if shutil.which(compiler) is None:
            continue
        for source in ("header_alone.c", "broker_alone.c"):
            command = [compiler, *STRICT, *flags, f"-I{INCLUDE}", str(HERE / source)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode == 0:
                passed += 1
            else:
                failed += 1
                print(" ".join(command), done.stderr, sep="\n")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
