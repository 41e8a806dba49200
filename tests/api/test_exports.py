"""An account's data goes out whole, and goes away whole."""

import csv
import io

import pytest

from store.erasure import _KEPT
from store.tables import metadata

DATABASES = ("sqlite", "postgres")


class TestExport:
    def test_holds_what_the_other_doors_show(self, world):
        tool = world.tool("manager")
        found = tool.get("/v1/accounts/a-sundergate/export").json()
        assert found["why"] == tool.get("/v1/accounts/a-sundergate/why").json()
        documents = tool.get("/v1/accounts/a-sundergate/documents?limit=200").json()["items"]
        assert [d["id"] for d in found["documents"]] == [d["id"] for d in documents]
        assert found["people"]

    def test_a_csm_may_not(self, world):
        answer = world.tool("csm", "tobias.renwick@vendor.example").get("/v1/accounts/a-sundergate/export")
        assert answer.status_code == 403

    def test_the_table_is_the_queue(self, world):
        tool = world.tool()
        rows = list(csv.DictReader(io.StringIO(tool.get("/v1/portfolio.csv").text)))
        assert [r["account_id"] for r in rows] == [r["account_id"] for r in tool.get("/v1/portfolio").json()["queue"]]

    def test_no_cell_is_a_formula(self, world):
        with world.writing() as connection:
            connection.exec_driver_sql("UPDATE accounts SET name = '=1+1' WHERE id = 'a-ostlere'")
        rows = csv.DictReader(io.StringIO(world.tool().get("/v1/portfolio.csv").text))
        assert {r["name"] for r in rows if r["account_id"] == "a-ostlere"} == {"'=1+1"}


class TestErasure:
    def test_leaves_nothing_of_the_account(self, world):
        tool = world.tool()
        signal = tool.get("/v1/accounts/a-sundergate/signals?limit=1").json()["items"][0]
        tool.post(f"/v1/signals/{signal['id']}/reviews", json={"verdict": "accept"})
        answer = tool.delete("/v1/accounts/a-sundergate", params={"confirm": "Sundergate Cold Stores"})
        assert answer.status_code == 200, answer.text
        assert answer.json()["rows"]["documents"] > 0
        for path in ("accounts/a-sundergate", f"signals/{signal['id']}", f"documents/{signal['document']}"):
            assert tool.get(f"/v1/{path}").status_code == 404
        with world.writing() as connection:
            for table in metadata.sorted_tables:
                if table.name not in _KEPT:
                    rows = connection.exec_driver_sql(f"SELECT * FROM {table.name}").all()
                    assert not [r for r in rows if "a-sundergate" in r or signal["document"] in r], table.name
        assert len(tool.get("/v1/accounts").json()["items"]) == 7
        assert tool.get("/v1/audit").json()[0]["action"] == "erase_account"

    @pytest.mark.parametrize("confirm", ["", "Sundergate", "a-sundergate"])
    def test_a_slip_erases_nothing(self, world, confirm):
        answer = world.tool().delete("/v1/accounts/a-sundergate", params={"confirm": confirm})
        assert answer.status_code == 422
        assert world.tool().get("/v1/accounts/a-sundergate").status_code == 200

    def test_only_administrators(self, world):
        answer = world.tool("manager").delete("/v1/accounts/a-sundergate?confirm=Sundergate%20Cold%20Stores")
        assert answer.status_code == 403

    def test_a_person_goes_from_every_door(self, world):
        tool, who = world.tool(), "marta.penhallow@aldermoor.example"
        export = "/v1/accounts/a-aldermoor/export"
        assert "Penhallow" in tool.get(export).text
        answer = tool.delete(f"/v1/people/{who}", params={"confirm": who})
        assert answer.status_code == 200, answer.text
        assert answer.json()["messages"] > 0
        assert "Penhallow" not in tool.get(export).text
        entry = tool.get("/v1/audit").json()[1]
        assert (entry["action"], entry["subject"]) == ("erase_person", answer.json()["subject"])
        assert "marta" not in str(entry).lower()

    def test_nobody_is_erased_by_a_slip_or_by_others_than_administrators(self, world):
        who = "/v1/people/marta.penhallow@aldermoor.example"
        assert world.tool().delete(who).status_code == 422
        assert world.tool().delete("/v1/people/nobody@x.example?confirm=nobody@x.example").status_code == 422
        assert world.tool("manager").delete(f"{who}?confirm=marta.penhallow@aldermoor.example").status_code == 403
        assert "Penhallow" in world.tool().get("/v1/accounts/a-aldermoor/export").text
