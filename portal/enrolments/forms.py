"""The five steps of signing up, each as a form of its own."""

from dataclasses import replace
from functools import partial

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from portal.accounts.rules import check_no_service_number
from portal.enrolments.reach import MailTypo, NotQuiteAnAddress, address_meant, phone_number
from portal.enrolments.rules import LONGEST_WORDS, SignUp, Topics, problems_of_topics
from portal.errors import DomainError
from portal.forms import Boxes, Form, choices_of
from portal.i18n import N_
from portal.i18n import lazy_gettext as _l
from portal.programmes.codes import NO_BRANCH, SIGN_UP_SITUATIONS, Branch, CallTime, Theme, labels


class PlaceForm(Form):
    postcode = StringField(
        _l("Your postcode"), [DataRequired(_l("Fill in 4 digits, for example 7511.")), Length(max=20)]
    )


class RegionForm(Form):
    region = RadioField(_l("Your region"), [DataRequired(_l("Choose your region."))], validate_choice=True)


class SituationForm(Form):
    work_situation = RadioField(
        _l("What fits you?"),
        [DataRequired(_l("Choose what fits you."))],
        choices=choices_of(SIGN_UP_SITUATIONS),
    )
    branch = SelectField(
        _l("In which branch do you work?"),
        [Optional()],
        choices=choices_of({"": NO_BRANCH, **labels(Branch)}),
    )


class TopicsForm(Form):
    themes = Boxes(
        _l("Choose what fits. You may choose more than one."),
        choices=choices_of(labels(Theme)),
    )
    themes_consent = BooleanField(_l("Yes, you may use these answers to find a coach."))
    words = TextAreaField(_l("Do you want to tell something more?"), [Optional(), Length(max=LONGEST_WORDS)])
    words_consent = BooleanField(_l("Yes, my coach may read what I wrote here."))

    def check_rules(self) -> None:
        for problem in problems_of_topics(self.topics):
            self.report(problem)

    @property
    def topics(self) -> Topics:
        return Topics(
            themes=tuple(self.themes.data or ()),
            words=self.words.data or "",
            themes_consent=bool(self.themes_consent.data),
            words_consent=bool(self.words_consent.data),
        )


class ContactForm(Form):
    first_name = StringField(_l("First name"), [DataRequired(_l("Fill in your first name.")), Length(max=100)])
    last_name = StringField(_l("Last name"), [Optional(), Length(max=100)])
    email = StringField(
        _l("E-mail address"),
        [DataRequired(_l("Fill in your e-mail address. For example name@example.org.")), Length(max=254)],
    )
    # The spelling we asked about: sending the same address again is standing by it.
    email_kept = HiddenField()
    # The button that takes our suggestion.
    email_fixed = HiddenField()
    phone = StringField(_l("Phone number"), [Optional(), Length(max=30)])
    call_times = Boxes(
        _l("When may we call you?"),
        [Optional()],
        choices=choices_of(labels(CallTime)),
    )
    shifts = RadioField(
        _l("Do you work in changing shifts?"), [Optional()], choices=choices_of({"yes": N_("Yes"), "no": N_("No")})
    )
    website = StringField(_l("Leave this field empty"))

    # The address that was probably meant, once we have asked about it.
    meant: str | None = None
    may_be_right = True

    @property
    def filled_by_a_robot(self) -> bool:
        """The field that people do not see is filled in."""
        return bool(self.website.data)

    def report(self, error: DomainError) -> None:
        super().report(error)
        if isinstance(error, MailTypo):
            self.meant = error.suggestion
            self.may_be_right = not isinstance(error, NotQuiteAnAddress)

    def check_rules(self) -> None:
        for field in (self.first_name, self.last_name):
            self.obey(partial(check_no_service_number, field=field.name), field)
        self.obey(self.address, self.email)
        self.obey(phone_number, self.phone)

    def address(self, typed: str) -> str:
        """The address in what was typed, or in our suggestion when they took that; raises what is wrong with it."""
        return address_meant(self.email_fixed.data or typed, confirmed=self.email_kept.data or "")

    def filled_into(self, sign_up: SignUp) -> SignUp:
        """The sign-up with these answers; to be asked of a valid form."""
        return replace(
            sign_up,
            first_name=self.first_name.data,
            last_name=self.last_name.data or "",
            email=self.address(self.email.data),
            phone=phone_number(self.phone.data or ""),
            call_times=tuple(self.call_times.data or ()),
            shifts=self.shifts.data or "",
        )


class CheckForm(Form):
    read_privacy = BooleanField(
        _l("I have read what you do with my data."), [DataRequired(_l("Tick the box when you have read it."))]
    )
