"""What went wrong, as a page that says what to do."""

from typing import Any
from urllib.parse import quote

import peewee
import structlog
from flask import Flask, Response, current_app, g, make_response, render_template
from flask_wtf.csrf import CSRFError
from htmx_flask import request
from werkzeug.exceptions import HTTPException

from portal import audit
from portal.access import NOBODY, current_actor
from portal.config import Settings
from portal.db import database
from portal.errors import DomainError, TooManyRequests
from portal.i18n import ngettext

logger = structlog.get_logger()


def install(app: Flask, settings: Settings) -> None:
    app.register_error_handler(DomainError, on_domain_error)
    app.register_error_handler(CSRFError, on_csrf_error)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(peewee.OperationalError, on_database_error)
    if not settings.testing:  # A test should see what broke.
        app.register_error_handler(Exception, on_unexpected_error)


def on_domain_error(error: DomainError) -> Response:
    if error.status in (403, 404) and current_actor().signed_in:
        audit.record_refusal(current_actor(), f"http.{error.status}", detail=request.endpoint or "")
    response = error_page(error.status, message=what_to_do(error))
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def what_to_do(error: DomainError) -> str:
    """The sentence of this error; nothing where the page says more."""
    if isinstance(error, TooManyRequests):
        minutes = -(-error.retry_after // 60)
        return ngettext("Wait %(num)s minute and try again.", "Wait %(num)s minutes and try again.", minutes)
    return str(error) if error.status not in (403, 404) else ""


def on_csrf_error(error: CSRFError) -> Response:
    return error_page(400)


def on_http_error(error: HTTPException) -> Response:
    if error.code == 404 and (address := address_without_slash()):
        return Response(status=308, headers={"Location": address})
    response = error_page(error.code or 500)
    for header, value in error.get_headers():
        if header in ("Allow", "Retry-After"):
            response.headers[header] = value
    return response


def address_without_slash() -> str | None:
    """Where somebody meant to go who typed a slash behind the address of a page; no address with a secret in it."""
    path = request.path.rstrip("/")
    if request.method not in ("GET", "HEAD") or request.url_rule is not None or path == request.path:
        return None
    try:
        _, parts = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return None
    if parts:
        return None
    query = request.query_string.decode("ascii", "replace")
    return quote(path) + (f"?{query}" if query else "")


def on_database_error(error: peewee.OperationalError) -> Response:
    logger.error("database_unavailable", request_id=g.get("request_id"), cause=type(error).__name__)
    _forget_connection()
    response = error_page(503, actor=NOBODY)
    response.headers["Retry-After"] = "30"
    return response


def on_unexpected_error(error: Exception) -> Response:
    logger.exception("unexpected_error", request_id=g.get("request_id"), endpoint=request.endpoint)
    return error_page(500, actor=NOBODY)


def _forget_connection() -> None:
    if not database.is_closed() and not database.in_transaction():
        database.close()


def error_page(status: int, *, message: str = "", **values: Any) -> Response:
    """What happened and what to do, as a page; for htmx above the page that is there. 500 and 503 need no database."""
    layout = "errors/notice.html" if request.htmx else "base.html"
    html = render_template("errors/error.html", layout=layout, status=status, message=message, **values)
    return instead_of("#problem", make_response(html, status))


def instead_of(part: str, response: Response) -> Response:
    """Tell htmx which part of the page this answer replaces."""
    if request.htmx:
        response.headers.update({"HX-Retarget": part, "HX-Reselect": part, "HX-Reswap": "outerHTML"})
    return response
