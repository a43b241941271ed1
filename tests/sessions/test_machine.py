"""Everything that can happen to talks, in any order, against a small model of what should be there.

`EXAMPLES=500` looks longer; the suite looks at fewer.
"""

import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from portal.access import Role
from portal.availability.hours import Away
from portal.availability.models import Block
from portal.availability.rules import AlreadyBusy, SlotTaken
from portal.clock import local_day
from portal.coaches.models import Coach
from portal.db import database
from portal.errors import DomainError
from portal.holds import actions as holds
from portal.offers import actions as offers
from portal.offers import queries as offer_queries
from portal.offers.models import Offer
from portal.offers.rules import Answer
from portal.outbox import Mail
from portal.programmes.codes import TalkKind
from portal.schedule import actions as schedule
from portal.schedule import queries as schedule_queries
from portal.sessions import actions, queries
from portal.sessions.models import Session
from portal.sessions.rules import BLOCKING, SessionStatus
from portal.trajectories.models import Allowance, Trajectory
from tests import factories
from tests.conftest import START
from tests.factories import TWENTE, actor_of

EXAMPLES = int(os.environ.get("EXAMPLES", "25"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SLOTS = st.builds(
    lambda day, half_hour: datetime(2026, 3, 3, 8, tzinfo=UTC) + day * DAY + half_hour * HOUR / 2,
    st.integers(0, 9),
    st.integers(0, 15),
)
KINDS = st.sampled_from([TalkKind.TALK, TalkKind.TALK, TalkKind.INTRO])
PEOPLE = st.integers(0, 2)
COACHES = st.integers(0, 1)


class Talks(RuleBasedStateMachine):
    """Three participants and two coaches; `model` holds what each planned talk should be: who, with whom, when,
    and how long."""

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, tuple[int, int, datetime, int]] = {}
        self.told = 0
        self.clock = time_machine.travel(START, tick=False)
        self.traveller = self.clock.start()
        self.now = START

    def teardown(self) -> None:
        self.clock.stop()

    @initialize()
    def everybody(self) -> None:
        factories_of_the_day()
        self.coaches = list(Coach.select().order_by(Coach.id))
        self.trajectories = list(Trajectory.select().order_by(Trajectory.id))

    # -- what people do

    def person(self, number: int):
        trajectory = Trajectory.get_by_id(self.trajectories[number].id)
        return trajectory, actor_of(trajectory.participant, Role.PARTICIPANT)

    def planned(self, number: int) -> Session | None:
        mine = [key for key, (who, *_) in self.model.items() if who == number]
        return queries.with_people().where(Session.public_id == mine[0]).get() if mine else None

    def takes(self, coach: Coach, starts_at: datetime, minutes: int, besides: str = "") -> bool:
        """Whether the model has another talk of this coach that is too near, with the buffer after it."""
        buffer = timedelta(minutes=coach.buffer_after)
        ends_at = starts_at + timedelta(minutes=minutes) + buffer
        return any(
            with_whom == coach.id and start < ends_at and starts_at < start + timedelta(minutes=length) + buffer
            for key, (_, with_whom, start, length) in self.model.items()
            if key != besides
        )

    @rule(number=PEOPLE, which=COACHES, starts_at=SLOTS, kind=KINDS, confirm=st.booleans())
    def book(self, number, which, starts_at, kind, confirm):
        trajectory, actor = self.person(number)
        coach = self.coaches[which]
        try:
            hold = holds.hold_time(
                actor, enrolment=trajectory.enrolment, coach=coach, starts_at=starts_at, mode="phone",
                kind=kind, seen=trajectory.version, now=self.now,
            )  # fmt: skip
        except (SlotTaken, AlreadyBusy, DomainError):
            return
        assert not self.takes(coach, starts_at, 30 if kind == TalkKind.INTRO else 60)
        if confirm:
            with suppress(DomainError):
                self.keep(holds.confirm_hold(actor, hold, reason=None, now=self.now), number)

    @rule(number=PEOPLE, starts_at=SLOTS)
    def move(self, number, starts_at):
        talk = self.planned(number)
        if talk is None:
            return
        _, actor = self.person(number)
        with suppress(DomainError):
            moved = actions.move_session(
                actor, talk, starts_at=starts_at, mode="phone", seen=talk.sequence, now=self.now
            )
            assert not self.takes(moved.coach, starts_at, talk.minutes, besides=talk.public_id)
            self.keep(moved, number)

    @rule(number=PEOPLE, by_coach=st.booleans())
    def cancel(self, number, by_coach):
        talk = self.planned(number)
        if talk is None:
            return
        actor = actor_of(talk.coach.account, Role.COACH) if by_coach else self.person(number)[1]
        with suppress(DomainError):
            actions.cancel_session(actor, talk, now=self.now)
            del self.model[talk.public_id]

    @rule(number=PEOPLE, held=st.booleans())
    def mark(self, number, held):
        talk = self.planned(number)
        if talk is None:
            return
        mark = actions.mark_held if held else actions.mark_no_show
        with suppress(DomainError):
            mark(actor_of(talk.coach.account, Role.COACH), talk, now=self.now)
            del self.model[talk.public_id]

    @rule(number=PEOPLE)
    def want_it_earlier(self, number):
        trajectory, actor = self.person(number)
        with suppress(DomainError):
            offers.ask_for_earlier(actor, trajectory, from_on=local_day(self.now), evenings_only=False, now=self.now)

    @rule(which=COACHES, day=st.integers(0, 9), way=st.sampled_from(["choose", "move", "stand_in", "keep"]))
    def fall_ill(self, which, day, way):
        coach = Coach.get_by_id(self.coaches[which].id)
        actor = actor_of(coach.account, Role.COACH)
        away = Away(local_day(START) + day * DAY, local_day(START) + day * DAY)
        if away.until_on < local_day(self.now):
            return
        touched = schedule_queries.during(coach, away, self.now)
        outs = schedule_queries.ways_out(coach, touched, away, self.now)
        choices = {out.talk.public_id: next((v for v, _ in out.choices if v.startswith(way)), "keep") for out in outs}
        with suppress(DomainError):
            agreed = schedule_queries.stamp(touched)
            schedule.go_away(actor, away, agreed=agreed, choices=choices, now=self.now)
        self.read_again()

    @rule(yes=st.booleans())
    @precondition(lambda self: Offer.select().where(Offer.answer == Answer.OPEN).exists())
    def answer_an_offer(self, yes):
        offer = offer_queries._with_people().where(Offer.answer == Answer.OPEN).first()
        answer = offers.accept if yes else offers.decline
        with suppress(DomainError):
            answer(offer, now=self.now)
        self.read_again()

    @rule(hours=st.sampled_from([0.1, 0.25, 1, 3, 12, 30]))
    def wait(self, hours):
        self.now += hours * HOUR
        self.traveller.move_to(self.now)
        offers.end_old_offers(now=self.now)
        offers.offer_freed_times(now=self.now)
        self.read_again()

    # -- the model

    def keep(self, session: Session, number: int) -> None:
        for key in [key for key, (who, *_) in self.model.items() if who == number]:
            if Session.get(Session.public_id == key).status != SessionStatus.PLANNED:
                del self.model[key]
        self.model[session.public_id] = (number, session.coach_id, session.starts_at, session.minutes)

    def read_again(self) -> None:
        """After something that the portal decided: the model takes over what became of the talks it knows."""
        for key, (number, *_) in list(self.model.items()):
            session = Session.get(Session.public_id == key)
            if session.status == SessionStatus.PLANNED:
                self.model[key] = (number, session.coach_id, session.starts_at, session.minutes)
            else:
                del self.model[key]

    # -- what always holds

    @invariant()
    def the_model_agrees(self):
        stored = {
            session.public_id: [session.coach_id, session.starts_at, session.minutes]
            for session in Session.select().where(Session.status == SessionStatus.PLANNED)
        }
        assert stored == {key: planned for key, (_, *planned) in self.model.items()}

    @invariant()
    def nobody_is_in_two_places(self):
        active = list(Block.select().where(Block.active == True).order_by(Block.block_starts_at))  # noqa: E712
        for one in active:
            for other in active:
                if one.id < other.id and one.block_starts_at < other.block_ends_at > one.block_starts_at:
                    overlap = other.block_starts_at < one.block_ends_at
                    same = one.coach_id == other.coach_id or (
                        one.participant_id is not None and one.participant_id == other.participant_id
                    )
                    assert not (overlap and same), (one.id, other.id)

    @invariant()
    def a_status_holds_its_time_or_lets_it_go(self):
        for session in Session.select(Session, Block).join(Block):
            assert session.block.active == (session.status in BLOCKING)
            if session.block.active:
                assert session.block.starts_at == session.starts_at

    @invariant()
    def nobody_gets_acquainted_twice(self):
        kept = Session.select().where(Session.kind == TalkKind.INTRO, Session.status.in_(["planned", "held"]))
        met = [session.trajectory_id for session in kept]
        assert len(met) == len(set(met))
        assert {session.minutes for session in kept} <= {30}
        assert not Allowance.select().join(Session).where(Session.kind == TalkKind.INTRO).exists()

    @invariant()
    def each_event_is_one_mail_to_each(self):
        keys = [mail.dedupe_key for mail in Mail.select(Mail.dedupe_key)]
        assert len(keys) == len(set(keys))
        for session in Session.select():
            told = [key for key in keys if f":{session.public_id}:" in key and key.startswith("sessions/")]
            assert len(told) <= 2 * (session.sequence + 1) + 1


def factories_of_the_day() -> None:
    """Once per example: what the examples before left is gone, because each runs in a transaction that is undone."""
    if Coach.select().exists():
        return
    coaches = [
        factories.bookable_coach(factories.account(name, Role.COACH, TWENTE), TWENTE, notice_hours=2)
        for name in ("Bram", "Samira")
    ]
    for number, name in enumerate(("Noor", "Kees", "Fatima")):
        factories.coupled(factories.account(name, Role.PARTICIPANT), coaches[number % 2])


class Undo(Exception):
    """Ends the transaction of an example, so that nothing of it stays."""


@pytest.mark.nasty(4, "every way through them")
def test_talks_agree_with_a_small_model(app):
    class Undone(Talks):
        def __init__(self) -> None:
            super().__init__()
            self.undo = database.atomic()
            self.undo.__enter__()

        def teardown(self) -> None:
            self.undo.__exit__(Undo, Undo(), None)
            super().teardown()

    run_state_machine_as_test(
        Undone,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=18,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
