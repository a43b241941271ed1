"""Settings: a wrong one stops the start with one line that says what to do."""

import os
import stat
import subprocess
import sys

import pytest

from portal.config import ROOT, Smtp, WrongSetting, from_environment
from tests.racing import at_once

KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
OTHER_KEY = "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA="
RIGHT = {
    "SECRET_KEY": "k3p-this-one-2-yourself-0123456789",
    "SEALING_KEYS": f"1:{KEY}",
    "PUBLIC_URL": "https://portal.example.org",
    "SMTP_URL": "smtp://post:geheim@mail.example.org:2525?starttls=1",
}


def environment(tmp_path, **changes):
    """The right production settings with these changes; None leaves a setting out."""
    values = {**RIGHT, "PORTAL_INSTANCE": str(tmp_path / "instance"), **changes}
    return {name: value for name, value in values.items() if value is not None}


def test_production_settings_are_read(tmp_path):
    settings = from_environment(environment(tmp_path, TRUSTED_PROXIES="2"))
    assert (settings.env, settings.demo, settings.secure) == ("production", False, True)
    assert settings.smtp == Smtp(
        host="mail.example.org", port=2525, user="post", password="geheim", starttls=True, tls=False
    )
    assert settings.sealing_keys == {1: bytes(range(32))}
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/portal.db"
    assert settings.hosts == ["portal.example.org", "localhost", "127.0.0.1", "[::1]"]
    assert settings.mail_from == "Afspraken <afspraken@portal.example.org>"
    assert settings.trusted_proxies == 2


@pytest.mark.parametrize(
    ("url", "port", "tls"),
    [("smtp://mail.example.org", 587, False), ("smtps://mail.example.org", 465, True)],
)
def test_mail_server_has_the_usual_port(tmp_path, url, port, tls):
    smtp = from_environment(environment(tmp_path, SMTP_URL=url)).smtp
    assert (smtp.port, smtp.tls, smtp.user, smtp.starttls) == (port, tls, None, False)


def test_the_first_sealing_key_seals(tmp_path):
    settings = from_environment(environment(tmp_path, SEALING_KEYS=f"2:{OTHER_KEY}, 1:{KEY}"))
    assert list(settings.sealing_keys) == [2, 1]


def test_secrets_are_not_in_what_is_printed(tmp_path):
    printed = repr(from_environment(environment(tmp_path)))
    assert RIGHT["SECRET_KEY"] not in printed
    assert "geheim" not in printed
    assert repr(bytes(range(32))) not in printed


WRONG = [
    ("PORTAL_ENV", "staging", "PORTAL_ENV must be"),
    ("SECRET_KEY", None, "SECRET_KEY is missing"),
    ("SECRET_KEY", "", "SECRET_KEY is missing"),
    ("SECRET_KEY", "changeme", "SECRET_KEY is an example"),
    ("SECRET_KEY", "x" * 64, "SECRET_KEY is an example"),
    ("SECRET_KEY", "31-random-characters-0123456789", "SECRET_KEY is an example or too short"),
    ("SEALING_KEYS", None, "SEALING_KEYS is missing"),
    ("SEALING_KEYS", KEY, "SEALING_KEYS must look like"),
    ("SEALING_KEYS", f"0:{KEY}", "SEALING_KEYS must look like"),
    ("SEALING_KEYS", f"256:{KEY}", "SEALING_KEYS must look like"),
    ("SEALING_KEYS", f"²:{KEY}", "SEALING_KEYS must look like"),
    ("SEALING_KEYS", "1:c2hvcnQ=", "SEALING_KEYS must look like"),
    ("SEALING_KEYS", "1:één", "SEALING_KEYS must look like"),
    ("SEALING_KEYS", "1:" + "A" * 43, "SEALING_KEYS must look like"),
    ("SEALING_KEYS", f"1:{KEY},2:{KEY}", "SEALING_KEYS names the same"),
    ("SEALING_KEYS", f"1:{KEY},1:{OTHER_KEY}", "SEALING_KEYS names the same"),
    ("PUBLIC_URL", None, "PUBLIC_URL is missing"),
    ("PUBLIC_URL", "http://portal.example.org", "PUBLIC_URL must be https://"),
    ("PUBLIC_URL", "portal.example.org", "PUBLIC_URL must be https://"),
    ("PUBLIC_URL", "https://", "PUBLIC_URL must be https://"),
    ("PUBLIC_URL", "https://portal.example.org:een", "PUBLIC_URL must be https://"),
    ("PUBLIC_URL", "https://[portal", "PUBLIC_URL must be https://"),
    ("PUBLIC_URL", "https://example.org/portal", "PUBLIC_URL must be https://"),
    ("SMTP_URL", None, "SMTP_URL is missing"),
    ("SMTP_URL", "mail.example.org:25", "SMTP_URL must look like"),
    ("SMTP_URL", "smtp://mail.example.org:poort", "SMTP_URL must look like"),
    ("SMTP_URL", "http://mail.example.org", "SMTP_URL must look like"),
    ("MAIL_FROM", "Afspraken", "MAIL_FROM must look like"),
    ("MAIL_FROM", "Afspraken <afspraken@>", "MAIL_FROM must look like"),
    ("MAIL_FROM", "@example.org", "MAIL_FROM must look like"),
    ("TRUSTED_PROXIES", "-1", "TRUSTED_PROXIES must be a whole number"),
    ("TRUSTED_PROXIES", "een", "TRUSTED_PROXIES must be a whole number"),
    ("TRUSTED_PROXIES", "²", "TRUSTED_PROXIES must be a whole number"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG)
def test_wrong_setting_says_what_to_do(tmp_path, name, value, sentence):
    with pytest.raises(WrongSetting) as caught:
        from_environment(environment(tmp_path, **{name: value}))
    line = str(caught.value)
    assert line.startswith(f"portal: {sentence}")
    assert "\n" not in line
    assert caught.value.code == line, "with a text as its code, Python prints it and exits with 1"


def test_a_refused_secret_is_not_repeated(tmp_path):
    with pytest.raises(WrongSetting) as caught:
        from_environment(environment(tmp_path, SEALING_KEYS="1:mijn-geheime-sleutel"))
    assert "mijn-geheime-sleutel" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": ""}, "portal: SECRET_KEY is missing. Set it to at least 32 random characters.\n"),
        (
            {"DATABASE_URL": "mysql://localhost/portal"},
            "portal: DATABASE_URL must start with sqlite:/// or postgresql://.\n",
        ),
    ],
)
def test_the_process_ends_with_that_line_alone(tmp_path, changes, sentence):
    ended = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "db", "check"],
        env={"PATH": os.environ["PATH"], **environment(tmp_path, **changes)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", sentence)


# -- the demo


def demo(tmp_path, **changes):
    return from_environment({"PORTAL_ENV": "demo", "PORTAL_INSTANCE": str(tmp_path / "instance"), **changes})


def test_demo_makes_its_secrets_once_and_keeps_them(tmp_path):
    first, second = demo(tmp_path), demo(tmp_path)
    assert first.secret_key == second.secret_key
    assert first.sealing_keys == second.sealing_keys
    assert len(first.sealing_keys[1]) == 32
    assert first.sealing_keys[1].hex() not in first.secret_key


def test_demo_secrets_are_readable_by_their_owner_alone(tmp_path):
    demo(tmp_path)
    folder = tmp_path / "instance"
    assert sorted(path.name for path in folder.iterdir()) == ["sealing_key", "secret_key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_demo_secrets_differ_from_place_to_place(tmp_path):
    assert demo(tmp_path / "here").secret_key != demo(tmp_path / "there").secret_key


def test_demo_started_twice_at_once_has_one_secret(tmp_path):
    made = at_once(lambda number: demo(tmp_path).secret_key, times=8)
    assert made == [demo(tmp_path).secret_key] * 8


def test_demo_runs_on_this_machine_without_a_mail_server(tmp_path):
    settings = demo(tmp_path, PORT="8123")
    assert (settings.public_url, settings.secure, settings.smtp) == ("http://localhost:8123", False, None)
    assert settings.hosts[0] == "localhost"


def test_demo_takes_the_secrets_it_is_given(tmp_path):
    settings = demo(tmp_path, SECRET_KEY=RIGHT["SECRET_KEY"], SEALING_KEYS=f"7:{OTHER_KEY}")
    assert settings.secret_key == RIGHT["SECRET_KEY"]
    assert list(settings.sealing_keys) == [7]
    assert not (tmp_path / "instance").exists()


@pytest.mark.parametrize("url", ["ftp://localhost", "localhost:8000", "http://"])
def test_demo_refuses_an_address_that_is_none(tmp_path, url):
    with pytest.raises(WrongSetting, match="PUBLIC_URL must be"):
        demo(tmp_path, PUBLIC_URL=url)


@pytest.mark.parametrize("command", [["db", "upgrade"], ["db", "check"]])
def test_what_any_command_writes_is_for_its_own_user_only(tmp_path, command):
    instance = tmp_path / "instance"
    values = {"PATH": os.environ["PATH"], "PORTAL_ENV": "demo", "PORTAL_INSTANCE": str(instance)}
    line = ['umask 022; exec "$0" "$@"', sys.executable, "-m", "flask", "--app", "wsgi", *command]
    subprocess.run(["/bin/sh", "-c", *line], cwd=ROOT, env=values, capture_output=True, check=False)
    written = [path for path in instance.rglob("*") if path.is_file()]
    assert written
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o600}


def test_hosts_of_calendars_elsewhere_are_read(tmp_path):
    named = from_environment(environment(tmp_path, OUTSIDE_CALENDAR_HOSTS=" Cloud.intern , 10.0.0.5:8443,"))
    assert named.outside_calendar_hosts == {"cloud.intern", "10.0.0.5:8443"}
    assert from_environment(environment(tmp_path)).outside_calendar_hosts == frozenset()


@pytest.mark.parametrize("wrong", ["https://cloud.intern", "a b", "cloud.intern:x", "*"])
def test_hosts_of_calendars_elsewhere_that_are_no_hosts_stop_the_start(tmp_path, wrong):
    with pytest.raises(WrongSetting, match="OUTSIDE_CALENDAR_HOSTS"):
        from_environment(environment(tmp_path, OUTSIDE_CALENDAR_HOSTS=wrong))


@pytest.mark.parametrize(
    "told", ["Beeldbellen.Example.nl", "https://beeldbellen.example.nl/", "beeldbellen.example.nl"]
)
def test_host_of_video_calls_is_read(tmp_path, told):
    assert from_environment(environment(tmp_path, VIDEO_HOST=told)).video_host == "beeldbellen.example.nl"
    assert (
        from_environment(environment(tmp_path, VIDEO_HOST="jitsi.example.nl:8443")).video_host
        == "jitsi.example.nl:8443"
    )
    assert from_environment(environment(tmp_path)).video_host == ""


@pytest.mark.parametrize(
    "wrong", ["http://bellen.nl", "a b", "bellen.nl:x", "bellen.nl/kamer", "x@bellen.nl", "https://bellen.nl?a=1", "//"]
)
def test_host_of_video_calls_that_is_none_stops_the_start(tmp_path, wrong):
    with pytest.raises(WrongSetting, match="VIDEO_HOST"):
        from_environment(environment(tmp_path, VIDEO_HOST=wrong))


def test_demo_has_a_host_of_video_calls_that_nobody_has(tmp_path):
    demo = from_environment({"PORTAL_ENV": "demo", "PORTAL_INSTANCE": str(tmp_path)})
    assert demo.video_host == "beeldbellen.example.org"
