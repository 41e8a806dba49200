"""Questions are resolved to an account and days, answered from what is stored, and every sentence can be checked."""

from datetime import date

import pytest

from pipeline.asking.intent import Asked, what_is_asked
from pipeline.asking.question import named_account, named_by_person, period
from scoring.facts import Account
from store.accounts import put_account
from store.search import Passage, by_words

DATABASES = ("sqlite", "postgres")

ACCOUNTS = [
    Account(f"a-{name.split()[0].lower()}", name, "smb", "o@vendor.example", 1, "EUR")
    for name in ("Sundergate Cold Stores", "Sundervale Group", "Pomfrey & Tull Bakeries", "Kestermere Water")
]
TODAY = date(2026, 9, 15)


class Embedding:
    """Texts that share words are near: enough to see that both rankings count, without loading a model."""

    name = "letters"

    def __call__(self, texts):
        return [[1.0 + sum(ord(c) % 7 == k for c in t) for k in range(7)] for t in texts]


@pytest.fixture
def asked(world):
    """Asks as a role, with the vectors of a small double."""
    from store.vectors import PassageIndex

    world.app.__dict__["passages"] = PassageIndex(world.app.settings.home / "chroma", Embedding(), Embedding.name)

    def ask(question, *owners, role="admin", **more):
        return world.tool(role, *owners).post("/v1/ask", json={"question": question, **more})

    return ask


class TestNaming:
    @pytest.mark.parametrize(
        ("question", "id"),
        [
            ("why did Sundergate turn red?", "a-sundergate"),
            ("why did sundregate's score drop", "a-sundergate"),
            ("What happened at Pomfrey & Tull Bakeries?", "a-pomfrey"),
            ("how is a-kestermere doing", "a-kestermere"),
        ],
    )
    def test_one_clear_name(self, question, id):
        found = named_account(question, ACCOUNTS)
        assert found.account is not None
        assert found.account.id == id

    def test_two_alike_are_both_offered(self):
        found = named_account("why is Sunder red?", ACCOUNTS)
        assert found.account is None
        assert {a.id for a in found.candidates} == {"a-sundergate", "a-sundervale"}

    @pytest.mark.parametrize(("question", "id"), [("why did Water turn red", "a-kestermere"), ("Tull?", "a-pomfrey")])
    def test_a_later_word_of_a_name_offers_the_account(self, question, id):
        found = named_account(question, ACCOUNTS)
        assert (found.account, [a.id for a in found.candidates]) == (None, [id])

    @pytest.mark.parametrize(
        ("question", "id", "offered"),
        [
            ("what did Anselm Dries say about price", "a-sundergate", []),
            ("what did anselm dries' assistant write", "a-sundergate", []),
            ("what did Dries say", None, ["a-sundergate"]),
            ("what did Joan Penn say", None, ["a-kestermere", "a-pomfrey"]),
            ("what did Joan say", None, ["a-kestermere", "a-pomfrey"]),
            ("what did nobody say", None, []),
        ],
    )
    def test_a_person_names_the_account_that_is_theirs_alone(self, question, id, offered):
        people = {
            "a-sundergate": ["Anselm Dries"],
            "a-kestermere": ["Joan Penn"],
            "a-pomfrey": ["Penn, Joan", "Joan Penn"],
        }
        found = named_by_person(question, people, ACCOUNTS)
        assert found.account is None if id is None else found.account.id == id
        assert sorted(a.id for a in found.candidates) == offered

    def test_no_name_offers_nothing(self):
        assert named_account("why is it raining", ACCOUNTS).candidates == ()


class TestPeriod:
    @pytest.mark.parametrize(
        ("question", "since", "until"),
        [
            ("why did it drop since 2026-06-01", date(2026, 6, 1), None),
            ("why was it red before 2026-06-01", None, date(2026, 6, 1)),
            ("what changed since May", date(2026, 5, 1), None),
            ("what was said in December", date(2025, 12, 1), date(2025, 12, 31)),
            ("what was said in May 2025", date(2025, 5, 1), date(2025, 5, 31)),
            ("the last 2 weeks", date(2026, 9, 1), None),
            ("last quarter", date(2026, 6, 16), None),
            ("why is it red", None, None),
            ("since 2026-99-99", None, None),
        ],
    )
    def test_words(self, question, since, until):
        found = period(question, TODAY)
        assert (found.since, found.until) == (since, until)


class TestIntent:
    @pytest.mark.parametrize(
        ("question", "what"),
        [
            ("why did Acme turn red?", Asked.STANDING),
            ("how is Acme doing", Asked.STANDING),
            ("show me why Acme is at risk", Asked.STANDING),
            ("what did they say about the score board?", Asked.SAID),
            ("what did they say about the risk of a renewal?", Asked.SAID),
            ("who said that the sponsor left?", Asked.SAID),
            ("anything about pricing?", Asked.SAID),
            ("find the mail about the gate", Asked.SAID),
            ("why do they want to leave?", Asked.STANDING),
            ("tell me why Acme is red", Asked.STANDING),
            ("what should I do about Acme?", Asked.ACTIONS),
            ("what do we need to do next at Acme", Asked.ACTIONS),
            ("which actions are overdue at Acme", Asked.ACTIONS),
            ("when does Acme renew?", Asked.RENEWAL),
            ("how much is Acme worth", Asked.RENEWAL),
            ("who is the champion at Acme?", Asked.PEOPLE),
            ("who should I talk to at Acme?", Asked.PEOPLE),
            ("who have we not heard from at Acme", Asked.PEOPLE),
            ("when did we last hear from Acme?", Asked.PEOPLE),
            ("is Acme going to churn?", Asked.OUTLOOK),
            ("will Acme renew?", Asked.OUTLOOK),
        ],
    )
    def test_words(self, question, what):
        assert what_is_asked(question) is what


class TestWords:
    def test_rare_words_weigh_more(self):
        texts = ["the price is fine", "the camera and the price", "a price", "the gate camera broke"]
        passages = [Passage(str(n), "m", 0, 1, t, "", "customer", None, "email", "", "") for n, t in enumerate(texts)]
        assert by_words("gate cameras", passages)[0].text == "the gate camera broke"
        assert by_words("zebra", passages) == []


class TestWhy:
    def test_is_the_stored_answer_with_quotes_that_stand(self, asked, world):
        answer = asked("why did Sundergate turn red?").json()
        assert (answer["kind"], answer["account"]) == ("why", "a-sundergate")
        stored = world.tool().get("/v1/accounts/a-sundergate/why").json()
        assert answer["sentences"][0]["text"] == stored["sentence"]
        for sentence in answer["sentences"]:
            assert sentence["citations"] or sentence["lines"]
            for cited in sentence["citations"]:
                text = world.tool().get(f"/v1/documents/{cited['document']}").json()["text"]
                assert text[cited["start"] : cited["end"]] == cited["quote"]

    def test_the_question_is_in_the_audit_log(self, asked, world):
        asked("why did Sundergate turn red?")
        entry = world.tool().get("/v1/audit").json()[0]
        assert (entry["action"], entry["subject"]) == ("ask", "a-sundergate")


class TestPassages:
    def test_are_found_where_they_stand(self, asked, world):
        answer = asked("what did they say about the gate camera at Sundergate?").json()
        assert answer["kind"] == "passages"
        assert any("gate camera" in s["text"].lower() for s in answer["sentences"][:2])
        for sentence in answer["sentences"]:
            (cited,) = sentence["citations"]
            assert cited["role"] != "vendor"
            assert cited["at"].endswith("Z")
            text = world.tool().get(f"/v1/documents/{cited['document']}").json()["text"]
            assert text[cited["start"] : cited["end"]] == cited["quote"] == sentence["text"]

    def test_the_first_question_is_answered_by_words_and_the_next_by_meaning_too(self, asked, world):
        question = "what did they say about the gate camera at Sundergate?"
        first, second = asked(question).json(), asked(question).json()
        assert "indexed" in first["note"]
        assert first["sentences"]
        assert second["note"] == ""
        assert asked("what did they say about the board at Aldermoor?").json()["note"]

    def test_a_question_on_the_page_has_its_account_indexed_too(self, asked, world):
        question = "what did they say about the gate camera?"
        page = world.browser().get("/ask", params={"q": question, "account": "a-sundergate"})
        assert "indexed by meaning" in page.text
        assert asked(question, account="a-sundergate").json()["note"] == ""

    def test_days_narrow(self, asked):
        answer = asked("what did they say in May 2019?", account="a-sundergate").json()
        assert (answer["kind"], answer["sentences"]) == ("nothing", [])


class TestAccess:
    def test_an_account_whose_id_sounds_like_anothers_gets_nothing_of_it(self, world):
        theirs = Account("ostlere", "Ostlere", "smb", "mallory@vendor.example", 1, "EUR")
        with world.writing() as connection:
            put_account(connection, theirs, ())
        tool = world.tool("csm", theirs.owner)
        assert tool.get("/v1/accounts/a-ostlere").status_code == 404
        assert tool.get("/v1/accounts/ostlere/why?since=2026-06-01").status_code == 404
        told = tool.post("/v1/ask", json={"question": "why did it turn red?", "account": theirs.id})
        assert told.status_code == 404
        assert "Property Services" not in told.text

    def test_never_about_an_account_of_others(self, asked):
        answer = asked("why did Ostlere turn red?", "tobias.renwick@vendor.example", role="csm").json()
        assert (answer["kind"], answer["account"], answer["candidates"]) == ("unsure", None, [])
        assert "name or id" in answer["note"]
        given = asked("why is it red?", "tobias.renwick@vendor.example", role="csm", account="a-ostlere")
        assert given.status_code == 404
