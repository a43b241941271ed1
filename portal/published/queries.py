"""Reading published figures. They are public, so nobody has to say who asks."""

from collections import defaultdict

import peewee

from portal.counting.periods import Period
from portal.programmes.codes import ProgrammeCode
from portal.published.models import PublishedFigure
from portal.published.rules import Published

IN_ORDER = (
    PublishedFigure.programme,
    PublishedFigure.period_from,
    PublishedFigure.period_to,
    PublishedFigure.counter,
    PublishedFigure.id,
)


def all_figures() -> list[PublishedFigure]:
    """Everything that was published, by programme, period and counter. One query."""
    return list(PublishedFigure.select().order_by(*IN_ORDER))


def of_period(programme: ProgrammeCode, period: Period) -> dict[str, list[PublishedFigure]]:
    """What was published of exactly this period, by the id of its counter, oldest first. One query."""
    found = defaultdict(list)
    over_it = PublishedFigure.select().where(
        PublishedFigure.programme == programme,
        PublishedFigure.period_from == period.first_day,
        PublishedFigure.period_to == period.last_day,
    )
    for figure in over_it.order_by(*IN_ORDER):
        found[figure.counter].append(figure)
    return dict(found)


def by_counter() -> dict[str, list[PublishedFigure]]:
    """Everything that was published by the id of its counter, those of its parts too. One query."""
    found = defaultdict(list)
    for figure in all_figures():
        found[figure.counter.partition(".")[0]].append(figure)
    return dict(found)


def reported_whole(programme: ProgrammeCode, counter: str, period: Period) -> int | None:
    """What others reported of exactly this period as the whole of a share, the newest of it; None when nothing was.

    One query.
    """
    values = [figure.value for figure in of_period(programme, period).get(counter, []) if figure.value > 1]
    return int(values[-1]) if values else None


def said_by(figure: PublishedFigure) -> tuple[object, ...]:
    """All that a source said: what it is about, the value and the qualifier."""
    period = figure.period_from, figure.period_to
    about = (figure.counter, figure.programme, *period, figure.reference_date, figure.source)
    return (*about, figure.value, figure.qualifier)


def about(one: Published) -> peewee.ModelSelect:
    """What the same source said of the same thing."""
    reference_date = PublishedFigure.reference_date
    return PublishedFigure.select().where(
        PublishedFigure.counter == one.counter,
        PublishedFigure.programme == one.programme,
        PublishedFigure.period_from == one.period.first_day,
        PublishedFigure.period_to == one.period.last_day,
        reference_date.is_null() if one.reference_date is None else reference_date == one.reference_date,
        PublishedFigure.source == one.source,
    )
