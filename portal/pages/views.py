"""The pages that everybody may read, the choice of a language, and the addresses that machines ask for."""

from datetime import timedelta
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, request, url_for
from werkzeug.exceptions import BadRequest

from portal import clock, config, i18n
from portal.access import NOBODY, public
from portal.pages import menu, queries, rules
from portal.pages.forms import LanguageForm
from portal.web import go_to, render

bp = Blueprint("pages", __name__)
bp.add_app_template_global(menu.menu, "menu")

PRIVATE_PATHS = ["/afspraak/", "/afspraken", "/agenda/", "/coach$", "/coach/", "/demo", "/evaluatie/", "/inloggen"]
PRIVATE_PATHS += ["/landelijk", "/mijn", "/regio", "/uitloggen", "/uitnodiging/"]


@bp.app_template_global()
def this_page() -> str:
    """Where a choice of language comes back to."""
    query = request.query_string.decode("ascii", "replace")
    return quote(request.path) + (f"?{query}" if query else "")


@bp.app_template_global()
def mailbox(name: str) -> str:
    return rules.mailbox(name, config.current().mail_from)


@bp.get("/")
@public
def start() -> Response:
    return render("pages/start.html")


@bp.get("/hulp")
@public
def help_now() -> Response:
    """Needs no database, not even to know who asks."""
    return render("pages/help_now.html", actor=NOBODY)


@bp.get("/privacy")
@public
def privacy() -> Response:
    return render("pages/privacy.html", mailbox=mailbox("privacy"))


@bp.get("/toegankelijkheid")
@public
def accessibility() -> Response:
    return render("pages/accessibility.html", mailbox=mailbox("vragen"))


@bp.get("/over")
@public
def colophon() -> Response:
    return render("pages/colophon.html")


@bp.get("/vragen")
@public
def questions() -> Response:
    return render("pages/questions.html", mailbox=mailbox("vragen"))


@bp.post("/taal")
@public
def choose_language() -> Response:
    form = LanguageForm()
    if not form.validate_on_submit():
        raise BadRequest
    response = go_to(rules.safe_path(form.back.data) or url_for("pages.start"))
    response.set_cookie(
        i18n.COOKIE,
        form.language.data,
        max_age=i18n.YEAR_OF_SECONDS,
        secure=config.current().secure,
        httponly=True,
        samesite="Lax",
    )
    return response


@bp.get("/healthz")
@public
def healthz() -> Response:
    """The process answers; nothing else is asked."""
    return _plain("ok\n")


@bp.get("/readyz")
@public
def readyz() -> Response:
    parts = queries.readiness(clock.now())
    response = jsonify({part: "ok" if works else "not ok" for part, works in parts.items()})
    response.status_code = 200 if all(parts.values()) else 503
    return response


@bp.get("/.well-known/security.txt")
@public
def security_txt() -> Response:
    """RFC 9116."""
    expires = (clock.now() + timedelta(days=rules.SECURITY_TXT_DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    return _plain(
        f"Contact: mailto:{mailbox('security')}\n"
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}\n"
        "Preferred-Languages: nl, en\n"
        f"Canonical: {config.current().public_url}{url_for('pages.security_txt')}\n"
    )


@bp.get("/robots.txt")
@public
def robots_txt() -> Response:
    return _plain("User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in PRIVATE_PATHS))


def _plain(text: str) -> Response:
    return Response(text, content_type="text/plain; charset=utf-8")
