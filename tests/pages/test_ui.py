"""The macros that every page is made of: names, ids, errors and what a screen reader hears."""

from datetime import UTC, datetime

import pytest
from flask import g
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from portal.forms import Boxes, Form, first_id
from tests import markup

pytestmark = pytest.mark.one_engine

THEMES = {"stress": "Stress", "balance": "Werk en privé"}


class Example(Form):
    name = StringField("Naam", [InputRequired("Vul je naam in.")])
    phone = StringField("Telefoon", [Optional()], description="Met of zonder spaties.")
    hours = IntegerField("Uren", [Optional()])
    words = TextAreaField("Vertel")
    branch = SelectField("Branche", choices={"Zorg": {"zkh": "Ziekenhuizen"}, "Welzijn": {"sw": "Sociaal werk"}})
    mode = RadioField("Hoe?", [InputRequired("Kies hoe.")], choices={"phone": "Telefoon", "video": "Online"})
    themes = Boxes("Waarover?", [InputRequired("Kies een thema.")], choices=THEMES)
    agreed = BooleanField("Ja, dat mag.", [InputRequired("Zeg ja.")])


@pytest.fixture
def page(app):
    """Render a line of template, in English, into a tree."""
    with app.test_request_context("/x?y=1", base_url="https://portal.example.org", headers={"Cookie": "taal=en"}):
        yield lambda source, **values: markup.read(app.jinja_env.from_string(source).render(g=g, **values))[0]


def example(data=None):
    form = Example(formdata=MultiDict(data) if data is not None else None, meta={"csrf": False})
    if data is not None:
        form.validate()
    return form


def one(tree, tag, **attributes):
    found = [
        e for e in tree.iter(tag) if all(e.get(k.rstrip("_").replace("_", "-")) == v for k, v in attributes.items())
    ]
    assert len(found) == 1, [e.attrib for e in tree.iter(tag)]
    return found[0]


def text(element):
    return " ".join("".join(element.itertext()).split())


def test_field_has_its_label_above_it_and_no_html_validation(page):
    tree = page("{{ ui.field(form.name, autocomplete='given-name') }}", form=example())
    control = one(tree, "input", id="name")
    assert text(one(tree, "label", for_="name")) == "Naam"
    assert control.get("aria-required") == "true"
    assert control.get("autocomplete") == "given-name"
    assert control.get("required") is control.get("aria-invalid") is control.get("aria-describedby") is None


def test_field_says_when_it_may_stay_empty(page):
    assert text(one(page("{{ ui.field(form.phone) }}", form=example()), "label")) == "Telefoon (optional)"
    assert (
        text(one(page("{{ ui.textarea(form.words, optional=true) }}", form=example()), "label")) == "Vertel (optional)"
    )
    assert text(one(page("{{ ui.field(form.phone, optional=false) }}", form=example()), "label")) == "Telefoon"


def test_field_is_described_by_its_hint_and_its_error(page):
    tree = page("{{ ui.field(form.name, hint='Of een andere naam.') }}", form=example({}))
    control = one(tree, "input")
    assert control.get("aria-describedby") == "name-hint name-error"
    assert control.get("aria-invalid") == "true"
    assert text(one(tree, "p", id="name-hint")) == "Of een andere naam."
    assert text(one(tree, "p", id="name-error")) == "Vul je naam in."


def test_field_takes_its_hint_from_the_form(page):
    assert one(page("{{ ui.field(form.phone) }}", form=example()), "input").get("aria-describedby") == "phone-hint"


def test_field_for_a_number_is_typed_and_never_spun(page):
    control = one(page("{{ ui.field(form.hours, width='short') }}", form=example()), "input")
    assert (control.get("type"), control.get("inputmode"), control.get("class")) == ("text", "numeric", "short")


def test_field_keeps_what_was_typed_and_escapes_it(page):
    typed = '"><script>alert(1)</script>'
    tree = page(
        "{{ ui.field(form.phone) }}{{ ui.textarea(form.words) }}", form=example({"phone": typed, "words": "\n" + typed})
    )
    assert one(tree, "input").get("value") == typed
    assert one(tree, "textarea").text == typed
    assert not list(tree.iter("script"))


def test_select_shows_groups_and_what_was_chosen(page):
    tree = page("{{ ui.select(form.branch) }}", form=example({"branch": "sw"}))
    assert [group.get("label") for group in tree.iter("optgroup")] == ["Zorg", "Welzijn"]
    assert [o.get("value") for o in tree.iter("option") if o.get("selected") is not None] == ["sw"]


def test_choices_of_one_are_radio_buttons_in_a_named_group(page):
    tree = page(
        "{{ ui.choices(form.mode, hints={'video': 'Met beeld.'}, heading='h1') }}", form=example({"mode": "video"})
    )
    group = one(tree, "fieldset", role="radiogroup")
    assert group.get("aria-required") == "true"
    assert text(one(tree, "h1")) == "Hoe?"
    chosen = [e for e in tree.iter("input") if e.get("checked") is not None]
    assert [e.get("value") for e in chosen] == ["video"]
    assert text(one(tree, "span", id=chosen[0].get("aria-describedby"))) == "Met beeld."


def test_choices_of_several_are_boxes_that_the_error_leads_to(page):
    form = example({})
    tree = page("{{ ui.choices(form.themes, layout='two') }}", form=form)
    boxes = list(tree.iter("input"))
    assert {b.get("type") for b in boxes} == {"checkbox"}
    assert {b.get("name") for b in boxes} == {"themes"}
    assert boxes[0].get("id") == first_id(form.themes)
    assert one(tree, "fieldset").get("aria-describedby") == "themes-error"


def test_scale_says_what_its_ends_mean(page):
    tree = page("{{ ui.scale(form.mode, 'heel slecht', 'heel goed') }}", form=example())
    assert text(one(tree, "p", class_="ends")) == "heel slecht heel goed"
    assert one(tree, "fieldset").get("aria-describedby") == "mode-ends"
    assert len(list(tree.iter("input"))) == 2


def test_checkbox_has_its_words_as_label(page):
    tree = page("{{ ui.checkbox(form.agreed) }}", form=example({"agreed": "y"}))
    assert one(tree, "input").get("checked") is not None
    assert text(one(tree, "label", for_="agreed")) == "Ja, dat mag."


def test_errors_lead_to_every_field_that_is_on_the_page(page):
    form = example({})
    form.form_errors = ["Deze tijd is net gekozen."]
    tree = page(
        "{{ ui.errors(form) }}{% for f in [form.name] %}{{ ui.field(f) }}{% endfor %}{{ ui.select(form.branch) }}"
        "{{ ui.choices(form.mode) }}{{ ui.choices(form.themes) }}{{ ui.checkbox(form.agreed) }}",
        form=form,
    )
    summary = one(tree, "div", role="group")
    assert (summary.get("tabindex"), summary.get("aria-labelledby")) == ("-1", "errors")
    assert "Look at these 5 questions:" in text(summary)
    assert text(next(summary.iter("li"))) == "Deze tijd is net gekozen."
    ids = {e.get("id") for e in tree.iter()}
    assert {a.get("href")[1:] for a in summary.iter("a")} <= ids


def test_errors_are_silent_when_all_is_well(page):
    assert text(page("{{ ui.errors(form) }}", form=example())) == ""


def test_form_works_alone_and_with_htmx(page):
    form = one(page("{% call ui.form('name_form', form) %}<p>x</p>{% endcall %}", form=example()), "form")
    assert (form.get("id"), form.get("method"), form.get("action")) == ("name_form", "post", "/x")
    assert (form.get("hx-post"), form.get("hx-target"), form.get("hx-swap")) == ("/x", "#name_form", "outerHTML")
    assert form.get("novalidate") is not None
    assert one(form, "input", name="csrf_token").get("value")


def test_time_button_says_date_time_and_coach(page):
    tree = page("{{ ui.time_button(at, at | near_day, 'Joost') }}", at=datetime(2025, 3, 6, 18, 30, tzinfo=UTC))
    button = one(tree, "button")
    assert text(button) == "19:30"
    assert button.get("aria-label") == "Thursday 6 March at 19:30 with Joost"
    assert (button.get("name"), button.get("value")) == ("starts_at", "2025-03-06T18:30:00+00:00")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Joost Verhagen", "JV"),
        ("Marijke van den Berg", "MB"),
        ("Samira", "S"),
        ("noor", "N"),
        ("Ibrahim El Amrani Y", "IY"),
        ("", ""),
    ],
)
def test_face_shows_first_and_last_letter(page, name, letters):
    assert text(page("{{ ui.face(name) }}", name=name)) == letters


def test_steps_are_said_once_and_drawn_once(page):
    tree = page("{{ ui.steps(3, 5, 'Sign up') }}")
    assert text(one(tree, "p", class_="step")) == "Sign up, step 3 of 5"
    assert [li.get("class") for li in one(tree, "ol", aria_hidden="true")] == ["done"] * 3 + [None] * 2


def test_summary_list_says_what_each_link_changes(page):
    tree = page(
        "{{ ui.summary_list(rows) }}",
        rows=[("Postcode", "7511", "/a"), ("Thema's", ["a", "b"], "/b"), ("Telefoon", "", None)],
    )
    assert [text(a) for a in tree.iter("a")] == ["Change: Postcode", "Change: Thema's"]
    assert [text(dd) for dd in tree.iter("dd")][:3:2] == ["7511", "A, b"]
    assert "Not filled in" in text(tree)


def test_figures_give_the_number_its_words_and_its_explanation(page):
    items = [
        {"number": 7, "words": "nieuw", "url": "/regio?x=1", "explained": "/telregels#T01"},
        {"number": "minder dan 5", "words": "overgedragen", "kind": "due"},
    ]
    tree = page("{{ ui.figures(items) }}", items=items)
    assert [text(a) for a in tree.iter("a")] == ["nieuw", "How is this counted?: nieuw"]
    assert [(text(b), b.get("class")) for b in tree.iter("b")] == [("7", None), ("minder dan 5", "words")]


def test_bar_chart_is_a_table_with_bars_of_the_right_length(page):
    rows = [("Twente", 50, "50"), ("Groningen", 200, "200"), ("Zeeland", 0, "0")]
    tree = page("{{ ui.bar_chart('Aanmeldingen', ['Regio', 'Aantal'], rows) }}", rows=rows)
    assert [float(rect.get("width")) for rect in tree.iter("rect")] == [25, 100, 0]
    assert [text(th) for th in tree.iter("th") if th.get("scope") == "row"] == ["Twente", "Groningen", "Zeeland"]
    assert text(page("{{ ui.bar_chart('Aanmeldingen', ['Regio', 'Aantal'], []) }}")) == "Aanmeldingen RegioAantal"
    empty = page("{{ ui.bar_chart('Aanmeldingen', ['Regio', 'Aantal'], rows) }}", rows=[("Twente", 0, "0")])
    assert [float(rect.get("width")) for rect in empty.iter("rect")] == [0]


def test_table_names_its_columns_in_every_cell(page):
    tree = page(
        "{% call ui.table('Wie wacht?', ['Naam', ('Dagen', 'num')]) %}"
        "<tr><th scope='row'>Noor</th>{{ ui.td('Dagen', 6, 'num') }}</tr>{% endcall %}"
    )
    assert text(one(tree, "caption")) == "Wie wacht?"
    cell = one(tree, "td", class_="num")
    assert (cell.get("data-label"), text(cell)) == ("Dagen", "6")


def test_pager_is_there_only_when_there_is_more(page):
    assert text(page("{{ ui.pager(1, 1) }}")) == ""
    tree = page("{{ ui.pager(2, 3, '/a', '/b') }}")
    assert [(a.get("rel"), a.get("href")) for a in tree.iter("a")] == [("prev", "/a"), ("next", "/b")]
    assert "Page 2 of 3" in text(tree)


def test_tag_notice_empty_and_card_escape_what_people_wrote(page):
    source = (
        "{{ ui.tag(x, 'late') }}{% call ui.notice('good', title=x) %}{{ x }}{% endcall %}"
        "{{ ui.empty(x, x) }}{% call ui.card(x) %}{{ x }}{% endcall %}"
    )
    tree = page(source, x="<b>hoi</b>")
    assert not list(tree.iter("b"))
    assert text(tree).count("<b>hoi</b>") == 7


def test_crisis_notice_has_every_number_to_press(page):
    tree = page("{{ ui.crisis() }}")
    assert [a.get("href") for a in tree.iter("a")] == [
        "tel:112",
        "tel:113",
        "tel:08000113",
        "https://www.113.nl/",
        "tel:0880767000",
    ]
    assert "We do not read messages here right away." in text(tree)


def test_flashes_come_along_with_a_fragment_when_asked(page):
    assert one(page("{{ ui.flashes() }}"), "div", id="flash").get("hx-swap-oob") is None
    assert one(page("{{ ui.flashes(oob='true') }}"), "div", id="flash").get("hx-swap-oob") == "true"
