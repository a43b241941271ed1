"""What goes around every answer, also those that Flask never sees: hosts, security headers, static files, proxies."""

from collections.abc import Callable, Iterable
from hashlib import sha256
from os import stat_result
from typing import Any

from flask import Flask
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response
from werkzeug.wsgi import get_host
from whitenoise import WhiteNoise

from portal.config import ROOT, Settings

Wsgi = Callable[..., Iterable[bytes]]

CSP = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
    "img-src 'self' data:"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
HSTS = "max-age=63072000; includeSubDomains"
YEAR_OF_SECONDS = 365 * 24 * 3600
PROBES = ("/healthz", "/readyz")

_versions: dict[str, str] = {}


class StaticFiles(WhiteNoise):
    """Static files with their compressed forms, but for a form that is older than its file."""

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: dict[str, stat_result]) -> None:
        changed_at = stat_cache[path].st_mtime
        forms = (f"{path}.gz", f"{path}.br")
        fresh = {name: stat for name, stat in stat_cache.items() if name not in forms or stat.st_mtime >= changed_at}
        super().add_file_to_dictionary(url, path, stat_cache=fresh)


def install(app: Flask, settings: Settings) -> None:
    files = StaticFiles(app.wsgi_app, max_age=YEAR_OF_SECONDS, allow_all_origins=False)
    files.add_files(str(ROOT / "static"), prefix="static/")
    wsgi: Wsgi = with_security_headers(for_our_hosts(files, settings), settings)
    if settings.trusted_proxies:
        wsgi = ProxyFix(wsgi, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies)
    app.wsgi_app = wsgi  # type: ignore[method-assign]
    app.jinja_env.globals["static"] = static_url


def for_our_hosts(wsgi: Wsgi, settings: Settings) -> Wsgi:
    """The same application, for requests that name a host of ours; a probe may call us by any name."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["HTTP_HOST"] = environ.get("HTTP_HOST", "").lower()  # A name is the same name in capitals.
        try:
            if environ["PATH_INFO"] not in PROBES:
                get_host(environ, settings.hosts)
        except SecurityError:
            return Response("400 Bad Request\n", 400)(environ, start_response)
        return wsgi(environ, start_response)

    return answer


def with_security_headers(wsgi: Wsgi, settings: Settings) -> Wsgi:
    """The same application; every answer gets the headers that it does not set itself, a 304 and a 405 too."""
    wanted = SECURITY_HEADERS | ({"Strict-Transport-Security": HSTS} if settings.secure else {})

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            present = {name.lower() for name, _ in headers}
            added = [(name, value) for name, value in wanted.items() if name.lower() not in present]
            return start_response(status, [*headers, *added], *more)

        return wsgi(environ, start)

    return answer


def static_url(name: str) -> str:
    """The address of a static file with its content in it, so that browsers may keep it for a year."""
    if name not in _versions:
        _versions[name] = sha256((ROOT / "static" / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={_versions[name]}"
