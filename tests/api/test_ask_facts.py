"""Plain questions are answered by the facts that are stored, each sentence with what it rests on."""

from datetime import date

import pytest
from selectolax.lexbor import LexborHTMLParser

from store.actions import open_action
from store.snapshots import Action
from store.tables import action_events, actions

NADIA = "nadia.corvane@vendor.example"


@pytest.fixture
def asked(world):
    """The answer to a question; every sentence of it must name what proves it."""

    def ask(question, *owners, role="admin", **more):
        found = world.tool(role, *owners).post("/v1/ask", json={"question": question, **more})
        assert found.status_code == 200, found.text
        answer = found.json()
        assert all(s["citations"] or s["lines"] for s in answer["sentences"])
        return answer

    return ask


def said(answer):
    return [s["text"] for s in answer["sentences"]]


class TestActions:
    @pytest.fixture
    def planned(self, world):
        """Two plays that run, of which one is late, and one that is over."""
        with world.writing() as connection:
            connection.execute(action_events.delete())
            connection.execute(actions.delete())
            for name, due, closed in (("late", 5, None), ("ahead", 25, None), ("over", 7, date(2026, 9, 3))):
                run = Action(
                    id=name,
                    account_id="a-aldermoor",
                    play=name,
                    label=f"Play {name}",
                    band="red",
                    owner=NADIA,
                    opened=date(2026, 9, 1),
                    due=date(2026, 9, due),
                    opened_by=(),
                    reason=name,
                    steps=("Call", "Write"),
                    closed=closed,
                )
                assert open_action(connection, run)

    def test_are_the_open_plays_with_steps_and_days(self, asked, planned):
        answer = asked("what should I do about Aldermoor?")
        assert (answer["kind"], answer["account"]) == ("facts", "a-aldermoor")
        assert said(answer) == [
            f"Play late ({NADIA}), due 5 Sep 2026, 10 days overdue: Call; Write.",
            f"Play ahead ({NADIA}), due 25 Sep 2026: Call; Write.",
        ]
        assert [s["lines"] for s in answer["sentences"]] == [["action:late"], ["action:ahead"]]

    def test_a_late_one_is_called_so_beside_the_reasons(self, asked, world):
        stored = world.tool().get("/v1/accounts/a-aldermoor/why").json()
        late = [p["label"].lower() for p in stored["plays"] if p["due"] < stored["as_of"]]
        told = [text for text in said(asked("why is Aldermoor red?")) if text.startswith("What to do")]
        assert late
        assert [any(f": {label}," in text for label in late) for text in told] == ["overdue since" in t for t in told]

    def test_none_open_is_said(self, asked, planned):
        assert said(asked("what is the next step at Ostlere?")) == ["Nothing is open for Ostlere Property Services."]


class TestRenewal:
    def test_date_days_and_worth(self, asked):
        answer = asked("when does Ostlere renew?")
        assert said(answer) == [
            "Ostlere Property Services renews on 15 Dec 2026, in 91 days.",
            "It is worth GBP 72,000 a year.",
        ]
        assert answer["sentences"][0]["lines"] == ["account:renewal_date"]

    def test_one_that_is_past(self, asked):
        assert "was due on 31 Aug 2026, 15 days ago" in said(asked("when does Sundergate renew?"))[0]


class TestPeople:
    def test_by_role(self, asked, world):
        (sentence,) = asked("who is the champion at Kestermere?")["sentences"]
        assert sentence["text"].startswith("Jonah Sedgley (Programme Manager, Field Digital), champion at Kestermere")
        assert "last heard on" in sentence["text"]
        document = next(line for line in sentence["lines"] if line.startswith("document:"))
        assert world.tool().get(f"/v1/documents/{document.removeprefix('document:')}").status_code == 200

    def test_a_role_that_nobody_has(self, asked):
        answer = asked("who is the sponsor?", account="a-kestermere")
        assert "Rosalind Amery" in said(answer)[0]

    @pytest.mark.parametrize("question", ["who is the CFO of Sundergate?", "who is Ilse Kranendonk at Sundergate"])
    def test_by_job_or_name(self, asked, question):
        assert [text.partition(" (")[0] for text in said(asked(question))] == ["Ilse Kranendonk"]

    def test_the_silent_first_of_known_roles(self, asked):
        found = said(asked("who have we not heard from at Aldermoor?"))
        assert found[0].startswith("Desmond Achterberg (Chief Financial Officer), budget owner")
        assert found[0].endswith("never heard.")
        assert any(text.startswith("Hugo Standish") and "spoke" in text for text in found)
        assert not any("Ines Quarrie" in text for text in found)

    def test_whom_nobody_can_name_is_looked_for_in_words(self, asked):
        assert asked("who is unhappy with the gate camera at Sundergate?")["kind"] == "passages"

    def test_who_owns_it(self, asked):
        assert NADIA in said(asked("who is the owner of Aldermoor?"))[0]


class TestWhatIsTakenForGranted:
    """A question may be wrong about what happened: that is said first, then why the account stands where it does."""

    def test_another_band_than_it_has(self, asked, world):
        first, second = said(asked("why did Aldermoor turn green?"))[:2]
        assert first.startswith("Aldermoor Rail Components is red, not green; it was green until ")
        assert second == world.tool().get("/v1/accounts/a-aldermoor/why").json()["sentence"]

    def test_a_turn_before_the_days_asked_for(self, asked):
        first = said(asked("why did Kestermere turn red since June?"))[0]
        assert first.startswith("Kestermere Water did not turn red since 1 Jun 2026: it is green; it was red until ")

    def test_a_band_that_it_had_already(self, asked):
        first = said(asked("why did Sundergate turn red since August?"))[0]
        assert first.startswith("Sundergate Cold Stores did not turn red since 1 Aug 2026: it has been so since ")

    def test_a_score_that_went_the_other_way(self, asked):
        assert "rose from" in said(asked("why did the score of Kestermere drop?"))[0]

    @pytest.mark.parametrize("question", ["why did Sundergate turn red?", "why is Kestermere green, not red?"])
    def test_what_is_so_is_not_contradicted(self, asked, world, question):
        answer = asked(question)
        assert said(answer)[0] == world.tool().get(f"/v1/accounts/{answer['account']}/why").json()["sentence"]

    def test_each_such_sentence_names_days_that_were_scored(self, asked, world):
        sentence = asked("why did Aldermoor turn green?")["sentences"][0]
        days = {point["day"] for point in world.tool().get("/v1/accounts/a-aldermoor/history").json()["days"]}
        assert {line.removeprefix("score:") for line in sentence["lines"]} <= days


@pytest.mark.parametrize("question", ["Kestermere Water?", "tell me about Kestermere", "what about a-kestermere"])
def test_a_name_alone_asks_how_it_stands(asked, world, question):
    stored = world.tool().get("/v1/accounts/a-kestermere/why").json()["sentence"]
    assert said(asked(question))[0] == stored


class TestOutlook:
    def test_tells_where_it_stands_and_what_speaks_against_it(self, asked):
        answer = asked("is Aldermoor going to churn?")
        first, *others = said(answer)
        assert "Aldermoor Rail Components is red at" in first
        assert "bounds are" in first
        assert "no forecast" in first
        against = [text for text in others if text.startswith("Against the account: ")]
        assert len(against) > 1
        assert all("\N{MINUS SIGN}" in text for text in against)

    def test_nothing_against_it_is_said(self, asked):
        assert "Nothing speaks against the account that day." in said(asked("is Pedalbourne going to churn?"))


class TestDays:
    @pytest.mark.parametrize("day", ["2026-09-15", "2026-12-24"])
    def test_from_a_day_that_nobody_scored_yet_it_tells_what_stands(self, asked, world, day):
        first, second = said(asked(f"what changed at Sundergate since {day}?"))[:2]
        assert first == "Nothing was scored after 15 Sep 2026, so this is how it stood that day."
        assert second == world.tool().get("/v1/accounts/a-sundergate/why").json()["sentence"]


class TestTheirs:
    def test_an_account_that_speaks_is_quoted_not_the_vendor(self, asked):
        answer = asked("what did Sundergate say about Lumenyard?")
        roles = {c["role"] for s in answer["sentences"] for c in s["citations"]}
        assert roles <= {"customer", "unknown"}
        assert roles

    def test_what_it_asked_for_is_in_its_own_words_too(self, asked):
        answer = asked("what did Aldermoor ask for?")
        assert {c["role"] for s in answer["sentences"] for c in s["citations"]} <= {"customer", "unknown"}
        assert answer["sentences"]

    def test_a_person_that_speaks_is_quoted_alone(self, asked):
        answer = asked("what did Anselm Dries say about Lumenyard?")
        assert answer["account"] == "a-sundergate"
        assert {c["speaker"] for s in answer["sentences"] for c in s["citations"]} == {"Anselm Dries"}

    def test_a_person_that_is_spoken_of_is_not_taken_for_the_speaker(self, asked):
        answer = asked("what was said at Sundergate about Anselm Dries?")
        assert {c["speaker"] for s in answer["sentences"] for c in s["citations"]} != {"Anselm Dries"}

    def test_nobody_learns_of_a_person_of_others(self, asked):
        answer = asked("what did Anselm Dries say about Lumenyard?", NADIA, role="csm")
        assert (answer["kind"], answer["account"], answer["candidates"]) == ("unsure", None, [])


def test_the_page_leads_from_a_fact_to_where_it_is_shown(world):
    page = world.browser().get("/ask", params={"q": "who is the champion at Kestermere?"}).text
    assert "Jonah Sedgley" in page
    assert 'href="/accounts/a-kestermere#people"' in page
    assert 'href="/documents/sha256' in page


def test_every_link_of_an_answer_leads_somewhere(world):
    browser = world.browser()
    for question in (
        "what should I do about Aldermoor?",
        "why did Aldermoor turn green?",
        "when does Aldermoor renew?",
    ):
        page = LexborHTMLParser(browser.get("/ask", params={"q": question}).text)
        links = {a.attributes["href"].partition("#")[0] for a in page.css(".said-list a")}
        assert links
        assert {browser.get(link).status_code for link in links} == {200}
