"""Files that national staff sent in: figures that were published, and one with mistakes."""

from datetime import datetime, timedelta

from portal.access import Actor, Role
from portal.accounts.models import Account
from portal.imports import actions as imports
from portal.imports.rules import FileName

HEADER = "counter,programme,period_from,period_to,reference_date,value,qualifier,source\n"
PHASE = "ecz,2020-04-15,2021-01-05,2021-01-05"
# Of the start only the year is known.
SO_FAR = "sijw,2016-01-01,2021-11-23,"
MONITOR = "Eerste monitor Samen Regionaal Sterk"
# The published figures, as the sources give them: 41 and 23 both.
PUBLISHED = HEADER + "".join(
    f"{counter},{about},{value},{qualifier},{source}\n"
    for counter, about, value, qualifier, source in (
        ("T01", PHASE, 211, "exact", "Jaaroverzicht 2020"),
        ("T03", PHASE, 188, "exact", "Jaaroverzicht 2020"),
        ("T05", PHASE, 41, "exact", "Jaaroverzicht 2020: coaches"),
        ("T05", PHASE, 23, "exact", "Jaaroverzicht 2020: onderdeel 13"),
        ("T09", PHASE, 2184, "exact", "Jaaroverzicht 2020"),
        ("T10", PHASE, 78, "exact", "Jaaroverzicht 2020"),
        ("T13", PHASE, 700, "bijna", "Jaaroverzicht 2020"),
        ("I01", SO_FAR, 43835, "ruim", MONITOR),
        ("I03", SO_FAR, "88%", "circa", MONITOR),
    )
)
WITH_MISTAKES = HEADER + f"T99,{PHASE},1,exact,Eigen telling\nT01,ecz,2020-02-30,2021-01-05,2021-01-05,1,exact,\n"


def send_in(account: Account, *, now: datetime) -> None:
    """One load that went well, and one that waits for a better file."""
    actor = Actor(account_id=account.id, roles=frozenset({Role.NATIONAL}))
    published = imports.send_in(actor, {FileName.PUBLISHED: PUBLISHED.encode()}, now=now - timedelta(hours=2))
    imports.carry_out(at=lambda: now)
    imports.ask_to_load(actor, published, now=now)
    imports.send_in(actor, {FileName.PUBLISHED: WITH_MISTAKES.encode()}, now=now - timedelta(hours=1))
    imports.carry_out(at=lambda: now)
