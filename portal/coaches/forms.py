"""The shape of a coach's profile, and of what the desk records about a coach."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from portal.coaches import rules
from portal.coaches.actions import Proof
from portal.coaches.models import Coach
from portal.coaches.rules import Profile, VideoBy
from portal.forms import Boxes, Form, TypedDayField, choices_of
from portal.i18n import LANGUAGES, N_, capital, gettext, ngettext, uncapital
from portal.i18n import lazy_gettext as _l
from portal.programmes.codes import (
    Branch,
    CoachWithdrawal,
    Continuation,
    LabelledCode,
    Mode,
    ProgrammeCode,
    Register,
    Theme,
    labels,
)
from portal.regions.rules import check_postcode

Code = TypeVar("Code", bound=LabelledCode)

CAPACITIES = range(1, 21)
LONGEST_INTRO = 300


class ProfileForm(Form):
    # When the coach agreed to the code and to confidentiality; the boxes are there until then.
    agreed_at: datetime | None = None
    version = HiddenField(default="0")
    intro = TextAreaField(
        _l("Who are you, in one sentence?"),
        [InputRequired(_l("Tell in one sentence who you are.")), Length(max=LONGEST_INTRO)],
    )
    themes = Boxes(
        _l("What are you best at?"),
        [InputRequired(_l("Choose at least one topic."))],
        choices=choices_of(labels(Theme)),
    )
    branches = Boxes(_l("Which branches do you know from within?"), [Optional()], choices=choices_of(labels(Branch)))
    languages = StringField(_l("In which languages do you coach?"), [Optional(), Length(max=100)])
    programmes = Boxes(
        _l("For which programmes?"),
        [InputRequired(_l("Choose at least one programme."))],
        choices=choices_of(labels(ProgrammeCode)),
    )
    modes = Boxes(
        _l("How do you talk with people?"),
        [InputRequired(_l("Choose at least one way to talk."))],
        choices=choices_of(labels(Mode)),
    )
    video_by = RadioField(_l("Where do you talk online?"), choices=choices_of(labels(VideoBy)))
    video_link = StringField(
        _l("Your link for talking online"), [Optional(), Length(max=300)], filters=[rules.full_link]
    )
    place = StringField(_l("Where do you receive people?"), [Optional(), Length(max=200)])
    postcode = StringField(_l("The 4 digits of the postcode there"), [Optional(), Length(max=20)])
    regions = Boxes(_l("For which regions?"), [InputRequired(_l("Choose at least one region."))])
    capacity = SelectField(_l("With how many people at the same time?"), coerce=int)
    ethics = BooleanField(_l("I work by the international code of ethics for coaches."))
    secrecy = BooleanField(
        _l("I keep to myself what participants tell me, also towards their employer and the region.")
    )

    @classmethod
    def of(
        cls, coach: Coach | None, stored: Profile, regions: Iterable[SelectChoice], *, makes_rooms: bool
    ) -> "ProfileForm":
        """Filled with what is stored, until something else was sent; `makes_rooms`: there is a host for them."""
        form = cls(data={**asdict(stored), "postcode": stored.pc4 or "", "version": coach.version if coach else 0})
        form.agreed_at = coach.agreed_at if coach else None
        form.regions.choices = list(regions)
        if not makes_rooms:
            del form.video_by
        # The usual numbers, and the one that is stored when it is another.
        usual = sorted({*CAPACITIES, stored.capacity})
        form.capacity.choices = [SelectChoice(number, people(number)) for number in usual]
        return form

    def check_rules(self) -> None:
        """A field that cannot be read is not told to be empty too."""
        self.obey(check_postcode, self.postcode)
        for problem in rules.problems(self.profile):
            if not self[problem.field].errors and not (problem.field == "place" and self.postcode.errors):
                self.report(problem)
        with self.reporting_errors():
            rules.check_agreement(self.agreed_at, agrees=self.agrees)

    @property
    def profile(self) -> Profile:
        """What was filled in, without what cannot be read."""
        video_by = self.video_by.data if self.video_by else VideoBy.OWN_LINK
        return Profile(
            intro=self.intro.data or "",
            programmes=chosen_of(ProgrammeCode, self.programmes),
            themes=chosen_of(Theme, self.themes),
            modes=chosen_of(Mode, self.modes),
            regions=frozenset(self.regions.data or ()),
            branches=chosen_of(Branch, self.branches),
            languages=self.languages.data or "",
            pc4=check_postcode(self.postcode.data) if self.postcode.data and not self.postcode.errors else None,
            place=self.place.data or "",
            video_link=self.video_link.data or "",
            video_by=VideoBy(video_by) if video_by in set(VideoBy) else VideoBy.OWN_LINK,
            capacity=self.capacity.data or 0,
        )

    @property
    def seen_version(self) -> int:
        """The version that was looked at; -1 when somebody made something up."""
        text = self.version.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else -1

    @property
    def agrees(self) -> str:
        return "yes" if self.ethics.data and self.secrecy.data else ""

    def see_version(self, version: int) -> None:
        """From now on the form stands on this version, so that saving again is a choice."""
        self.version.data = version
        self.version.raw_data = None


def chosen_of(codes: type[Code], boxes: Boxes) -> frozenset[Code]:
    """What was ticked of these codes."""
    return frozenset(code for code in codes if code in set(boxes.data or ()))


def people(number: int) -> str:
    return ngettext("%(num)s person", "%(num)s people", number)


def in_words(told: Profile, names: dict[str, str]) -> list[tuple[str, str]]:
    """A profile as people read it."""
    place = f"{told.place} ({told.pc4})" if told.pc4 else told.place
    rows = [
        (gettext("Introduction"), told.intro),
        (gettext("Best at"), in_one_line(Theme, told.themes)),
        (gettext("Branches"), in_one_line(Branch, told.branches)),
        (gettext("Languages"), told.languages),
        (gettext("Programmes"), listed(ProgrammeCode, told.programmes)),
        (gettext("Ways to talk"), in_one_line(Mode, told.modes)),
        (gettext("Where you talk online"), gettext(told.video_by.label)),
        (gettext("Link for online"), told.video_link),
        (gettext("Place"), place),
        (gettext("Regions"), ", ".join(sorted(names.get(code, code) for code in told.regions))),
        (gettext("At the same time"), people(told.capacity)),
    ]
    return [(label, words or gettext("Not filled in")) for label, words in rows]


def listed(codes: Iterable[LabelledCode], chosen: frozenset[LabelledCode]) -> str:
    """The labels of what was chosen, in the order of the list."""
    return ", ".join(gettext(code.label) for code in codes if code in chosen)


def in_one_line(codes: Iterable[LabelledCode], chosen: frozenset[LabelledCode]) -> str:
    """The same for labels that are no names: only the first begins with a capital."""
    return capital(", ".join(uncapital(gettext(code.label)) for code in codes if code in chosen))


class QualificationForm(Form):
    today: date
    register = RadioField(
        _l("In which register?"), [InputRequired(_l("Choose the register."))], choices=choices_of(labels(Register))
    )
    level = StringField(_l("Level"), [Optional(), Length(max=60)])
    number = StringField(
        _l("Number in the register"), [InputRequired(_l("Fill in the number in the register.")), Length(max=60)]
    )
    valid_until = TypedDayField(_l("Valid until and including"), [InputRequired(_l("Fill in until when it is valid."))])

    @classmethod
    def of(cls, today: date) -> "QualificationForm":
        form = cls()
        form.today = today
        return form

    def check_rules(self) -> None:
        self.obey(rules.check_register_number, self.number)
        self.obey(partial(rules.check_last_day, today=self.today), self.valid_until)

    @property
    def proof(self) -> Proof:
        return Proof(
            register=Register(self.register.data),
            level=self.level.data or "",
            number=self.number.data,
            valid_until=self.valid_until.data,
        )


class WithdrawalForm(Form):
    available_from: date | None
    today: date
    withdrawn_on = TypedDayField(_l("The last day"), [InputRequired(_l("Fill in the last day."))])
    reason = RadioField(
        _l("Why does this coach stop?"),
        [InputRequired(_l("Choose why this coach stops."))],
        choices=choices_of(labels(CoachWithdrawal)),
    )

    @classmethod
    def of(cls, coach: Coach, today: date) -> "WithdrawalForm":
        form = cls(data={"withdrawn_on": today})
        form.available_from, form.today = coach.available_from, today
        return form

    def check_rules(self) -> None:
        check = partial(rules.check_withdrawal, available_from=self.available_from, today=self.today)
        self.obey(check, self.withdrawn_on)


class ContinuationForm(Form):
    continued_to = RadioField(
        _l("Where does this coach go on?"),
        [Optional()],
        choices=choices_of({"": N_("Not in another programme"), **labels(Continuation)}),
    )


class InvitationForm(Form):
    email = StringField(
        _l("E-mail address"),
        [InputRequired(_l("Fill in your e-mail address. For example name@example.org.")), Length(max=254)],
    )
    region = RadioField(_l("For which region?"), [InputRequired(_l("Choose a region."))])
    language = RadioField(
        _l("In which language do we write?"), choices=[SelectChoice(*item) for item in LANGUAGES.items()], default="nl"
    )


class FilterForm(Form):
    """What the list of coaches shows; it comes with the address and changes nothing."""

    class Meta(Form.Meta):
        csrf = False

    shown = SelectField(_l("Show"), choices=choices_of(labels(rules.Shown)), name="toon")
    name = StringField(_l("Name"), [Optional(), Length(max=100)], name="naam")

    @property
    def chosen(self) -> rules.Shown:
        """What to show; everyone who is with us for anything unknown."""
        asked = self.shown.data or ""
        return rules.Shown(asked) if asked in set(rules.Shown) else rules.Shown.PRESENT

    @property
    def shows_invited(self) -> bool:
        return self.chosen == rules.Shown.PRESENT and not self.name.data
