"""The manual pages agree with the program and with the reader of the configuration."""

import re

from installation import ROOT, run

READERS = (r'table\.(?:integer|size|duration|boolean|text|choice|path|paths|child)\(\s*"(\w+)"'
           r'|read_(?:name|path|text)\(table, "(\w+)"')
SECTIONS = r'(?:root\.child|section|read_entries)\((?:root, )?"(\w+)"|plugins\.paths\("(\w+)"'


def plain(installed, name):
    """The page as a reader sees it: a paragraph a line, without the overstriking of bold letters."""
    page = installed.prefix / "share" / "man" / f"man{name[-1]}" / name
    text = run("mandoc", "-T", "ascii", "-O", "width=1000", page).stdout
    return re.sub(".\b", "", text)


def config_keys():
    source = "".join((ROOT / "broker" / "config" / name).read_text() for name in ("read.cpp", "read_tls.cpp"))
    return {name for pair in re.findall(f"{READERS}|{SECTIONS}", source) for name in pair if name}


def defaults_of_the_example():
    """Key and value of each `# key = value` in etc/grapnel.toml before the listeners."""
    text = (ROOT / "etc" / "grapnel.toml").read_text().split("\n[[listener]]")[0]
    lines = re.findall(r"^# (\w+) = (\S.*?)(?:\s{2,}#.*|\s+# .*)?$", text, re.M)
    return [(key, value) for key, value in lines if key != "include"]


def test_pages_are_well_formed(installed):
    for page in sorted((ROOT / "docs" / "man").iterdir()):
        done = run("mandoc", "-T", "lint", "-W", "warning", page, check=False)
        assert done.returncode == 0, done.stdout


def test_every_command_and_option_has_its_words(installed):
    page = plain(installed, "grapnel.1")
    helps = "".join(installed.grapnel(*words, "--help").stdout for words in ([], ["store"], ["ctl"]))
    options = set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", helps))
    commands = set(re.findall(r"^(?:grapnel|  ?) (\w+)", helps, re.M))
    assert {"--config", "--store", "-b", "--merge", "--url"} <= options, options
    assert {"run", "import", "trace"} <= commands, commands
    missing = [word for word in options if not re.search(rf"(?<![\w-]){word}(?![\w-])", page)]
    missing += [word for word in commands if not re.search(rf"^ +{word}\b", page, re.M)]
    assert not missing, f"grapnel(1) does not have {missing}"


def test_every_key_has_its_words(installed):
    page = plain(installed, "grapnel.toml.5")
    keys = config_keys()
    assert {"workers", "maximum_qos", "call_budget", "search", "id", "path", "include", "tls"} <= keys, keys
    assert len(keys) > 50, keys
    missing = sorted(key for key in keys if not re.search(rf"(?<!\w){key}(?!\w)", page))
    assert not missing, f"grapnel.toml(5) does not have {missing}"


def test_defaults_are_those_of_the_example(installed):
    page = plain(installed, "grapnel.toml.5")
    pairs = defaults_of_the_example()
    assert len(pairs) > 30, pairs
    wrong = [f"{key} = {value}" for key, value in pairs
             if not re.search(rf"^ +{key} = {re.escape(value)}$", page, re.M)]
    assert not wrong, f"grapnel.toml(5) does not have {wrong}"


def test_the_example_of_a_plugin_compiles(installed):
    page = plain(installed, "grapnel-plugin.7")
    source = re.search(r"( +)#include <grapnel/plugin.hpp>\n.*?GN_PLUGIN\(.*?\)\n", page[page.index("Writing"):], re.S)
    lines = [line.removeprefix(source.group(1)) for line in source.group().splitlines()]
    file = installed.folder / "example.cpp"
    file.write_text("\n".join(lines) + "\n")
    flags = installed.pkg_config("--cflags").split()
    run("c++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", *flags, file)
