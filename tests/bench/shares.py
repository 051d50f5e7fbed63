"""Where the instructions of a scenario go: by step of the path, and within a step by function."""

import re

import callgrind

# The first pattern that is found in `file:function` names the step. The file is the one of the function; what is
# inlined counts for the function that it is inlined in.
STEPS = [
    ("write", r"server/(output|worker)\.cpp|connection\.cpp:.*::(flush|append_output|relieve)\b|libuv|uv__"),
    ("read", r"^broker/net/|server/connection\.cpp|^tests/bench/"),
    ("decode", r"mqtt/(frame|decode\w*|properties_decode|topic_name|utf8)\.cpp"),
    ("encode", r"^broker/mqtt/|server/(outgoing|connection_send)\.cpp"),
    ("hooks", r"^broker/hooks/|^plugins/|server/access\.cpp|session/access_cache\.cpp"),
    ("route", r"server/(router|publishing)\.cpp|topics/(?!message)"),
    ("queue", r"server/sender\.cpp|broker/session/|topics/message\.cpp"),
    ("handle", r"^broker/server/"),
    ("allocate", r"malloc|operator (new|delete)|cfree"),
    ("copy, compare", r"mem(move|cpy|set|cmp|chr)|str(len|cmp)"),
]
OTHER = "other"
SHOWN = 0.004  # of the whole: functions below are left out
ROW = re.compile(r"\s*([\d,]+)\s+([^:]+):(.*?)( \[[^\[\]]*\])?$")


def rows(out, *options):
    """(count, file, function, at home) of callgrind_annotate. Not at home: lines of another file that were inlined.
    Compilers name files as seen from the build folder, below it."""
    command = ["callgrind_annotate", "--auto=no", "--show-percs=no", "--threshold=100", *options, str(out)]
    table = callgrind.output_of(command).split("file:function", 1)[1]
    found = [row.groups() for row in map(ROW.match, table.splitlines()) if row]
    return [(int(count.replace(",", "")), file.split("/../")[-1], function, program is not None)
            for count, file, function, program in found]


def short(function):
    """Without namespaces of ours and arguments."""
    name = function.replace("(anonymous namespace)::", "").replace("grapnel::", "")
    return re.sub(r"\(.*", "", name)[:60]


def step_of(file, function):
    for step, pattern in STEPS:
        if re.search(pattern, f"{file}:{function}"):
            return step
    return OTHER


def functions(out):
    """{function: (step, own count, count with what it calls)}."""
    own, whole, home = {}, {}, {}
    for count, file, function, at_home in rows(out):
        own[function] = own.get(function, 0) + count
        if at_home or function not in home:
            home[function] = file
    for count, _, function, _ in rows(out, "--inclusive=yes"):
        whole[function] = max(whole.get(function, 0), count)
    return {name: (step_of(home[name], name), count, whole.get(name, count)) for name, count in own.items()}


def show(build, scenario):
    with callgrind.counted(build, scenario) as (deliveries, out):
        found = functions(out)
    total = sum(own for _, own, _ in found.values())
    print(f"{scenario}: {total / deliveries:.1f} instructions/delivery")
    print(f"{'step':<14} {'function':<60} {'own':>8} {'share':>7} {'with calls':>10}")
    for step in dict.fromkeys([step for step, _ in STEPS] + [OTHER]):
        members = [(own, whole, name) for name, (where, own, whole) in found.items() if where == step]
        count = sum(own for own, _, _ in members)
        print(f"{step:<14} {'':<60} {count / deliveries:8.1f} {count / total:7.1%}")
        for own, whole, name in sorted(members, reverse=True):
            if own < total * SHOWN:
                break
            print(f"{'':<14} {short(name):<60} {own / deliveries:8.1f} {own / total:7.1%} {whole / deliveries:10.1f}")
