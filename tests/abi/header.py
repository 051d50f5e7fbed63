"""Reads a header of the plugin ABI: its structs with their members, its constants and its types. It knows the few
forms that such a header is written in, and refuses every other, so that nothing is overlooked."""

import dataclasses
import re

COMMENT = re.compile(r"/\*.*?\*/", re.S)
CPLUSPLUS = re.compile(r"^#ifdef __cplusplus\n.*?^#endif\n", re.M | re.S)
MACRO = re.compile(r"^#define (\w+)(\(?)[ \t]*(.*)$")
STRUCT = re.compile(r"(typedef )?struct (\w+) \{(.*)\}( \w+)?$", re.S)
ENUM = re.compile(r"enum \{(.*)\}$", re.S)
FUNCTION = re.compile(r"(.+?) ?\(\*(\w+)\)(\(.*\))$")
DATA = re.compile(r"([\w *]+?[ *])([a-z]\w*(?:\[\d+\])?(?:, ?[a-z]\w*(?:\[\d+\])?)*)$")
NUMBER = re.compile(r"-?(0x[0-9a-fA-F]+|\d+)u?$")
NOT_FIXED = {"GN_PLUGIN_H", "GN_EXPORT", "GN_ABI_MINOR"}  # a guard, an attribute, and what a release raises


class UnknownForm(Exception):
    """The header says something in a way that this reader does not know."""


@dataclasses.dataclass(frozen=True)
class Member:
    name: str
    pointer: str  # the type of its address
    base: str  # what the member is of, without * and []; "" for a function


@dataclasses.dataclass
class Header:
    structs: dict  # name → list of Member, in the order of the header
    opaque: list
    constants: dict  # name → its literal
    types: dict  # name → what it stands for
    entry: str = ""
    minor: int = 0

    def may_grow(self, name):
        """Whether the struct says its own size."""
        return any(member.name == "size" for member in self.structs[name])

    def same(self, other):
        return (self.structs, self.opaque, self.constants, self.types, self.entry) == (
            other.structs, other.opaque, other.constants, other.types, other.entry)


def read(text):
    """The Header that this text describes."""
    header = Header({}, [], {}, {})
    text = CPLUSPLUS.sub("", COMMENT.sub(" ", text))
    lines = text.replace("\\\n", " ").split("\n")
    for line in lines:
        if line.startswith("#"):
            _macro(header, line)
    body = " ".join(line for line in lines if not line.startswith("#"))
    body = re.sub(r"\s+", " ", body).replace("( ", "(")
    for declaration in _split(body):
        _declaration(header, declaration)
    if not header.entry:
        raise UnknownForm("the exported symbol is missing")
    return header


def _split(text, separator=";"):
    """The parts between separators that are in no brackets."""
    depth, part = 0, ""
    for char in text:
        depth += (char in "({") - (char in ")}")
        if char == separator and depth == 0:
            yield part.strip()
            part = ""
        else:
            part += char
    if part.strip():
        yield part.strip()


def _macro(header, line):
    found = MACRO.match(line)
    if not found:
        if not re.match(r"#(ifndef|if|else|endif|include)\b", line):
            raise UnknownForm(line)
        return
    name, bracket, value = found.groups()
    if name == "GN_ABI_MINOR":
        header.minor = int(value.rstrip("u"))
    if bracket or name in NOT_FIXED:
        return
    if not NUMBER.match(value) and not re.match(r'"[^"\\]*"$', value):
        raise UnknownForm(line)
    header.constants[name] = value


def _declaration(header, text):
    if found := STRUCT.match(text):
        header.structs[found.group(2)] = [each for member in _split(found.group(3)) for each in _members(member)]
    elif found := ENUM.match(text):
        for each in _split(found.group(1), ","):
            name, _, value = each.partition(" = ")
            if not NUMBER.match(value):
                raise UnknownForm(f"the value of {name} is not written down")
            header.constants[name] = value
    elif found := re.match(r"typedef struct (\w+) \1$", text):
        header.opaque.append(found.group(1))
    elif found := re.match(r"typedef (u?int\d+_t) (\w+)$", text):
        header.types[found.group(2)] = found.group(1)
    elif found := re.match(r"extern GN_EXPORT const (\w+) gn_plugin_entry$", text):
        header.entry = found.group(1)
    elif not re.match(r"struct \w+$", text):
        raise UnknownForm(text)


def _members(text):
    """The members of one line of a struct."""
    if found := FUNCTION.match(text):
        answer, name, arguments = found.groups()
        return [Member(name, f"{answer} (**){arguments}", "")]
    found = DATA.match(text)
    if not found:
        raise UnknownForm(text)
    of = found.group(1).strip()
    members = []
    for each in found.group(2).split(","):
        name, bracket, size = each.strip().partition("[")
        members.append(Member(name, f"{of} (*)[{size}" if bracket else f"{of}*", of))
    return members
