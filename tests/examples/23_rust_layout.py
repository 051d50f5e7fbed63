"""abi.rs of rust-hello says the same as plugin.h: every struct, field and constant that it has, measured by both
compilers."""
import pathlib
import re
import subprocess
import tempfile

from examplelib import SOURCES
from lib import scaled

workers = (1,)

ABI = SOURCES / "rust-hello" / "abi.rs"
INCLUDE = SOURCES.parent / "include"


def declared():
    """The structs of abi.rs with their fields in order, and its constants."""
    text = ABI.read_text()
    structs = {name: re.findall(r"^    pub (\w+):", body, re.M)
               for name, body in re.findall(r"^pub struct (\w+) \{\n(.*?)^\}", text, re.M | re.S)}
    return structs, re.findall(r"^pub const (\w+):", text, re.M)


def c_name(struct):
    return "gn" + re.sub(r"[A-Z]", lambda found: "_" + found.group().lower(), struct)


def rust_program(structs, constants):
    lines = [f'#[path = "{ABI}"]', "mod abi;", "fn main() {"]
    for struct, fields in structs.items():
        lines.append(f"let it = std::mem::MaybeUninit::<abi::{struct}>::uninit(); let it = it.as_ptr();")
        for field in fields:
            lines.append(f"let at = unsafe {{ std::ptr::addr_of!((*it).{field}) }};")
            lines.append(f'println!("{struct}.{field} {{}} {{}}", at as usize - it as usize, width(at));')
    lines += [f'println!("{name} {{}}", abi::{name} as i64);' for name in constants]
    return "\n".join([*lines, "}", "fn width<T>(_: *const T) -> usize { std::mem::size_of::<T>() }"])


def c_program(structs, constants):
    lines = ["#include <grapnel/plugin.h>", "#include <stdio.h>", "int main(void) {"]
    for struct, fields in structs.items():
        for field in fields:
            of_c = f"{c_name(struct)}, {field.rstrip('_')}"
            lines.append(f'printf("{struct}.{field} %zu %zu\\n", offsetof({of_c}), '
                         f"sizeof((({of_c.replace(', ', '*)0)->')}));")
    lines += [f'printf("{name} %lld\\n", (long long){name});' for name in constants]
    return "\n".join([*lines, "}"])


def output_of(folder, source, text, *compiler):
    (folder / source).write_text(text)
    program = folder / source.replace(".", "_")
    subprocess.run([*compiler, folder / source, "-o", program], timeout=scaled(60), check=True)
    return subprocess.run([program], capture_output=True, text=True, timeout=scaled(20), check=True).stdout.splitlines()


def measured(folder, structs, constants):
    return (output_of(folder, "layout.rs", rust_program(structs, constants), "rustc", "--edition", "2021"),
            output_of(folder, "layout.c", c_program(structs, constants), "cc", f"-I{INCLUDE}"))


def test_layout():
    structs, constants = declared()
    assert {"Plugin", "Hooks", "Host", "Call"} <= set(structs) and "GN_MAGIC" in constants, (structs, constants)
    with tempfile.TemporaryDirectory(prefix="grapnel-test-") as name:
        rust, c = measured(pathlib.Path(name), structs, constants)
    assert len(rust) == sum(map(len, structs.values())) + len(constants)
    assert rust == c, [pair for pair in zip(rust, c) if pair[0] != pair[1]]
