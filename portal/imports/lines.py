"""From the cells of a line to a row, or to what is wrong with it: values that fit together within the line."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from portal.accounts.rules import address_with_key
from portal.clock import local_day
from portal.coaches.rules import MOST_PEOPLE
from portal.counting.periods import Period
from portal.enrolments.reach import phone_number
from portal.enrolments.rules import OPEN, EnrolmentStatus
from portal.evaluations.rules import STATEMENTS, Agreement, Statement, agreements_text
from portal.imports import cells, mistakes, rules
from portal.imports.cells import Cells
from portal.imports.rows import (
    CoachRow,
    EnrolmentRow,
    EvaluationRow,
    PublishedRow,
    ReferralRow,
    SessionRow,
    Surroundings,
)
from portal.imports.rules import COLUMNS, FileName
from portal.imports.sources import Source
from portal.programmes.codes import (
    Branch,
    CloseReason,
    CoachWithdrawal,
    Continuation,
    DestinationClass,
    Funding,
    Mode,
    Origin,
    Outcome,
    ProgrammeCode,
    ReferralKind,
    TalkKind,
    Theme,
    WorkSituation,
)
from portal.published.rules import Published, Qualifier, check_counter, figure_in
from portal.referrals.rules import NotUrgentHelp, ReferralStatus
from portal.sessions.rules import SessionStatus

NAME, PLACE, SOURCE, COMMENT = 100, 120, 200, 1000
USUAL_CAPACITY = 4
PROGRAMME, BRANCH = cells.code(ProgrammeCode), cells.code(Branch)
PROGRAMMES, BRANCHES = cells.several(PROGRAMME), cells.several(BRANCH)
THEMES, MODES, OUTCOMES = (cells.several(cells.code(codes)) for codes in (Theme, Mode, Outcome))
SITUATION, ORIGIN, REASON = cells.code(WorkSituation), cells.code(Origin), cells.code(CloseReason)
STATUS = cells.code(rules.STATUSES)
KIND, SESSION_STATUS, FUNDING = cells.code(TalkKind), cells.code(SessionStatus), cells.code(Funding)
REFERRAL_KIND, REFERRAL_STATUS = cells.code(ReferralKind), cells.code(ReferralStatus)
DESTINATION = cells.code(DestinationClass)
TEXT_OF_A_NAME, MINUTES = cells.text(NAME), cells.whole(5, 480)
GIVEN_BY_PEOPLE = ("coach_grade", "trajectory_grade", "recommend", "answers", "outcomes", "comment")
# What is not said: half an hour to get acquainted, an hour for everything else.
USUAL_MINUTES = {TalkKind.INTRO: 30}
HAPPENED = (SessionStatus.HELD, SessionStatus.NO_SHOW)
# With these the participant's data went to somebody else.
WITH_CONSENT = (
    ReferralStatus.CONSENTED,
    ReferralStatus.SENT,
    ReferralStatus.ARRIVED,
    ReferralStatus.NOT_ARRIVED,
)


def rows_of(source: Source, around: Surroundings, *, told: Callable[[int], None]) -> list[Any]:
    """The rows of this file that are right; the others become problems. `told` hears how many lines were read."""
    columns = COLUMNS[source.file]
    places, read = {name: place for place, name in enumerate(columns)}, READERS[source.file]
    found = []
    for number, (line, values) in enumerate(source.lines):
        one = Cells(source, line, values, places)
        row = read(one, around, tuple(values))
        if row is not None and one.is_right:
            found.append(row)
        if number % 1000 == 0:
            told(number)
    return found


def _not_later(one: Cells, column: str, day: date | datetime | None, limit: date | datetime) -> None:
    if day is not None and day > limit:
        one.refuse(column, mistakes.StillToCome())


def coach(one: Cells, around: Surroundings, said: tuple[str, ...]) -> CoachRow:
    """The first word of the name is the first name."""
    first_name, _, last_name = one.read("name", cells.text(NAME), "").partition(" ")
    email, email_key = one.read("email", address_with_key, ("", ""))
    available_from, withdrawn_on = one.read("available_from", cells.day), one.read("withdrawn_on", cells.day)
    blocked_on = one.read("blocked_on", cells.day)
    for column, day in (("withdrawn_on", withdrawn_on), ("blocked_on", blocked_on)):
        _not_later(one, column, day, around.today)
        if day and available_from and day < available_from:
            one.refuse(column, mistakes.BeforeStart())
    if one["withdrawn_reason"] and not one["withdrawn_on"]:
        one.refuse("withdrawn_reason", mistakes.WithoutWithdrawal())
    return CoachRow(
        line=one.line,
        ref=one.need("ref", cells.ref),
        said=said,
        first_name=first_name,
        last_name=last_name.strip(),
        email=email,
        email_key=email_key,
        programmes=one.read("programmes", PROGRAMMES, frozenset()),
        themes=one.read("themes", THEMES, frozenset()),
        branches=one.read("branches", BRANCHES, frozenset()),
        regions=one.read("regions", cells.several(cells.region(around.regions)), frozenset()),
        modes=one.read("modes", MODES, frozenset()),
        pc4=one.read("pc4", cells.pc4),
        capacity=one.read("capacity", cells.whole(0, MOST_PEOPLE), USUAL_CAPACITY),
        available_from=available_from,
        withdrawn_on=withdrawn_on,
        withdrawn_reason=one.read("withdrawn_reason", cells.code(CoachWithdrawal)),
        continued_to=one.read("continued_to", cells.code(Continuation)),
        blocked_on=blocked_on,
    )


def enrolment(one: Cells, around: Surroundings, said: tuple[str, ...]) -> EnrolmentRow:
    """`region` wins over `pc4`; where neither says it, the enrolment belongs to no region."""
    email, email_key = one.read("email", address_with_key, ("", ""))
    pc4 = one.read("pc4", cells.pc4)
    derived = around.region_by_postcode.get(pc4)
    row = EnrolmentRow(
        line=one.line,
        ref=one.need("ref", cells.ref),
        said=said,
        programme=one.need("programme", PROGRAMME),
        enrolled_at=one.need("enrolled_at", cells.instant),
        pc4=pc4,
        region=one.read("region", cells.region(around.regions)) or derived,
        region_derived=derived,
        branch=one.read("branch", BRANCH),
        work_situation=one.read("work_situation", SITUATION, WorkSituation.OTHER),
        origin=one.read("origin", ORIGIN, Origin.OTHER),
        themes=one.read("themes", THEMES, frozenset()),
        first_name=one.read("first_name", TEXT_OF_A_NAME, ""),
        last_name=one.read("last_name", TEXT_OF_A_NAME, ""),
        email=email,
        email_key=email_key,
        phone=one.read("phone", phone_number, ""),
        status=one.read("status", STATUS, EnrolmentStatus.CONFIRMED),
        status_on=one.read("status_on", cells.day),
        reason=one.read("reason", REASON),
        matched_at=one.read("matched_at", cells.instant),
        contact_at=one.read("first_contact_at", cells.instant),
    )
    if row.enrolled_at is not None:
        _check_order(one, row, around)
    return row


def _check_order(one: Cells, row: EnrolmentRow, around: Surroundings) -> None:
    """Whole days are compared: a registration that knows no time says midnight."""
    _not_later(one, "enrolled_at", row.enrolled_at, around.now)
    _not_later(one, "status_on", row.status_on, around.today)
    enrolled_on = local_day(row.enrolled_at)
    if row.status_on and row.status_on < enrolled_on:
        one.refuse("status_on", mistakes.BeforeEnrolment())
    for column, moment in (("matched_at", row.matched_at), ("first_contact_at", row.contact_at)):
        _not_later(one, column, moment, around.now)
        if moment and local_day(moment) < enrolled_on:
            one.refuse(column, mistakes.BeforeEnrolment())
    if row.matched_at and row.contact_at and local_day(row.contact_at) < local_day(row.matched_at):
        one.refuse("first_contact_at", mistakes.BeforeMatch())
    if row.reason and row.status in OPEN:
        one.refuse("reason", mistakes.StillOpen())


def session(one: Cells, around: Surroundings, said: tuple[str, ...]) -> SessionRow:
    kind = one.need("kind", KIND)
    status, starts_at = one.need("status", SESSION_STATUS), one.need("starts_at", cells.start)
    if status in HAPPENED and starts_at is not None:
        _not_later(one, "starts_at", starts_at, around.now)
    return SessionRow(
        line=one.line,
        ref=one.need("ref", cells.ref),
        said=said,
        enrolment=one.need("enrolment", cells.ref),
        coach=one.read("coach", cells.ref, ""),
        kind=kind,
        starts_at=starts_at,
        minutes=one.read("minutes", MINUTES, USUAL_MINUTES.get(kind, 60)),
        status=status,
        funding=one.read("funding", FUNDING, Funding.NONE),
    )


def referral(one: Cells, around: Surroundings, said: tuple[str, ...]) -> ReferralRow:
    kind, status = one.need("kind", REFERRAL_KIND), one.need("status", REFERRAL_STATUS)
    consent, referred_on = one.read("consent", cells.yes_or_no, False), one.need("on", cells.day)
    _not_later(one, "on", referred_on, around.today)
    if kind == ReferralKind.WARM_HANDOVER and status in WITH_CONSENT and not consent:
        one.refuse("consent", mistakes.ConsentMissing())
    return ReferralRow(
        line=one.line,
        ref=one.need("ref", cells.ref),
        said=said,
        enrolment=one.need("enrolment", cells.ref),
        kind=kind,
        destination_class=_destination_class(one, kind),
        destination=one.read("destination", cells.text(PLACE), ""),
        consent=consent,
        status=status,
        referred_on=referred_on,
    )


def _destination_class(one: Cells, kind: ReferralKind | None) -> Any:
    """Of urgent help only that it was urgent; urgent help is neither advised nor handed over."""
    if kind == ReferralKind.URGENT:
        return DestinationClass.URGENT
    chosen = one.need("destination_class", DESTINATION)
    if chosen == DestinationClass.URGENT and kind is not None:
        one.refuse("destination_class", NotUrgentHelp())
    return chosen


def evaluation(one: Cells, around: Surroundings, said: tuple[str, ...]) -> EvaluationRow:
    programme, closed_month = one.need("programme", PROGRAMME), one.need("closed_month", cells.month)
    _not_later(one, "closed_month", closed_month, around.today)
    answered = one.need("answered", cells.yes_or_no)
    comment = one.read("comment", cells.text(COMMENT), "")
    if answered is False:
        for column in GIVEN_BY_PEOPLE:
            if one[column]:
                one.refuse(column, mistakes.NothingAnswered())
    return EvaluationRow(
        line=one.line,
        ref="",
        said=said,
        programme=programme,
        region=one.read("region", cells.region(around.regions)),
        closed_month=closed_month,
        answered=answered,
        coach_grade=one.read("coach_grade", cells.whole(1, 10)),
        trajectory_grade=one.read("trajectory_grade", cells.whole(1, 10)),
        recommend=one.read("recommend", cells.whole(0, 10)),
        answers=one.read("answers", partial(_agreements, programme), "") if programme else "",
        outcomes=one.read("outcomes", OUTCOMES, frozenset()),
        comment=comment,
        quote_consent=bool(one.read("quote_consent", cells.yes_or_no, False) and comment),
    )


def _agreements(programme: ProgrammeCode, cell: str) -> str:
    """'more_joy:4;know_strengths:na' in the order of the questions, each once and of this programme."""
    statements = STATEMENTS[programme]
    said: dict[Statement, Agreement] = {}
    for part in filter(None, map(str.strip, cell.split(";"))):
        name, _, value = part.partition(":")
        if name not in set(statements) or value not in set(Agreement):
            raise mistakes.NotAnAnswer(codes=", ".join(statements))
        if Statement(name) in said:
            raise mistakes.CodeTwice
        said[Statement(name)] = Agreement(value)
    return agreements_text(said)


def published(one: Cells, around: Surroundings, said: tuple[str, ...]) -> PublishedRow | None:
    counter, programme = one.need("counter", check_counter), one.need("programme", PROGRAMME)
    first_day, last_day = one.need("period_from", cells.day), one.need("period_to", cells.day)
    if first_day and last_day and last_day < first_day:
        one.refuse("period_to", mistakes.PeriodReversed())
    reference_date = one.read("reference_date", cells.day)
    value: Any = one.need("value", partial(figure_in, counter=counter)) if counter else None
    qualifier = one.read("qualifier", cells.code(Qualifier), Qualifier.EXACT)
    source = one.need("source", cells.text(SOURCE))
    if not one.is_right:
        return None
    period = Period(first_day, last_day)
    figure = Published(counter, programme, period, reference_date, value, qualifier, source)
    return PublishedRow(line=one.line, ref="", said=said, published=figure)


READERS: Mapping[FileName, Callable[[Cells, Surroundings, tuple[str, ...]], Any]] = {
    FileName.COACHES: coach,
    FileName.ENROLMENTS: enrolment,
    FileName.SESSIONS: session,
    FileName.REFERRALS: referral,
    FileName.EVALUATIONS: evaluation,
    FileName.PUBLISHED: published,
}
