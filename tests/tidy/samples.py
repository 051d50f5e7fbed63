"""What each rule must find, and what it must leave alone: (rule, path, text, offending lines)."""

LONG_FUNCTION = "int f(int a) {\n" + "    a += 1;\n" * 69 + "}\n"
FITTING_FUNCTION = "int f(int a) {\n" + "    a += 1;\n" * 68 + "}\n"
IN_CLASS = "namespace n {\nclass C : public B {\npublic:\n" + LONG_FUNCTION + "};\n}\n"
WITH_INITIALISERS = "C::C(int a)\n    : a_(a), b_{1} {\n" + "    a += 1;\n" * 70 + "}\n"
LONG_TABLE = "constexpr Row kRows[] = {\n" + "    {1, f(2)},\n" * 90 + "};\n"
LONG_CLASS = "class C {\n" + "    void f(int a);\n" * 90 + "};\n"
LONG_CHAR = "int f(int a) {\n    if (a == '{') a = '\"';\n" + "    a += 1;\n" * 69 + "}\nint x;\n"

SAMPLES = [
    ("floors", "broker/mqtt/a.cpp", '#include "base/a.h"\n#include "server/b.h"\n', [2]),
    ("floors", "broker/topics/a.h", '#include "topics/b.h"\n#include "mqtt/a.h"\n', []),
    ("floors", "broker/net/a.cpp", '#include "topics/b.h"\n', [1]),
    ("floors", "broker/odd/a.cpp", "int a;\n", [1]),
    ("floors", "broker/mqtt/a.cpp", "#include <uv.h>\n", [1]),
    ("floors", "broker/net/a.cpp", "#include <uv.h>\n", []),
    ("floors", "broker/session/a.h", "#include <grapnel/plugin.h>\n", [1]),
    ("floors", "broker/config/read.cpp", "#include <toml++/toml.h>\n", [1]),
    ("floors", "broker/config/load.cpp", "#include <toml++/toml.h>\n", []),
    ("floors", "broker/config/load.cpp", '#include "load.h"\n', [1]),
    ("floors", "broker/server/a.cpp", '#include "embed/run.h"\n', [1]),
    ("floors", "broker/embed/a.cpp", '#include <grapnel/broker.h>\n#include "server/broker.h"\n', []),
    ("floors", "broker/main.cpp", '#include "server/broker.h"\n#include "command.h"\n', []),
    ("floors", "broker/ctl/a.cpp", '#include "ctl/b.h"\n#include "net/b.h"\n#include "config/b.h"\n', [2]),
    ("floors", "broker/server/a.cpp", '#include "ctl/run.h"\n', [1]),
    ("plugin_borders", "plugins/debug/a.cpp", '#include "base/log.h"\n', [1]),
    ("plugin_borders", "tests/plugins/a.c", '#include "../../broker/base/log.h"\n', [1]),
    ("plugin_borders", "plugins/debug/a.cpp", '#include <grapnel/plugin.h>\n#include "show.h"\n', []),
    ("file_ceiling", "broker/base/a.cpp", "\n" * 501, [501]),
    ("file_ceiling", "broker/base/a.cpp", "\n" * 500, []),
    ("file_ceiling", "tests/abi/v1.0/plugin.h", "\n" * 501, []),
    ("file_ceiling", "tests/abi/a.c", "\n" * 501, [501]),
    ("function_ceiling", "broker/base/a.cpp", LONG_FUNCTION, [1]),
    ("function_ceiling", "broker/base/a.cpp", FITTING_FUNCTION, []),
    ("function_ceiling", "broker/base/a.h", IN_CLASS, [4]),
    ("function_ceiling", "broker/base/a.cpp", WITH_INITIALISERS, [1]),
    ("function_ceiling", "broker/base/a.cpp", LONG_CHAR, [1]),
    ("function_ceiling", "broker/base/a.cpp", LONG_TABLE, []),
    ("function_ceiling", "broker/base/a.h", LONG_CLASS, []),
    ("banned_words", "broker/base/a.cpp", "// TO" + "DO: later\n", [1]),
    ("banned_words", "README.md", "see /ho" + "me/me/x\n", [1]),
    ("banned_words", "broker/base/a.cpp", "    assert" + "(a);\n    static_assert(b);\n", [1]),
    ("banned_words", "broker/base/a.cpp", "    sprintf" + "(a, b);\n    snprintf(a, 1, b);\n", [1]),
    ("banned_words", "broker/base/a.cpp", 'char a[] = "XXXXXX", b[] = "/tmp/grapnel-x";  // build/tmp/x\n', []),
    ("pragma_once", "broker/base/a.h", "int a;\n", [1]),
    ("pragma_once", "broker/base/a.h", "#pragma once\nint a;\n", []),
    ("pragma_once", "sdk/include/a.h", "#ifndef A_H\n#define A_H\n#endif\n", []),
    ("pragma_once", "tests/abi/v1.0/a.h", "#ifndef A_H\n#define A_H\n#endif\n", []),
    ("pragma_once", "broker/base/a.h", "#ifndef A_H\n#define A_H\n#endif\n", [1]),
    ("pragma_once", "broker/base/a.cpp", "int a;\n", []),
    ("columns", "broker/base/a.cpp", "x" * 101 + "\n", [1]),
    ("columns", "broker/base/a.cpp", "ä" * 100 + "\n", []),
    ("columns", "tests/a.py", "x" * 121 + "\n", [1]),
    ("blanks", "broker/base/a.cpp", "int a; \n\tint b;\n", [1, 2]),
    ("blanks", "broker/base/a.cpp", "int a;\n\nint b;\n", []),
]
