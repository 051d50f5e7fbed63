"""The units of systemd fit the installation, have no fault, and keep the broker from what it does not need."""

import configparser

from installation import ROOT, run

NEEDED = {"Type": "notify", "ProtectSystem": "strict", "NoNewPrivileges": "yes", "StateDirectory": "grapnel",
          "RuntimeDirectory": "grapnel", "ExecReload": "/bin/kill -HUP $MAINPID"}
EXPOSURE_MOST = 20  # tenths, of systemd-analyze security; 100 is anything goes


def installed_units(installed):
    folder = installed.prefix / "lib" / "systemd" / "system"
    return {path.name: path.read_text() for path in folder.iterdir()}


def copies(installed):
    """The units in a folder of their own, with the program that was installed."""
    folder = installed.folder / "units"
    folder.mkdir(exist_ok=True)
    for name, text in installed_units(installed).items():
        (folder / name).write_text(text.replace("/usr/bin/grapnel", str(installed.prefix / "bin" / "grapnel")))
    return sorted(folder.iterdir())


def test_units_are_installed(installed):
    units = installed_units(installed)
    assert set(units) == {"grapnel.service", "grapnel.socket"}, units
    for name, text in units.items():
        assert text == (ROOT / "etc" / name).read_text(), f"{name} differs for the prefix /usr"


def test_units_have_no_fault(installed):
    done = run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *copies(installed), check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr


def test_the_service_is_confined(installed):
    service = next(path for path in copies(installed) if path.suffix == ".service")
    done = run("systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={EXPOSURE_MOST}", service,
               check=False)
    assert done.returncode == 0, done.stdout[-500:] + done.stderr


def test_the_service_says_what_the_broker_does(installed):
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read_string(installed_units(installed)["grapnel.service"])
    wrong = {key: unit["Service"].get(key) for key, value in NEEDED.items() if unit["Service"].get(key) != value}
    assert not wrong, wrong
    assert int(unit["Service"]["LimitNOFILE"]) >= 100_000


def test_the_socket_is_that_of_the_default_listener(installed):
    unit = configparser.ConfigParser()
    unit.read_string(installed_units(installed)["grapnel.socket"])
    config = (ROOT / "etc" / "grapnel.toml").read_text()
    assert f'address = "{unit["Socket"]["ListenStream"]}"' in config
    assert f'id = "{unit["Socket"]["FileDescriptorName"]}"' in config
