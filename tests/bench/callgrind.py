"""Runs scenarios of message_path under callgrind, so that a count is the same on every machine."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = "message_path"
MEASURED = "*grapnel::bench::measured_turn*"  # of message_path.cpp
TIME_LIMIT_S = 120
# The C library chooses its string functions by the processor: the same ones everywhere.
ENVIRONMENT = {"LC_ALL": "C", "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX_Fast_Unaligned_Load,-ERMS"}


def output_of(command, folder=None, **environment):
    """What a command prints; its failure ends this program with its words."""
    environment = {"PATH": os.environ["PATH"], **ENVIRONMENT, **environment}
    done = subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False, timeout=TIME_LIMIT_S)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def scenarios(build):
    """The names of the scenarios; ends the program when it is not built."""
    program = build / "tests" / "bench" / PROGRAM
    if not program.exists():
        sys.exit(f"{program} is not there: ./dev build builds it")
    return output_of([str(program)]).split()


def built_with(build):
    """What a count depends on besides the sources."""
    targets = json.loads((build / "meson-info" / "intro-targets.json").read_text())
    program = next(target for target in targets if target["name"] == PROGRAM)
    compiler = program["target_sources"][0]["compiler"]
    family = "clang" if "clang" in compiler[-1] else "gcc"
    version = subprocess.check_output([*compiler, "-dumpfullversion", "-dumpversion"], text=True).strip()
    options = json.loads((build / "meson-info" / "intro-buildoptions.json").read_text())
    optimization = next(option["value"] for option in options if option["name"] == "optimization")
    return {"compiler": f"{family} {version}", "machine": os.uname().machine, "optimization": optimization}


@contextlib.contextmanager
def counted(build, scenario, **environment):
    """A run: (deliveries, callgrind's file), which is gone afterwards. It happens in a folder of its own, since the
    loader keeps the paths of plugins on the heap: long ones would move what is behind them."""
    with tempfile.TemporaryDirectory(prefix="grapnel-count-") as name:
        folder = pathlib.Path(name)
        (folder / PROGRAM).symlink_to(build / "tests" / "bench" / PROGRAM)
        (folder / "plugins").symlink_to(build / "plugins")
        out = folder / "callgrind.out"
        command = ["valgrind", "--tool=callgrind", "--quiet", "--vgdb=no", f"--toggle-collect={MEASURED}",
                   f"--callgrind-out-file={out}", f"./{PROGRAM}", scenario, "plugins"]
        yield int(output_of(command, folder, **environment)), out


def instructions(build, scenario, **environment):
    """(instructions, deliveries) of the measured part."""
    with counted(build, scenario, **environment) as (deliveries, out):
        totals = [line for line in out.read_text().splitlines() if line.startswith("totals:")]
    count = int(totals[0].split()[1]) if len(totals) == 1 else 0
    if count == 0 or deliveries == 0:
        sys.exit(f"{scenario}: nothing was counted")
    return count, deliveries
