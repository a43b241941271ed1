"""The code lists against the codes that importers and scripts outside this repository use."""

import pytest

from portal.programmes.codes import (
    BRANCH_GROUPINGS,
    PFZW_9,
    SEOR_9,
    SIGN_UP_SITUATIONS,
    Branch,
    CallTime,
    CloseReason,
    CoachWithdrawal,
    Continuation,
    DestinationClass,
    Funding,
    LabelledCode,
    Mode,
    Origin,
    Outcome,
    ProgrammeCode,
    ReferralKind,
    Register,
    TalkKind,
    Theme,
    WorkSituation,
)

LISTS = {
    ProgrammeCode: "sijw ecz",
    Continuation: "sta_sterker sijw ecz",
    Theme: "balance stress feelings perfectionism support strengths role training stay_or_leave teamwork",
    Branch: "zkh umc rev ggz ghz vvt haz sw jz ko ov",
    WorkSituation: "in_care career_switcher returner job_seeker threatened student other",
    Origin: "website contact_point employer colleague coach other",
    CallTime: "morning afternoon evening weekend",
    Mode: "video phone location",
    TalkKind: "intro talk workshop test other",
    Funding: "srs plus none",
    Outcome: "stay_happier other_tasks training other_role other_care_employer leave_care enter_care unknown",
    CloseReason: "goal_reached no_need no_click too_busy ill referred unreachable other",
    ReferralKind: "advice warm_handover urgent",
    DestinationClass: "trauma medical urgent listening work career life register",
    Register: "eia noloc_rl lvsc stir coach_keurmerk icf other",
    CoachWithdrawal: "no_time no_match illness no_longer_qualified other",
}


@pytest.mark.parametrize("codes", LISTS, ids=lambda codes: codes.__name__)
def test_the_codes_are_those_that_others_rely_on(codes: type[LabelledCode]) -> None:
    assert " ".join(codes) == LISTS[codes]


@pytest.mark.parametrize("codes", LISTS, ids=lambda codes: codes.__name__)
def test_every_code_has_its_own_label_and_is_found_by_its_text(codes: type[LabelledCode]) -> None:
    assert len({code.label for code in codes}) == len(codes)
    for code in codes:
        assert code.label[0].isupper()
        assert codes(str(code)) is code


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(ValueError, match="tegenzin"):
        Theme("tegenzin")


def test_no_list_is_left_out_of_these_tests() -> None:
    here = {codes for codes in LabelledCode.__subclasses__() if codes.__module__ == LabelledCode.__module__}
    assert here == set(LISTS)


def test_coaches_go_on_to_the_successor_or_to_any_programme() -> None:
    assert set(Continuation) - {Continuation.STA_STERKER} == set(ProgrammeCode)
    assert {Continuation(code).label for code in ProgrammeCode} == {code.label for code in ProgrammeCode}


def test_the_sign_up_offers_four_of_the_situations() -> None:
    assert list(SIGN_UP_SITUATIONS) == ["in_care", "career_switcher", "returner", "other"]


def test_seor_counts_umc_and_rehabilitation_as_hospitals() -> None:
    assert SEOR_9.row_of[Branch.UMC] is SEOR_9.row_of[Branch.REV] is Branch.ZKH
    assert set(SEOR_9.row_of) == set(Branch)
    assert SEOR_9.rows == ["zkh", "ggz", "ghz", "vvt", "haz", "sw", "jz", "ko", "ov"]


def test_pfzw_leaves_out_umc_and_other_care() -> None:
    assert set(Branch) - set(PFZW_9.row_of) == {Branch.UMC, Branch.OV}
    assert all(PFZW_9.row_of[branch] is branch for branch in PFZW_9.row_of)
    assert PFZW_9.rows == ["zkh", "rev", "ggz", "ghz", "vvt", "haz", "sw", "jz", "ko"]


def test_groupings_are_found_by_the_name_on_a_report() -> None:
    assert BRANCH_GROUPINGS == {"SEOR-9": SEOR_9, "PFZW-9": PFZW_9}
