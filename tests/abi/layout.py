"""What is written from a header: assertions about its layout, the sizes of its tables, and a library for abidiff."""

import pathlib
import subprocess
import textwrap

INTRODUCTION = """\
/* The layout of the plugin ABI {version}: what later minors may add to and must not change. Written
 * by freeze.py, and never edited. */
/* clang-format off */
#include <grapnel/plugin.h>

/* Offsets and sizes are those of machines with 8-byte pointers. */
_Static_assert(sizeof(void*) == 8, "another machine");

#define TYPE(type, ...) \\
    _Static_assert(_Generic((type*)0, __VA_ARGS__: 1, default: 0), #type " is another type")
#define FIELD(type, field, offset, ...)                                                       \\
    _Static_assert(offsetof(type, field) == (offset), #type "." #field " has moved");         \\
    _Static_assert(_Generic(&((type*)0)->field, __VA_ARGS__: 1, default: 0),                  \\
                   #type "." #field " has another type")
#define SIZE(type, size) _Static_assert(sizeof(type) == (size), #type " has another size")
#define SIZE_LEAST(type, size) _Static_assert(sizeof(type) >= (size), #type " has shrunk")
#define NUMBER(name, value) _Static_assert((name) == (value), #name " has another value")
#define TEXT(name, value) \\
    _Static_assert(__builtin_strcmp(name, value) == 0, #name " has another value")
"""

BUILD = """\
# Written by freeze.py. The guard of the frozen header keeps that of the SDK out.
foreach name : frozen_plugins
  shared_module(name, '../../plugins' / name + '.c',
    name_prefix: '',
    c_args: ['-include', frozen_header],
    link_args: plugin_link_args,
    link_depends: plugin_map,
    dependencies: [sdk_dep, uv_dep, threads_dep])
endforeach
"""

PROBE = "/* One exported pointer a type, so that debug information holds them all. */\n#include <grapnel/plugin.h>\n"


def _measured(header, include):
    """Offsets and sizes, as the compiler has them: {(struct, member or None): bytes}."""
    asked = [(name, None) for name in header.structs]
    asked += [(name, member.name) for name, members in header.structs.items() for member in members]
    lines = [f"offsetof({name}, {member})" if member else f"sizeof({name})" for name, member in asked]
    program = ["#include <grapnel/plugin.h>", "#include <stdio.h>", "int main(void) {"]
    program += [f'    printf("%zu\\n", {line});' for line in lines] + ["}\n"]
    built = pathlib.Path(include) / "measure"
    subprocess.run(["gcc", "-x", "c", "-", "-o", str(built), f"-I{include}"], input="\n".join(program), text=True,
                   check=True)
    done = subprocess.run([str(built)], capture_output=True, text=True, check=True)
    built.unlink()
    return dict(zip(asked, map(int, done.stdout.split())))


def _line(what, *arguments):
    text = f"{what}({', '.join(map(str, arguments))});"
    return "\n".join(textwrap.wrap(text, 100, subsequent_indent="    ", break_long_words=False,
                                   break_on_hyphens=False))


def assertions(header, version, include):
    """The C file that compiles as long as the layout holds. `include` is a folder that may be written to and holds
    the header as grapnel/plugin.h."""
    bytes_of = _measured(header, include)
    lines = [INTRODUCTION.replace("{version}", version)]
    for name, value in header.constants.items():
        lines.append(_line("TEXT" if value.startswith('"') else "NUMBER", name, value))
    lines.append("")
    lines += [_line("TYPE", name, meaning + "*") for name, meaning in header.types.items()]
    for name, members in header.structs.items():
        lines += ["", _line("SIZE_LEAST" if header.may_grow(name) else "SIZE", name, bytes_of[name, None])]
        lines += [_line("FIELD", name, member.name, bytes_of[name, member.name], member.pointer) for member in members]
    lines += ["", f"_Static_assert(_Generic(&gn_plugin_entry, const {header.entry}*: 1, default: 0),",
              '               "the exported symbol is of another type");']
    return "\n".join(lines) + "\n"


def sizes(header, version, include):
    """What a host of that minor has, as X-macros: the sizes of what may grow, and the names of extensions."""
    bytes_of = _measured(header, include)
    lines = [f"// What ABI {version} has: GN_SIZE(type, bytes), GN_EXTENSION(name). Written by freeze.py."]
    lines += [f"GN_SIZE({name}, {bytes_of[name, None]})" for name in header.structs if header.may_grow(name)]
    lines += [f"GN_EXTENSION({value})" for name, value in header.constants.items() if name.startswith("GN_EXT_")]
    return "\n".join(lines) + "\n"


def probe(header):
    """The source of a library whose debug information holds every type of the header."""
    return PROBE + "".join(f"const {name}* grapnel_probe_{name};\n" for name in header.structs)
