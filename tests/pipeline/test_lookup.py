"""What names no account is answered with those that may have been meant, and with no others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lookup import WrongInputError, close_accounts, find_account
from scoring.facts import Account

NAMES = (
    "Sundergate Cold Stores",
    "Sundervale Group",
    "Pomfrey & Tull Bakeries",
    "Kestermere Water",
    "Aldermoor Rail Components",
)
ACCOUNTS = [Account(f"a-{n.split()[0].lower()}", n, "smb", "o@vendor.example", 1, "EUR") for n in NAMES]


@pytest.mark.parametrize(
    ("wanted", "first"),
    [("a-sundergaet", "a-sundergate"), ("sundergaet", "a-sundergate"), ("ALDERMOR RAIL COMPONENTS", "a-aldermoor")],
)
def test_a_misspelt_name_is_understood(wanted, first):
    assert close_accounts(ACCOUNTS, wanted)[0] == first
    with pytest.raises(WrongInputError, match=f"did you mean {first}"):
        find_account(ACCOUNTS, wanted)


@pytest.mark.parametrize(
    ("wanted", "id"),
    [
        ("Sundergate Cold", "a-sundergate"),
        ("kestermere", "a-kestermere"),
        ("bakeries", "a-pomfrey"),
        (" pomfrey ", "a-pomfrey"),
    ],
)
def test_what_fits_one_account_alone_is_that_one(wanted, id):
    assert find_account(ACCOUNTS, wanted).id == id


def test_what_fits_several_offers_them():
    two = [Account(f"acme-{n}", f"Acme {n}", "smb", "o@vendor.example", 1, "EUR") for n in ("Foods", "Parts")]
    with pytest.raises(WrongInputError, match="did you mean acme-Foods, acme-Parts"):
        find_account(two, "acme")


@pytest.mark.parametrize("wanted", ["sundergat", "kester", "a-aldermo"])
def test_half_a_word_is_offered_and_not_taken(wanted):
    with pytest.raises(WrongInputError, match="did you mean"):
        find_account(ACCOUNTS, wanted)


@pytest.mark.parametrize("wanted", ["a-nothing", "a-qqqq", "a-zz", "xyz", "", "-", "\u200b"])
def test_a_shared_prefix_is_no_likeness(wanted):
    assert close_accounts(ACCOUNTS, wanted) == []
    with pytest.raises(WrongInputError, match="known are a-aldermoor"):
        find_account(ACCOUNTS, wanted)


@given(st.sampled_from(ACCOUNTS), st.data())
def test_one_letter_wrong_still_finds_it(account, data):
    place = data.draw(st.integers(2, len(account.id) - 1))
    wrong = account.id[:place] + data.draw(st.sampled_from("xqz")) + account.id[place + 1 :]
    assert close_accounts(ACCOUNTS, wrong)[0] == account.id
