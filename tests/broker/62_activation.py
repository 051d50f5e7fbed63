"""Listeners take the sockets that whoever started the broker opened for it (LISTEN_FDS), by their address or by their
name, and leave them as they are at the end."""
import pathlib
import socket
import sys
import tempfile

from lib import Broker, Client, connect, packets as p

# Becomes the command behind it, with the descriptors ARGV[1] from 3 on and LISTEN_PID.
PARENT = """
import fcntl, os, sys
high = [fcntl.fcntl(int(each), fcntl.F_DUPFD, 100) for each in sys.argv[1].split(",")]
for number, each in enumerate(high):
    os.dup2(each, 3 + number)
    os.close(each)
os.environ["LISTEN_PID"] = sys.argv[2] or str(os.getpid())
os.environ["LISTEN_FDS"] = str(len(high))
os.execv(sys.argv[3], sys.argv[3:])
"""


def hand_over(broker, sockets, names=None, process=""):
    descriptors = [each.fileno() for each in sockets]
    broker.wrapper = [sys.executable, "-c", PARENT, ",".join(map(str, descriptors)), process]
    broker.pass_fds = descriptors
    if names is not None:
        broker.environment["LISTEN_FDNAMES"] = names


def tcp():
    return socket.create_server(("127.0.0.1", 0), backlog=100)


def unix(path):
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    listening.listen(100)
    return listening


def test_by_name():
    with tcp() as listening:
        broker = Broker(listeners=[{"id": "here"}])
        hand_over(broker, [listening], "here")
        early = Client(listening.getsockname()[1])  # before there is a broker
        early.send(p.connect("early"))
        broker.start()
        assert broker.port == listening.getsockname()[1]
        early.expect("CONNACK", reason=0)
        connect(broker, "x").ping()
        broker.stop()
        Client(listening.getsockname()[1]).close()  # still listens: for the next life


def test_by_address():
    with tcp() as first, tcp() as second:
        broker = Broker(listeners=[{"id": "b", "address": "127.0.0.1:%d" % second.getsockname()[1]},
                                   {"id": "a", "address": "127.0.0.1:%d" % first.getsockname()[1]}, {"id": "own"}])
        hand_over(broker, [first, second], "grapnel.socket:grapnel.socket")
        broker.start()
        for listener in ("a", "b", "own"):
            connect(broker, listener, listener=listener).ping()
        broker.stop()


def test_unix():
    with tempfile.TemporaryDirectory(prefix="grapnel-test-") as folder:
        path = pathlib.Path(folder) / "mqtt.sock"
        with unix(path) as listening:
            broker = Broker(listeners=[{"id": "local", "type": "unix", "address": str(path)}])
            hand_over(broker, [listening])
            broker.start()
            connect(broker, "x", listener="local").ping()
            broker.stop()
            assert path.is_socket()  # it is not ours


def test_nobodys():
    """A socket that is no listener's is closed, and told of."""
    with tcp() as listening:
        broker = Broker()
        hand_over(broker, [listening], "other")
        broker.start()
        record = broker.wait_record("an inherited socket is no listener's: closed")
        assert record["name"] == "other" and record["address"].startswith("127.0.0.1:")
        connect(broker, "x").ping()
        broker.stop()


def test_of_another_process():
    with tcp() as listening:
        broker = Broker()
        hand_over(broker, [listening], "tcp", process="1")
        broker.start()
        assert broker.port != listening.getsockname()[1]
        broker.stop()


def test_wrong_kind():
    """A listener that finds a socket of its name and cannot use it ends the start."""
    with tempfile.TemporaryDirectory(prefix="grapnel-test-") as folder, socket.socket() as deaf, \
            unix(pathlib.Path(folder) / "a") as local:
        for listening, words in ((deaf, "no socket that listens"), (local, "of another type")):
            broker = Broker()
            hand_over(broker, [listening], "tcp")
            broker.launch()
            assert broker.wait_exit(20) == 1
            assert words in broker.log_text() and f"{broker.config_path}:" in broker.log_text()
