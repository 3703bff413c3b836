"""Facts of imgurl.merge.tracking."""

import pytest

from imgurl.merge.fields import FIELD_NAME
from imgurl.merge.tracking import NAMES, PREFIXES, is_tracking_name

# The project's reference on mail platforms, 4.4.
LISTED = (
    "utm_source utm_medium utm_campaign utm_term utm_content utm_id mc_cid mc_eid _kx _ke _hsenc _hsmi hsCtaTracking "
    "__hsfp __hssc __hstc mkt_tok vero_id vero_conv ml_subscriber ml_subscriber_hash ck_subscriber_id sh_kit sfmc_sub "
    "sfmc_id et_rid j oly_anon_id oly_enc_id _bta_tid _bta_c dm_i trk_contact wickedid nr_email_referer s_cid "
    "clicktracking gclid dclid gbraid wbraid fbclid msclkid ttclid twclid yclid li_fat_id igshid _ga _gl _ t cb rnd"
).split()


@pytest.mark.parametrize("name", LISTED)
def test_a_name_that_others_append_is_known(name: str) -> None:
    """However it is capitalised."""
    assert is_tracking_name(name)
    assert is_tracking_name(name.upper())


@pytest.mark.parametrize(
    "name", ["first_name", "city", "offer", "utm", "time", "target", "jobs", "color", "mc", "_z", "_s", ""]
)
def test_a_name_that_a_field_may_have_is_not_one(name: str) -> None:
    """Only whole names and whole prefixes count."""
    assert not is_tracking_name(name)


def test_the_lists_are_in_small_letters() -> None:
    """They are compared in lowercase."""
    assert [name for name in (*NAMES, *PREFIXES) if name != name.lower()] == []


def test_no_control_is_a_tracking_name() -> None:
    """Nothing of the form's own is ever dropped."""
    assert [name for name in ("_k", "_o", "_x", "_v", "_m", "_dpr", "_c", "_s", "_z") if is_tracking_name(name)] == []


def test_most_of_them_could_be_field_names() -> None:
    """That is why fields may not be called so."""
    assert sum(FIELD_NAME.fullmatch(name) is not None for name in LISTED) > 20
