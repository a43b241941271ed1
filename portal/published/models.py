"""One row per published figure."""

import peewee

from portal.counting.catalogue import PART_LABELS
from portal.db import CodeField, ShortText, Table, UTCField
from portal.programmes.codes import ProgrammeCode
from portal.published.rules import Qualifier, in_words


class PublishedFigure(Table):
    """What somebody published of a counter over a period; `reference_date` is empty when the source did not say.

    Two sources may contradict each other, and even one source itself: all of it is kept.
    """

    counter = ShortText(40)
    programme = CodeField(ProgrammeCode)
    period_from = peewee.DateField()
    period_to = peewee.DateField()
    reference_date = peewee.DateField(null=True)
    value = peewee.DoubleField()
    qualifier = CodeField(Qualifier)
    source = ShortText(200)
    recorded_at = UTCField()

    class Meta:
        constraints = (peewee.Check("period_from <= period_to", name="published_figure_period"),)
        indexes = ((("programme", "counter", "period_from", "period_to"), False),)

    @property
    def words(self) -> str:
        return in_words(self.value, self.qualifier, counter=self.counter)

    @property
    def part(self) -> str:
        """What it is a figure of, where that is a part of a counter: 'Ill'."""
        return PART_LABELS.get(self.counter.partition(".")[2], "")
