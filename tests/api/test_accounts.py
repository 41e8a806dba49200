"""`/v1/accounts`: lists, standings, and the stored answer."""

import pytest

from pipeline.answers import why

DATABASES = ("sqlite", "postgres")


@pytest.fixture
def world(shared_world):
    """Nothing here changes what others read."""
    return shared_world


class TestList:
    def test_the_worst_come_first(self, world):
        """Without a wish, the list begins with red."""
        items = world.tool().get("/v1/accounts").json()["items"]
        ranks = [{"red": 0, "yellow": 1, "unknown": 2, "green": 3}[i["standing"]["band"]] for i in items]
        assert len(items) == 8
        assert ranks == sorted(ranks)

    @pytest.mark.parametrize("sort", ["urgency", "name", "score", "-score", "change", "-change", "renewal", "-arr"])
    def test_pages_join_to_the_whole_list(self, world, sort):
        """Following `next` gives every account once, in the order of the whole list."""
        tool = world.tool()
        whole = [i["id"] for i in tool.get("/v1/accounts", params={"sort": sort}).json()["items"]]
        paged, cursor = [], None
        while True:
            params = {"sort": sort, "limit": 3} | ({"cursor": cursor} if cursor else {})
            page = tool.get("/v1/accounts", params=params).json()
            paged += [i["id"] for i in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert paged == whole
        assert len(set(paged)) == 8

    def test_filters_narrow(self, world):
        tool = world.tool()
        red = tool.get("/v1/accounts", params={"band": "red"}).json()["items"]
        assert red
        assert {i["standing"]["band"] for i in red} == {"red"}
        assert [i["id"] for i in tool.get("/v1/accounts", params={"q": "SUNDER"}).json()["items"]] == ["a-sundergate"]
        soon = tool.get("/v1/accounts", params={"renews_within": 0}).json()["items"]
        assert all(i["renewal_date"] <= "2026-09-15" for i in soon)


class TestSince:
    @pytest.mark.parametrize(("since", "remedy"), [("2030-01-01", "a day before it"), ("2020-01-01", "a later day")])
    def test_a_day_that_cannot_be_compared_with_says_which_can(self, world, since, remedy):
        answer = world.tool().get("/v1/accounts/a-sundergate/why", params={"since": since})
        assert answer.status_code == 404
        assert answer.json()["detail"].startswith(f"since {since}: ")
        assert answer.json()["detail"].endswith(remedy)


class TestHealth:
    def test_the_ledger_sums_to_the_score(self, world):
        for account in world.tool().get("/v1/accounts").json()["items"]:
            health = world.tool().get(f"/v1/accounts/{account['id']}/health").json()
            assert round(sum(line["points"] for line in health["ledger"]), 1) == health["standing"]["score"]

    def test_a_past_day_is_answered_by_the_last_scored_day_before(self, world):
        health = world.tool().get("/v1/accounts/a-sundergate/health", params={"as_of": "2026-01-10"}).json()
        assert health["asked"] == "2026-01-10"
        assert health["standing"]["day"] == "2025-12-24"


class TestWhy:
    def test_it_is_the_stored_explanation(self, world):
        """The API says what the command line says, to the letter."""
        answer = world.tool().get("/v1/accounts/a-sundergate/why").json()
        stored = why(world.app.database, world.app.rulebooks, "a-sundergate", None, None)
        assert answer == stored.model_dump(mode="json")

    def test_since_compares_with_that_day(self, world):
        params = {"since": "2026-06-01", "as_of": "2026-07-15"}
        answer = world.tool().get("/v1/accounts/a-sundergate/why", params=params).json()
        assert answer["before"]["day"] <= "2026-06-01" < answer["after"]["day"] <= "2026-07-15"
        assert round(sum(c["points"] for c in answer["causes"]), 1) == answer["change"]
        assert answer["residual"] == 0

    def test_what_was_seen_is_not_sent_again(self, world):
        tool = world.tool()
        first = tool.get("/v1/accounts/a-sundergate/why")
        again = tool.get("/v1/accounts/a-sundergate/why", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

    def test_days_never_scored_are_a_problem(self, world):
        for params in ({"as_of": "2020-01-01"}, {"since": "2020-01-01"}):
            answer = world.tool().get("/v1/accounts/a-sundergate/why", params=params)
            assert answer.status_code == 404
            assert answer.json()["type"] == "/problems/not-scored"


class TestHistory:
    def test_changes_add_up(self, world):
        days = world.tool().get("/v1/accounts/a-sundergate/history").json()["days"]
        assert days[0]["change"] is None
        total = days[0]["score"] + sum(d["change"] for d in days[1:])
        assert round(total, 1) == days[-1]["score"]


class TestPortfolio:
    def test_counts_and_queue_agree(self, world):
        found = world.tool().get("/v1/portfolio").json()
        assert sum(found["bands"].values()) == len(found["queue"]) == 8
        assert found["day"] == "2026-09-15"

    def test_actions_come_by_due_day(self, world):
        due = [a["due"] for a in world.tool().get("/v1/actions").json()["items"]]
        assert due == sorted(due)
        assert due
