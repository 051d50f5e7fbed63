"""A crash says which plugin and which of its functions it was in, and the next start says so again. A build with a
sanitizer has reports of its own: there ours must stay away."""
from hooklib import one_event, plugin
from lib import Broker, Client, allow_all, build_dir, check_serving, packets as p

CRASHES = {
    "segv": ("SIGSEGV", "on_connect"),
    "fpe": ("SIGFPE", "on_connect"),
    "abort": ("SIGABRT", "on_connect"),
    "overflow": ("SIGSEGV", "on_connect"),
    "timer": ("SIGABRT", "a timer"),
    "post": ("SIGSEGV", "a posted function"),
    "work": ("SIGSEGV", "a work function"),
}
SIGNALS = {"SIGSEGV": -11, "SIGFPE": -8, "SIGABRT": -6}


def is_sanitized():
    program = (build_dir() / "broker" / "grapnel").read_bytes()
    return b"__asan_init" in program or b"__tsan_init" in program


def crash(broker):
    client = Client(broker)
    client.send(p.connect("a"))
    code = broker.wait_exit()
    broker.process = None
    return code


def check_report(broker, code, signal, where, culprit="crashes"):
    """The line, the file, and the warning of the next start, which comes once."""
    report = broker.folder / "data" / "crash"
    if is_sanitized():
        assert code != 0 and not report.exists()
        assert "grapnel: SIG" not in broker.log_text()
        return
    assert code == SIGNALS[signal], f"{where}: ended with {code}"
    line = f"grapnel: {signal} in " + (f"plugin {culprit}, {where}" if culprit else where)
    assert line in broker.lines, broker.log_tail()
    assert report.exists()
    with Broker(broker={"data_dir": str(report.parent)}) as after:
        record = after.wait_record("the broker crashed before this start")
        assert (record["plugin"], record["in"], record["signal"]) == (culprit or "", where, signal), record
        assert record["at"].startswith("20") and record["at"].endswith("Z"), record
        assert record["level"] == "warn", record
        assert not report.exists()
        check_serving(after)


def test_in_plugins():
    for how, (signal, where) in CRASHES.items():
        broker = Broker(plugins=[one_event("crashes", "on_connect", text=how), allow_all()]).start()
        check_report(broker, crash(broker), signal, where)


def test_in_a_thread_of_the_plugin():
    """Nobody can say whose thread it is."""
    broker = Broker(plugins=[one_event("crashes", "on_connect", text="thread"), allow_all()]).start()
    check_report(broker, crash(broker), "SIGSEGV", "no hook of a plugin", None)


def test_on_the_main_loop():
    broker = Broker(plugins=[one_event("crashes", "on_started", text="overflow", _id="early"), allow_all()])
    broker.launch()
    code = broker.wait_exit()
    broker.process = None
    check_report(broker, code, "SIGSEGV", "on_started", "early")


def test_in_create():
    broker = Broker(plugins=[plugin("crashes_in_create"), allow_all()])
    broker.launch()
    code = broker.wait_exit()
    broker.process = None
    check_report(broker, code, "SIGABRT", "create", "crashes_in_create")


def test_without_a_folder_to_write_to():
    """Then the line on standard error is all."""
    broker = Broker(plugins=[one_event("crashes", "on_connect", text="segv"), allow_all()],
                    broker={"data_dir": "/dev/null/nowhere"}).start()
    code = crash(broker)
    assert code != 0
    assert is_sanitized() or "grapnel: SIGSEGV in plugin crashes, on_connect" in broker.lines, broker.log_tail()
