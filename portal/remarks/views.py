"""/regio/reacties: what people wrote, for who manages the region; /landelijk/citaten: what may be quoted."""

from datetime import timedelta

from flask import Blueprint, Response, flash

from portal import clock
from portal.access import current_actor, requires
from portal.i18n import gettext as _
from portal.programmes.codes import ProgrammeCode
from portal.remarks import actions, queries, rules
from portal.remarks.forms import QuoteForm
from portal.web import render, see_other

bp = Blueprint("remarks", __name__)


@bp.get("/regio/reacties")
@requires("remark.moderate")
def to_read() -> Response:
    actor = current_actor()
    return render(
        "remarks/to_read.html",
        remarks=queries.to_read(actor),
        in_all=queries.number_to_read(actor),
        quotes=queries.quotes_of(actor),
    )


@bp.route("/regio/reacties/<public_id>", methods=["GET", "POST"])
@requires("remark.moderate")
def quote(public_id: str) -> Response:
    remark = queries.by_public_id(current_actor(), public_id)
    form = QuoteForm(data={"quote": remark.quote or remark.text})
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.approve(current_actor(), remark, shortened=form.quote.data)
            flash(_("The quote is approved. It can stand in a report now."), "success")
            return see_other("remarks.to_read")
    return render("remarks/quote.html", fragment="quote_form", form=form, shown=queries.shown(remark))


@bp.post("/regio/reacties/<public_id>/weg")
@requires("remark.moderate")
def put_aside(public_id: str) -> Response:
    actions.put_aside(current_actor(), queries.by_public_id(current_actor(), public_id))
    flash(_("The text is put aside."), "success")
    return see_other("remarks.to_read")


@bp.get("/landelijk/citaten")
@requires("quotes.see")
def quotes() -> Response:
    today = clock.local_day(clock.now())
    months = {"first_month": rules.kept_since(today), "until": today + timedelta(days=1)}
    return render(
        "remarks/quotes.html",
        quotes={programme: queries.approved_quotes(programme, **months) for programme in ProgrammeCode},
    )
