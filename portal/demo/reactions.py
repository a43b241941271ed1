"""What people wrote after their last talk, some of it approved as a quote by who keeps a region."""

from collections import Counter

from portal.access import Actor, Role
from portal.remarks import actions as remarks
from portal.remarks import queries
from portal.remarks.models import Remark

# Of a programme and a year.
QUOTES = 4


def approve_some(keepers: dict[str, int]) -> None:
    """The oldest that may be quoted, each text once; the others are still to be read. `keepers` by region."""
    quoted: set[str] = set()
    number: Counter[tuple[str, int]] = Counter()
    for region, account in keepers.items():
        keeper = Actor(account_id=account, roles=frozenset({Role.REGION_ADMIN}), regions=frozenset({region}))
        for remark in queries.visible_to(keeper).order_by(Remark.closed_month, Remark.public_id):
            about = remark.programme, remark.closed_month.year
            if remark.quote_consent and remark.text not in quoted and number[about] < QUOTES:
                remarks.approve(keeper, remark, shortened=remark.text)
                quoted.add(remark.text)
                number[about] += 1
