"""Getting in: the link that the service prints, and keys for owners that may be mistyped."""

from __future__ import annotations

import json
import re
from getpass import getuser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.command import app
from pipeline.commands import serving
from scoring.facts import Account
from store.accounts import put_account
from store.database import Database

OWNER = "tobias.renwick@vendor.example"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with one account, and a service that returns at once."""
    monkeypatch.setenv("WHYRED_HOME", str(tmp_path))
    monkeypatch.setattr(serving, "serve", lambda *_: None)
    database = Database(f"sqlite:///{tmp_path / 'whyred.db'}")
    with database.transaction() as connection:
        put_account(connection, Account("a-sundergate", "Sundergate", "smb", OWNER, 1, "EUR"), ())
    database.close()
    return tmp_path


def told(*arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == 0, done.output
    return done.output


def make_key(*more: str) -> str:
    found = re.search(r"wr_([0-9a-f]+)_", told("keys", "create", "--name", "n", *more))
    assert found is not None
    return found[1]


class TestTheFirstLink:
    def test_is_printed_until_somebody_can_administer(self) -> None:
        assert "/sign-in/" in told("serve")
        make_key("--role", "csm", "--owner", OWNER)
        make_key("--role", "admin", "--owner", OWNER)
        assert "/sign-in/" in told("serve")
        key = make_key("--role", "admin")
        assert "/sign-in/" not in told("serve")
        told("keys", "revoke", key)
        assert "/sign-in/" in told("serve")


class TestAudit:
    def test_tells_who_was_let_in_and_shut_out(self) -> None:
        key = make_key("--role", "admin")
        told("keys", "link", "--name", "ada", "--role", "reviewer")
        told("keys", "revoke", key)
        CliRunner().invoke(app, ["keys", "revoke", key])
        found = json.loads(CliRunner().invoke(app, ["audit", "--json"]).stdout)
        assert [(e["who"], e["action"], e["subject"], e["detail"]) for e in found] == [
            (getuser(), "revoke_key", key, {}),
            (getuser(), "create_link", "ada", {"role": "reviewer"}),
            (getuser(), "create_key", key, {"role": "admin"}),
        ]


class TestOwners:
    @pytest.mark.parametrize("door", ["create", "link"])
    def test_an_address_that_owns_nothing_is_told_beside_those_that_do(self, door: str) -> None:
        said = told("keys", door, "--name", "n", "--role", "csm", "--owner", "tobias.renwick@vendor.exampl")
        assert "'tobias.renwick@vendor.exampl' owns no account" in said
        assert OWNER in said

    @pytest.mark.parametrize("door", ["create", "link"])
    def test_an_owner_is_taken_without_a_word_whatever_the_case(self, door: str) -> None:
        assert "owns no account" not in told("keys", door, "--name", "n", "--role", "csm", "--owner", OWNER.upper())
