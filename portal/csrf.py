"""The token of every form. Who sends one with a token that is too old, or after a visit ended, loses no text."""

import flask_wtf
from flask import Response, g, make_response, render_template
from flask_wtf.csrf import CSRFError
from htmx_flask import request

from portal.errorpages import error_page, instead_of
from portal.errors import DomainError
from portal.i18n import N_

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

protection = flask_wtf.CSRFProtect()


class PageTooOld(DomainError):
    """The token of this form is missing, expired, or of a visit that ended. The form comes back as it was sent."""

    status = 400
    message = N_("The page was open for too long. Your text is still there. Send it again.")


def check_token() -> None:
    """A form without a right token may do what a GET may do: nothing. Its page shows it again, as it was sent.

    So a view that looks at no form at all changes nothing either. An address that only takes what is sent has no page
    to show, and refuses.
    """
    if request.endpoint is None or request.method in SAFE_METHODS:
        return
    g.was_sent = True
    try:
        protection.protect()
    except CSRFError:
        if request.url_rule is None or "GET" not in (request.url_rule.methods or ()):
            raise
        g.came_too_late = True
        request.method = "GET"


def came_too_late() -> bool:
    """What was sent is only shown again, with a fresh token."""
    return bool(g.get("came_too_late"))


def sent_fields() -> list[tuple[str, str]]:
    """What somebody filled in and sent with this request; nothing for a link that was followed."""
    if not g.get("was_sent"):
        return []
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token" and value]


def keep_what_was_sent(response: Response) -> Response:
    """Nobody who came too late is told that it went well; who is sent elsewhere besides, gets the text along."""
    leaves = response.status_code == 303 or "HX-Redirect" in response.headers
    if came_too_late() and leaves and sent_fields():
        return kept_page()
    if came_too_late() and response.status_code == 200:
        response.status_code = PageTooOld.status
    return response


def kept_page(sign_in: str = "") -> Response:
    """What was filled in, to be sent again; with `sign_in`: after signing in there, in another tab of the browser."""
    status = 401 if sign_in else PageTooOld.status
    if request.htmx and sign_in:  # The form is still on the page.
        return error_page(status, sign_in=sign_in)
    fields = sent_fields()
    html = render_template(
        "errors/kept.html",
        sign_in=sign_in,
        address=request.full_path.rstrip("?"),
        fields=fields,
        texts=[value for _, value in fields if len(value.split()) > 1],
    )
    return instead_of("#inhoud", make_response(html, status))
