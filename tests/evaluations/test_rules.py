"""What is asked per programme, how long a link lives, and how answers are written."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.accounts.rules import LooksLikeServiceNumber
from portal.evaluations import rules
from portal.evaluations.rules import Agreement, Answers, Statement
from portal.programmes.codes import ProgrammeCode

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def test_every_programme_asks_three_statements_of_its_own():
    assert set(rules.STATEMENTS) == set(ProgrammeCode)
    asked = [statement for statements in rules.STATEMENTS.values() for statement in statements]
    assert len(asked) == 3 * len(ProgrammeCode)
    assert set(asked) == set(Statement)


def test_link_works_for_thirty_days():
    until = NOW + rules.INVITATION_LIFETIME
    assert until - NOW == timedelta(days=30)
    rules.check_usable(answered=False, expires_at=until, now=until - timedelta(seconds=1))
    with pytest.raises(rules.TooLate):
        rules.check_usable(answered=False, expires_at=until, now=until)


def test_link_works_once_and_says_so_first():
    with pytest.raises(rules.AlreadyAnswered):
        rules.check_usable(answered=True, expires_at=NOW, now=NOW)


def test_comment_with_a_citizen_service_number_is_refused_at_its_field():
    with pytest.raises(LooksLikeServiceNumber) as refused:
        rules.check_texts(Answers(8, 8, comment="mijn nummer is 111222333."))
    assert refused.value.field == "comment"
    with pytest.raises(LooksLikeServiceNumber) as refused:
        rules.check_texts(Answers(8, 8, comment="fijn", texts={"own_1": "111222333"}))
    assert refused.value.field == "own_1"
    rules.check_texts(Answers(8, 8, comment="in 2026 bellen op 06 12345678"))


def test_agreements_are_written_in_the_order_of_the_questions():
    chosen = {Statement.MORE_JOY: Agreement.NOT_APPLICABLE, Statement.KNOW_STRENGTHS: Agreement.FOUR}
    assert rules.agreements_text(chosen) == "know_strengths:4;more_joy:na"
    assert rules.agreements_in("know_strengths:4;more_joy:na") == chosen
    assert rules.agreements_text({}) == ""
    assert rules.agreements_in("") == {}


def test_agreements_fit_their_column():
    everything = dict.fromkeys(Statement, Agreement.NOT_APPLICABLE)
    assert len(rules.agreements_text(everything)) <= 200


def test_only_somebody_who_wrote_something_can_be_quoted():
    assert Answers(8, 8, comment="fijn", quote_consent=True).may_be_quoted
    assert not Answers(8, 8, comment="fijn").may_be_quoted
    assert not Answers(8, 8, quote_consent=True).may_be_quoted


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 1, 1), "2026-1"),
        (date(2026, 3, 31), "2026-1"),
        (date(2026, 4, 1), "2026-2"),
        (date(2026, 12, 31), "2026-4"),
    ],
)
def test_quarters(day, quarter):
    assert rules.quarter_of(day) == quarter


def test_month_is_its_first_day():
    assert rules.month_of(date(2026, 2, 28)) == date(2026, 2, 1)
