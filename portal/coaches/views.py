"""The coach's own profile, and the region's coaches at the desk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Flask, Response, current_app, flash, request
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from portal import clock, config
from portal.access import current_actor, requires
from portal.coaches import actions, forms, queries, rules
from portal.coaches.models import Coach
from portal.coaches.rules import Certificate, CoachStatus, Profile
from portal.coaches.terms import in_words
from portal.forms import Form
from portal.i18n import gettext as _
from portal.i18n import language
from portal.programmes.codes import CoachWithdrawal, Continuation
from portal.regions import queries as regions
from portal.web import render, see_other

bp = Blueprint("coaches", __name__)
RunningCounts = Callable[[list[Coach]], dict[int, int]]
STATUS_KINDS = {
    CoachStatus.APPLIED: "late",
    CoachStatus.AVAILABLE: "good",
    CoachStatus.PAUSED: "quiet",
    CoachStatus.WITHDRAWN: "quiet",
    CoachStatus.BLOCKED: "wrong",
}


@dataclass(frozen=True)
class Row:
    """A line of the region's list."""

    coach: Coach
    tags: list[tuple[str, str]]
    running: int
    until: date | None


def install(app: Flask, *, running_counts: RunningCounts) -> None:
    """`running_counts` says how many people coaches are with now: trajectories stand above this feature."""
    app.extensions["coaches"] = running_counts


def running_counts(coaches: list[Coach]) -> dict[int, int]:
    count: RunningCounts = current_app.extensions["coaches"]
    return count(coaches)


def today() -> date:
    return clock.local_day(clock.now())


# -- the coach's own profile


@bp.route("/coach/profiel", methods=["GET", "POST"])
@requires("profile.keep")
def profile() -> ResponseReturnValue:
    coach = queries.own_coach(current_actor())
    form = forms.ProfileForm.of(
        coach, stored_profile(coach), region_choices(), makes_rooms=bool(config.current().video_host)
    )
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.save_profile(
                current_actor(), form.profile, version=form.seen_version, agrees=form.agrees, now=clock.now()
            )
            flash(_("Your profile is stored."), "success")
            return see_other("coaches.profile" if coach else "schedule.hours")
    until = queries.checked_until([coach]).get(coach.id) if coach else None
    return render(
        "coaches/profile.html",
        fragment="profile_form",
        form=form,
        coach=coach,
        until=until,
        certificate=rules.certificate(until, today()),
        changed=changed_meanwhile(form) if form.status == 409 else [],
    )


def stored_profile(coach: Coach | None) -> Profile:
    """What the coach filled in; a new one begins with the regions of the invitation."""
    return queries.profile_of(coach) if coach else Profile(regions=queries.granted_regions(current_actor()))


def changed_meanwhile(form: forms.ProfileForm) -> list[tuple[str, str]]:
    """What is stored now and differs from what was filled in, in words; saving again is then a choice."""
    coach = queries.coach_of(current_actor())
    form.see_version(coach.version)
    names = regions.region_names(today())
    filled_in = forms.in_words(form.profile, names)
    return [row for row in forms.in_words(queries.profile_of(coach), names) if row not in filled_in]


@bp.route("/coach/pauze", methods=["POST"])
@requires("profile.keep")
def pause() -> ResponseReturnValue:
    actions.pause(current_actor())
    flash(_("You are on pause. You get no new participants."), "success")
    return see_other("coaches.profile")


@bp.route("/coach/hervat", methods=["POST"])
@requires("profile.keep")
def resume() -> ResponseReturnValue:
    actions.resume(current_actor())
    flash(_("You are back. Participants can choose you again."), "success")
    return see_other("coaches.profile")


def region_choices() -> list[SelectChoice]:
    return [SelectChoice(region.code, region.name) for region in regions.all_regions(today())]


# -- the region's coaches


@bp.route("/regio/coaches")
@requires("coach.see")
def of_region() -> ResponseReturnValue:
    form = forms.FilterForm(request.args)
    listing = queries.of_region(
        current_actor(),
        shown=form.chosen,
        name=form.name.data or "",
        today=today(),
        page=request.args.get("pagina", ""),
    )
    return render(
        "coaches/of_region.html",
        fragment="coach_list",
        filter=form,
        listing=listing,
        rows=rows_of(listing.coaches),
        asked={"toon": form.chosen.value, "naam": form.name.data or ""},
        invited=queries.invited(current_actor()) if form.shows_invited else [],
        now=clock.now(),
    )


def rows_of(coaches: list[Coach]) -> list[Row]:
    running = running_counts(coaches)
    until = queries.checked_until(coaches)
    return [
        Row(
            coach=coach,
            tags=tags(coach, until.get(coach.id), running.get(coach.id, 0)),
            running=running.get(coach.id, 0),
            until=until.get(coach.id),
        )
        for coach in coaches
    ]


def tags(coach: Coach, until: date | None, running: int) -> list[tuple[str, str]]:
    """How it stands with a coach: words, and the kind of tag."""
    found = [(_(coach.status.label), STATUS_KINDS[coach.status])]
    state = rules.certificate(until, today())
    if state == Certificate.ENDED:
        found.append((_("Certificate has ended"), "wrong"))
    if state == Certificate.ENDING:
        found.append((_("Certificate ends soon"), "late"))
    if not rules.has_room(running=running, capacity=coach.capacity):
        found.append((_("Full"), "quiet"))
    return found


@bp.route("/regio/coaches/<public_id>")
@requires("coach.see")
def one_of_region(public_id: str) -> ResponseReturnValue:
    coach = queries.by_public_id(current_actor(), public_id)
    qualifications = queries.qualifications_of(coach)
    until = qualifications[0].valid_until if qualifications else None
    running = running_counts([coach]).get(coach.id, 0)
    return render(
        "coaches/one_of_region.html",
        coach=coach,
        told=forms.in_words(queries.profile_of(coach), regions.region_names(today())),
        terms=in_words(queries.terms_of(coach)),
        qualifications=qualifications,
        running=running,
        tags=tags(coach, until, running),
        may_check=current_actor().may("coach.manage") and coach.status != CoachStatus.WITHDRAWN,
    )


def recorded(coach: Coach, sentence: str) -> Response:
    """Say what was done with this coach, on the coach's page."""
    flash(sentence, "success")
    return see_other("coaches.one_of_region", public_id=coach.public_id)


@bp.route("/regio/coaches/<public_id>/certificaat", methods=["GET", "POST"])
@requires("coach.manage")
def check_qualification(public_id: str) -> ResponseReturnValue:
    coach = queries.by_public_id(current_actor(), public_id)
    form = forms.QualificationForm.of(today())
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.record_qualification(current_actor(), coach, form.proof, now=clock.now())
            return recorded(coach, _("The certificate of %(coach)s is recorded as checked.", coach=coach.name))
    return render("coaches/check_qualification.html", fragment="qualification_form", form=form, coach=coach)


@bp.route("/regio/coaches/<public_id>/afmelding", methods=["GET", "POST"])
@requires("coach.manage")
def withdraw(public_id: str) -> ResponseReturnValue:
    coach = queries.by_public_id(current_actor(), public_id)
    form = forms.WithdrawalForm.of(coach, today())
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.withdraw_coach(
                current_actor(),
                coach,
                withdrawn_on=form.withdrawn_on.data,
                reason=CoachWithdrawal(form.reason.data),
                now=clock.now(),
            )
            return recorded(coach, _("%(coach)s is recorded as withdrawn.", coach=coach.name))
    return render(
        "coaches/withdraw.html",
        fragment="withdrawal_form",
        form=form,
        coach=coach,
        running=running_counts([coach]).get(coach.id, 0),
    )


@bp.route("/regio/coaches/<public_id>/terug", methods=["POST"])
@requires("coach.manage")
def readmit(public_id: str) -> ResponseReturnValue:
    coach = queries.by_public_id(current_actor(), public_id)
    actions.readmit_coach(current_actor(), coach, now=clock.now())
    return recorded(coach, _("%(coach)s is with us again.", coach=coach.name))


@bp.route("/regio/coaches/<public_id>/verder", methods=["GET", "POST"])
@requires("coach.manage")
def go_on(public_id: str) -> ResponseReturnValue:
    coach = queries.by_public_id(current_actor(), public_id)
    form = forms.ContinuationForm(data={"continued_to": coach.continued_to or ""})
    if form.validate_on_submit():
        with form.reporting_errors():
            chosen = Continuation(form.continued_to.data) if form.continued_to.data else None
            actions.continue_coach(current_actor(), coach, continued_to=chosen, now=clock.now())
            return recorded(coach, _("It is recorded where %(coach)s goes on.", coach=coach.name))
    return render("coaches/go_on.html", fragment="continuation_form", form=form, coach=coach)


@bp.route("/regio/coaches/<public_id>/blokkeren", methods=["GET", "POST"])
@requires("coach.manage")
def block(public_id: str) -> ResponseReturnValue:
    coach = queries.by_public_id(current_actor(), public_id)
    form = Form()
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.block_coach(current_actor(), coach, now=clock.now())
            return recorded(coach, _("%(coach)s is blocked.", coach=coach.name))
    running = running_counts([coach]).get(coach.id, 0)
    return render("coaches/block.html", fragment="block_form", form=form, coach=coach, running=running)


@bp.route("/regio/coaches/<public_id>/deblokkeren", methods=["POST"])
@requires("coach.manage")
def unblock(public_id: str) -> ResponseReturnValue:
    coach = queries.by_public_id(current_actor(), public_id)
    actions.unblock_coach(current_actor(), coach, now=clock.now())
    return recorded(coach, _("%(coach)s is not blocked any more.", coach=coach.name))


@bp.route("/regio/coaches/uitnodigen", methods=["GET", "POST"])
@requires("coach.manage")
def invite() -> ResponseReturnValue:
    own = [choice for choice in region_choices() if choice.value in current_actor().regions]
    form = forms.InvitationForm(data={"region": own[0].value if own else "", "language": language()})
    form.region.choices = own
    if form.validate_on_submit():
        with form.reporting_errors():
            actions.invite_coach(
                current_actor(),
                address=form.email.data,
                region=form.region.data,
                language=form.language.data,
                now=clock.now(),
            )
            flash(_("The invitation is on its way. It works for seven days."), "success")
            return see_other("coaches.of_region")
    return render("coaches/invite.html", fragment="invitation_form", form=form)
