"""Real processes at the same moment: one draft becomes one enrolment, with one mail."""

from portal.enrolments.models import Draft, Enrolment
from tests.enrolments.test_views import fill_in
from tests.racing import at_once


def test_eight_sends_of_one_draft_make_one_enrolment_and_one_mail(client, mailbox):
    page = fill_in(client)
    sent = at_once(lambda number: client.submit(page, follow=False, read_privacy="y").location, times=8)
    assert sent == ["/aanmelden/verstuurd"] * 8
    assert Enrolment.select().count() == len(mailbox.to("fatima@example.org")) == 1
    assert Draft.select().count() == 0
