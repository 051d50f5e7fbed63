#!/usr/bin/env python3
"""embed.py FILE FUNCTION OUTPUT writes a C++ source whose FUNCTION returns the bytes of FILE."""

import pathlib
import sys

LINE_BYTES = 24


def main():
    source, function, output = sys.argv[1:]
    data = pathlib.Path(source).read_bytes()
    lines = ["#include <string_view>", "", "namespace grapnel {", "",
             f"std::string_view {function}();", "", f"std::string_view {function}() {{",
             f"    static const unsigned char bytes[{len(data) + 1}] = {{"]
    lines += ["        " + ",".join(map(str, data[at:at + LINE_BYTES])) + "," for at in range(0, len(data), LINE_BYTES)]
    lines += ["        0};", f"    return {{reinterpret_cast<const char*>(bytes), {len(data)}}};", "}", "",
              "}  // namespace grapnel", ""]
    pathlib.Path(output).write_text("\n".join(lines))


main()
