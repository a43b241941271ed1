"""How every page is asked for and answered: forms, rendering, redirects, error pages."""

import secrets
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar
from urllib.parse import quote

import peewee
import structlog
from flask import Flask, Response, current_app, g, make_response, render_template, url_for
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.csrf import CSRFError
from flask_wtf.form import _Auto as FROM_THE_REQUEST
from htmx_flask import Htmx, request
from jinja2_fragments.flask import render_block
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.local import LocalProxy
from wtforms import DateField, SelectMultipleField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, DateInput, ListWidget, TextInput

from portal import audit, config
from portal.access import NOBODY, current_actor
from portal.config import Settings
from portal.db import database
from portal.errors import DomainError, Forbidden, NotFound, TooManyRequests
from portal.i18n import N_, gettext, lazy_gettext, ngettext, read_day

logger = structlog.get_logger()

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_BODY = 256 * 1024
# Direction overrides and other characters that are not seen but change what is.
UNSEEN = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x2060, 0xFEFF])

csrf = CSRFProtect()
htmx = Htmx()


class PageTooOld(DomainError):
    """The token of this form is missing, expired, or of a visit that ended. The form comes back as it was sent."""

    status = 400
    message = N_("The page was open for too long. Your text is still there. Send it again.")


def install(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        SESSION_COOKIE_NAME=cookie_name("sessie", settings),
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_CHECK_DEFAULT=False,  # We look ourselves, in `check_token`.
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        WTF_CSRF_SSL_STRICT=False,
    )
    csrf.init_app(app)
    htmx.init_app(app)
    app.before_request(begin)
    app.before_request(check_token)
    app.after_request(finish)
    app.after_request(keep_what_was_sent)
    app.teardown_appcontext(release_database)
    _install_templates(app)
    _install_errors(app, settings)


def _install_templates(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["first_id"] = first_id
    app.context_processor(lambda: {"actor": LocalProxy(current_actor)})


def install_macros(app: Flask) -> None:
    """All macros as the global `ui`, so that a block rendered alone has them too."""
    app.jinja_env.globals["ui"] = app.jinja_env.get_template("ui.html").module


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


def begin() -> None:
    g.request_id = secrets.token_hex(8)
    if request.method not in SAFE_METHODS and comes_from_elsewhere():
        raise Forbidden
    if "\0" in request.path or b"%00" in request.query_string:  # PostgreSQL cannot look for such a thing.
        raise NotFound


def comes_from_elsewhere() -> bool:
    """Another site sent this form. A page that sends no Referer also sends 'null' as its Origin."""
    origin = request.headers.get("Origin", "null")
    site = request.headers.get("Sec-Fetch-Site", "none")
    return site in ("cross-site", "same-site") or (origin != "null" and origin.partition("://")[2] != request.host)


def check_token() -> None:
    """A form without a right token may do what a GET may do: nothing. Its page shows it again, as it was sent.

    So a view that looks at no form at all changes nothing either. An address that only takes what is sent has no page
    to show, and refuses.
    """
    if request.endpoint is None or request.method in SAFE_METHODS:
        return
    g.was_sent = True
    try:
        csrf.protect()
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
    return _instead_of("#inhoud", make_response(html, status))


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


# -- forms


class OwnWords:
    """What WTForms says by itself, in the words of the portal."""

    said: ClassVar = {
        "This field is required.": N_("Fill this in."),
        "Not a valid choice.": N_("Choose one of the answers on this page."),
        "Invalid Choice: could not coerce.": N_("Choose one of the answers on this page."),
        "Invalid choice(s): one or more data inputs could not be coerced.": N_("Choose from the answers on this page."),
        "'%(value)s' is not a valid choice for this field.": N_("Choose from the answers on this page."),
        "Field cannot be longer than %(max)d character.": N_("This is too long. Use at most %(max)d characters."),
    }

    def gettext(self, message: str) -> str:
        return gettext(self.said.get(message, N_("This is not filled in right. Look at it again.")))

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.gettext(singular)


class Form(FlaskForm):
    """A form that cleans what is typed and reports broken rules at the field they belong to."""

    class Meta(FlaskForm.Meta):
        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            filters = [*unbound_field.kwargs.get("filters", ()), clean]
            return unbound_field.bind(form=form, **{**options, "filters": filters})

        def get_translations(self, form: Any) -> OwnWords:
            return OwnWords()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            if came_too_late() and formdata is FROM_THE_REQUEST:
                return request.form
            return super().wrap_formdata(form, formdata)

    status = 422
    form_errors: list[str]

    def is_submitted(self) -> bool:
        return came_too_late() or super().is_submitted()

    def validate(self, extra_validators: Any = None) -> bool:
        if not came_too_late():
            return super().validate(extra_validators)
        if not self.form_errors:
            self.report(PageTooOld())
        return False

    @contextmanager
    def reporting_errors(self) -> Iterator[None]:
        """Show a broken rule at its field (or above the form) and go on to the form; other errors pass."""
        try:
            yield
        except (NotFound, Forbidden, TooManyRequests):
            raise
        except DomainError as error:
            self.report(error)

    def report(self, error: DomainError) -> None:
        """Show this broken rule at its field, or above the form."""
        self.status = error.status
        field = self._fields.get(error.field or "")
        if field is None:
            self.form_errors = [*self.form_errors, str(error)]
        else:
            field.errors = [*field.errors, str(error)]

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Every problem with the id of the field it belongs to ('' for the form as a whole)."""
        problems = [("", message) for message in self.form_errors]
        for field in self:
            problems += [(first_id(field), message) for message in field.errors]
        return problems


class Boxes(SelectMultipleField):
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class TypedDayField(DateField):
    """A day, typed in any notation that leaves no doubt."""

    data: Any
    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data.day}-{self.data.month}-{self.data.year}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if typed:
            try:
                self.data = read_day(typed)
            except ValueError as error:
                raise ValidationError(gettext("Fill in a day, for example 6-3-2026.")) from error


class DayField(TypedDayField):
    """A day picked from the calendar of the phone, or typed; what a calendar cannot show is shown as text."""

    widget = DateInput()

    def _value(self) -> str:
        return self.data.isoformat() if self.data else super()._value()

    def process_formdata(self, valuelist: list[str]) -> None:
        self.widget = TextInput()
        super().process_formdata(valuelist)
        self.widget = DateInput()


def choices_of(labels: Mapping[Any, str]) -> list[SelectChoice]:
    """Choices for a form field from codes and their marked labels."""
    return [SelectChoice(value, lazy_gettext(label)) for value, label in labels.items()]


def first_id(field: Any) -> str:
    """Where a link to this field leads: the first box of a group, else the field itself."""
    return f"{field.id}-0" if isinstance(field.widget, ListWidget) else str(field.id)


def clean(value: Any) -> Any:
    """Typed text in one normal form, without characters that nobody sees."""
    if isinstance(value, list):
        return [clean(one) for one in value]
    if not isinstance(value, str):
        return value
    seen = unicodedata.normalize("NFC", value).translate(UNSEEN)
    return "".join(c for c in seen if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


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


# -- errors


def _install_errors(app: Flask, settings: Settings) -> None:
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
    return _instead_of("#problem", make_response(html, status))


def _instead_of(part: str, response: Response) -> Response:
    """Tell htmx which part of the page this answer replaces."""
    if request.htmx:
        response.headers.update({"HX-Retarget": part, "HX-Reselect": part, "HX-Reswap": "outerHTML"})
    return response
