"""CSV tables are typed rows; what is wrong is named with file, line and remedy."""

from datetime import date
from decimal import Decimal

import pytest

from extractor.readers import Unread, UnreadableError
from extractor.readers.tables import read_accounts, read_assessments, read_contacts, read_metrics, read_outcomes


def write(tmp_path, name, text):
    path = tmp_path / name
    path.write_bytes(text.encode("utf-8-sig"))
    return path


ACCOUNTS = (
    "account_id;name;segment;arr;currency;owner_email;contract_start;renewal_date;email_domains;licensed_seats;region\n"
    'a-1;Halden;smb;12500.50;EUR;N@Vendor.example;2025-05-01;2026-05-01;"Halden.example; @rail.example";42;north\n'
    "a-2;Empty;;;;;;;;;\n"
    "a-3;Bad;;much;;;;;;;\n"
    "a-4;Bad;;5;;;01.05.2026;;;;\n"
)


def test_accounts(tmp_path):
    first, empty, *bad = read_accounts(write(tmp_path, "accounts.csv", ACCOUNTS))
    assert (first.arr, first.renewal_date, first.licensed_seats) == (Decimal("12500.50"), date(2026, 5, 1), 42)
    assert first.email_domains == ("halden.example", "rail.example")
    assert first.owner_email == "n@vendor.example"
    assert (empty.arr, empty.renewal_date, empty.licensed_seats, empty.email_domains) == (None, None, None, ())
    assert [(b.origin, b.reason) for b in bad] == [("accounts.csv#4", "broken_row"), ("accounts.csv#5", "broken_row")]
    assert "accounts.csv line 4: arr 'much'" in bad[0].detail


@pytest.mark.parametrize("read", [read_accounts, read_contacts, read_metrics, read_assessments, read_outcomes])
def test_a_missing_column_is_named(tmp_path, read):
    with pytest.raises(UnreadableError, match=r"table\.csv: column account_id.* is missing"):
        list(read(write(tmp_path, "table.csv", "some,columns\n1,2\n")))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UnreadableError, match=r"accounts\.csv"):
        list(read_accounts(tmp_path / "accounts.csv"))


@pytest.mark.parametrize("value", ["", "nan", "inf", "many", "1e9999999999"])
def test_metrics_are_finite_numbers(tmp_path, value):
    (row,) = read_metrics(write(tmp_path, "metrics.csv", f"account_id,date,metric,value\na,2026-05-01,nps,{value}\n"))
    assert isinstance(row, Unread)


def test_the_other_tables(tmp_path):
    (metric,) = read_metrics(write(tmp_path, "metrics.csv", "account_id,date,metric,value\na,2026-05-01,nps,48\n"))
    (contact,) = read_contacts(
        write(tmp_path, "contacts.csv", 'account_id,email,name,job_title,role\na,J@H.example,Jana,"CEO, CFO",user\n')
    )
    (outcome,) = read_outcomes(
        write(tmp_path, "outcomes.csv", "account_id,date,outcome,arr_before,arr_after\na,2026-05-01,churned,5,0\n")
    )
    assert metric.value == 48.0
    assert (contact.email, contact.job_title) == ("j@h.example", "CEO, CFO")
    assert outcome.arr_after == Decimal(0)
