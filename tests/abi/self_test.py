#!/usr/bin/env python3
"""Proves that the gate closes: makes each kind of change in a copy of the plugin header and looks which checks notice.
Ends with `N passed, N failed`."""

import subprocess
import sys

import gate
import header as reader
import symbols

TEXT = (gate.INCLUDE / "grapnel" / "plugin.h").read_text()
BASELINE = gate.BASELINE.read_text()
HISTORY = gate.HISTORY.read_text()
LAYOUT = gate.HERE / "layout_1_0.c"
LAST_HOOK = "} gn_hooks;"
NEW_HOOK = "    void (*on_something_new)(gn_call*);\n" + LAST_HOOK
SET_TOPIC = "    gn_status (*set_topic)(gn_packet*, gn_str);\n"

# (kind of change, what is replaced, by what); a break all of them
BREAKS = [
    ("field moved", "uint8_t type;     /* MQTT control packet type, 1..15 */\n    uint8_t protocol;",
     "uint8_t protocol;\n    uint8_t type;"),
    ("entry moved", "int32_t (*log_level)(const gn_host*);", "int64_t (*wall_ms)(const gn_host*);",
     "int64_t (*wall_ms)(const gn_host*);", "int32_t (*log_level)(const gn_host*);"),
    ("field of another sign", "    int64_t created_ms; /* wall clock */", "    uint64_t created_ms;"),
    ("field widened", "    uint8_t qos;         /* as asked", "    uint16_t qos;         /* as asked"),
    ("parameter retyped", "uint8_t reason, gn_str why, int32_t expire", "uint16_t reason, gn_str why, int32_t expire"),
    ("parameter added", "(*defer)(gn_call*)", "(*defer)(gn_call*, int32_t why)"),
    ("answer retyped", "void (*on_client_expired)(gn_call*,", "gn_verdict (*on_client_expired)(gn_call*,"),
    ("scalar retyped", "typedef uint64_t gn_ticket;", "typedef uint32_t gn_ticket;"),
    ("entry removed", SET_TOPIC, ""),
    ("field removed", "    gn_str tls_subject; ", "    /* nothing */ "),
    ("last entry removed", "    void (*on_will_dropped)(gn_call*, gn_client*, const gn_packet*);\n", ""),
    ("entry inserted in the middle", SET_TOPIC, "    gn_status (*set_new)(gn_packet*, gn_str);\n" + SET_TOPIC),
    ("constant renumbered", "GN_V_DENY = 2,", "GN_V_DENY = 7,"),
    ("constant removed", "    GN_E_LIMIT = -8 ", ""),
    ("extension renamed", '"gn.acl-cache/1"', '"gn.acl-cache/2"'),
    ("value struct grown", "    size_t len;\n} gn_str;", "    size_t len;\n    uint64_t hash;\n} gn_str;"),
    ("exported symbol retyped", "const gn_plugin gn_plugin_entry;", "const gn_hooks gn_plugin_entry;"),
]


def changed(*replacements):
    """The header with pairs of old and new text; what is replaced must be there, once."""
    text = TEXT
    places = [text.index(old) for old in replacements[::2]]
    assert all(text.count(old) == 1 for old in replacements[::2]), replacements
    for place, old, new in sorted(zip(places, replacements[::2], replacements[1::2]), reverse=True):
        text = text[:place] + new + text[place + len(old):]
    return text


def layout_faults(text, layout=LAYOUT):
    with gate.include_folder(text) as include:
        return [*gate.layout_holds(layout, "gcc", include), *gate.layout_holds(layout, "clang", include)]


def breaks_are_noticed(kind, *replacements):
    """Both compilers say so, and nothing that is written anew for the tripwire makes the layout pass."""
    return len(layout_faults(changed(*replacements))) == 2 or f"{kind}: the layout test passes"


def breaks_trip(kind, *replacements):
    """abidiff sees types; constants and what no type holds are the layout test's alone."""
    text = changed(*replacements)
    if kind.startswith(("constant", "extension", "exported")):
        return True
    return bool(gate.is_recorded(text, BASELINE, HISTORY)) or f"{kind}: abidiff notices nothing"


def unchanged_passes():
    return not layout_faults(TEXT) and not gate.is_recorded(TEXT, BASELINE, HISTORY)


def comments_pass():
    text = changed("/* Constant as long as the plugin lives. */", "/* Constant. */")
    header = reader.read(text)
    return not gate.is_recorded(text, BASELINE, HISTORY) and not gate.is_frozen(header, {header.minor})


def appended():
    text = changed(LAST_HOOK, NEW_HOOK, "    GN_V_CHALLENGE = 6 ", "    GN_V_CHALLENGE = 6, GN_V_NEW = 7 ")
    return text, reader.read(text)


def appended_keeps_the_layout():
    text, header = appended()
    with gate.include_folder(text) as include:
        alone = gate.alone("gcc", ["-x", "c", "-std=c99", "-Wpadded"], include)
    return not layout_faults(text) and not gate.may_be_kept(header) and not alone


def appended_trips():
    return bool(gate.is_recorded(appended()[0], BASELINE, HISTORY))


def appended_passes_when_recorded():
    text = appended()[0]
    baseline = gate.abi_of(text)
    return not gate.is_recorded(text, baseline, f"{HISTORY}1.1 {gate.digest(baseline)} a test\n")


def appended_needs_its_line():
    """A baseline renewed without a line, and one whose line gives no reason."""
    text = appended()[0]
    baseline = gate.abi_of(text)
    without = gate.is_recorded(text, baseline, HISTORY)
    silent = gate.is_recorded(text, baseline, f"{HISTORY}1.1 {gate.digest(baseline)}\n")
    return len(without) == len(silent) == 1 and "sdk/abi/HISTORY" in without[0]


def appended_needs_a_minor():
    header = appended()[1]
    faults = gate.is_frozen(header, {header.minor})
    return len(faults) == 1 and "raise GN_ABI_MINOR" in faults[0]


def appended_needs_a_frozen_copy():
    header = appended()[1]
    before = gate.is_frozen(header, set())
    header.minor = 999
    return "freeze.py" in before[0] and "is not frozen" in gate.is_frozen(header, set())[0]


def a_constant_needs_a_minor():
    header = reader.read(changed("    GN_V_CHALLENGE = 6 ", "    GN_V_CHALLENGE = 6, GN_V_NEW = 7 "))
    return bool(gate.is_frozen(header, {header.minor}))


def growing_structs_stay_apart():
    inside = reader.read(changed("    const gn_message* will; /* with", "    gn_message will; /* with"))
    late = reader.read(changed("typedef struct gn_core_api {\n    uint32_t size, reserved;",
                               "typedef struct gn_core_api {\n    uint32_t reserved, size;"))
    return len(gate.may_be_kept(inside)) == 1 and len(gate.may_be_kept(late)) == 1


def padding_is_noticed():
    text = changed("    uint32_t size;\n    uint32_t group;", "    uint32_t size;\n    uint16_t group;")
    with gate.include_folder(text) as include:
        alone = gate.alone("gcc", ["-x", "c", "-std=c99", "-Wpadded"], include)
    found = [*alone, *layout_faults(text)]
    return len(found) == 3 and all("padding" in fault for fault in found)


def more_symbols_are_noticed():
    """One too many, one of the broker's taken, none at all; and one that is right."""
    entry = "const int gn_plugin_entry = 1;"
    for source, wanted in ((entry, 0), (entry + "int more;", 1), ("int more;", 1), ("", 1),
                           (entry + "void gn_log(void); void* f(void) __attribute__((visibility(\"hidden\")));"
                                    "void* f(void) { return (void*)gn_log; }", 1)):
        with gate.include_folder(TEXT) as folder:
            library = folder / "x.so"
            subprocess.run(["gcc", "-x", "c", "-", "-shared", "-fPIC", "-o", str(library)], input=source, text=True,
                           check=True)
            faults = symbols.plugin_faults(library) + (symbols.program_faults(library) if not wanted else [])
        if len(faults) != (wanted or 1):
            return f"{source}: {faults}"
    return True


def unknown_forms_are_refused():
    """What the reader does not know, it does not pass over."""
    for unknown in ("union gn_any { int32_t a; };", "enum { GN_NEW };", "#define GN_SUM (1 + 2)",
                    "void gn_call_me(void);", "typedef struct gn_bits { uint32_t size; uint32_t a : 3; } gn_bits;"):
        try:
            reader.read(changed("struct uv_loop_s;\n", f"struct uv_loop_s;\n{unknown}\n"))
        except reader.UnknownForm:
            continue
        return f"the reader takes {unknown}"
    return True


SINGLE = [unchanged_passes, comments_pass, appended_keeps_the_layout, appended_trips, appended_passes_when_recorded,
          appended_needs_its_line, appended_needs_a_minor, appended_needs_a_frozen_copy, a_constant_needs_a_minor,
          growing_structs_stay_apart, padding_is_noticed, more_symbols_are_noticed, unknown_forms_are_refused]


def main():
    cases = [(function.__name__, function, ()) for function in SINGLE]
    cases += [(kind, check, (kind, *rest)) for kind, *rest in BREAKS for check in (breaks_are_noticed, breaks_trip)]
    passed = failed = 0
    for name, function, arguments in cases:
        answer = function(*arguments)
        if answer is True:
            passed += 1
        else:
            failed += 1
            print(f"FAIL {name}: {answer}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
