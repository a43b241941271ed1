"""Writing a load that was checked, all of it inside one transaction of the caller.

It writes the tables of other features itself: their actions act at a moment, one by one, and mail people. What is
loaded here happened elsewhere, years ago, by the ten thousand, and nobody is told.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from portal.access import Actor, Role
from portal.accounts.models import Account, Grant
from portal.coaches.models import Coach, CoachRegion
from portal.coaches.rules import CoachStatus
from portal.counting.periods import midnight
from portal.crypto import new_public_id, new_token
from portal.evaluations.models import EvaluationAnswer, EvaluationInvitation
from portal.imports import queries
from portal.imports.bulk import Row, Store, new_ids
from portal.imports.ids import Ids
from portal.imports.lives import Lives
from portal.imports.loads import Load, digest_of
from portal.imports.models import ImportedBatch
from portal.imports.people import Person, accounts_for
from portal.imports.queries import Life
from portal.imports.rows import CoachRow, EvaluationRow
from portal.imports.rules import RefKind
from portal.published.actions import record_published
from portal.referrals.models import Referral


def write(actor: Actor, load: Load, *, told: Callable[[int], None]) -> None:
    """Store everything that this load changes; the caller holds the transaction."""
    store, ids = Store(told), Ids(load)
    _write_coaches(load, ids, store)
    lives = Lives(load, ids, store)
    lives.write()
    _write_referrals(load, lives.lives, ids, store)
    _write_evaluations(load, store)
    if load.published:
        record_published(actor, [row.published for row in load.published], now=load.now)
    ids.store(store, load.now)


# -- coaches


def _write_coaches(load: Load, ids: Ids, store: Store) -> None:
    news = [row for row in load.coaches if load.known(RefKind.COACH, row.ref) is None]
    people = [Person(row.first_name, row.last_name, row.email, row.email_key) for row in news]
    accounts, made = accounts_for(people, None, store, load.now)
    known = queries.coaches_of(account for account in accounts if account not in made)
    fresh = [(row, account) for row, account in zip(news, accounts, strict=True) if account not in known]
    here = [(row, known[account]) for row, account in zip(news, accounts, strict=True) if account in known]
    numbers = new_ids(Coach, len(fresh))
    for (row, _), number in zip(fresh, numbers, strict=True):
        ids.keep(RefKind.COACH, row.ref, number)
    numbered = [(row, account, number) for (row, account), number in zip(fresh, numbers, strict=True)]
    store.insert(Coach, [_new_coach(row, account, number, load.now) for row, account, number in numbered])
    _write_regions([(row, number) for row, _, number in numbered], store)
    for row, account, _ in numbered:
        if account in made:
            ids.keep(RefKind.CONTACT, _contact_of(row), account, digest_of((row.first_name, row.last_name)))
    _let_in([account for row, account in fresh if _is_present(row) and row.email_key], store)
    _write_known(load, here, ids, store)


def _write_known(load: Load, here: Sequence[tuple[CoachRow, int]], ids: Ids, store: Store) -> None:
    """Coaches of an earlier load get what the file says now; who came by the portal keeps their own profile."""
    changed = []
    for row in load.coaches:
        known = load.known(RefKind.COACH, row.ref)
        if known is not None:
            changed.append((row, known.row_id))
            ids.keep(RefKind.COACH, row.ref, known.row_id)
    for row, number in here:
        ids.keep(RefKind.COACH, row.ref, number)
    own = queries.coaches([number for _, number in [*changed, *here]])
    # A coach who was erased since stays erased.
    changed = [(row, number) for row, number in changed if number in own]
    _rename(load, [row for row, _ in changed], ids, store)
    store.update(Coach, [{"id": number, **_told(row), **_standing(row, own[number])} for row, number in changed])
    store.delete(CoachRegion, CoachRegion.coach, [number for _, number in changed])
    _write_regions(changed, store)
    store.update(Coach, [{"id": number, **_history(row, own[number])} for row, number in here])


def _rename(load: Load, rows: Sequence[CoachRow], ids: Ids, store: Store) -> None:
    """Names that the file itself changed, of people whom it brought."""
    renamed = []
    for row in rows:
        known, digest = load.known(RefKind.CONTACT, _contact_of(row)), digest_of((row.first_name, row.last_name))
        if known is not None and known.digest != digest:
            renamed.append({"id": known.row_id, "first_name": row.first_name, "last_name": row.last_name})
            ids.keep(RefKind.CONTACT, _contact_of(row), known.row_id, digest)
    store.update(Account, renamed)


def _contact_of(row: CoachRow) -> str:
    """Apart from those of enrolments: no ref in a file can begin like this."""
    return f"\x1f{row.ref}"


def _write_regions(coaches: Sequence[tuple[CoachRow, int]], store: Store) -> None:
    rows = [{"coach": number, "region": code} for row, number in coaches for code in sorted(row.regions)]
    store.insert(CoachRegion, rows)


def _let_in(accounts: Sequence[int], store: Store) -> None:
    """They can sign in and work with the people they have; nobody new comes before the desk checked their proof."""
    missing = set(accounts) - queries.granted(accounts, Role.COACH)
    store.insert(Grant, [{"account": id, "role": Role.COACH, "region": None} for id in sorted(missing)])


def _is_present(row: CoachRow) -> bool:
    return row.withdrawn_on is None and row.blocked_on is None


def _new_coach(row: CoachRow, account: int, number: int, now: datetime) -> Row:
    gone = CoachStatus.BLOCKED if row.blocked_on else CoachStatus.WITHDRAWN
    return {
        "id": number,
        "public_id": new_public_id(),
        "account": account,
        "status": CoachStatus.APPLIED if _is_present(row) else gone,
        "created_at": now,
        **_told(row),
    }


def _told(row: CoachRow) -> Row:
    return {
        "programmes": row.programmes,
        "themes": row.themes,
        "branches": row.branches,
        "modes": row.modes,
        "pc4": row.pc4,
        "capacity": row.capacity,
        "available_from": row.available_from,
        "withdrawn_on": row.withdrawn_on,
        "withdrawn_reason": row.withdrawn_reason,
        "continued_to": row.continued_to,
        "blocked_on": row.blocked_on,
    }


def _standing(row: CoachRow, coach: Coach) -> Row:
    """Who left in the file has left; who is back in it stands where the desk's check left them, at the beginning."""
    if row.blocked_on:
        return {"status": CoachStatus.BLOCKED}
    if row.withdrawn_on:
        return {"status": CoachStatus.WITHDRAWN}
    gone = coach.status in (CoachStatus.BLOCKED, CoachStatus.WITHDRAWN)
    return {"status": CoachStatus.APPLIED if gone else coach.status}


def _history(row: CoachRow, coach: Coach) -> Row:
    """What the file adds to somebody who is a coach here: since when, and for which programmes."""
    begun = [day for day in (row.available_from, coach.available_from) if day]
    return {"available_from": min(begun, default=None), "programmes": row.programmes | coach.programmes}


# -- referrals and evaluations


def _write_referrals(load: Load, lives: Mapping[str, Life], ids: Ids, store: Store) -> None:
    news, changed = [], []
    for row in load.referrals:
        known = load.known(RefKind.REFERRAL, row.ref)
        told = {
            "enrolment": lives[row.enrolment].id,
            "kind": row.kind,
            "destination_class": row.destination_class,
            "destination_name": row.destination,
            "consent": row.consent,
            "status": row.status,
            "referred_on": row.referred_on,
        }
        if known is not None:
            changed.append({"id": known.row_id, **told})
            ids.keep(RefKind.REFERRAL, row.ref, known.row_id)
        else:
            news.append((row.ref, told))
    rows = []
    for (ref, told), number in zip(news, new_ids(Referral, len(news)), strict=True):
        ids.keep(RefKind.REFERRAL, ref, number)
        rows.append({"id": number, "public_id": new_public_id(), "coach": None, "recorded_at": load.now, **told})
    store.insert(Referral, rows)
    store.update(Referral, changed)


def _write_evaluations(load: Load, store: Store) -> None:
    """In the order of random keys, so that the place of a row says nothing either."""
    if not load.evaluations:
        return
    store.insert(EvaluationInvitation, [_invitation(row) for row in load.evaluations])
    answers = [_answer(row) for row in load.evaluations if row.answered]
    store.insert(EvaluationAnswer, sorted(answers, key=lambda answer: answer["public_id"]))
    ImportedBatch.create(digest=load.batch, lines=len(load.evaluations), loaded_at=load.now)


def _invitation(row: EvaluationRow) -> Row:
    """Nobody knows when in its month somebody was asked; at its beginning, so that every count of the month has it."""
    asked_at = midnight(row.closed_month)
    return {
        "public_id": new_public_id(),
        "token_hash": new_token(),
        "trajectory": None,
        "programme": row.programme,
        "region": row.region,
        "coach": None,
        "closed_month": row.closed_month,
        "invited_at": asked_at,
        "expires_at": asked_at,
        "answered": row.answered,
    }


def _answer(row: EvaluationRow) -> Row:
    answer = EvaluationAnswer(public_id=new_public_id())
    answer.comment = row.comment
    return {
        "public_id": answer.public_id,
        "programme": row.programme,
        "region": row.region,
        "closed_month": row.closed_month,
        "coach_grade": row.coach_grade,
        "trajectory_grade": row.trajectory_grade,
        "recommend": row.recommend,
        "answers": row.answers,
        "outcomes": row.outcomes,
        "comment_sealed": answer.comment_sealed,
        "quote_consent": row.quote_consent,
    }
