"""Versions of what we ask. The database refuses to change one that is not a draft (triggers of migration 0020)."""

import json

import peewee

from portal.db import CodeField, ShortText, Table, UTCField
from portal.i18n import language
from portal.programmes.codes import ProgrammeCode
from portal.questionnaires.rules import LONGEST_LEAD, LONGEST_TEXT, WITH_OPTIONS, Kind, Occasion, Option, State


class Questionnaire(Table):
    """One version of what a programme asks on one occasion. At most one is in use, and at most one is a draft."""

    public_id = ShortText(40, unique=True)
    programme = CodeField(ProgrammeCode)
    occasion = CodeField(Occasion)
    version = peewee.IntegerField()
    state = CodeField(State, default=State.DRAFT)
    title_nl = ShortText(LONGEST_TEXT)
    title_en = ShortText(LONGEST_TEXT)
    lead_nl = ShortText(LONGEST_LEAD)
    lead_en = ShortText(LONGEST_LEAD)
    made_at = UTCField()
    used_from = UTCField(null=True)

    class Meta:
        indexes = ((("programme", "occasion", "version"), True),)

    @property
    def title(self) -> str:
        return str(self.title_nl if language() == "nl" else self.title_en)

    @property
    def lead(self) -> str:
        return str(self.lead_nl if language() == "nl" else self.lead_en)

    @property
    def is_draft(self) -> bool:
        return bool(self.state == State.DRAFT)


for _state, _name in ((State.DRAFT, "questionnaire_one_draft"), (State.IN_USE, "questionnaire_one_in_use")):
    Questionnaire.add_index(
        Questionnaire.index(
            Questionnaire.programme,
            Questionnaire.occasion,
            unique=True,
            where=(Questionnaire.state == _state.value),
            name=_name,
        )
    )


class Question(Table):
    """One question. Figures rest on the `standard` ones: these keep code, kind and the codes of their answers."""

    public_id = ShortText(40, unique=True)
    questionnaire = peewee.ForeignKeyField(Questionnaire, backref="questions", on_delete="CASCADE", index=False)
    ordinal = peewee.IntegerField()
    code = ShortText(40)
    kind = CodeField(Kind)
    text_nl = ShortText(LONGEST_TEXT)
    text_en = ShortText(LONGEST_TEXT)
    options_json = ShortText(12000, default="[]")
    required = peewee.BooleanField(default=False)
    standard = peewee.BooleanField(default=False)

    class Meta:
        indexes = ((("questionnaire", "code"), True),)

    @property
    def text(self) -> str:
        return str(self.text_nl if language() == "nl" else self.text_en)

    @property
    def has_options(self) -> bool:
        return self.kind in WITH_OPTIONS

    @property
    def options(self) -> list[Option]:
        return [Option(*parts) for parts in json.loads(self.options_json)]
