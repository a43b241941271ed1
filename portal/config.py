"""Settings from the environment. A wrong setting stops the start with one clear line, never later."""

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from flask import current_app

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE_SECRETS = frozenset(
    {"changeme", "change-me", "secret", "dev", "example", "test", "password", "your-secret-key"}
)
SHORTEST_SECRET = 32


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
        """The host names this portal answers to; any other Host header is refused."""
        host = urlsplit(self.public_url).hostname or ""
        return [host, "localhost", "127.0.0.1"] if self.demo else [host]


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the settings; raises WrongSetting with one line that says what to do."""
    env = environ.get("PORTAL_ENV", "production")
    if env not in ("production", "demo"):
        raise WrongSetting("PORTAL_ENV must be 'production' or 'demo'.")
    instance = Path(environ.get("PORTAL_INSTANCE", ROOT / "instance"))
    return Settings(
        env=env,
        secret_key=_secret_key(environ, env, instance),
        sealing_keys=_sealing_keys(environ, env, instance),
        database_url=environ.get("DATABASE_URL") or f"sqlite:///{instance / 'portal.db'}",
        public_url=_public_url(environ, env),
        smtp=_smtp(environ, env),
        mail_from=environ.get("MAIL_FROM") or "Afspraken <afspraken@example.org>",
        trusted_proxies=_whole_number(environ, "TRUSTED_PROXIES"),
        instance=instance,
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
    keys = dict(_sealing_key(part) for part in text.split(","))
    if len(set(keys.values())) != len(keys):
        raise WrongSetting("SEALING_KEYS names the same key twice.")
    return keys


def _sealing_key(part: str) -> tuple[int, bytes]:
    number, _, encoded = part.strip().partition(":")
    try:
        key = base64.urlsafe_b64decode(encoded.replace("+", "-").replace("/", "_") + "=" * (-len(encoded) % 4))
    except (binascii.Error, ValueError):
        key = b""
    if not number.isdigit() or not 0 < int(number) < 256 or len(key) != 32 or len(set(key)) < 8:
        raise WrongSetting("SEALING_KEYS must look like '2:<base64 of 32 random bytes>,1:<older key>'.")
    return int(number), key


def _kept_secret(path: Path) -> str:
    """The demo's own secret: made once, kept for the next start, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        made = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(made)
    return path.read_text().strip()


def _public_url(environ: Mapping[str, str], env: str) -> str:
    url = (environ.get("PUBLIC_URL") or "").rstrip("/")
    if env == "demo":
        return url or f"http://localhost:{environ.get('PORT', '8000')}"
    if not url:
        raise WrongSetting("PUBLIC_URL is missing. Set it to the https address that people use.")
    if urlsplit(url).scheme != "https" or not urlsplit(url).hostname:
        raise WrongSetting("PUBLIC_URL must start with https://.")
    return url


def _smtp(environ: Mapping[str, str], env: str) -> Smtp | None:
    url = environ.get("SMTP_URL")
    if not url:
        if env == "production":
            raise WrongSetting("SMTP_URL is missing. Set it to smtp://user:pass@host:port?starttls=1.")
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise WrongSetting("SMTP_URL must look like smtp://user:pass@host:port?starttls=1.")
    tls = parts.scheme == "smtps"
    return Smtp(
        host=parts.hostname,
        port=parts.port or (465 if tls else 587),
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        starttls=parse_qs(parts.query).get("starttls") == ["1"],
        tls=tls,
    )


def _whole_number(environ: Mapping[str, str], name: str) -> int:
    value = environ.get(name) or "0"
    if not value.isdigit():
        raise WrongSetting(f"{name} must be a whole number.")
    return int(value)


def current() -> Settings:
    """The settings of the running application."""
    settings: Settings = current_app.extensions["portal"]
    return settings
