"""Runs one test file against one broker: python3 -m lib.case FILE. Started by run.py, once per file and
worker count; prints one line per failed test function and ends with a line `RESULT passed failed`."""

import importlib.util
import inspect
import pathlib
import sys
import traceback

from lib import Broker, client


def load(path):
    spec = importlib.util.spec_from_file_location(pathlib.Path(path).stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def show_trace(each):
    lines = [f"  client {each.name} (v{each.version})"]
    for direction, what in each.trace[-10:]:
        lines.append(f"    {direction} {what.hex(' ') if isinstance(what, bytes) else what}")
    return "\n".join(lines)


def report(name, broker):
    print(f"--- {name}")
    traceback.print_exc(file=sys.stdout)
    for each in client.open_clients[-3:]:
        print(show_trace(each))
    if broker is not None:
        print("  broker log:")
        print("\n".join("    " + line for line in broker.log_tail(15).splitlines()))


def close_clients():
    for each in client.open_clients:
        each.close()
    client.open_clients.clear()


def run(path):
    module = load(path)
    tests = [(name, function) for name, function in vars(module).items()
             if name.startswith("test") and inspect.isfunction(function) and function.__module__ == module.__name__]
    passed, failed, broker = 0, 0, None
    for name, function in tests:
        wants_broker = bool(inspect.signature(function).parameters)
        try:
            if wants_broker and (broker is None or not broker.alive()):
                broker = Broker(**getattr(module, "config", {})).start()
            function(*([broker] if wants_broker else []))
            if wants_broker:
                assert broker.alive(), "the broker is gone"
            passed += 1
        except Exception:
            failed += 1
            report(name, broker if wants_broker else None)
        close_clients()
    if broker is not None:
        try:
            broker.stop()
        except Exception:
            failed += 1
            report("stop of the broker", broker)
    if not tests:
        failed += 1
        print(f"--- {path} has no test")
    print(f"RESULT {passed} {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1]))
