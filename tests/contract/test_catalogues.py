"""Both catalogues are complete, true to the code and compiled; the Dutch one keeps the words of the house."""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
TRANSLATIONS = ROOT / "translations"
LANGUAGES = ("nl", "en")
KEYWORDS = ("_l", "N_", "_h")
MARKS = {*KEYWORDS, "_", "gettext", "lazy_gettext"}

# What is written the same in both languages.
SAME_IN_DUTCH = {
    "%(num)s coach",
    "%(num)s coaches",
    "%(hours)s (extra)",
    "%(num)s week",
    "Branches",
    "Browser",
    "Coach",
    "Coach in Zuid-Limburg.",
    "Coaches",
    "Code",
    "Cookies",
    "Letters",
    "Mail",
    "N = %(number)s",
    "Online",
    "Outlook",
    "Postcode",
    "Register",
    "Status",
    "Student",
    "Website",
    "Weekend",
    "Workshop",
    "Workshops",
}
# We say je, gesprek and niet verplicht; whom we help is a participant, not a client.
FORBIDDEN = re.compile(r"\b(u|uw|uzelf|cliënt|cliënten|sessie|sessies|optioneel|optionele)\b", re.IGNORECASE)
# Here the word is about the people whom care workers look after.
CLIENTS_OF_CARE_WORKERS = {"Do not write down names of clients or colleagues."}
# A subject is read by whoever looks over a shoulder.
TELLTALE = re.compile(
    r"coach|menta|trauma|loopbaan|career|zorg|\bcare\b|sterk in je werk|behandel|treat|therap|verwijz|refer",
    re.IGNORECASE,
)
PLACEHOLDER = re.compile(r"%\((\w+)\)(\w)")
TAG = re.compile(r"<[^>]+>")


def po_path(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def catalogue(language: str) -> Catalog:
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language)


def messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def forms_of(text: str | Sequence[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def pairs(message: Message) -> list[tuple[str, str]]:
    """The English and the translated sentence, per plural form."""
    return list(zip(forms_of(message.id), forms_of(message.string), strict=True))


def ids(catalog: Catalog) -> set[tuple[str, ...]]:
    return {forms_of(message.id) for message in messages(catalog)}


def strings(catalog: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {forms_of(message.id): forms_of(message.string) for message in messages(catalog)}


@pytest.fixture(scope="module")
def in_the_code(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What `make translations` would find now."""
    template = tmp_path_factory.mktemp("translations") / "messages.pot"
    keywords = [word for keyword in KEYWORDS for word in ("-k", keyword)]
    mapping = ["-F", str(ROOT / "pyproject.toml")]
    CommandLineInterface().run(["pybabel", "-q", "extract", *mapping, *keywords, "-o", str(template), str(ROOT)])
    with template.open("rb") as file:
        return read_po(file)


def test_template_holds_what_the_code_says(in_the_code):
    with (TRANSLATIONS / "messages.pot").open("rb") as file:
        template = read_po(file)

    assert len(ids(template)) > 500
    assert ids(template) == ids(in_the_code), "run `make translations`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_holds_the_same_messages_as_the_code(language, in_the_code):
    assert ids(catalogue(language)) == ids(in_the_code), "run `make translations`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language):
    missing = [message.id for message in messages(catalogue(language)) if not all(forms_of(message.string))]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_fuzzy_or_obsolete(language):
    catalog = catalogue(language)

    assert [message.id for message in messages(catalog) if message.fuzzy] == []
    assert list(catalog.obsolete) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_form_for_one_and_a_form_for_more(language):
    catalog = catalogue(language)
    plurals = [message for message in messages(catalog) if message.pluralizable]

    assert (catalog.num_plurals, catalog.plural_expr) == (2, "(n != 1)")
    assert plurals
    assert [m.id for m in plurals if len(m.string) != 2] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_markup_survive_translation(language):
    for message in messages(catalogue(language)):
        for original, translated in pairs(message):
            assert set(PLACEHOLDER.findall(translated)) == set(PLACEHOLDER.findall(original)), original
            assert sorted(TAG.findall(translated)) == sorted(TAG.findall(original)), original
            assert bool(translated[:1].isspace()) == bool(original[:1].isspace()), original
            assert bool(translated[-1:].isspace()) == bool(original[-1:].isspace()), original


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lone_percent_sign_is_written_twice(language):
    """Templates and errors fill in every sentence, also one without values: `88%` would break there."""
    texts = [text for message in messages(catalogue(language)) for pair in pairs(message) for text in pair]
    lone = [text for text in texts if "%" in PLACEHOLDER.sub("", text).replace("%%", "")]

    assert lone == []
    assert any("%%" in text for text in texts), "nothing was looked at"


def test_a_doubled_percent_sign_is_never_shown():
    """In Python only sentences with values, and the messages of errors, are filled in: elsewhere `88%%` would show."""
    shown = [
        (path.name, call.args[0].value)
        for path in (ROOT / "portal").rglob("*.py")
        for call in unfilled_sentences(ast.parse(path.read_text(encoding="utf-8")))
        if "%%" in call.args[0].value
    ]
    assert shown == []


def unfilled_sentences(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls that mark or translate a sentence without values, but those that name the message of an error."""
    of_errors = {
        assigned.value
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for assigned in node.body
        if isinstance(assigned, ast.Assign) and ast.unparse(assigned.targets[0]) == "message"
    }
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and not node.keywords)
    for call in calls:
        if ast.unparse(call.func) in MARKS and call not in of_errors and isinstance(call.args[0], ast.Constant):
            yield call


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogue_is_up_to_date(language):
    with po_path(language).with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)

    assert strings(compiled) == strings(catalogue(language)), "run `make translations`"


def test_dutch_is_not_english():
    same = {original for m in messages(catalogue("nl")) for original, dutch in pairs(m) if dutch == original}
    assert same - SAME_IN_DUTCH == set()


def test_dutch_keeps_to_the_words_of_the_house():
    wrong = [
        (original, dutch)
        for message in messages(catalogue("nl"))
        for original, dutch in pairs(message)
        if FORBIDDEN.search(dutch) and original not in CLIENTS_OF_CARE_WORKERS
    ]
    assert wrong == []


def mail_subjects() -> set[str]:
    """Every marked sentence that the code hands over as the subject of a mail."""
    calls = (
        node
        for path in (ROOT / "portal").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    )
    given = (word.value for call in calls for word in call.keywords if word.arg == "subject")
    return {
        marked.args[0].value
        for value in given
        for marked in ast.walk(value)
        if isinstance(marked, ast.Call) and isinstance(marked.args[0], ast.Constant)
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_subjects_of_mails_betray_nothing(language):
    subjects = mail_subjects()
    catalog = catalogue(language)

    assert "Confirm your registration" in subjects
    assert [subject for subject in subjects if TELLTALE.search(catalog[subject].string)] == []
