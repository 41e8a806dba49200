"""A CSM sees the accounts they own and nothing else, whichever door they try."""

import re

import pytest

from store.actions import actions_of

NAMES = re.compile("sha256:[0-9a-f]{64}")
MINE, OTHER = "a-sundergate", "a-ostlere"
OWNER = "tobias.renwick@vendor.example"


@pytest.fixture
def world(shared_world):
    """Nothing here changes what others read."""
    return shared_world


@pytest.fixture
def others_things(world):
    """Ids of a signal and a document of another CSM's account."""
    signal = world.tool().get(f"/v1/accounts/{OTHER}/signals?limit=1").json()["items"][0]
    return signal["id"], signal["document"]


class TestApi:
    def test_lists_hold_only_their_own(self, world):
        tool = world.tool("csm", OWNER)
        accounts = tool.get("/v1/accounts").json()["items"]
        assert {a["owner"] for a in accounts} == {OWNER}
        mine = {a["id"] for a in accounts}
        assert {row["account_id"] for row in tool.get("/v1/portfolio").json()["queue"]} == mine
        assert {a["account"] for a in tool.get("/v1/actions?open=false").json()["items"]} <= mine

    @pytest.mark.parametrize(
        "rest",
        [
            "",
            "/health",
            "/why",
            "/why?since=2026-06-01",
            "/history",
            "/signals",
            "/rejections",
            "/documents",
            "/actions",
            "/assessments",
            "/reviews",
        ],
    )
    def test_another_account_is_as_good_as_none(self, world, rest):
        """The answer for somebody else's account is the one for an account that does not exist."""
        tool = world.tool("csm", OWNER)
        theirs, none = tool.get(f"/v1/accounts/{OTHER}{rest}"), tool.get(f"/v1/accounts/a-nothing{rest}")
        assert theirs.status_code == none.status_code == 404
        assert theirs.json()["type"] == none.json()["type"]
        assert OTHER not in theirs.json().get("candidates", [])

    def test_nor_its_documents_and_signals(self, world, others_things):
        signal, document = others_things
        tool = world.tool("csm", OWNER)
        for path in (
            f"/v1/documents/{document}",
            f"/v1/signals/{signal}",
            f"/v1/signals/{signal}/evidence",
            f"/v1/signals/{signal}/reviews",
        ):
            theirs, none = tool.get(path), tool.get(NAMES.sub("sha256:0", path))
            assert theirs.status_code == none.status_code == 404
            assert NAMES.sub("sha256:0", theirs.json()["detail"]) == none.json()["detail"]
            assert set(NAMES.findall(theirs.text)) == set(NAMES.findall(path))

    def test_a_team_is_the_accounts_of_its_members(self, world):
        team = (OWNER, "nadia.corvane@vendor.example")
        accounts = world.tool("manager", *team).get("/v1/accounts").json()["items"]
        assert {a["owner"] for a in accounts} == set(team)

    def test_a_team_manager_sees_no_jobs_of_other_teams(self, world):
        assert world.tool("manager", OWNER).get("/v1/runs").status_code == 403
        assert world.tool("manager").get("/v1/runs").status_code == 200


class TestConsole:
    def test_another_account_by_url(self, world, others_things):
        signal, document = others_things
        with world.app.database.reading() as connection:
            action = actions_of(connection, OTHER)[0]
        browser = world.browser("csm", OWNER)
        answer = browser.get(f"/actions/{action.id}")
        assert answer.status_code == 404
        assert OTHER not in answer.text
        assert browser.get(f"/accounts/{MINE}").status_code == 200
        for path in (f"/accounts/{OTHER}", f"/evidence/{signal}", f"/documents/{document}"):
            answer = browser.get(path)
            assert answer.status_code == 404
            assert "Ostlere" not in answer.text
            assert set(NAMES.findall(answer.text)) <= set(NAMES.findall(path))
        assert "Ostlere" not in browser.get("/").text

    def test_pages_of_other_roles(self, world):
        browser = world.browser("csm", OWNER)
        for path in ("/quarantine", "/runs", "/audit"):
            assert browser.get(path).status_code == 403
            assert f'href="{path}"' not in browser.get("/").text

    def test_nobody_sees_anything_without_signing_in(self, world, others_things):
        signal, document = others_things
        client = world.client({"Accept": "text/html"})
        for path in ("/", f"/accounts/{MINE}", f"/evidence/{signal}", f"/documents/{document}", "/audit", "/runs"):
            answer = client.get(path)
            assert answer.status_code == 303
            assert answer.headers["location"].startswith("/sign-in?next=")
