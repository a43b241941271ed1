"""What was written, apart from the grades it came with, in the order of random keys."""

import peewee

from portal.crypto import Sealed
from portal.db import CodeField, OnSqlite, ShortText, Table
from portal.programmes.codes import ProgrammeCode
from portal.questionnaires.models import Questionnaire
from portal.regions.models import Region
from portal.remarks.rules import RemarkState


class Remark(Table):
    """One answer in somebody's own words. `question` is the code of the question; imported rows have no version.

    `quote` is what is left of the text after cutting, once it is approved.
    """

    id = None
    public_id = ShortText(40, primary_key=True)
    programme = CodeField(ProgrammeCode)
    region = peewee.ForeignKeyField(Region, backref="+", index=False)
    closed_month = peewee.DateField()
    questionnaire = peewee.ForeignKeyField(Questionnaire, null=True, backref="+", index=False)
    question = ShortText(40)
    text_sealed = peewee.BlobField()
    quote_consent = peewee.BooleanField()
    state = CodeField(RemarkState, default=RemarkState.NEW)
    quote_sealed = peewee.BlobField(null=True)

    text = Sealed()
    quote = Sealed()

    class Meta:
        without_rowid = OnSqlite()
        constraints = (
            peewee.Check("state <> 'approved' OR (quote_consent AND quote_sealed IS NOT NULL)", name="remark_quotable"),
        )
        indexes = ((("region", "state"), False), (("programme", "closed_month"), False))
