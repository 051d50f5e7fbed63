"""The template, copied out of the tree and built as its README says, against the installed SDK."""

import concurrent.futures
import re
import shutil

from installation import ROOT, run

WAYS = {"With meson": "build/my-plugin.so", "With CMake": "build/my-plugin.so", "With one line": "my-plugin.so"}
CONFIG = """\
[[listener]]
id = "tcp"
type = "tcp"
address = "127.0.0.1:0"
[[plugin]]
path = "{}"
[plugin.config]
{}
"""


def commands_below(readme, heading):
    """The shell lines of one section of a README."""
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", readme, re.M | re.S).group(1)
    blocks = re.findall(r"^```sh\n(.*?)^```", section, re.M | re.S)
    return "".join(blocks)


def copy_template(installed, folder):
    shutil.copytree(installed.pkg_config("--variable=sdkdir") + "/template", folder)


class Copy:
    """One copy of the template, and what was built in it."""

    def __init__(self, installed, heading):
        self.installed = installed
        self.folder = installed.folder / heading.replace(" ", "-")
        copy_template(installed, self.folder)
        commands = commands_below((self.folder / "README.md").read_text(), heading)
        self.output = run("sh", "-euxc", commands, cwd=self.folder, env=installed.environment).stdout
        self.plugin = self.folder / WAYS[heading]

    def config(self, settings):
        file = self.folder / "check.toml"
        file.write_text(CONFIG.format(self.plugin, settings))
        return file


def build_all(installed):
    """A future of a Copy for each way."""
    pool = concurrent.futures.ThreadPoolExecutor(2)
    return {heading: pool.submit(Copy, installed, heading) for heading in WAYS}


def check_it_is_built_and_tested(copy):
    """The commands ended well; the tests ran."""
    assert copy.plugin.is_file(), copy.output
    assert re.search(r"Ok: +2|100% tests passed.* out of 2|\bok\n\Z", copy.output), copy.output


def check_nothing_comes_from_the_source_tree(copy):
    for file in copy.folder.glob("build/build.ninja"):
        assert str(ROOT) not in file.read_text(), file


def check_one_symbol_is_exported(copy):
    symbols = [line.split()[-1] for line in run("nm", "-D", "--defined-only", copy.plugin).stdout.splitlines()]
    assert symbols == ["gn_plugin_entry"], symbols


def check_the_broker_describes_it(copy):
    done = copy.installed.grapnel("plugins", "--config", copy.config("maximum_payload = 16"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "plugin   my-plugin 0.1\n" in done.stdout and str(copy.plugin) in done.stdout, done.stdout
    assert "events   on_session_established on_publish\n" in done.stdout, done.stdout


def check_the_broker_checks_its_settings(copy):
    done = copy.installed.grapnel("check", "--config", copy.config('maximum_payload = "1 KiB"'))
    assert done.returncode == 0, done.stderr
    done = copy.installed.grapnel("check", "--config", copy.config("maximum_paylod = 1"))
    assert done.returncode == 2, done
    assert "check.toml:8:" in done.stderr and 'did you mean "maximum_payload"?' in done.stderr, done.stderr
    done = copy.installed.grapnel("check", "--config", copy.config("maximum_payload = 0"))
    assert done.returncode == 2 and "must be more than 0" in done.stderr, done.stderr


def broker_test(copy, plugin):
    return run("python3", copy.folder / "tests" / "broker_test.py", plugin, "--plugins", copy.installed.plugins,
               env=copy.installed.environment, check=False)


def check_it_serves_clients(copy):
    done = broker_test(copy, copy.plugin)
    assert (done.returncode, done.stdout) == (0, "ok\n"), done.stdout + done.stderr


CHECKS = [check_it_is_built_and_tested, check_nothing_comes_from_the_source_tree, check_one_symbol_is_exported,
          check_the_broker_describes_it, check_the_broker_checks_its_settings, check_it_serves_clients]


def test_the_broker_test_can_fail(installed, copies):
    """Another plugin in its place is found out."""
    copy = copies["With one line"].result()
    done = broker_test(copy, installed.plugins / "debug.so")
    assert done.returncode != 0, done.stdout


def test_the_first_five_minutes(installed, copies):
    """The SDK's README has the commands that were run here, and a configuration without faults."""
    readme = (ROOT / "sdk" / "README.md").read_text()
    wanted = commands_below((ROOT / "sdk" / "template" / "README.md").read_text(), "With meson").splitlines()
    assert "\n".join(wanted[:2]) in commands_below(readme, "The first one, in five minutes"), wanted
    config = copies["With meson"].result().folder / "my.toml"
    config.write_text(re.search(r"^```toml\n(.*?)^```", readme, re.M | re.S).group(1))
    for command in ("plugins", "check"):
        done = installed.grapnel(command, "--config", config, "--plugins", installed.plugins)
        assert done.returncode == 0, done.stdout + done.stderr


def test_where_it_is_installed(installed, copies):
    """The last command of each build puts it beside the bundled plugins."""
    for heading in ("With meson", "With CMake"):
        copies[heading].result()
    assert (installed.plugins / "my-plugin.so").is_file()


def test_it_can_be_renamed(installed, copies):
    """The commands of the README leave nothing of the old names, and what builds."""
    folder = installed.folder / "renamed"
    copy_template(installed, folder)
    commands = commands_below((folder / "README.md").read_text(), "Making it yours")
    run("sh", "-euc", commands, cwd=folder)
    for file in [path for path in folder.rglob("*") if path.is_file() and ".github" not in path.parts]:
        assert not re.search("my.?plugin", file.read_text(), re.I), file
    line = commands_below((folder / "README.md").read_text(), "With one line").splitlines()[0]
    run("sh", "-euc", line, cwd=folder, env=installed.environment)
    assert (folder / "rate-limit.so").is_file()
