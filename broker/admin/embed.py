#!/usr/bin/env python3
"""Writes files that the broker serves as C++: embed.py OUTPUT FILE… The same files always give the same text."""

import gzip
import hashlib
import pathlib
import sys

TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
         ".js": "text/javascript; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml"}


def address_of(path):
    """Where the file is served."""
    if path.name == "index.html":
        return "/"
    if path.name == "openapi.json":
        return "/api/v1/openapi.json"
    return "/" + path.name if path.stem == "dashboard" else "/dashboard/" + path.name


def array_of(name, data):
    """A C++ array of these bytes."""
    rows = (",".join(map(str, data[at:at + 24])) for at in range(0, len(data), 24))
    return f"constexpr unsigned char {name}[] = {{\n" + ",\n".join(rows) + "};\n"


def main():
    output, *names = sys.argv[1:]
    arrays, entries = "", ""
    for number, path in enumerate(sorted(map(pathlib.Path, names))):
        plain = path.read_bytes()
        arrays += array_of(f"kPlain{number}", plain) + array_of(f"kGzip{number}", gzip.compress(plain, 9, mtime=0))
        digest = hashlib.sha256(plain).hexdigest()[:20]
        entries += (f'    {{"{address_of(path)}", "{TYPES[path.suffix]}", "{digest}", kPlain{number}, '
                    f"sizeof kPlain{number}, kGzip{number}, sizeof kGzip{number}}},\n")
    head = '#include "admin/embedded_files.h"\n\nnamespace grapnel {\n\nnamespace {\n\n'
    list_of_all = "\nconstexpr EmbeddedFile kFiles[] = {\n" + entries + "};\n\n}  // namespace\n\n"
    tail = "std::span<const EmbeddedFile> embedded_files() { return kFiles; }\n\n}  // namespace grapnel\n"
    pathlib.Path(output).write_text(head + arrays + list_of_all + tail, encoding="ascii")



if __name__ == "__main__":
    main()
