"""compatibility.obscure_not_authorized: SUBACK says 0x80 where it would say 0x87.
BEHAVIOUR 2.3"""
from lib import connect, ledger

config = dict(compatibility={"obscure_not_authorized": True},
              plugins=[ledger(auth=[{"allow": True}], acl=[{"filters": [{"filter": "yes", "access": "readwrite"}]}])])


def test_suback(broker):
    for version in (4, 5):
        connect(broker, "x", version=version).subscribe("yes", "no", expect=[0, 0x80])
