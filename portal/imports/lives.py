"""Writing enrolments with their talks: rows, trajectory, timeline and the time that is taken."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from portal.access import Role
from portal.accounts.models import Account
from portal.availability.models import Block, Opening
from portal.availability.rules import BlockSource, wall_start
from portal.crypto import new_public_id
from portal.enrolments.models import Enrolment, EnrolmentEvent, EnrolmentTheme
from portal.imports import queries, stories
from portal.imports.bulk import Row, Store, new_ids
from portal.imports.ids import Ids
from portal.imports.loads import Load, digest_of
from portal.imports.people import Person, accounts_for
from portal.imports.queries import Life
from portal.imports.rows import EnrolmentRow, SessionRow
from portal.imports.rules import RefKind
from portal.imports.stories import Talk, Told
from portal.programmes.codes import Mode
from portal.reminders.models import Reminder
from portal.reminders.rules import ASKED_ABOUT, ReminderKind
from portal.sessions.models import Session
from portal.sessions.rules import BLOCKING, SessionStatus
from portal.trajectories.models import FormerCoach, Trajectory
from portal.trajectories.rules import ChosenBy


class Lives:
    """All that is told of enrolments in one load; `lives` holds those that it touches, by ref."""

    def __init__(self, load: Load, ids: Ids, store: Store) -> None:
        self.load, self.ids, self.store, self.now = load, ids, store, load.now
        self.lives: dict[str, Life] = dict(load.lives)
        # Earlier enrolments that have another participant now.
        self.others: list[Life] = []

    def write(self) -> None:
        self._write_enrolments()
        self._take_in_sessions()
        self._write_trajectories([life for life in self.lives.values() if life.talks])
        self._write_timelines()
        self._write_sessions()
        for life in self.others:
            self._hand_over(life)

    # -- enrolments

    def _write_enrolments(self) -> None:
        rows = self.load.enrolments
        news = [row for row in rows if row.ref not in self.lives]
        participants = self._write_participants(rows)
        numbers = dict(zip((row.ref for row in news), new_ids(Enrolment, len(news)), strict=True))
        inserted, updated = [], []
        for row in rows:
            number = numbers.get(row.ref) or self.lives[row.ref].id
            told, values = told_by(row), enrolment_columns(row, participants[row.ref])
            if row.ref in numbers:
                self.lives[row.ref] = Life(number, participants[row.ref], told)
                inserted.append(new_enrolment(number, told, values))
            else:
                life = self.lives[row.ref]
                if life.participant != participants[row.ref]:
                    self.others.append(life)
                life.told, life.participant, life.is_told_now = told, participants[row.ref], True
                updated.append({"id": number, **values})
            self.ids.keep(RefKind.ENROLMENT, row.ref, number)
        self.store.insert(Enrolment, inserted)
        self.store.update(Enrolment, updated)
        self.store.delete(EnrolmentTheme, EnrolmentTheme.enrolment, [row["id"] for row in updated])
        themes = [(self.lives[row.ref].id, theme) for row in rows for theme in sorted(row.themes)]
        self.store.insert(EnrolmentTheme, [{"enrolment": id, "theme": theme} for id, theme in themes])

    def _write_participants(self, rows: list[EnrolmentRow]) -> dict[str, int | None]:
        """The account of every enrolment's person. Name and number change only when the file changed them itself."""
        found: dict[str, int | None] = {row.ref: None for row in rows}
        people: list[tuple[EnrolmentRow, Person]] = []
        renamed = []
        for row in rows:
            known, life = self.load.known(RefKind.CONTACT, row.ref), self.lives.get(row.ref)
            person = Person(row.first_name, row.last_name, row.email, row.email_key, row.phone)
            same_person = life is not None and self._is_theirs(row, life)
            if known is not None and same_person and known.digest != digest_of(row.contact):
                renamed.append({"id": known.row_id, **_named(person)})
                self.ids.keep(RefKind.CONTACT, row.ref, known.row_id, digest_of(row.contact))
            if life is not None and same_person:
                found[row.ref] = life.participant
            elif person.is_named:
                people.append((row, person))
        accounts, made = accounts_for([person for _, person in people], Role.PARTICIPANT, self.store, self.now)
        for (row, _), account in zip(people, accounts, strict=True):
            found[row.ref] = account
            if account in made:
                self.ids.keep(RefKind.CONTACT, row.ref, account, digest_of(row.contact))
        self.store.update(Account, renamed)
        return found

    def _is_theirs(self, row: EnrolmentRow, life: Life) -> bool:
        """Whether the participant is still the one with this address; without one, whoever it was."""
        if not row.email_key:
            return life.participant is not None
        return life.participant is not None and self.load.accounts.get(row.email_key) == life.participant

    # -- talks

    def _take_in_sessions(self) -> None:
        """What becomes of every talk, before anything of a trajectory can be said."""
        homes = {number: life for life in self.load.lives.values() for number in life.talks}
        for row in self.load.sessions:
            known = self.load.known(RefKind.SESSION, row.ref)
            if known is not None and known.row_id in homes:
                homes[known.row_id].talks.pop(known.row_id)
        news = [row for row in self.load.sessions if self.load.known(RefKind.SESSION, row.ref) is None]
        self._numbers = dict(zip((row.ref for row in news), new_ids(Session, len(news)), strict=True))
        for row in self.load.sessions:
            number = self._numbers.get(row.ref) or self.ids[RefKind.SESSION, row.ref]
            coach = self.ids[RefKind.COACH, row.coach]
            self.lives[row.enrolment].talks[number] = Talk(coach, row.kind, row.starts_at, row.minutes, row.status)

    def _write_trajectories(self, lives: list[Life]) -> None:
        fresh = [life for life in lives if life.trajectory is None]
        for life, number in zip(fresh, new_ids(Trajectory, len(fresh)), strict=True):
            life.trajectory = number
        new = {life.id for life in fresh}
        changing = [life for life in lives if life.id not in new and not life.goes_on_here]
        self.store.insert(Trajectory, [self._new_trajectory(life) for life in fresh])
        self.store.update(Trajectory, [{"id": life.trajectory, **self._trajectory(life)} for life in changing])
        self.store.delete(FormerCoach, FormerCoach.trajectory, [id for life in changing if (id := life.trajectory)])
        self.store.insert(FormerCoach, [row for life in [*fresh, *changing] for row in self._former_coaches(life)])

    def _trajectory(self, life: Life) -> Row:
        told = stories.trajectory(life.told, life.talks.values(), self.now)
        return {"participant": life.participant, **told, "imported_at": self.now}

    def _former_coaches(self, life: Life) -> Iterable[Row]:
        matched = stories.matched_at(life.told, life.talks.values(), self.now)
        for coach, since, until in stories.former_coaches(life.talks.values(), matched_at=matched):
            yield {"trajectory": life.trajectory, "coach": coach, "matched_at": since, "ended_at": until}

    def _new_trajectory(self, life: Life) -> Row:
        return {
            "id": life.trajectory,
            "public_id": new_public_id(),
            "enrolment": life.id,
            "chosen_by": ChosenBy.DESK,
            **self._trajectory(life),
        }

    def _hand_over(self, life: Life) -> None:
        """All talks of an enrolment belong to who its participant is now."""
        if life.trajectory is None:
            return
        own = Session.select(Session.block).where(Session.trajectory == life.trajectory, Session.block.is_null(False))
        Trajectory.update(participant=life.participant).where(Trajectory.id == life.trajectory).execute()
        Session.update(participant=life.participant).where(Session.trajectory == life.trajectory).execute()
        Block.update(participant=life.participant).where(Block.id.in_(own)).execute()

    def _write_timelines(self) -> None:
        """The registration's part of the timeline, anew; what was done in the portal since stays, and its status."""
        lives = [life for life in self.lives.values() if life.is_told_now or not life.goes_on_here]
        earlier = [life.id for life in self.load.lives.values() if life in lives]
        self.store.delete(
            EnrolmentEvent,
            EnrolmentEvent.enrolment,
            earlier,
            EnrolmentEvent.imported == True,  # noqa: E712  (PostgreSQL wants the comparison)
        )
        events, statuses = [], []
        for life in lives:
            line = stories.timeline(life.told, life.talks.values(), self.now)
            events += [
                {"enrolment": life.id, "at": at, "kind": kind, "status": status, "actor": None, "imported": True}
                for at, kind, status in line
            ]
            if not life.goes_on_here:
                status, at = stories.became(line)
                reason = None if life.told.is_open else life.told.reason
                statuses.append({"id": life.id, "status": status, "status_at": at, "close_reason": reason})
        self.store.insert(EnrolmentEvent, events)
        self.store.update(Enrolment, statuses)

    def _write_sessions(self) -> None:
        """Time is first given back, then taken, so that talks can change places."""
        rows = self.load.sessions
        changed = [row for row in rows if row.ref not in self._numbers]
        blocks = queries.blocks_of_sessions([self.ids[RefKind.SESSION, row.ref] for row in changed])
        self.store.delete(Block, Block.id, list(blocks.values()))
        taking = [row for row in rows if row.status in BLOCKING]
        numbers = dict(zip((row.ref for row in taking), new_ids(Block, len(taking)), strict=True))
        self.store.insert(Block, [self._block(row, numbers[row.ref]) for row in taking])
        inserted, updated = [], []
        for row in rows:
            values = self._session(row, numbers.get(row.ref))
            if row.ref in self._numbers:
                inserted.append(self._new_session(row, values))
            else:
                updated.append({"id": self.ids[RefKind.SESSION, row.ref], **values})
            number = self._numbers.get(row.ref) or self.ids[RefKind.SESSION, row.ref]
            self.ids.keep(RefKind.SESSION, row.ref, number)
        self.store.insert(Session, inserted)
        self.store.update(Session, updated)
        self._ask_nobody(taking)
        self.store.delete(Opening, Opening.coach, {self.ids[RefKind.COACH, row.coach] for row in rows})

    def _block(self, row: SessionRow, number: int) -> Row:
        ends_at = row.starts_at + timedelta(minutes=row.minutes)
        return {
            "id": number,
            "coach": self.ids[RefKind.COACH, row.coach],
            "participant": self.lives[row.enrolment].participant,
            "starts_at": row.starts_at,
            "ends_at": ends_at,
            "block_starts_at": row.starts_at,
            "block_ends_at": ends_at,
            "source": BlockSource.TALK,
            "wall_start": wall_start(row.starts_at),
        }

    def _session(self, row: SessionRow, block: int | None) -> Row:
        life = self.lives[row.enrolment]
        return {
            "trajectory": life.trajectory,
            "coach": self.ids[RefKind.COACH, row.coach],
            "participant": life.participant,
            "kind": row.kind,
            "starts_at": row.starts_at,
            "minutes": row.minutes,
            "status": row.status,
            "funding": row.funding,
            "block": block,
        }

    def _new_session(self, row: SessionRow, values: Row) -> Row:
        """How they talked is not told; by phone is what everybody can."""
        made = {"id": self._numbers[row.ref], "public_id": new_public_id(), "mode": Mode.PHONE, "booked_at": self.now}
        return {**made, **values}

    def _ask_nobody(self, rows: Iterable[SessionRow]) -> None:
        """The coach is not asked how a talk went that was over before it was loaded."""
        coaches = queries.accounts_of_coaches({self.ids[RefKind.COACH, row.coach] for row in rows})
        over = [
            row
            for row in rows
            if row.status == SessionStatus.PLANNED and self.now - ASKED_ABOUT < row.starts_at <= self.now
        ]
        reminders: list[dict[str, Any]] = []
        for row in over:
            number = self._numbers.get(row.ref) or self.ids[RefKind.SESSION, row.ref]
            account = coaches[self.ids[RefKind.COACH, row.coach]]
            reminders.append(_nothing_due(number, account, row, self.now))
        self.store.delete(Reminder, Reminder.session, [row["session"] for row in reminders])
        self.store.insert(Reminder, reminders)


def _nothing_due(session: int, account: int, row: SessionRow, now: Any) -> Row:
    return {
        "session": session,
        "kind": ReminderKind.OUTCOME,
        "account": account,
        "for_start": row.starts_at,
        "told_at": now,
        "due_at": None,
    }


def told_by(row: EnrolmentRow) -> Told:
    return Told(
        row.programme,
        row.enrolled_at,
        row.status,
        stories.since(row.status_on, row.enrolled_at),
        row.reason,
        row.matched_at,
        row.contact_at,
    )


def enrolment_columns(row: EnrolmentRow, participant: int | None) -> Row:
    return {
        "programme": row.programme,
        "participant": participant,
        "region": row.region,
        "region_derived": row.region_derived,
        "pc4": row.pc4,
        "work_situation": row.work_situation,
        "branch": row.branch,
        "origin": row.origin,
        "enrolled_at": row.enrolled_at,
    }


def new_enrolment(number: int, told: Told, values: Row) -> Row:
    """Status and closing follow with the timeline."""
    made = {"id": number, "public_id": new_public_id(), "submitted_at": told.enrolled_at}
    return {**made, **values, "status": told.status, "status_at": told.status_at, "close_reason": told.reason}


def _named(person: Person) -> Row:
    return {"first_name": person.first_name, "last_name": person.last_name, "phone": person.phone}
