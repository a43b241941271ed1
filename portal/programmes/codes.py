"""The code lists that features, imports and reports share, each code with what people read.

Labels are marked sentences, translated where they are shown; names of programmes and funds stay as they are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from portal.i18n import N_


class LabelledCode(StrEnum):
    """A code as it is stored and imported, with its label."""

    label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


def labels(codes: Iterable[LabelledCode]) -> dict[str, str]:
    """Codes with their marked labels, for a form to choose from."""
    return {code.value: code.label for code in codes}


class ProgrammeCode(LabelledCode):
    SIJW = "sijw", "Sterk in je werk"
    ECZ = "ecz", "Extra coaching voor de zorg"


class Continuation(LabelledCode):
    """Where a coach goes on after a programme, by own choice: its successor or another programme."""

    STA_STERKER = "sta_sterker", "Samen sta je sterker"
    SIJW = "sijw", "Sterk in je werk"
    ECZ = "ecz", "Extra coaching voor de zorg"


class Theme(LabelledCode):
    """What somebody wants to talk about."""

    BALANCE = "balance", N_("Work and private life in balance")
    STRESS = "stress", N_("Recognising stress and coping with it")
    FEELINGS = "feelings", N_("Coping with what I feel or go through")
    PERFECTIONISM = "perfectionism", N_("Wanting to do everything right")
    SUPPORT = "support", N_("Support and a listening ear")
    STRENGTHS = "strengths", N_("What I can do and what I want")
    ROLE = "role", N_("Other tasks or another job")
    TRAINING = "training", N_("A course or training")
    STAY_OR_LEAVE = "stay_or_leave", N_("Leaving care or staying after all")
    TEAMWORK = "teamwork", N_("Atmosphere and working together")


class Branch(LabelledCode):
    """The union of the published lists of branches (nulmeting, tables 1.1 and I.1); reports choose a grouping."""

    ZKH = "zkh", N_("Hospitals and specialist medical care")
    UMC = "umc", N_("University medical centres")
    REV = "rev", N_("Rehabilitation centres")
    GGZ = "ggz", N_("Mental health care")
    GHZ = "ghz", N_("Care for people with a disability")
    VVT = "vvt", N_("Nursing, residential care and home care")
    HAZ = "haz", N_("General practices and health centres")
    SW = "sw", N_("Social work, welfare and social services")
    JZ = "jz", N_("Youth care")
    KO = "ko", N_("Childcare")
    OV = "ov", N_("Other care and welfare")


NO_BRANCH = N_("I do not work in care or welfare (yet)")


class WorkSituation(LabelledCode):
    """Where somebody stands, as staff read it."""

    IN_CARE = "in_care", N_("Works in care or welfare")
    CAREER_SWITCHER = "career_switcher", N_("Wants to switch to care or welfare")
    RETURNER = "returner", N_("Wants to return to care or welfare")
    JOB_SEEKER = "job_seeker", N_("Looking for work")
    THREATENED = "threatened", N_("May lose their job")
    STUDENT = "student", N_("Student")
    OTHER = "other", N_("Other")


# What people choose from in step 2 of the sign-up, in their own words. Four choices are enough to find
# help; the other three situations come from imports and from the desk.
SIGN_UP_SITUATIONS = {
    WorkSituation.IN_CARE: N_("I work in care or welfare"),
    WorkSituation.CAREER_SWITCHER: N_("I want to start working in care or welfare"),
    WorkSituation.RETURNER: N_("I want to return to care or welfare"),
    WorkSituation.OTHER: N_("Something else"),
}


class Origin(LabelledCode):
    """How somebody found us."""

    WEBSITE = "website", N_("Website")
    CONTACT_POINT = "contact_point", N_("Regional contact point")
    EMPLOYER = "employer", N_("Employer")
    COLLEAGUE = "colleague", N_("Colleague")
    COACH = "coach", N_("Coach")
    OTHER = "other", N_("Other")


class CallTime(LabelledCode):
    """When we may call somebody."""

    MORNING = "morning", N_("Morning")
    AFTERNOON = "afternoon", N_("Afternoon")
    EVENING = "evening", N_("Evening")
    WEEKEND = "weekend", N_("Weekend")


class Mode(LabelledCode):
    """How a talk is held; video is what people call online."""

    VIDEO = "video", N_("Online")
    PHONE = "phone", N_("By phone")
    LOCATION = "location", N_("At a location")


class TalkKind(LabelledCode):
    INTRO = "intro", N_("Introductory talk")
    TALK = "talk", N_("Talk")
    WORKSHOP = "workshop", N_("Workshop")
    TEST = "test", N_("Career test")
    OTHER = "other", N_("Other activity")


class Funding(LabelledCode):
    """Who pays for an activity (monitor: hours from Samen Regionaal Sterk, the rest from the subsidy)."""

    SRS = "srs", "Samen Regionaal Sterk"
    PLUS = "plus", "Sterk in je werk - Plus"
    NONE = "none", N_("No funding")


class Outcome(LabelledCode):
    """What somebody is going to do (question 6 of the evaluation)."""

    STAY_HAPPIER = "stay_happier", N_("I stay and enjoy my work more")
    OTHER_TASKS = "other_tasks", N_("Other tasks")
    TRAINING = "training", N_("A course or training")
    OTHER_ROLE = "other_role", N_("Another job with my employer")
    OTHER_CARE_EMPLOYER = "other_care_employer", N_("Another employer in care or welfare")
    LEAVE_CARE = "leave_care", N_("Work outside care and welfare")
    ENTER_CARE = "enter_care", N_("I am going to work in care or welfare")
    UNKNOWN = "unknown", N_("I do not know yet")


class CloseReason(LabelledCode):
    """Why an enrolment or a trajectory ended."""

    GOAL_REACHED = "goal_reached", N_("Goal reached")
    NO_NEED = "no_need", N_("No longer needed")
    NO_CLICK = "no_click", N_("No click with the coach")
    TOO_BUSY = "too_busy", N_("Too busy")
    ILL = "ill", N_("Ill")
    REFERRED = "referred", N_("Referred")
    UNREACHABLE = "unreachable", N_("Could not be reached")
    OTHER = "other", N_("Other")


class ReferralKind(LabelledCode):
    """Three kinds, never mixed in a count."""

    ADVICE = "advice", N_("Advice")
    WARM_HANDOVER = "warm_handover", N_("Warm handover")
    URGENT = "urgent", N_("Urgent help")


class DestinationClass(LabelledCode):
    """The kind of help somebody is referred to."""

    TRAUMA = "trauma", N_("Trauma care")
    MEDICAL = "medical", N_("Medical help")
    URGENT = "urgent", N_("Urgent help")
    LISTENING = "listening", N_("A listening ear")
    WORK = "work", N_("Help at work")
    CAREER = "career", N_("Career and training")
    LIFE = "life", N_("Help with private life")
    REGISTER = "register", N_("Support by a professional association")


class Register(LabelledCode):
    """Where a coach is registered as a professional."""

    EIA = "eia", "NOBCO/EMCC EIA"
    NOLOC_RL = "noloc_rl", "Noloc Register Loopbaanprofessional"
    LVSC = "lvsc", "LVSC"
    STIR = "stir", "ST!R"
    COACH_KEURMERK = "coach_keurmerk", "Coach Keurmerk"
    ICF = "icf", "ICF"
    OTHER = "other", N_("Another register")


class CoachWithdrawal(LabelledCode):
    """Why a coach stopped."""

    NO_TIME = "no_time", N_("No time")
    NO_MATCH = "no_match", N_("No suitable match")
    ILLNESS = "illness", N_("Illness")
    NO_LONGER_QUALIFIED = "no_longer_qualified", N_("No longer qualified")
    OTHER = "other", N_("Other")


@dataclass(frozen=True)
class BranchGrouping:
    """A published list of branches: into which of its rows every branch counts, and what readers must know of it."""

    name: str
    row_of: Mapping[Branch, Branch]
    remark: str

    @property
    def rows(self) -> list[Branch]:
        return [branch for branch in Branch if branch in self.row_of.values()]


SEOR_9 = BranchGrouping(
    name="SEOR-9",
    row_of={branch: branch for branch in Branch} | {Branch.UMC: Branch.ZKH, Branch.REV: Branch.ZKH},
    remark=N_(
        "University medical centres and rehabilitation centres count as hospitals. "
        "Childcare counts, so this is care and welfare in the broad sense."
    ),
)
PFZW_9 = BranchGrouping(
    name="PFZW-9",
    row_of={branch: branch for branch in Branch if branch not in (Branch.UMC, Branch.OV)},
    remark=N_(
        "University medical centres and other care and welfare do not count. "
        "Rehabilitation centres have their own row; in figures up to and including 2019 they count as hospitals. "
        "Childcare counts, so this is care and welfare in the broad sense."
    ),
)
BRANCH_GROUPINGS = {grouping.name: grouping for grouping in (SEOR_9, PFZW_9)}
