"""The API's lists on many accounts: ranked by little, told whole where shown, and the same as if all were read."""

import csv
import io

import pytest

from api.v1.exports import endpoints as exports
from pipeline.answers import ranked
from scoring.facts import Account
from store.accounts import all_accounts, put_account
from store.tables import actions, rejections

DATABASES = ("sqlite", "postgres")
OWNER = "tobias.renwick@vendor.example"
RANKS = {"red": 0, "yellow": 1, "unknown": 2, "green": 3}


@pytest.fixture(scope="module")
def many(shared_world):
    """Every account six times, so that nearly all tie with others, and one that was never scored."""
    shared_world.copy_accounts(5)
    new = Account("a-new", "Ångström", "smb", OWNER.title(), 1, "EUR", None, None, None, "")
    with shared_world.writing() as connection:
        put_account(connection, new, [])
        connection.execute(actions.update().where(actions.c.account_id.like("%-3")).values(closed=actions.c.due))
    return shared_world


@pytest.fixture(scope="module")
def told(many):
    """Each account as its own address tells it."""
    with many.app.database.reading() as connection:
        ids = [account.id for account in all_accounts(connection)]
    tool = many.tool()
    return [tool.get(f"/v1/accounts/{account_id}").json() for account_id in ids]


def pages(tool, path, items="items", limit=7, **params):
    """Every item by following `next`."""
    found, cursor = [], None
    while True:
        page = tool.get(path, params=params | {"limit": limit} | ({"cursor": cursor} if cursor else {}))
        assert page.status_code == 200, page.text
        assert len(page.json()[items]) <= limit
        found += page.json()[items]
        cursor = page.json()["next"]
        if cursor is None:
            return found


def of_standing(name, sign=1):
    def key(account):
        value = (account["standing"] or {}).get(name)
        return value is None, sign * (value or 0), account["id"]

    return key


ORDERS = {
    "urgency": lambda a: (RANKS[a["standing"]["band"]] if a["standing"] else 4, *of_standing("score")(a)[1:]),
    "name": lambda a: (a["name"].casefold(), a["id"]),
    "score": of_standing("score"),
    "-score": of_standing("score", -1),
    "change": of_standing("change"),
    "-change": of_standing("change", -1),
    "renewal": lambda a: (a["renewal_date"] or "9999", a["id"]),
    "-arr": lambda a: (-a["arr"], a["id"]),
}
FILTERS = {
    "band": ("red", lambda a: a["standing"] is not None and a["standing"]["band"] == "red"),
    "owner": (OWNER.upper(), lambda a: a["owner"].casefold() == OWNER),
    "segment": ("smb", lambda a: a["segment"] == "smb"),
    "q": ("ÅNGS", lambda a: a["id"] == "a-new"),
    "renews_within": (120, lambda a: a["renewal_date"] is not None and a["renewal_date"] <= "2027-01-13"),
}


class TestAccounts:
    @pytest.mark.parametrize("sort", ORDERS)
    def test_pages_join_to_every_account_in_order_as_each_tells_itself(self, many, told, sort):
        assert pages(many.tool(), "/v1/accounts", sort=sort) == sorted(told, key=ORDERS[sort])

    @pytest.mark.parametrize("name", FILTERS)
    def test_a_filter_leaves_those_that_fit(self, many, told, name):
        value, fits = FILTERS[name]
        expected = sorted(filter(fits, told), key=ORDERS["name"])
        assert expected
        assert len(expected) < len(told)
        assert pages(many.tool(), "/v1/accounts", sort="name", **{name: value}) == expected

    def test_a_csm_has_their_own(self, many, told):
        mine = [a["id"] for a in sorted(told, key=ORDERS["name"]) if a["owner"].casefold() == OWNER]
        assert [a["id"] for a in pages(many.tool("csm", OWNER), "/v1/accounts", sort="name")] == mine

    def test_an_unscored_store_lists_its_accounts(self, world, told):
        with world.writing() as connection:
            connection.exec_driver_sql("DELETE FROM standings")
        items = pages(world.tool(), "/v1/accounts", limit=3)
        assert [(a["id"], a["standing"]) for a in items] == sorted((a["id"], None) for a in items)
        assert len(items) == 8
        assert pages(world.tool(), "/v1/accounts", renews_within=3650) == []

    def test_long_names_fit_into_a_cursor(self, world):
        with world.writing() as connection:
            connection.exec_driver_sql("UPDATE accounts SET name = '" + "漢字" * 150 + "'")
        assert len(pages(world.tool(), "/v1/accounts", limit=3, sort="name")) == 8

    @pytest.mark.parametrize("sort", ["name", "-arr"])
    def test_a_cursor_of_another_order_is_refused(self, many, sort):
        cursor = many.tool().get("/v1/accounts", params={"limit": 3, "sort": sort}).json()["next"]
        answer = many.tool().get("/v1/accounts", params={"sort": "urgency", "cursor": cursor})
        assert answer.status_code == 422
        assert "start without one" in answer.json()["detail"]


class TestActions:
    @pytest.mark.parametrize("params", [{}, {"open": False}, {"due_by": "2026-06-30", "open": False}])
    def test_pages_join_to_the_actions_of_every_account_by_due_day(self, many, told, params):
        tool, until = many.tool(), params.get("due_by", "9999")
        each = [action for a in told for action in tool.get(f"/v1/accounts/{a['id']}/actions").json()]
        fitting = [a for a in each if a["due"] <= until and ("open" in params or a["closed"] is None)]
        assert fitting
        assert pages(tool, "/v1/actions", **params) == sorted(fitting, key=lambda a: (a["due"], a["id"]))


class TestPortfolio:
    def test_pages_join_to_the_queue_and_so_does_the_table(self, many, monkeypatch):
        with many.app.database.reading() as connection:
            expected = [row.account_id for row in ranked(connection, None)]
        monkeypatch.setattr(exports, "AT_ONCE", 7)
        tool = many.tool()
        assert [row["account_id"] for row in pages(tool, "/v1/portfolio", "queue")] == expected
        table = csv.DictReader(io.StringIO(tool.get("/v1/portfolio.csv").text))
        assert [row["account_id"] for row in table] == expected

    def test_who_leaves_the_queue_shifts_no_page(self, world):
        tool = world.tool()
        whole = [row["account_id"] for row in tool.get("/v1/portfolio").json()["queue"]]
        first = tool.get("/v1/portfolio?limit=3").json()
        with world.writing() as connection:
            connection.exec_driver_sql(f"DELETE FROM standings WHERE account_id = '{whole[0]}'")
        second = tool.get("/v1/portfolio", params={"limit": 3, "cursor": first["next"]}).json()
        assert [row["account_id"] for row in second["queue"]] == whole[3:6]


class TestRejections:
    def test_one_of_an_earlier_document_shifts_no_page(self, world):
        tool = world.tool()
        documents = sorted(d["id"] for d in tool.get("/v1/accounts/a-sundergate/documents?limit=200").json()["items"])
        claim = {"extractor": "another/2", "type": "renewal_risk", "severity": 1, "confidence": 0.5, "detail": ""}
        claim |= {"message": None, "reason": "not_found"}

        def refuse(document, numbers):
            rows = [claim | {"document_id": document, "number": n, "quote": f"{n} of {document}"} for n in numbers]
            with world.writing() as connection:
                connection.execute(rejections.insert().values(rows))
            return [row["quote"] for row in rows]

        path = "/v1/accounts/a-sundergate/rejections"
        expected = refuse(documents[5], (0, 1, 3, 4))
        first = tool.get(path, params={"limit": 2}).json()
        refuse(documents[0], (0, 1))
        told = [*first["items"], *tool.get(path, params={"limit": 2, "cursor": first["next"]}).json()["items"]]
        assert [item["quote"] for item in told] == expected
