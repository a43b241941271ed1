"""Settings from the environment. A wrong setting stops the start with one clear line, never later."""

import base64
import binascii
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from flask import current_app

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE_SECRETS = frozenset(
    {"changeme", "change-me", "secret", "dev", "example", "test", "password", "your-secret-key"}
)
SHORTEST_SECRET = 32
HOST = re.compile(r"[a-z0-9._-]+(:[0-9]{1,5})?")


class WrongSetting(SystemExit):
    """A setting is missing or unusable; the process ends with this one line."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"portal: {sentence}")


@dataclass(frozen=True)
class Smtp:
    """Where mail is handed over."""

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    starttls: bool = False
    tls: bool = False


@dataclass(frozen=True)
class Settings:
    """Everything the portal can be told from outside."""

    env: str
    secret_key: str = field(repr=False)
    sealing_keys: Mapping[int, bytes] = field(repr=False)
    database_url: str
    public_url: str
    smtp: Smtp | None
    mail_from: str
    trusted_proxies: int
    instance: Path
    # Hosts ("name" or "name:port") whose calendars may be fetched although they are inner or without TLS.
    outside_calendar_hosts: frozenset[str] = frozenset()
    # "name" or "name:port" on which every talk can get a room of its own for a video call; nothing is asked of it.
    video_host: str = ""
    testing: bool = False

    @property
    def demo(self) -> bool:
        return self.env == "demo"

    @property
    def secure(self) -> bool:
        """Whether people reach the portal over https, so that cookies can insist on it."""
        return self.public_url.startswith("https://")

    @property
    def hosts(self) -> list[str]:
        """The host names this portal answers to, from outside and on its own machine; any other one is refused."""
        return [urlsplit(self.public_url).hostname or "", "localhost", "127.0.0.1", "[::1]"]


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the settings; raises WrongSetting with one line that says what to do."""
    env = environ.get("PORTAL_ENV", "production")
    if env not in ("production", "demo"):
        raise WrongSetting("PORTAL_ENV must be 'production' or 'demo'.")
    instance = Path(environ.get("PORTAL_INSTANCE", ROOT / "instance"))
    public_url = _public_url(environ, env)
    return Settings(
        env=env,
        secret_key=_secret_key(environ, env, instance),
        sealing_keys=_sealing_keys(environ, env, instance),
        database_url=environ.get("DATABASE_URL") or f"sqlite:///{instance / 'portal.db'}",
        public_url=public_url,
        smtp=_smtp(environ, env),
        mail_from=_mail_from(environ, public_url),
        trusted_proxies=_whole_number(environ, "TRUSTED_PROXIES"),
        instance=instance,
        outside_calendar_hosts=_outside_calendar_hosts(environ),
        video_host=_video_host(environ, env),
    )


def _secret_key(environ: Mapping[str, str], env: str, instance: Path) -> str:
    key = environ.get("SECRET_KEY") or (env == "demo" and _kept_secret(instance / "secret_key")) or ""
    if not key:
        raise WrongSetting("SECRET_KEY is missing. Set it to at least 32 random characters.")
    if len(key) < SHORTEST_SECRET or key.lower() in EXAMPLE_SECRETS or len(set(key)) < 8:
        raise WrongSetting("SECRET_KEY is an example or too short. Set it to at least 32 random characters.")
    return key


def _sealing_keys(environ: Mapping[str, str], env: str, instance: Path) -> Mapping[int, bytes]:
    text = environ.get("SEALING_KEYS") or (env == "demo" and f"1:{_kept_secret(instance / 'sealing_key')}") or ""
    if not text:
        raise WrongSetting("SEALING_KEYS is missing. Set it to '1:' and 32 random bytes in base64.")
    pairs = [_sealing_key(part) for part in text.split(",")]
    keys = dict(pairs)
    if not len(pairs) == len(keys) == len(set(keys.values())):
        raise WrongSetting("SEALING_KEYS names the same key or the same number twice.")
    return keys


def _sealing_key(part: str) -> tuple[int, bytes]:
    number, _, encoded = part.strip().partition(":")
    try:
        key = base64.urlsafe_b64decode(encoded.replace("+", "-").replace("/", "_") + "=" * (-len(encoded) % 4))
    except (binascii.Error, ValueError):
        key = b""
    if not number.isdecimal() or not 0 < int(number) < 256 or len(key) != 32 or len(set(key)) < 8:
        raise WrongSetting("SEALING_KEYS must look like '2:<base64 of 32 random bytes>,1:<older key>'.")
    return int(number), key


def _kept_secret(path: Path) -> str:
    """The demo's own secret: made once, kept for the next start, readable by its owner alone.

    Web and worker may start at the same moment: the first whole file counts for both.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        made = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        with NamedTemporaryFile("w", dir=path.parent) as file:  # Made with mode 0600.
            file.write(made)
            file.flush()
            with suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text().strip()


def _public_url(environ: Mapping[str, str], env: str) -> str:
    url = (environ.get("PUBLIC_URL") or "").rstrip("/")
    if env == "demo":
        url = url or f"http://localhost:{environ.get('PORT', '8000')}"
    if not url:
        raise WrongSetting("PUBLIC_URL is missing. Set it to the https address that people use.")
    schemes = ("http", "https") if env == "demo" else ("https",)
    parts = _parts(url, schemes)
    if parts is None or parts.path:
        raise WrongSetting(f"PUBLIC_URL must be {schemes[-1]}:// and a host, without a path.")
    return url


def _parts(url: str, schemes: tuple[str, ...]) -> SplitResult | None:
    """What an address consists of; None when it is none of ours: another scheme, no host, a port that is no number."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in schemes and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if usable else None


def _smtp(environ: Mapping[str, str], env: str) -> Smtp | None:
    url = environ.get("SMTP_URL")
    if not url:
        if env == "production":
            raise WrongSetting("SMTP_URL is missing. Set it to smtp://user:pass@host:port?starttls=1.")
        return None
    parts = _parts(url, ("smtp", "smtps"))
    if parts is None:
        raise WrongSetting("SMTP_URL must look like smtp://user:pass@host:port?starttls=1.")
    tls = parts.scheme == "smtps"
    return Smtp(
        host=parts.hostname or "",
        port=parts.port or (465 if tls else 587),
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        starttls=parse_qs(parts.query).get("starttls") == ["1"],
        tls=tls,
    )


def _mail_from(environ: Mapping[str, str], public_url: str) -> str:
    sender = environ.get("MAIL_FROM") or f"Afspraken <afspraken@{urlsplit(public_url).hostname}>"
    name, address = parseaddr(sender)
    try:
        Address(display_name=name, addr_spec=address)
    except (ValueError, HeaderParseError, IndexError) as error:
        raise WrongSetting("MAIL_FROM must look like 'Afspraken <afspraken@your-domain.nl>'.") from error
    return sender


def _whole_number(environ: Mapping[str, str], name: str) -> int:
    value = environ.get(name) or "0"
    if not value.isdecimal():
        raise WrongSetting(f"{name} must be a whole number.")
    return int(value)


def _outside_calendar_hosts(environ: Mapping[str, str]) -> frozenset[str]:
    parts = environ.get("OUTSIDE_CALENDAR_HOSTS", "").lower().split(",")
    named = frozenset(part.strip() for part in parts if part.strip())
    if not all(HOST.fullmatch(host) for host in named):
        raise WrongSetting("OUTSIDE_CALENDAR_HOSTS must look like 'cloud.your-domain.nl,10.0.0.5:8443'.")
    return named


def _video_host(environ: Mapping[str, str], env: str) -> str:
    """Rooms are reached by https alone, so the scheme may be left out."""
    url = environ.get("VIDEO_HOST") or ("beeldbellen.example.org" if env == "demo" else "")
    parts = _parts(url if "://" in url else f"https://{url}", ("https",)) if url else None
    if url and (parts is None or parts.path.strip("/") or parts.query or not HOST.fullmatch(parts.netloc.lower())):
        raise WrongSetting("VIDEO_HOST must look like 'beeldbellen.your-domain.nl'; rooms are reached by https.")
    return parts.netloc.lower() if parts else ""


def current() -> Settings:
    """The settings of the running application."""
    settings: Settings = current_app.extensions["portal"]
    return settings
