"""The checks that stand between a change of the plugin header and plugins that exist already. Each answers a list of
faults; empty: it passed."""

import collections
import contextlib
import hashlib
import pathlib
import re
import shutil
import subprocess
import tempfile

import header as reader
import layout

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
INCLUDE = ROOT / "sdk" / "include"
BASELINE = ROOT / "sdk" / "abi" / "plugin-1.abi"
HISTORY = ROOT / "sdk" / "abi" / "HISTORY"
STRICT = ["-fsyntax-only", "-pedantic", "-Wall", "-Wextra", "-Wconversion", "-Werror"]
RENEW = 'python3 tests/abi/freeze.py "why"'


def standards():
    """(compiler, flags) for every language that plugins are written in. clang pads only what is used."""
    for compiler, more in (("gcc", ["-Wpadded"]), ("clang", [])):
        for standard in ("c99", "c11", "c17", "c2x"):
            yield compiler, ["-x", "c", f"-std={standard}", *more]
    for compiler in ("g++", "clang++"):
        for standard in ("c++11", "c++14", "c++17", "c++20", "c++2b"):
            yield compiler, ["-x", "c++", f"-std={standard}"]


def _run(*command, **options):
    """(exit status, what it printed); a program that is not there is status 127."""
    try:
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, **options)
    except FileNotFoundError:
        return 127, f"{command[0]} is not installed"
    return done.returncode, done.stdout + done.stderr


def alone(compiler, flags, include=INCLUDE, sources=("header_alone.c",)):
    """The headers that these sources include compile alone, without a warning."""
    faults = []
    for source in sources:
        status, output = _run(compiler, *STRICT, *flags, f"-I{include}", HERE / source)
        if status:
            faults.append(f"{compiler} {' '.join(flags)} {source}: {output}")
    return faults


def layout_files():
    return sorted(HERE.glob("layout_*.c"))


def layout_holds(path, compiler="gcc", include=INCLUDE):
    """Nothing that this minor had was moved, retyped, removed or renumbered."""
    status, output = _run(compiler, "-std=c11", "-fsyntax-only", "-Wall", "-Wextra", "-Wpadded", "-Werror",
                          f"-I{include}", path)
    return [f"the layout of {path.name} is broken:\n{output}"] if status else []


def may_be_kept(header):
    """The rules that let structs grow: each says its size first, and none lies inside another."""
    faults = []
    for name, members in header.structs.items():
        place = 1 if name == header.entry else 0  # its magic stands before
        if header.may_grow(name) and members[place].name != "size":
            faults.append(f"{name}.size is not where it belongs")
        faults += [f"{name}.{member.name} holds {member.base} by value, which may grow" for member in members
                   if header.structs.get(member.base) and header.may_grow(member.base)]
    counts = collections.Counter(member.name for member in header.structs["gn_hooks"])
    return faults + [f"gn_hooks.{name} is there twice" for name, count in counts.items() if count > 1]


def frozen_header(minor):
    return HERE / f"v1.{minor}" / "plugin.h"


def is_frozen(header, released):
    """The newest frozen copy is of the header's minor, and says what the header says."""
    path = frozen_header(header.minor)
    if not path.exists():
        return [f"ABI 1.{header.minor} is not frozen: run {RENEW}"]
    if header.same(reader.read(path.read_text())):
        return []
    if header.minor in released:
        return [f"ABI 1.{header.minor} is released and the header says something else: raise GN_ABI_MINOR, "
                f"then run {RENEW}"]
    return [f"the header says something else than {path.relative_to(ROOT)}: run {RENEW}"]


def released_minors(history):
    return {int(found) for found in re.findall(r"^1\.(\d+) released$", history, re.M)}


@contextlib.contextmanager
def include_folder(text):
    """A folder to include this header from, and to write to."""
    with tempfile.TemporaryDirectory(prefix="grapnel-abi-") as name:
        folder = pathlib.Path(name)
        (folder / "grapnel").mkdir()
        (folder / "grapnel" / "plugin.h").write_text(text)
        yield folder


def build_probe(text, folder, compiler="gcc", flags=()):
    """Builds the library for abidiff and returns its path."""
    (folder / "probe.c").write_text(layout.probe(reader.read(text)))
    status, output = _run(compiler, "-std=c99", "-gdwarf-4", "-O0", "-fPIC", "-shared", *flags, "-I.", "probe.c",
                          "-o", "probe.so", cwd=folder)
    if status:
        raise RuntimeError(output)
    return folder / "probe.so"


def abi_of(text):
    """The header's types as abidw writes them down."""
    with include_folder(text) as folder:
        build_probe(text, folder)
        status, output = _run("abidw", "--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "probe.so",
                              cwd=folder)
    if status:
        raise RuntimeError(output)
    return output


def digest(baseline):
    return hashlib.sha256(baseline.encode()).hexdigest()[:16]


def is_recorded(text, baseline, history, compiler="gcc", flags=()):
    """The types are those of the baseline, and the baseline has its line in the history. It notices every change, also
    those that are no break."""
    faults = []
    recorded = re.findall(r"^1\.\d+ ([0-9a-f]{16}) \S.*$", history, re.M)
    if not recorded or recorded[-1] != digest(baseline):
        faults.append(f"the baseline has no line of its own in sdk/abi/HISTORY: run {RENEW}")
    with include_folder(text) as folder:
        (folder / "baseline.abi").write_text(baseline)
        probe = build_probe(text, folder, compiler, flags)
        status, output = _run("abidiff", "--no-architecture", "baseline.abi", probe.name, cwd=folder)
    if status:
        faults.append(f"abidiff answers {status}: the types of the header are not those of sdk/abi/plugin-1.abi. If "
                      f"that is meant, run {RENEW}.\n{output}")
    return faults


def missing_programs():
    return [f"{name} is not installed" for name in ("gcc", "g++", "clang", "clang++", "abidw", "abidiff")
            if shutil.which(name) is None]
