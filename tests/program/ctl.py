#!/usr/bin/env python3
"""`grapnel ctl` as a person and a script meet it, with a server that has the shapes of the admin API and, at times, bad
manners. Ends with `N passed, N failed`."""

import sys

import ctl_broker
import ctl_commands
import ctl_follow
import ctl_hostile
import ctl_places
import ctl_terminal
import run

if __name__ == "__main__":
    tests = {}
    for module in (ctl_commands, ctl_follow, ctl_places, ctl_hostile, ctl_terminal, ctl_broker):
        tests.update(vars(module))
    sys.exit(run.main({**tests, "__doc__": __doc__}))
