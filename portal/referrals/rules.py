"""Which referrals exist and what each of them needs."""

from enum import StrEnum


class ReferralStatus(StrEnum):
    PROPOSED = "proposed"
    CONSENTED = "consented"
    SENT = "sent"
    ARRIVED = "arrived"
    NOT_ARRIVED = "not_arrived"
    WITHDRAWN = "withdrawn"
    GIVEN = "given"
