"""How every page is asked for and answered: settings, cookies, headers, rendering, redirects."""

import secrets
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, url_for
from htmx_flask import Htmx, request
from jinja2_fragments.flask import render_block
from markupsafe import Markup
from werkzeug.local import LocalProxy

from portal import config, csrf, errorpages
from portal.access import View, current_actor
from portal.config import Settings
from portal.db import database
from portal.errors import Forbidden, NotFound
from portal.forms import first_id
from portal.i18n import gettext

LARGEST_BODY = 256 * 1024

htmx = Htmx()


def install(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        SESSION_COOKIE_NAME=cookie_name("sessie", settings),
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_CHECK_DEFAULT=False,  # We look ourselves, in `csrf.check_token`.
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        WTF_CSRF_SSL_STRICT=False,
    )
    csrf.protection.init_app(app)
    htmx.init_app(app)
    app.before_request(begin)
    app.before_request(csrf.check_token)
    app.after_request(finish)
    app.after_request(csrf.keep_what_was_sent)
    app.teardown_appcontext(release_database)
    _install_templates(app)
    errorpages.install(app, settings)


def _install_templates(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["first_id"] = first_id
    app.context_processor(lambda: {"actor": LocalProxy(current_actor)})


def install_macros(app: Flask) -> None:
    """All macros as the global `ui`, so that a block rendered alone has them too."""
    app.jinja_env.globals["ui"] = app.jinja_env.get_template("ui.html").module


# -- cookies, and who asks


def cookie_name(name: str, settings: Settings) -> str:
    """With the __Host- prefix over https, so that no neighbour can plant it."""
    return f"__Host-{name}" if settings.secure else name


def set_cookie(response: Response, name: str, value: str, *, seconds: int) -> None:
    """A cookie that scripts and other sites cannot read."""
    settings = config.current()
    response.set_cookie(
        cookie_name(name, settings), value, max_age=seconds, secure=settings.secure, httponly=True, samesite="Lax"
    )


def read_cookie(name: str) -> str | None:
    return request.cookies.get(cookie_name(name, config.current()))


def drop_cookie(response: Response, name: str) -> None:
    settings = config.current()
    response.delete_cookie(cookie_name(name, settings), secure=settings.secure, httponly=True, samesite="Lax")


def client_address() -> str:
    """Where the request comes from, as far as the trusted proxies say so."""
    return request.remote_addr or ""


# -- the request


def takes_up_to(largest_body: int) -> Callable[[View], View]:
    """This page takes so many bytes, files included, of who may see it; every other page 256 KB."""

    def declare(view: View) -> View:
        view.largest_body = largest_body  # type: ignore[attr-defined]
        return view

    return declare


def allow_large_body() -> None:
    """Before anything of it is read: nobody else can make us keep so much."""
    view: Any = current_app.view_functions.get(request.endpoint or "")
    largest_body = getattr(view, "largest_body", None)
    if largest_body is not None and current_actor().may(view.access):
        request.max_content_length = largest_body


def begin() -> None:
    g.request_id = secrets.token_hex(8)
    allow_large_body()
    if request.method not in csrf.SAFE_METHODS and comes_from_elsewhere():
        raise Forbidden
    if "\0" in request.path or b"%00" in request.query_string:  # PostgreSQL cannot look for such a thing.
        raise NotFound


def comes_from_elsewhere() -> bool:
    """Another site sent this form. A page that sends no Referer also sends 'null' as its Origin."""
    origin = request.headers.get("Origin", "null")
    site = request.headers.get("Sec-Fetch-Site", "none")
    return site in ("cross-site", "same-site") or (origin != "null" and origin.partition("://")[2] != request.host)


def finish(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    response.vary.update(("HX-Request", "Cookie"))
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if "token" in (request.view_args or {}):  # Where a link leads to is nobody else's business.
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


def release_database(error: BaseException | None) -> None:
    """Connections stay open per thread; one that broke, or was left in a transaction, is thrown away."""
    if database.is_closed():
        return
    if error is not None or not database.is_connection_usable():
        database.dispose() if database.in_transaction() else database.close()


# -- answers


def render(template: str, *, fragment: str | None = None, status: int | None = None, **values: Any) -> Response:
    """The page, or only its block when htmx asks; 422 (or what the broken rule says) when the form has errors."""
    form = values.get("form")
    if status is None:
        status = form.status if form is not None and form.summary else 200
    wants_block = fragment if request.htmx and not request.headers.get("HX-History-Restore-Request") else None
    html = render_block(template, wants_block, **values) if wants_block else render_template(template, **values)
    if wants_block and form is not None and form.summary:
        html = str(html) + _title_with_errors(render_block(template, "title", **values))
    return make_response(html, status)


def _title_with_errors(title: str) -> str:
    """As base.html has it; htmx takes it out of the answer for the page that is there."""
    whole = Markup("<title>{}: {} · {}</title>")
    return str(whole.format(gettext("Not right yet"), Markup(title), gettext("Coaching for care and welfare")))  # noqa: S704


def see_other(endpoint: str, **values: Any) -> Response:
    """Done: go and look there."""
    return go_to(url_for(endpoint, **values))


def go_to(path: str) -> Response:
    if request.htmx:
        return Response(status=204, headers={"HX-Redirect": path})
    return Response(status=303, headers={"Location": path})
