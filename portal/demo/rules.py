"""Who the made-up people are: names from a varied Netherlands, what they want, and how it went with each."""

from dataclasses import dataclass
from random import Random

from portal.access import Role
from portal.coaches.rules import CoachStatus
from portal.evaluations.rules import STATEMENTS, Agreement, Answers
from portal.programmes.codes import Branch, Outcome, ProgrammeCode, Theme
from portal.questionnaires.rules import Wording

MEASURED = {ProgrammeCode.SIJW: ("strengths_known", "step_known"), ProgrammeCode.ECZ: ("grip_known", "can_cope")}
OWN_QUESTION = Wording(
    nl="Hoe vaak heb je met je coach gepraat?",
    en="How often did you talk with your coach?",
    options_nl="1 keer\n2 keer\n3 keer of vaker",
    options_en="Once\nTwice\nThree times or more",
)
TWENTE, ZUID_LIMBURG = "RA0205", "RA1428"
SEED = 2026
PARTICIPANTS = 300
COACHES = 60

FIRST_NAMES = [
    "Fatima", "Sanne", "Mohammed", "Lotte", "Daan", "Aylin", "Jeroen", "Samira", "Kees", "Ingrid", "Youssef",
    "Marieke", "Priya", "Tom", "Esra", "Wouter", "Chantal", "Ibrahim", "Femke", "Ruben", "Naomi", "Hans", "Soraya",
    "Bas", "Linh", "Petra", "Omar", "Anouk", "Gerrit", "Zeynep", "Joost", "Maria", "Rachid", "Eline", "Sjoerd",
    "Yasmina", "Dirk", "Carmen", "Thijs", "Nadia", "Henk", "Amara", "Roos", "Emre", "Tineke", "Luuk", "Shanti",
    "Frank", "Meryem", "Jelle", "Aisha", "Pieter", "Kim", "Hamza", "Annelies", "Ravi", "Nynke", "Marco", "Dewi",
    "Jan", "Latifa", "Sven", "Gwen", "Ali", "Maaike", "Boris", "Rania", "Wim", "Iris", "Karim", "Jolanda", "Milan",
]  # fmt: skip
LAST_NAMES = [
    "de Vries", "Yılmaz", "van den Berg", "El Amrani", "Jansen", "Bakker", "Özdemir", "van Dijk", "Nguyen", "Visser",
    "Kaya", "Smit", "Benali", "Meijer", "de Boer", "Ramdin", "Mulder", "Demir", "Bos", "Hoekstra", "Kowalski",
    "Peters", "Aziz", "Hendriks", "van Leeuwen", "Pinas", "Dekker", "Said", "Brouwer", "de Wit", "Tuinstra",
    "Dijkstra", "Öztürk", "Smits", "de Graaf", "Sardjoe", "van der Meer", "Kuipers", "Haddad", "Postma", "Willems",
    "da Silva", "Huisman", "Chen", "Veenstra", "Bouzid", "Kok", "Martina", "Schouten", "Arslan", "van Vliet",
    "Jacobs", "Wiersma", "Tahiri", "Maas", "Verhoeven",
]  # fmt: skip
INTROS = (
    "Loopbaancoach. Nuchter, warm en met aandacht voor wat jij nodig hebt.",
    "Was zelf verpleegkundige. Helpt je ontdekken wat je kunt en wilt.",
    "Luistert goed en vraagt door. Twaalf jaar ervaring in de ouderenzorg.",
    "Samen kijken wat je energie geeft. Met humor als het kan.",
    "Kent wisselende diensten uit eigen ervaring.",
    "Helpt je grenzen stellen zonder je hart voor de zorg te verliezen.",
)
LANGUAGES = ("", "", "", "Turks", "Arabisch", "Engels", "Papiaments", "Fries", "Pools")
WORDS = (
    "",
    "",
    "Ik wil graag weten of ik nog op mijn plek zit.",
    "De diensten worden me soms te veel.",
    "Ik denk aan een opleiding, maar weet niet welke.",
)
COMMENTS = (
    "Fijn dat er iemand luisterde.",
    "Ik weet nu wat ik wil. Dank je wel.",
    "De tijden pasten goed bij mijn diensten.",
    "Ik durf nu nee te zeggen als er weer een dienst open staat.",
    "Mijn coach stelde vragen die ik mezelf nooit had gesteld.",
    "Ik ben gebleven, met minder uren. Dat was de goede keuze.",
    "Na twee gesprekken wist ik welke opleiding bij me past.",
    "Bellen na een late dienst was prettig. Ik hoefde nergens heen.",
    "Ik ga weer met plezier naar mijn werk.",
    "Had ik dit maar eerder gedaan.",
    "Van mij had er nog wel een gesprek bij gemogen.",
    "Ik moest even wachten, maar daarna ging het snel.",
    "Samen hebben we het gesprek met mijn leidinggevende voorbereid. Dat hielp.",
    "Ik heb geleerd hoe ik na een zware dag tot rust kom.",
)
WRITING = 0.6
# Enough answers in Twente to show figures, and few enough elsewhere to show that they are protected.
REGION_WEIGHTS = {TWENTE: 30, ZUID_LIMBURG: 6}
OTHER_REGIONS = 2


@dataclass(frozen=True)
class Member:
    """One of the cast, whom a visitor of the demo can be."""

    name: str
    last_name: str
    role: Role
    region: str | None
    who: str

    @property
    def email(self) -> str:
        return f"{self.name.lower()}@example.org"


@dataclass(frozen=True)
class MadeUp:
    """A made-up participant: who, where, and how far they came."""

    first_name: str
    last_name: str
    email: str
    region: str
    programme: ProgrammeCode
    branch: Branch
    themes: tuple[Theme, ...]
    words: str
    days_ago: int
    path: str


# How it went, with how many in a hundred.
PATHS = {
    "unconfirmed": 3,
    "new": 6,
    "twice": 1,
    "in_progress": 3,
    "waiting": 2,
    "withdrawn": 3,
    "unreachable": 2,
    "out_of_scope": 1,
    "handed_over_early": 2,
    "chosen": 7,
    "planned": 12,
    "cancelled": 5,
    "no_show": 4,
    "talking": 14,
    "completed": 27,
    "stopped": 5,
    "handed_over": 3,
}
BESIDES = {4: CoachStatus.PAUSED, 14: CoachStatus.APPLIED, 24: CoachStatus.WITHDRAWN, 34: CoachStatus.BLOCKED}
JUST_BEGUN = frozenset({"unconfirmed", "new", "twice", "in_progress", "waiting", "chosen"})
LATELY = frozenset({"planned", "cancelled"})


def noor() -> MadeUp:
    """The participant of the cast: some weeks on her way with Bram."""
    return MadeUp(
        first_name="Noor",
        last_name="Bakker",
        email="noor@example.org",
        region=TWENTE,
        programme=ProgrammeCode.SIJW,
        branch=Branch.VVT,
        themes=(Theme.STRESS, Theme.ROLE),
        words="Ik wil graag weten of ik nog op mijn plek zit.",
        days_ago=24,
        path="noor",
    )


def answers(chance: Random, programme: ProgrammeCode) -> Answers:
    """Mostly content, sometimes not."""
    grade = chance.choices(range(5, 11), weights=[2, 5, 20, 40, 25, 8])[0]
    agreed = [Agreement.THREE, Agreement.FOUR, Agreement.FIVE, Agreement.NOT_APPLICABLE]
    return Answers(
        coach_grade=grade,
        trajectory_grade=max(1, min(10, grade + chance.choice([-1, 0, 0, 1]))),
        agreements={s: chance.choices(agreed, weights=[3, 9, 7, 1])[0] for s in STATEMENTS[programme]},
        outcomes=frozenset(chance.sample(list(Outcome), k=chance.randint(1, 2))),
        recommend=min(10, grade + chance.choice([0, 0, 1])),
        comment=comment(chance),
        quote_consent=chance.random() < 0.5,
    )


def comment(chance: Random) -> str:
    """Most people write something."""
    return chance.choice(COMMENTS) if chance.random() < WRITING else ""


def state(chance: Random, programme: ProgrammeCode, lowest: int, highest: int) -> dict[str, tuple[str, ...]]:
    """How somebody is doing, at the start and again at the end: grades between these."""
    given = {code: chance.randint(lowest, highest) for code in ("work_joy", "career_grip")}
    statements = (*MEASURED[programme], "other_work")
    given |= {code: chance.randint(lowest - 1, highest) // 2 or 1 for code in statements}
    return {code: (str(number),) for code, number in given.items()}


def participants(regions: list[str], number: int) -> list[MadeUp]:
    """The same people every time; how long ago they signed up is counted from today."""
    chance = Random(SEED)
    return [_participant(chance, made, regions) for made in range(number)]


def coach_home(made: int, regions: list[str]) -> str:
    """Every region has coaches; one in five is in Twente, where the cast lives and most people sign up."""
    return TWENTE if made % 5 == 4 else regions[(made - made // 5) % len(regions)]


def coach_status(number: int) -> CoachStatus:
    """Most coaches are there; of every nine one is paused, not checked yet, gone or blocked."""
    return BESIDES.get(number % 36, CoachStatus.AVAILABLE)


def _participant(chance: Random, number: int, regions: list[str]) -> MadeUp:
    first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
    path = chance.choices(list(PATHS), weights=list(PATHS.values()))[0]
    programme = ProgrammeCode.ECZ if chance.random() < 0.3 or path.startswith("handed") else ProgrammeCode.SIJW
    weights = [REGION_WEIGHTS.get(code, OTHER_REGIONS) for code in regions]
    return MadeUp(
        first_name=first,
        last_name=last,
        email=f"{first.lower()}.{number}@example.org",
        region=chance.choices(regions, weights=weights)[0],
        programme=programme,
        branch=chance.choices(list(Branch), weights=[20, 6, 3, 12, 18, 30, 5, 10, 6, 4, 4])[0],
        themes=tuple(chance.sample(list(Theme), k=chance.randint(0, 3))),
        words=chance.choice(WORDS),
        days_ago=_days_ago(chance, path),
        path=path,
    )


def _days_ago(chance: Random, path: str) -> int:
    """What ended began long ago, what is new began last week."""
    if path == "unconfirmed":
        return chance.randint(0, 6)
    if path == "waiting":
        return chance.randint(6, 24)
    if path in JUST_BEGUN:
        return chance.randint(2, 9)
    if path in LATELY:
        return chance.randint(3, 25)
    return chance.randint(35, 92)
