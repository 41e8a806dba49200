"""An account's data goes out whole, and goes away whole."""

import csv
import io

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from extractor.detector import Detection, Outcome
from extractor.grounding import Grounded
from extractor.signal import Claim, Reason, Rejection
from pipeline.acting import note
from store.accounts import put_outcome, readings_of
from store.actions import actions_of
from store.documents import get_document
from store.erasure import _KEPT
from store.overrides import Override, add_override
from store.recording import record
from store.signals import interactions_of
from store.tables import metadata
from store.versions import tickets_of

DATABASES = ("sqlite", "postgres")


class TestExport:
    def test_holds_what_the_other_doors_show(self, world):
        tool = world.tool("manager")
        found = tool.get("/v1/accounts/a-sundergate/export").json()
        assert found["why"] == tool.get("/v1/accounts/a-sundergate/why").json()
        documents = tool.get("/v1/accounts/a-sundergate/documents?limit=200").json()["items"]
        assert [d["id"] for d in found["documents"]] == [d["id"] for d in documents]
        assert found["people"]

    def test_holds_what_people_and_tables_said_beside_the_documents(self, world):
        account, today = "a-sundergate", world.app.settings.today
        tool = world.tool("manager")
        refused = Rejection(
            tool.get(f"/v1/accounts/{account}/documents").json()["items"][0]["id"],
            Claim("renewal_risk", "never said", 1, 0.5),
            Reason.NOT_FOUND,
            "another/2",
        )
        with world.writing() as connection:
            document = get_document(connection, refused.document_id)
            unread = Detection(document.id, Outcome.FAILED)
            record(connection, account, document, unread, "another/2", Grounded((), (refused,)))
            action = actions_of(connection, account)[-1]
            note(connection, action, today, "ada", "they called back")
            add_override(connection, Override(account, today, today, "yellow", "ada", "a merger", world.clock.now))
            put_outcome(
                connection,
                {"account_id": account, "day": today, "outcome": "renewed", "arr_before": 1, "arr_after": 2},
            )
            readings, seen = readings_of(connection, account), interactions_of(connection, account)
            tickets = tickets_of(connection, account)
        found = tool.get(f"/v1/accounts/{account}/export").json()
        assert [(s["author"], s["text"]) for s in found["action_steps"] if s["kind"] == "note"] == [
            ("ada", "they called back")
        ]
        assert [(o["band"], o["reason"]) for o in found["overrides"]] == [("yellow", "a merger")]
        assert (found["outcomes"][-1]["outcome"], found["outcomes"][-1]["after"]) == ("renewed", 2)
        assert "never said" in [r["quote"] for r in found["rejections"]]
        assert [(m["metric"], m["value"]) for m in found["metrics"]] == [(r.metric, r.value) for r in readings] != []
        assert [(i["name"], i["took"]) for i in found["interactions"]] == [(i.name, i.took) for i in seen] != []
        assert [t["key"] for t in found["tickets"]] == [t.key for t in tickets] != []

    def test_reads_many_documents_at_once(self, world):
        tool, asked, spent = world.tool("manager"), [], []
        accounts = [a["id"] for a in tool.get("/v1/accounts").json()["items"]]

        def listen(_connection, _cursor, statement, *_):
            asked.append(statement)

        event.listen(Engine, "before_cursor_execute", listen)
        try:
            for account in accounts:
                asked.clear()
                documents = tool.get(f"/v1/accounts/{account}/export").json()["documents"]
                spent.append((len(documents), len(asked)))
        finally:
            event.remove(Engine, "before_cursor_execute", listen)
        assert len({documents for documents, _ in spent}) > 1
        assert len({statements for _, statements in spent}) == 1

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
