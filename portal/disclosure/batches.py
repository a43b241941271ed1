"""Answers come into figures with several at once: who keeps yesterday's page beside today's must not learn what one
person said.

When an answer came is not kept, so this goes by the month in which people were ready. A month is settled when nobody
can answer any more; settled months are told as soon as enough people answered in them, and only when enough others
wait behind them: so the end of a year never brings a few. Between any two moments a page changes by the answers of
nobody, or of at least ten people (our choice, after the rule on means).
"""

from collections.abc import Mapping
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from portal.counting.periods import last_of_month
from portal.disclosure.rules import ENOUGH


def told_through(
    answers: Mapping[date, int], today: date, *, answered_within: timedelta | relativedelta
) -> date | None:
    """The last month whose answers are told, None when none are yet.

    `answers` are how many people answered by the month in which they were ready, the first day of every month of the
    period in order; `answered_within` is how long after that month the last of them may do so.
    """
    months = list(answers)
    settled = [month for month in months if last_of_month(month) + answered_within < today]
    if settled == months:
        return months[-1]
    full, people = [], 0
    for month in settled:
        people += answers[month]
        if people >= ENOUGH:
            full.append(month)
            people = 0
    return full[-2] if len(full) > 1 else None
