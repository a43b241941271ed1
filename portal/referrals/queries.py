"""Reading referrals of a trajectory that the caller may see."""

from portal.referrals.models import Referral
from portal.trajectories.models import Trajectory


def of_trajectory(trajectory: Trajectory) -> list[Referral]:
    """Newest first."""
    return list(
        Referral.select()
        .where(Referral.enrolment == trajectory.enrolment_id)
        .order_by(Referral.referred_on.desc(), Referral.id.desc())
    )


def is_recorded(referral: Referral) -> bool:
    """Whether the same help was recorded for this day already, such as by pressing the button twice."""
    return (
        Referral.select()
        .where(
            Referral.enrolment == referral.enrolment_id,
            Referral.kind == referral.kind,
            Referral.destination_class == referral.destination_class,
            Referral.destination_name == referral.destination_name,
            Referral.referred_on == referral.referred_on,
        )
        .exists()
    )
