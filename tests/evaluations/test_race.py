"""Real processes at the same moment: one invitation takes one answer, and two workers ask each person once."""

from datetime import timedelta

from portal import clock as portal_clock
from portal.access import Role
from portal.evaluations import actions
from portal.evaluations.models import EvaluationAnswer, EvaluationDraft, EvaluationInvitation, PendingCoachGrade
from portal.measures import actions as measures
from portal.measures.models import Measure, MeasureKey, StartAnswer
from portal.outbox import Mail
from portal.programmes.codes import ProgrammeCode
from portal.questionnaires.queries import in_use
from portal.questionnaires.rules import Occasion
from tests import factories
from tests.page import Client
from tests.racing import at_once


def now():
    return portal_clock.now()


def invited(people, mailbox, number):
    """The links that so many participants of one coach got."""
    participants = [factories.account(f"Deelnemer{n}", Role.PARTICIPANT) for n in range(number)]
    for participant in participants:
        factories.closed_trajectory(participant, people.bram)
    actions.invite_closed(now=now())
    return [mailbox.last(participant.email).link("/evaluatie/") for participant in participants]


def opened(app, link):
    """A browser with the page open, ready to send."""
    browser = Client(app)
    return browser, browser.get(link)


def send(browser, page, grade=8):
    return browser.submit(page, follow=False, coach_grade=grade, trajectory_grade=7).status


def test_thirty_two_senders_of_one_link_leave_one_answer(app, people, mailbox):
    [link] = invited(people, mailbox, 1)
    browser, page = opened(app, link)
    answers = at_once(lambda number: send(browser, page, grade=1 + number % 10), times=32)
    assert sorted(answers) == [303] + [410] * 31
    assert EvaluationAnswer.select().count() == 1
    assert PendingCoachGrade.select().count() == 1
    assert EvaluationInvitation.get().answered


def test_thirty_two_senders_who_were_measured_before_leave_one_pair(app, people, mailbox):
    [link] = invited(people, mailbox, 1)
    enrolment = EvaluationInvitation.get().trajectory.enrolment
    version = in_use(ProgrammeCode.SIJW, Occasion.START)
    measures.begin(enrolment, version, {"work_joy": ("5",)}, now=now())
    browser, page = opened(app, link)
    answers = at_once(lambda number: send(browser, page), times=32)
    assert sorted(answers) == [303] + [410] * 31
    assert Measure.select().count() == EvaluationAnswer.select().count() == 1
    assert MeasureKey.select().count() == StartAnswer.select().count() == 0


def test_senders_of_different_links_in_one_region_all_get_through(app, people, mailbox):
    senders = [opened(app, link) for link in invited(people, mailbox, 8)]
    assert at_once(lambda number: send(*senders[number]), times=8) == [303] * 8
    assert EvaluationAnswer.select().count() == 8
    assert PendingCoachGrade.select().count() == 8


def test_two_workers_ask_each_person_once(people, mailbox):
    participants = [factories.account(f"Deelnemer{n}", Role.PARTICIPANT) for n in range(10)]
    for participant in participants:
        factories.closed_trajectory(participant, people.bram)
    assert sum(at_once(lambda number: actions.invite_closed(now=now()), times=2)) == 10
    assert EvaluationInvitation.select().count() == 10
    assert [len(mailbox.to(participant.email)) for participant in participants] == [1] * 10


def test_two_workers_remind_each_person_once(people, mailbox, clock):
    invited(people, mailbox, 10)
    clock.shift(timedelta(days=7))
    assert sum(at_once(lambda number: actions.remind(now=now()), times=2)) == 10
    assert Mail.select().where(Mail.template == "evaluations/reminder").count() == 10


def test_what_is_kept_while_it_is_sent_does_not_stay(app, people, mailbox):
    """The script keeps what is filled in at the moment somebody sends it."""
    [link] = invited(people, mailbox, 1)
    browser, page = opened(app, link)
    fields = {**page.form().fields, "coach_grade": "8", "trajectory_grade": "7"}

    def work(number):
        return browser.post(link if number == 7 else f"{link}/bewaar", fields).status

    assert at_once(work, times=16)
    assert EvaluationAnswer.select().count() == 1
    assert EvaluationDraft.select().count() == 0
