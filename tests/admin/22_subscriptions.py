"""GET /subscriptions: every filter once, sorted, with how many want it."""

import urllib.parse

from api_client import ask, made, ok
from lib import connect


def filters(broker, query=""):
    found, after = [], ""
    while True:
        page = ok(broker, "GET", f"/subscriptions?limit=3{query}{after}")
        found += page["subscriptions"]
        if page["next"] is None:
            return found
        after = "&after=" + urllib.parse.quote(page["next"], safe="")


def test_filters():
    with made() as broker:
        one, two = connect(broker, "one"), connect(broker, "two")
        for each in ("a", "a/b", "a/+/c", "#", "$share/g/a", "$share/g/x/+", "$share/h/x/+", "/", "+/+"):
            one.subscribe(each)
        for each in ("a", "a/+/c", "$share/g/x/+"):
            two.subscribe(each)
        wanted = [{"filter": "#", "subscribers": 1}, {"filter": "$share/g/a", "subscribers": 1, "shared_group": "g"},
                  {"filter": "$share/g/x/+", "subscribers": 2, "shared_group": "g"},
                  {"filter": "$share/h/x/+", "subscribers": 1, "shared_group": "h"},
                  {"filter": "+/+", "subscribers": 1}, {"filter": "/", "subscribers": 1},
                  {"filter": "a", "subscribers": 2}, {"filter": "a/+/c", "subscribers": 2},
                  {"filter": "a/b", "subscribers": 1}]
        assert filters(broker) == wanted, filters(broker)
        assert filters(broker, "&search=A/") == [wanted[7], wanted[8]]
        one.disconnect()
        assert filters(broker) == [wanted[2] | {"subscribers": 1}, wanted[6] | {"subscribers": 1},
                                   wanted[7] | {"subscribers": 1}], filters(broker)
        assert ask(broker, "GET", "/subscriptions?limit=0")[0] == 400
