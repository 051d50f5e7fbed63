"""Keep-alive times one and a half is not computed in 16 bits: long ones do not end at once.
[MQTT-3.1.2-22] [MQTT-3.1.1: 3.1.2-24]
PITFALLS 1 row 9; PITFALLS 2 keep-alive does not overflow; BEHAVIOUR 12.B row 24"""
from lib import connect


def test_long_keepalives(broker):
    long = [connect(broker, f"k{keepalive}v{version}", version=version, keepalive=keepalive)
            for version in (4, 5) for keepalive in (43690, 43691, 43692, 43700, 65535, 0)]
    connect(broker, "timer").expect_silence(3.1)
    for client in long:
        client.ping()
