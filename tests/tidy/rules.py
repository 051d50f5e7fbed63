"""The rules of the tree. A rule is a function of a path below the root and the lines of that file; it yields
(line number, text) for every offence."""

import re

FLOORS = ["base", "mqtt", "config", "stats", "net", "topics", "session", "web", "hooks", "server", "admin", "embed"]
# Beside the floors, and which of them it may know.
BESIDE = {"ctl": ("base", "mqtt", "config")}
CODE = (".h", ".hpp", ".c", ".cpp")
HEADERS = (".h", ".hpp")

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
COLUMNS_MAX = {".py": 120, ".js": 132, ".css": 120}
COLUMNS_MAX_CODE = 100

# Libraries that only some floors may know.
LIBRARY_FLOORS = {
    "uv.h": ("net", "hooks", "server"),
    "libwebsockets.h": ("web", "ctl"),
    "grapnel/": ("hooks", "server", "admin", "embed"),
    "openssl/": ("net", "server", "admin", "ctl"),
}

# Copies and descriptions of the ABI header of one release, which nobody edits.
FROZEN = re.compile(r"tests/abi/(v\d+\.\d+/|layout_\d)")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def is_code(path):
    return path.endswith(CODE)


def floor_of(path):
    """The floor of a file of broker/, or None for main.cpp and the subcommands."""
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == "broker" else None


def includes(lines):
    for number, line in enumerate(lines, 1):
        found = INCLUDE.match(line)
        if found:
            yield number, found.group(1), found.group(2)


def is_out_of_reach(floor, target):
    if floor in BESIDE:
        return target not in BESIDE[floor]
    return FLOORS.index(target) > FLOORS.index(floor)


def floors(path, lines):
    """No include goes upward, and a library stays on its floors."""
    floor = floor_of(path)
    if not is_code(path) or floor is None:
        return
    if floor not in FLOORS and floor not in BESIDE:
        yield 1, f"broker/{floor} is no floor"
        return
    for number, bracket, name in includes(lines):
        target = name.split("/")[0]
        if bracket == '"' and target in FLOORS and is_out_of_reach(floor, target):
            yield number, f"{floor} includes {target}, which is above it"
        if bracket == '"' and target in BESIDE and target != floor:
            yield number, f"{floor} includes {target}, which is beside it"
        if bracket == '"' and "/" not in name:
            yield number, f'"{name}" is not relative to broker/'
        for library, allowed in LIBRARY_FLOORS.items():
            if name.startswith(library) and floor not in allowed:
                yield number, f"{floor} may not know <{name}>"
        if name.startswith("toml++") and path != "broker/config/load.cpp":
            yield number, "only broker/config/load.cpp may know toml++"


def plugin_borders(path, lines):
    """A plugin includes the SDK and its own folder, nothing of the broker."""
    if not is_code(path) or not path.startswith(("plugins/", "sdk/", "tests/plugins/")):
        return
    for number, bracket, name in includes(lines):
        if name.split("/")[0] in FLOORS + list(BESIDE) + ["broker"] or "../" in name:
            yield number, f"a plugin includes {name}"


def file_ceiling(path, lines):
    """A file that needs more lines is two nouns. The ABI header is one by its nature."""
    is_counted = path.endswith(CODE + (".py", ".js", ".css", ".html"))
    if is_counted and not path.startswith("sdk/include/") and not FROZEN.match(path):
        if len(lines) > FILE_LINES_MAX:
            yield FILE_LINES_MAX + 1, f"{len(lines)} lines, at most {FILE_LINES_MAX}"


def blank_out(text):
    """The text with comments and literals replaced by blanks, line breaks kept."""
    pattern = re.compile(
        r'R"(\w*)\(.*?\)\1"|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])*\''
        r"|^[ \t]*#(?:[^\n\\]|\\\n|\\.)*", re.S | re.M)
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


SCOPE = re.compile(r"\b(namespace|class|struct|union|enum)\b|\bextern\s*$")


def is_initialiser(head):
    """Whether the brace after this head opens a value: a default argument or a member's initialiser."""
    head = head.rstrip()
    in_list = re.search(r"\)\s*(noexcept\s*)?:(?!:)", head)
    return "(" in head and (head.endswith(("=", ",", "(")) or bool(in_list and re.search(r"\w$", head)))


def functions(text):
    """(first line, last line) of every function body outside of other functions."""
    text = blank_out(text)
    depth_kinds, head_start, line = [], 0, 1
    opened_at = None
    for offset, char in enumerate(text):
        if char == "\n":
            line += 1
        if char == "{":
            head = text[head_start:offset]
            outside = all(kind == "scope" for kind in depth_kinds)
            if outside and is_initialiser(head):
                depth_kinds.append("initialiser")
                continue
            if outside and "(" in head and not re.match(r"\s*(namespace|enum)\b", head):
                is_type = re.match(r"\s*(template\s*<.*>\s*)?(class|struct|union)\b[^()]*$", head, re.S)
                kind = "scope" if is_type else "function"
            elif outside and SCOPE.search(head):
                kind = "scope"
            else:
                kind = "block"
            if kind == "function":
                head_start += re.match(r"(\s|(public|protected|private):)*", head).end()
                first = head_start
                opened_at = (len(depth_kinds), text.count("\n", 0, first) + 1)
            depth_kinds.append(kind)
            head_start = offset + 1
        elif char == "}":
            if depth_kinds and depth_kinds.pop() == "initialiser":
                continue
            if opened_at and len(depth_kinds) == opened_at[0]:
                yield opened_at[1], line
                opened_at = None
            head_start = offset + 1
        elif char == ";":
            head_start = offset + 1


def function_ceiling(path, lines):
    """A function that needs more lines is two verbs."""
    if not is_code(path) or not path.startswith(("broker/", "plugins/", "sdk/")):
        return
    for first, last in functions("\n".join(lines)):
        if last - first + 1 > FUNCTION_LINES_MAX:
            yield first, f"a function of {last - first + 1} lines, at most {FUNCTION_LINES_MAX}"


BANNED = [
    (re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b"), "do it now, or leave it"),
    (re.compile(r"(?<![\w./-])/(?:home|root|work|Users|tmp)/(?!grapnel-)[\w.]"),
     "a path of somebody's machine"),
    (re.compile(r"\bassert\s*\("), "use GN_ASSERT, which is always on"),
    (re.compile(r"\b(sprintf|strcpy|strcat|gets|strtok|atoi|rand|localtime|gmtime)\s*\("), "not safe"),
]


def banned_words(path, lines):
    """Words that shall not stand in the tree; the last two rows hold for C and C++ only."""
    rows = BANNED if is_code(path) else BANNED[:2]
    for number, line in enumerate(lines, 1):
        for pattern, reason in rows:
            found = pattern.search(line)
            if found and not (pattern is BANNED[2][0] and "static_assert" in line):
                yield number, f"{found.group()!r}: {reason}"


def pragma_once(path, lines):
    """Every header can be included twice. Those that are C may have guards instead."""
    if not path.endswith(HEADERS) or "#pragma once" in lines:
        return
    is_c = path.startswith(("sdk/", "tests/plugins/")) or FROZEN.match(path)
    if is_c and any(re.match(r"#ifndef \w+_H", line) for line in lines):
        return
    yield 1, "#pragma once is missing"


def columns(path, lines):
    """Lines fit beside each other."""
    suffix = "." + path.rsplit(".", 1)[-1]
    if not (is_code(path) or suffix in (".py", ".js", ".css", ".build", ".toml", ".rs") or path == "dev"):
        return
    limit = COLUMNS_MAX.get(suffix, COLUMNS_MAX_CODE)
    for number, line in enumerate(lines, 1):
        if len(line) > limit:
            yield number, f"{len(line)} columns, at most {limit}"


def blanks(path, lines):
    """No blanks at line ends, no tabs in code."""
    for number, line in enumerate(lines, 1):
        if line != line.rstrip() and not path.endswith(".md"):
            yield number, "blanks at the end of the line"
        if "\t" in line and is_code(path):
            yield number, "a tab"


PAGE = "broker/admin/page/"
PAGE_BANNED = [
    (re.compile(r"\b(innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|parseFromString)\b"),
     "text of clients could become markup"),
    (re.compile(r"\b(eval\s*\(|new Function\b|set(Timeout|Interval)\(\s*['\"])"), "text could become code"),
    (re.compile(r"""["']//\w|https?://(?!www\.w3\.org/)"""), "the page asks nobody but the broker"),
    (re.compile(r"<[^>]*\s(style|on\w+)\s*=|<style|<script(?![^>]*\bsrc=)"), "the policy forbids what is inline"),
    (re.compile(r"cssText|setAttribute\(['\"]style"), "the policy forbids it"),
    (re.compile(r"\blocalStorage\b.*token"), "the token ends with the tab"),
]


def page_is_closed(path, lines):
    """The dashboard has no way from text to markup or code, and no other source than the broker."""
    if not path.startswith(PAGE):
        return
    for number, line in enumerate(lines, 1):
        for pattern, reason in PAGE_BANNED:
            if pattern.search(line):
                yield number, f"{pattern.search(line).group()!r}: {reason}"


RULES = [floors, plugin_borders, file_ceiling, function_ceiling, banned_words, pragma_once, columns, blanks,
         page_is_closed]
