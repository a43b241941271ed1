"""Pages of figures, read as anybody does who looks at them: names and what stands beside them."""

import json
from collections.abc import Iterator
from typing import Any

from portal.counting.catalogue import DEFINITIONS, PART_LABELS
from portal.evaluations.rules import STATEMENTS
from portal.i18n import speaking
from portal.programmes.codes import Outcome, ProgrammeCode, Theme
from portal.results.queries import COUNTRY, EARLIER, OUTCOME, QUESTIONS
from portal.yearly import shown
from tests.page import Page, words
from tests.reports.seen import Seen, meant_by

PARTS = {label: part for part, label in PART_LABELS.items()}
REFUSED, UNANSWERED = "Fewer than 10 people belong to this choice", "We do not show any answers yet."
NOT_COMPARED = "There are too few answers to compare."
BEHIND = ("numerator", "denominator", "n")


def text(element) -> str:
    return " ".join(" ".join(words(element)).split())


def tables(page: Page) -> dict[str, list[list[str]]]:
    """Every table by its caption, as rows of cells; the pictures in them are left out."""
    return {
        text(next(table.iter("caption"))): [
            [text(cell) for cell in row if cell.get("class") != "picture"] for row in list(table.iter("tr"))[1:]
        ]
        for table in page.tree.iter("table")
    }


def ledger(page: Page) -> Iterator[tuple[str, str]]:
    """Every figure by its id, as it stands in the lists of a page; parts by the name that they have there."""
    counter = ""
    for row in (row for table in page.tree.iter("table") if table.get("class") == "ledger" for row in table.iter("tr")):
        name, figure = (text(cell) for cell in row)
        link = next((link.get("href") for link in row.iter("a")), "")
        counter = link.partition("#")[2] or counter
        if name in PARTS or link:
            yield counter if link else f"{counter}.{PARTS[name]}", figure


def read_ledger(seen: Seen, table: str, page: Page) -> None:
    """A page of all figures: /landelijk and /regio/cijfers."""
    told = dict(ledger(page))
    seen.hear_refusal((table, "T01"), page.text, REFUSED)
    for id in [*seen.figures[table]]:
        counter, _, part = id.partition(".")
        siblings = [other for other in told if other.startswith(f"{counter}.")]
        if id in told:
            seen.hear(id, table, told[id])
        elif part and siblings and DEFINITIONS[counter].has_whole and (table, id) in seen.values:
            seen.say((table, id), (0, 0))  # Parts in which nobody is are left out.


def read_regions(seen: Seen, of: dict[str, str], page: Page) -> None:
    """The bars of /landelijk; `of` gives the table of a region by its name."""
    drawn = tables(page).get("People who signed up, by region", [])
    for name, figure in drawn:
        if of[name] in seen.figures:
            seen.hear("T01", of[name], figure)


def read_results(seen: dict[str, Seen], names: dict[str, str], page: Page, programme: ProgrammeCode) -> None:
    """A page of results. `names` are the tables of one's own figures and, where they are, of the others."""
    own, table, drawn = seen[""], names[""], tables(page)
    own.hear_refusal((table, "E02.n"), page.text, UNANSWERED)
    bands = {label: id for _, id, label, _ in QUESTIONS}
    bands |= {statement.label: f"E03.{statement}" for statement in STATEMENTS[programme]}
    for caption in ("How many people gave which grade", "Who recommends it", "How many people agree"):
        for question, *figures in drawn.get(caption, []):
            cells = [id for id in own.figures[table] if id.startswith(f"{bands[question]}.") and "-" in id]
            for id, figure in zip(cells, figures, strict=True):
                own.hear(id, table, figure)
    outcomes = {code.label: f"{OUTCOME}.{code.value}" for code in Outcome}
    for name, figure in drawn.get("What people are going to do", []):
        own.hear(outcomes[name], table, figure)
    if NOT_COMPARED in page.text:
        return  # Of no figure anything is told, and not even why.
    *_, compared = drawn.values()
    counters = {DEFINITIONS[id].name: id for id in ("E01", "E02", "E02b", "E04")}
    counters |= {statement.label: f"E03.{statement}" for statement in STATEMENTS[programme]}
    columns = [key for key in ("", COUNTRY, EARLIER) if key in names]
    for name, *figures in compared:
        id = counters[name.partition(" – ")[0]]
        for key, figure in zip(columns, figures, strict=False):
            seen[key].hear(id, names[key], figure)


def read_overview(seen: Seen, table: str, page: Page) -> None:
    """The overview of a region: stages, durations, reasons, topics and coaches."""
    drawn = tables(page)
    seen.hear_refusal((table, "F01"), page.text, REFUSED)
    for name, figure in drawn.get("How far people come", []):
        id = next(id for id in ("F01", "F02", "F03", "F04", "F05") if DEFINITIONS[id].name == name)
        seen.hear(id, table, figure.partition(" · ")[0])
    durations = [("F02", ("median_hours", "p90_hours")), *((id, ("median_days", "p90_days")) for id in ("F03", "F04"))]
    for (id, parts), (_, *figures) in zip(
        durations, drawn.get("How long it takes since the sign-up", []), strict=False
    ):
        for part, figure in zip(parts, figures, strict=True):
            seen.hear(f"{id}.{part}", table, figure)
    for name, figure in drawn.get("Why people dropped out before the first talk", []):
        seen.hear(f"F06.{PARTS[name]}", table, figure)
    themes = {code.label: f"{table} theme:{code.value}" for code in Theme}
    for name, figure in drawn.get("What people want to talk about", []):
        seen.hear("F01", themes[name.partition(". ")[2]], figure)
    for item in (item for list in page.tree.iter("ul") if list.get("class") == "figures" for item in list.iter("li")):
        explained = next((link.get("href") for link in item.iter("a") if link.get("class") == "counted"), "")
        id = explained.partition("#")[2]
        if id in seen.figures[table]:
            seen.hear(id, table, text(next(item.iter("b"))))


def read_report(seen: Seen, names: dict[str, str], content: str) -> None:
    """The file of a locked report, which has all that its page says; `names` gives the table of a row of a table."""
    report = json.loads(content)
    for id, entry in report["figures"].items():
        _hear_kept(seen, id, names[""], entry)
    for table, found in report["tables"].items():
        for row in found["rows"]:
            for id, entry in zip(found["columns"], row["figures"], strict=True):
                _hear_kept(seen, id, names[f"{table}:{row['key']}"], entry)


def _hear_kept(seen: Seen, id: str, table: str, entry: dict[str, Any]) -> None:
    """A figure of a report, and the counts beside it, in the words of its page."""
    if entry["kind"] == "share" and "exact" in entry:
        seen.hear_exactly(id, table)
        return
    with speaking("en"):
        seen.hear(id, table, str(shown.read(entry)))
        for name in BEHIND:
            if name in entry and (table, f"{id}.{name}") in seen.values:
                seen.say((table, f"{id}.{name}"), meant_by(str(shown.read(entry[name]))))
