"""What is installed, and that it fits the prefix."""

import re
import tempfile
import pathlib

from installation import ROOT, run

INSTALLED = ["bin/grapnel", "lib/grapnel/plugins/auth-ledger.so", "lib/grapnel/plugins/debug.so",
             "lib/grapnel/plugins/redis-store.so", "lib/grapnel/plugins/rocksdb-store.so",
             "share/pkgconfig/grapnel-sdk.pc", "share/doc/grapnel/grapnel.toml", "share/man/man1/grapnel.1",
             "share/man/man5/grapnel.toml.5", "share/man/man7/grapnel-plugin.7",
             "lib/systemd/system/grapnel.service", "share/doc/grapnel/examples/unix.toml",
             "share/bash-completion/completions/grapnel"]


def test_what_is_installed(installed):
    missing = [name for name in INSTALLED if not (installed.prefix / name).is_file()]
    assert not missing, f"not installed: {missing}"
    folders = [path.name for path in installed.prefix.iterdir()]
    assert set(folders) == {"bin", "lib", "include", "share"}, folders


def test_all_headers_are_installed(installed):
    wanted = {path.name for path in (ROOT / "sdk" / "include" / "grapnel").iterdir()}
    found = {path.name for path in (installed.prefix / "include" / "grapnel").iterdir()}
    assert found == wanted, found ^ wanted


def test_what_the_guides_link_to_is_installed(installed):
    pages = list((installed.prefix / "share" / "doc" / "grapnel").rglob("*.md"))
    assert len(pages) > 12, pages
    broken = [f"{page.name}: {link}" for page in pages for link in re.findall(r"\]\(([^)#\s]+)", page.read_text())
              if "://" not in link and not (page.parent / link).exists()]
    assert not broken, broken


def test_pkg_config(installed):
    assert installed.pkg_config("--cflags") == f"-I{installed.prefix}/include"
    assert installed.pkg_config("--variable=plugindir") == str(installed.plugins)
    header = (installed.prefix / "include" / "grapnel" / "plugin.h").read_text()
    for part in ("major", "minor"):
        wanted = re.search(rf"#define GN_ABI_{part.upper()} (\d+)u", header).group(1)
        assert installed.pkg_config(f"--variable=abi_{part}") == wanted, part
    version = installed.grapnel("--version").stdout.split()[1]
    assert installed.pkg_config("--modversion") == version, version


def test_a_changed_configuration_is_kept(installed):
    config = installed.root / "etc" / "grapnel" / "grapnel.toml"
    assert config.read_text() == (ROOT / "etc" / "grapnel.toml").read_text()
    config.write_text("# mine\n")
    installed.install()
    assert config.read_text() == "# mine\n"
    config.unlink()
    installed.install()


def test_the_installed_configuration_has_no_faults(installed):
    config = installed.root / "etc" / "grapnel" / "grapnel.toml"
    done = installed.grapnel("check", "--config", config, "--plugins", installed.plugins, "--data-dir",
                             installed.folder / "data")
    assert done.returncode == 0, done.stderr


def searched(installed):
    """The folders in which the installed program looks when its configuration names none."""
    config = installed.folder / "searching.toml"
    config.write_text('[[plugin]]\nname = "no-such-plugin"\n')
    return re.search(r"in the search path \((.*)\)", installed.grapnel("plugins", "--config", config).stdout).group(1)


def test_plugins_are_looked_for_where_they_are_installed(installed):
    assert searched(installed) == "/usr/lib/grapnel/plugins"


def test_another_prefix(installed):
    """What is configured for it; the sources need not be compiled once more to see that."""
    with tempfile.TemporaryDirectory() as folder:
        build = pathlib.Path(folder) / "build"
        run("meson", "setup", build, ROOT, "--prefix=/opt/hook", "-Dtests=false")
        config = (build / "sdk" / "grapnel-sdk.pc").read_text()
        assert "prefix=/opt/hook\n" in config and "plugindir=${prefix}/lib/grapnel/plugins\n" in config, config
        commands = run("ninja", "-C", build, "-t", "commands", "broker/libgrapnel-config.a").stdout
        assert '-DGRAPNEL_PLUGIN_FOLDER="/opt/hook/lib/grapnel/plugins"' in commands.replace("\\", ""), commands
        plan = run("meson", "introspect", "--installed", build).stdout
        for place in ("/opt/hook/bin/grapnel", "/opt/hook/lib/grapnel/plugins/debug.so",
                      "/opt/hook/include/grapnel/plugin.h", "/opt/hook/share/man/man1/grapnel.1",
                      "/opt/hook/lib/systemd/system/grapnel.service"):
            assert place in plan, place
        service = (build / "etc" / "grapnel.service").read_text()
        assert "ExecStart=/opt/hook/bin/grapnel run --config /opt/hook/etc/grapnel/grapnel.toml\n" in service, service
