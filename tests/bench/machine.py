"""The machine that is measured on: its processors, its limits, and how it is called."""

import os
import platform
import resource


class Places:
    """Which processors broker and load have, so that neither takes the other's time."""

    def __init__(self, workers=1):
        cpus = sorted(os.sched_getaffinity(0))
        count = min(workers, len(cpus) - 1)
        self.broker, self.load = (cpus[:count], cpus[count:count + 1]) if count > 0 else (None, None)

    @staticmethod
    def pin(cpus):
        """For Popen's preexec_fn: keeps the child on these processors."""
        return (lambda: os.sched_setaffinity(0, cpus)) if cpus else None

    def text(self):
        if self.broker is None:
            return "broker and load share one CPU"
        return f"broker on CPU {', '.join(map(str, self.broker))}, load on CPU {self.load[0]}"


def allow_open_files(count):
    """Raises the limit for this process and its children as far as it may; returns what it is then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < count:
        for limits in ((count, max(count, hard)), (hard, hard)):
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, limits)
                break
            except (ValueError, OSError):
                continue
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return float("inf") if soft == resource.RLIM_INFINITY else soft


def cpu_model():
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as lines:
            for line in lines:
                name, _, value = line.partition(":")
                if name.strip() in ("model name", "Model", "cpu model"):
                    return value.strip()
    except OSError:
        pass
    return platform.machine()


def description(places):
    return f"{cpu_model()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}; {places.text()}"
