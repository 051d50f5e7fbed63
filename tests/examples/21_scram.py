"""scram: both sides prove that they know the password, and a stranger learns nothing."""
import subprocess
import tomllib

from examplelib import SOURCES, example, refused_start
from lib import Broker, Client, allow_all, check_serving, connect, ledger, packets as p
from scramclient import METHOD, Scram, verifier

USERS = {"ann": verifier("pencil"), "b,o=b": verifier("größe")}
RIGHTS = ledger(acl=[{"username": name, "filters": [{"filter": f"{topic}/#", "access": "readwrite"}]}
                     for name, topic in (("ann", "ann"), ("b,o=b", "bob"), ("boss", "boss"))])
config = dict(plugins=[example("scram", users=USERS, decoy_secret="for tests"), RIGHTS])


def words(data, method=METHOD):
    return {"authentication_method": method, "authentication_data": data}


def begin(broker, scram, client_id="x", **arguments):
    """A client that has its challenge, and the challenge."""
    client = Client(broker)
    client.name = client_id
    client.send(p.connect(client_id, properties=words(scram.first()), **arguments))
    challenge = client.expect("AUTH", reason=0x18, has={"authentication_method": METHOD})
    return client, challenge.properties["authentication_data"]


def login(broker, user="ann", password="pencil", **arguments):
    scram = Scram(user, password)
    client, challenge = begin(broker, scram, **arguments)
    client.send(p.auth(0x18, words(scram.final(challenge))))
    client.expect("CONNACK", reason=0, has=words(scram.expected))
    return client


def begin_again(client, scram):
    client.send(p.auth(0x19, words(scram.first())))
    return client.expect("AUTH", reason=0x18).properties["authentication_data"]


def test_success(broker):
    """The session has the name that was proven, whatever CONNECT said."""
    for user, password, topic, arguments in (("ann", "pencil", "ann", {}), ("b,o=b", "größe", "bob", {}),
                                             ("ann", "pencil", "ann", {"username": "boss"})):
        client = login(broker, user, password, **arguments)
        client.publish(f"{topic}/t", b"x", qos=1)
        client.publish("boss/t", b"x", qos=1, expect=0x87)
        client.disconnect()


def test_wrong_password_and_unknown_user(broker):
    """They look the same."""
    for user, password in (("ann", "pen"), ("b,o=b", "pencil"), ("nobody", "pencil"), ("nobody", "")):
        scram = Scram(user, password)
        client, challenge = begin(broker, scram)
        assert challenge.endswith(b",i=4096") and len(scram.parts(challenge)["s"]) == 24, challenge
        client.send(p.auth(0x18, words(scram.final(challenge))))
        refusal = client.expect("CONNACK", reason=0x87, has={"reason_string": "authentication failed"})
        assert "authentication_data" not in refusal.properties
        client.expect_closed()


def test_salt_of_unknown_users():
    """It stays, as a real one does, and differs from user to user."""
    def salts(broker):
        return [Scram.parts(begin(broker, Scram(name, "x"))[1])["s"] for name in ("ann", "carl", "dora", "carl")]

    found = []
    for secret in ("one", "one", "two", None):
        given = {"decoy_secret": secret} if secret else {}
        with Broker(plugins=[example("scram", users=USERS, **given), RIGHTS]) as broker:
            found.append(salts(broker))
    ann, carl, dora, again = found[0]
    assert carl == again and len({ann, carl, dora}) == 3 and ann == USERS["ann"]["salt"], found
    assert found[1] == found[0] and found[2][1] != carl and found[3][1] not in (carl, found[2][1]), found
    assert found[3][1] == found[3][3], found


def test_other_methods(broker):
    for method in ("SCRAM-SHA-1", "PLAIN", "scram-sha-256"):
        client = Client(broker)
        client.send(p.connect("x", properties=words(Scram("ann", "pencil").first(), method)))
        client.expect_refused(0x8C)
    for version, v3 in ((3, 5), (4, 5), (5, None)):
        client = Client(broker, version)
        client.send(p.connect("x", version=version, username="ann", password=b"pencil"))
        client.expect_refused(0x87, v3)


def test_other_methods_are_left_to_others():
    with Broker(plugins=[example("scram", users=USERS, required=False), allow_all()]) as broker:
        for version in (3, 4, 5):
            connect(broker, "x", version=version, username="any", password=b"x").ping()
        login(broker).ping()


def test_method_changes_on_the_way(broker):
    client, challenge = begin(broker, scram := Scram("ann", "pencil"))
    client.send(p.auth(0x18, words(scram.final(challenge), "SCRAM-SHA-1")))
    client.expect("CONNACK", reason=0x82)
    client.expect_closed()


def test_tampered(broker):
    """Each is a valid answer but for one thing."""
    def nonce(scram, challenge):
        return scram.final(challenge, nonce=scram.nonce + "AAAA")

    def nonce_of_client_alone(scram, challenge):
        return scram.final(challenge, nonce=scram.nonce)

    def header(scram, challenge):
        scram.header = "y,,"
        return scram.final(challenge)

    def proof(scram, challenge):
        final = bytearray(scram.final(challenge))
        final[-20] ^= 1
        return bytes(final)

    def extension_behind_proof(scram, challenge):
        return scram.final(challenge) + b",x=y"

    def without_proof(scram, challenge):
        return scram.final(challenge).rpartition(b",p=")[0]

    def short_proof(scram, challenge):
        return scram.final(challenge).rpartition(b",p=")[0] + b",p=AAAA"

    def first_again(scram, _):
        return scram.first()

    for tamper in (nonce, nonce_of_client_alone, header, proof, extension_behind_proof, without_proof, short_proof,
                   first_again, lambda *_: b"", lambda *_: b"\x00" * 64, lambda *_: b"c=biws,r=," * 500):
        scram = Scram("ann", "pencil")
        client, challenge = begin(broker, scram)
        client.send(p.auth(0x18, words(tamper(scram, challenge))))
        client.expect_refused(0x87)
    check_serving_users(broker)


def check_serving_users(broker):
    client = login(broker, client_id="check")
    client.subscribe("ann/check")
    client.publish("ann/check", b"x")
    client.receive("ann/check", b"x")
    client.disconnect()


def test_answer_of_an_earlier_exchange(broker):
    old = Scram("ann", "pencil", nonce="same")
    client, challenge = begin(broker, old)
    final = old.final(challenge)
    client.send(p.auth(0x18, words(final)))
    client.expect("CONNACK", reason=0)
    client.disconnect()
    client, second = begin(broker, Scram("ann", "pencil", nonce="same"))
    assert second != challenge
    client.send(p.auth(0x18, words(final)))
    client.expect_refused(0x87)


def test_malformed_first_message(broker):
    for data in (b"", b"n", b"n,,", b"n,,n=ann", b"n,,n=ann,r=", b"n,,n=,r=abc", b"n,,r=abc,n=ann",
                 b"n,a=ann,n=ann,r=abc", b"p=tls-exporter,,n=ann,r=abc", b"x,,n=ann,r=abc", b"n,,m=x,n=ann,r=abc",
                 b"n,,n=a=nn,r=abc", b"n,,n=a=3d,r=abc", b"n,,n=ann,r=a\x01c", b"n,,n=ann,r=\xff",
                 b"n,,n=ann,r=" + b"a" * 3000, b"\x00" * 9):
        client = Client(broker)
        client.send(p.connect("x", properties=words(data)))
        client.expect_refused(0x87)
    client = Client(broker)
    client.send(p.connect("x", properties={"authentication_method": METHOD}))
    client.expect_refused(0x87)


def test_extensions_are_passed_over(broker):
    scram = Scram("ann", "pencil")
    scram.header = "y,,"
    scram.bare += ",x=of later versions"
    client, challenge = begin(broker, scram)
    client.send(p.auth(0x18, words(scram.final(challenge))))
    client.expect("CONNACK", reason=0, has=words(scram.expected))


def test_again_on_the_open_connection(broker):
    client = login(broker)
    for _ in range(2):
        scram = Scram("ann", "pencil")
        challenge = begin_again(client, scram)
        client.publish("ann/t", b"meanwhile", qos=1)
        client.send(p.auth(0x18, words(scram.final(challenge))))
        client.expect("AUTH", reason=0, has=words(scram.expected))
        client.publish("ann/t", b"still", qos=1)


def test_again_and_refused(broker):
    def wrong_password(client):
        scram = Scram("ann", "pen")
        client.send(p.auth(0x18, words(scram.final(begin_again(client, scram)))))

    def another_user(client):
        client.send(p.auth(0x19, words(Scram("b,o=b", "größe").first())))

    def never_begun(client):
        client.send(p.auth(0x18, words(b"c=biws,r=abc,p=AAAA")))

    def no_data(client):
        client.send(p.auth(0x19, {"authentication_method": METHOD}))

    def success_of_its_own(client):
        client.send(p.auth(0x00, words(b"v=AAAA")))

    for attempt in (wrong_password, another_user, never_begun, no_data, success_of_its_own):
        client = login(broker)
        attempt(client)
        client.expect_disconnect(0x87, 0x82)


def test_exchange_does_not_outlive_its_connection(broker):
    """Begun again on one connection, the session resumed on another: there nothing has begun, or something else."""
    client = login(broker, clean=False)
    scram = Scram("ann", "pencil")
    final = scram.final(begin_again(client, scram))
    resumed = login(broker, clean=False)
    client.expect_disconnect(0x8E)
    begin_again(resumed, Scram("ann", "pencil"))
    resumed.send(p.auth(0x18, words(final)))
    resumed.expect_disconnect(0x87)
    unasked = login(broker, clean=False)
    unasked.send(p.auth(0x18, words(final)))
    unasked.expect_disconnect(0x82)


def test_client_leaves_on_the_way(broker):
    for number in range(10):
        client, _ = begin(broker, Scram("ann", "pencil"), client_id=f"gone{number}")
        client.reset()
    check_serving_users(broker)


def test_documented_command():
    """What the comment says makes a user makes one."""
    lines = (SOURCES / "scram.cpp").read_text().splitlines()
    first = lines.index("//     python3 -c '")
    last = next(index for index, line in enumerate(lines) if line.startswith("//     ' ann"))
    command = "\n".join(line.removeprefix("//     ") for line in lines[first:last + 1])
    done = subprocess.run(["sh", "-c", command], input="größer als 8\n", capture_output=True, text=True, timeout=60,
                          check=True)
    users = tomllib.loads(done.stdout)["plugin"]["config"]["users"]
    with Broker(plugins=[example("scram", users=users), RIGHTS]) as broker:
        login(broker, "ann", "größer als 8").ping()
        scram = Scram("ann", "größer")
        client, challenge = begin(broker, scram)
        client.send(p.auth(0x18, words(scram.final(challenge))))
        client.expect_refused(0x87)


def test_reload():
    with Broker(plugins=[example("scram", users={"ann": USERS["ann"]}), RIGHTS]) as broker:
        before = begin(broker, Scram("carl", "x"))[1]
        client = login(broker)
        changed = {"ann": verifier("crayon"), "b,o=b": USERS["b,o=b"]}
        broker.write_config(plugins=[example("scram", users=changed), RIGHTS])
        assert broker.reload()
        login(broker, "b,o=b", "größe", client_id="b").ping()
        assert Scram.parts(begin(broker, Scram("carl", "x"))[1])["s"] == Scram.parts(before)["s"]
        scram = Scram("ann", "pencil")
        client.send(p.auth(0x18, words(scram.final(begin_again(client, scram)))))
        client.expect_disconnect(0x87)
        broker.write_config(plugins=[example("scram", users={}), RIGHTS])
        assert not broker.reload()
        login(broker, "ann", "crayon").ping()


def test_settings():
    ann = USERS["ann"]
    for users, text in (({}, "no users"), ({"ann": {**ann, "salt": "!"}}, "expected base64"),
                        ({"ann": {**ann, "stored_key": "AAAA"}}, "32 bytes"),
                        ({"ann": {"salt": "AAAA"}}, "is missing"), ({"ann": {**ann, "iterations": 1000}}, "from 4096"),
                        ({"ann": {**ann, "sald": 1}}, "did you mean")):
        refused_start(Broker(plugins=[example("scram", users=users), allow_all()]), text)


def test_serving():
    with Broker(plugins=[example("scram", users=USERS, required=False), allow_all()]) as broker:
        check_serving(broker)
