"""In the demo only: be one of the cast with one click, and read every mail."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from portal.access import public
from portal.accounts import browser
from portal.demo import queries
from portal.forms import Form
from portal.web import render, see_other

bp = Blueprint("demo", __name__)
LAST_PAGE = 10_000


@bp.route("/demo", methods=["GET", "POST"])
@public
def cast() -> ResponseReturnValue:
    form = Form()
    if form.validate_on_submit():
        browser.sign_in(queries.member(request.form.get("name", "")), second_factor=True)
        return see_other("accounts.home")
    return render("demo/cast.html", form=form, cast=queries.CAST)


@bp.route("/demo/post")
@public
def mails() -> ResponseReturnValue:
    page = min(max(1, request.args.get("pagina", 1, type=int)), LAST_PAGE)
    return render("demo/mails.html", letters=queries.newest_mails(page))
