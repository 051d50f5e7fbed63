"""A file that cannot be a plugin has one clear line that names the plugin, the file, the reason and what to do. Whether
the start goes on is what `required` says. Nothing hangs, and nothing is killed."""
import os
import pathlib
import socket
import struct

from hooklib import plugin
from lib import Broker, allow_all, build_dir, check_serving

workers = (1,)

AGAIN = "install the plugin again"
NO_LIBRARY = "is no shared library; a plugin is a .so file"
CLASS, ORDER, TYPE, MACHINE, SEGMENTS = 4, 5, 16, 18, 32  # places in an ELF header
X86_64, AARCH64 = 62, 183


def patched(content, offset, value):
    return content[:offset] + value + content[offset + len(value):]


def renamed(content, old, new):
    assert content.count(old) >= 1 and len(old) == len(new), old
    return content.replace(old, new)


def contents():
    """name → (what the file holds, what the log says of it)"""
    good = (build_dir() / "tests" / "plugins" / "recorder.so").read_bytes()
    machine = struct.unpack_from("<H", good, MACHINE)[0]
    other, other_name = (X86_64, "x86-64") if machine == AARCH64 else (AARCH64, "AArch64")
    segments_end = struct.unpack_from("<Q", good, SEGMENTS)[0] + 56
    return {
        "empty": (b"", f"is empty; {AGAIN}"),
        "text": (b"#!/bin/sh\necho plugin\n", NO_LIBRARY),
        "short_text": (b"x", NO_LIBRARY),
        "magic_only": (good[:4], NO_LIBRARY),
        "half_a_header": (good[:40], f"is cut off; {AGAIN}"),
        "header_only": (good[:64], f"is cut off; {AGAIN}"),
        "one_segment": (good[:segments_end], f"is cut off; {AGAIN}"),
        "quarter": (good[:len(good) // 4], f"is cut off; {AGAIN}"),
        "half": (good[:len(good) // 2], f"is cut off; {AGAIN}"),
        "last_byte": (good[:-1], f"is cut off; {AGAIN}"),
        "zeros_follow": (good[:16] + bytes(4096), "is built for ELF machine 0, this broker for"),
        "no_segments": (patched(good, 56, b"\0\0"), f"is cut off; {AGAIN}"),
        "far_segments": (patched(good, SEGMENTS, b"\xff" * 8), f"is cut off; {AGAIN}"),
        "object_file": (patched(good, TYPE, b"\1\0"), NO_LIBRARY),
        "other_machine": (patched(good, MACHINE, struct.pack("<H", other)),
                          f"is built for {other_name}, this broker for"),
        "other_word_size": (patched(patched(good, CLASS, b"\1"), MACHINE, b"\3\0"), "is built for x86, 32 bits, this"),
        "other_byte_order": (patched(good, ORDER, b"\2"), "install the plugin for this machine"),
        "missing_library": (renamed(good, b"\0libc.so.6\0", b"\0libc.so.9\0"),
                            "cannot be loaded: libc.so.9: cannot open shared object file: No such file or directory; "
                            "the plugin needs that library: install it"),
        "undefined_symbol": (renamed(good, b"\0calloc\0", b"\0cxlloc\0"), "cannot be loaded: undefined symbol: cxlloc"),
    }


def nodes(folder):
    """name → what the log says of it; made in the folder, and none a regular file of content"""
    (folder / "folder.so").mkdir()
    os.mkfifo(folder / "fifo.so")
    (folder / "dangling.so").symlink_to(folder / "gone.so")
    (folder / "loop.so").symlink_to(folder / "loop.so")
    (folder / "device.so").symlink_to("/dev/null")
    (folder / "endless.so").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "socket.so"))
    return {"folder": "is a directory; a plugin is a .so file", "fifo": "is a FIFO; a plugin is a .so file",
            "dangling": f"is a link to {folder / 'gone.so'}, which is not there; {AGAIN}",
            "loop": "cannot be looked at: Too many levels of symbolic links",
            "device": "is a device; a plugin is a .so file", "endless": "is a device; a plugin is a .so file",
            "socket": "is a socket; a plugin is a .so file",
            "nowhere": "no such file; correct the path, or install the plugin"}


def make_all(folder):
    """Makes every broken file; name → what the log says of it."""
    says = nodes(folder)
    for name, (content, reason) in contents().items():
        (folder / f"{name}.so").write_bytes(content)
        says[name] = reason
    program = folder / "program.so"
    program.symlink_to(build_dir() / "broker" / "grapnel")
    return {**says, "program": "cannot be loaded: cannot dynamically load position-independent executable"}


def by_path(path, required):
    return {"path": str(path), "required": required}


def test_required():
    broker = Broker()
    for name, reason in make_all(broker.folder).items():
        path = broker.folder / f"{name}.so"
        broker.arguments["plugins"] = [by_path(path, True), allow_all()]
        broker.lines.clear()
        broker.launch()
        assert broker.wait_exit() == 2, f"{name}: {broker.log_tail()}"
        lines = [line for line in broker.lines if str(path) in line]
        assert len(lines) == 1 and f"plugin {name}: {path}: " in lines[0] and reason in lines[0], (name, broker.lines)
    broker.process = None


def test_not_required():
    broker = Broker()
    says = make_all(broker.folder)
    broker.arguments["plugins"] = [*(by_path(broker.folder / f"{name}.so", False) for name in says), allow_all()]
    with broker:
        for name, reason in says.items():
            why = broker.wait_record("plugin not loaded", plugin=name)["why"]
            assert reason in why and why.startswith(f"{broker.folder / name}.so: "), why
        check_serving(broker)


def test_found_by_name():
    """What stands where the plugin belongs is what is complained about."""
    broker = Broker()
    search = pathlib.Path(broker.folder)
    os.mkfifo(search / "mine.so")
    broker.arguments["text"] = f'[plugins]\nsearch = ["{search}"]\n[[plugin]]\nname = "mine"\n'
    broker.write_config()
    for command in ("check", "plugins"):
        done = broker.command(command, "--config", broker.config_path)
        assert f"{search}/mine.so: is a FIFO" in done.stdout + done.stderr, (command, done)
        assert done.returncode != 0, command


def test_duplicate_id():
    """Two plugins of one id are a fault of the configuration, required or not."""
    for required in (True, False):
        broker = Broker(plugins=[plugin("picker", _required=required), plugin("answers", _id="picker"), allow_all()])
        broker.launch()
        assert broker.wait_exit() == 2
        assert 'plugin id "picker" is taken by the plugin at' in broker.log_text(), broker.log_tail()
        assert "give one of them an id of its own" in broker.log_text()
        broker.process = None
