"""Questionnaires by version with the set to begin with, the version of each invitation and answer, and reminders."""

import json
from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import Any

import peewee

from portal.db import ShortText, UTCField

FIXED = "questionnaire_version_is_fixed"
COLUMNS = {
    "evaluation_invitation": {
        "questionnaire_id": 'INTEGER REFERENCES "questionnaire" ("id")',
        "reminded_at": "{instant}",
        "reminder_token_hash": "TEXT CHECK (length(reminder_token_hash) <= 64)",
    },
    "evaluation_answer": {
        "questionnaire_id": 'INTEGER REFERENCES "questionnaire" ("id")',
        "more": "TEXT NOT NULL DEFAULT '' CHECK (length(more) <= 4000)",
        "texts_sealed": "{bytes}",
    },
}
WORDS = {
    True: {"instant": "TEXT", "bytes": "BLOB"},
    False: {"instant": "TIMESTAMPTZ", "bytes": "BYTEA"},
}

# -- the set to begin with: code, kind, must be answered, Dutch, English, answers to choose from

OUTCOMES = [
    ["stay_happier", "Ik blijf en werk met meer plezier", "I stay and enjoy my work more"],
    ["other_tasks", "Andere taken", "Other tasks"],
    ["training", "Een opleiding", "A course or training"],
    ["other_role", "Een andere functie bij mijn werkgever", "Another job with my employer"],
    ["other_care_employer", "Een andere werkgever in zorg of welzijn", "Another employer in care or welfare"],
    ["leave_care", "Werk buiten zorg en welzijn", "Work outside care and welfare"],
    ["enter_care", "Ik ga werken in zorg of welzijn", "I am going to work in care or welfare"],
    ["unknown", "Ik weet het nog niet", "I do not know yet"],
]
# The seven classes of the Uitstroomonderzoek (jaaroverzicht 2020).
WORK_SITUATIONS = [
    ["same_branch", "Ik werk in dienst, in dezelfde branche als toen", "I am employed in the same branch as then"],
    ["same_branch_own", "Ik werk als zzp'er, in dezelfde branche als toen", "I am self-employed in the same branch as then"],
    ["other_branch", "Ik werk in dienst, in een andere branche van zorg en welzijn", "I am employed in another branch of care and welfare"],
    ["other_branch_own", "Ik werk als zzp'er, in een andere branche van zorg en welzijn", "I am self-employed in another branch of care and welfare"],
    ["outside", "Ik werk buiten zorg en welzijn", "I work outside care and welfare"],
    ["not_seeking", "Ik werk niet en zoek geen werk", "I do not work and do not look for work"],
    ["seeking", "Ik werk niet en zoek werk", "I do not work and look for work"],
]
WORK_JOY = ("work_joy", "grade", False, "Welk cijfer geef je het plezier in je werk?", "Which grade do you give the joy in your work?", [])
OTHER_WORK = ("other_work", "statement", False, "Ik wil ander werk.", "I want other work.", [])
COPING = {
    "sijw": [
        ("strengths_known", "statement", False, "Ik weet wat ik goed kan.", "I know what I am good at.", []),
        ("step_known", "statement", False, "Ik weet welke stap ik wil zetten.", "I know which step I want to take.", []),
        OTHER_WORK,
    ],
    "ecz": [
        ("grip_known", "statement", False, "Ik heb grip op mijn vraag.", "I have a grip on my question.", []),
        ("can_cope", "statement", False, "Ik kan mijn werk goed aan.", "I can cope with my work well.", []),
        OTHER_WORK,
    ],
}
GAINED = {
    "sijw": [
        ("know_strengths", "statement", False, "Ik weet beter wat ik goed kan.", "I know better what I am good at.", []),
        ("know_next_step", "statement", False, "Ik weet welke stap ik wil zetten.", "I know which step I want to take.", []),
        ("more_joy", "statement", False, "Ik werk met meer plezier.", "I enjoy my work more.", []),
    ],
    "ecz": [
        ("outside_org", "statement", False, "Het was fijn om met iemand buiten mijn organisatie te praten.", "It was good to talk with somebody from outside my organisation.", []),
        ("enough_grip", "statement", False, "Ik heb nu genoeg grip op mijn vraag.", "I now have enough grip on my question.", []),
        ("feel_better", "statement", False, "Ik voel me mentaal beter.", "I feel better mentally.", []),
    ],
}


def starting_set(programme: str) -> dict[str, tuple[list[str], list[tuple]]]:
    """By occasion: headings and introductions, Dutch and English, and the questions."""
    return {
        "start": (
            [
                "Hoe gaat het nu met je werk?",
                "How is your work going now?",
                "Je mag elke vraag overslaan.",
                "You may skip every question.",
            ],
            [
                WORK_JOY,
                ("career_grip", "grade", False, "Welk cijfer geef je de grip op je loopbaan?", "Which grade do you give the grip on your career?", []),
                *COPING[programme],
            ],
        ),
        "end": (
            [
                "Hoe was het?",
                "How was it?",
                "Vraag 1 en 2 hebben we nodig. De andere mag je overslaan.",
                "Questions 1 and 2 we need. You may skip all the others.",
            ],
            [
                ("coach_grade", "grade", True, "Welk cijfer geef je je coach?", "Which grade do you give your coach?", []),
                ("trajectory_grade", "grade", True, "Welk cijfer geef je het hele traject?", "Which grade do you give overall?", []),
                *GAINED[programme],
                ("outcomes", "many", False, "Wat ga je doen?", "What are you going to do?", OUTCOMES),
                ("recommend", "recommend", False, "Hoe waarschijnlijk is het dat je dit aan een collega aanraadt?", "How likely is it that you recommend this to a colleague?", []),
                ("comment", "open", False, "Wil je iets kwijt?", "Is there anything you want to tell us?", []),
            ],
        ),
        "six_months": (
            [
                "Hoe gaat het nu?",
                "How are things now?",
                "Je mag elke vraag overslaan.",
                "You may skip every question.",
            ],
            [
                ("work_situation", "one", False, "Hoe werk je nu?", "How do you work now?", WORK_SITUATIONS),
                WORK_JOY,
            ],
        ),
    }


# -- a version that is not a draft never changes

ONLY_RETIRED = """OLD.state = 'in_use' AND NEW.state = 'retired' AND (NEW.id, NEW.public_id, NEW.programme, NEW.occasion,
    NEW.version, NEW.title_nl, NEW.title_en, NEW.lead_nl, NEW.lead_en, NEW.made_at, NEW.used_from) = (OLD.id,
    OLD.public_id, OLD.programme, OLD.occasion, OLD.version, OLD.title_nl, OLD.title_en, OLD.lead_nl, OLD.lead_en,
    OLD.made_at, OLD.used_from)"""
STATE_OF = "(SELECT state FROM questionnaire WHERE id = {row}.questionnaire_id) <> 'draft'"
GUARDS = {
    ("questionnaire", "UPDATE"): f"OLD.state <> 'draft' AND NOT ({ONLY_RETIRED})",
    ("questionnaire", "DELETE"): "OLD.state <> 'draft'",
    ("question", "INSERT"): STATE_OF.format(row="NEW"),
    ("question", "UPDATE"): STATE_OF.format(row="OLD") + " OR " + STATE_OF.format(row="NEW"),
    ("question", "DELETE"): STATE_OF.format(row="OLD"),
}


def guards(sqlite: bool) -> list[str]:
    if sqlite:
        return [
            f"""CREATE TRIGGER {table}_stays_{deed.lower()} BEFORE {deed} ON {table} WHEN {when}
                BEGIN SELECT RAISE(ABORT, '{FIXED}'); END"""
            for (table, deed), when in GUARDS.items()
        ]
    made = []
    for (table, deed), when in GUARDS.items():
        name, row = f"{table}_stays_{deed.lower()}", "OLD" if deed == "DELETE" else "NEW"
        made.append(
            f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN IF {when} THEN RAISE EXCEPTION '{FIXED}'; END IF; RETURN {row}; END $$"""
        )
        made.append(f"CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    return made


def models(db: peewee.Database) -> list[type[peewee.Model]]:
    """The tables as they were made here, whatever becomes of the models."""

    class Questionnaire(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        programme = peewee.TextField(constraints=[peewee.Check("programme IN ('sijw', 'ecz')")])
        occasion = peewee.TextField(constraints=[peewee.Check("occasion IN ('start', 'end', 'six_months')")])
        version = peewee.IntegerField()
        state = peewee.TextField(constraints=[peewee.Check("state IN ('draft', 'in_use', 'retired')")])
        title_nl = ShortText(300)
        title_en = ShortText(300)
        lead_nl = ShortText(600)
        lead_en = ShortText(600)
        made_at = UTCField()
        used_from = UTCField(null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "questionnaire"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            indexes = ((("programme", "occasion", "version"), True),)

    for state, name in (("draft", "questionnaire_one_draft"), ("in_use", "questionnaire_one_in_use")):
        Questionnaire.add_index(
            Questionnaire.index(Questionnaire.programme, Questionnaire.occasion, unique=True, where=(Questionnaire.state == state), name=name)
        )

    class Question(peewee.Model):
        id = peewee.AutoField()
        public_id = ShortText(40, unique=True)
        questionnaire = peewee.ForeignKeyField(Questionnaire, backref="+", on_delete="CASCADE", index=False)
        ordinal = peewee.IntegerField()
        code = ShortText(40)
        kind = peewee.TextField(constraints=[peewee.Check("kind IN ('grade', 'statement', 'recommend', 'one', 'many', 'open')")])
        text_nl = ShortText(300)
        text_en = ShortText(300)
        options_json = ShortText(12000)
        required = peewee.BooleanField()
        standard = peewee.BooleanField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "question"
            strict_tables = isinstance(db, peewee.SqliteDatabase)
            indexes = ((("questionnaire", "code"), True),)

    return [Questionnaire, Question]


def up(migrator: Any, db: peewee.Database) -> None:
    sqlite = isinstance(db, peewee.SqliteDatabase)
    tables = models(db)
    db.create_tables(tables)
    for statement in guards(sqlite):
        db.execute_sql(statement)
    for programme in ("sijw", "ecz"):
        for occasion, (words, questions) in starting_set(programme).items():
            ship(tables, programme, occasion, words, questions)
    for table, columns in COLUMNS.items():
        for name, kind in columns.items():
            db.execute_sql(f'ALTER TABLE {table} ADD COLUMN "{name}" {kind.format(**WORDS[sqlite])}')
    db.execute_sql('CREATE UNIQUE INDEX "evaluation_invitation_reminder_token_hash" ON "evaluation_invitation" ("reminder_token_hash")')
    if not sqlite:  # What was there has its value now; new rows bring their own.
        db.execute_sql("ALTER TABLE evaluation_answer ALTER COLUMN more DROP DEFAULT")
    for table in COLUMNS:  # Until now everybody was asked what is version 1.
        db.execute_sql(
            f"UPDATE {table} SET questionnaire_id = (SELECT id FROM questionnaire"
            f" WHERE occasion = 'end' AND version = 1 AND questionnaire.programme = {table}.programme)"
        )


def ship(tables: list[Any], programme: str, occasion: str, words: list[str], questions: list[tuple]) -> None:
    questionnaire, question = tables
    now = datetime.now(UTC)
    made = questionnaire.create(
        public_id=token_urlsafe(16),
        programme=programme,
        occasion=occasion,
        version=1,
        state="draft",
        made_at=now,
        **dict(zip(("title_nl", "title_en", "lead_nl", "lead_en"), words)),
    )
    for ordinal, (code, kind, required, nl, en, options) in enumerate(questions, start=1):
        question.create(
            public_id=token_urlsafe(16),
            questionnaire=made,
            ordinal=ordinal,
            code=code,
            kind=kind,
            text_nl=nl,
            text_en=en,
            options_json=json.dumps(options, ensure_ascii=False),
            required=required,
            standard=True,
        )
    questionnaire.update(state="in_use", used_from=now).where(questionnaire.id == made.id).execute()


def down(migrator: Any, db: peewee.Database) -> None:
    db.execute_sql('DROP INDEX "evaluation_invitation_reminder_token_hash"')
    for table, columns in COLUMNS.items():
        for name in columns:
            db.execute_sql(f"ALTER TABLE {table} DROP COLUMN {name}")
    if not isinstance(db, peewee.SqliteDatabase):
        for table, deed in GUARDS:
            db.execute_sql(f"DROP FUNCTION {table}_stays_{deed.lower()}() CASCADE")
    db.drop_tables(models(db)[::-1])
