"""What two pages say of one thing is the same, and in the same words."""

import re
from datetime import date

import pytest
from selectolax.lexbor import LexborHTMLParser

from store.actions import SNOOZED, open_action
from store.snapshots import Action
from store.tables import action_events, actions


def opened(connection, name, account, due, **more):
    action = Action(
        id=name,
        account_id=account,
        play=name,
        label=f"Play {name}",
        band="green",
        owner="manager",
        opened=date(2026, 8, 1),
        due=due,
        opened_by=(),
        reason=name,
        **more,
    )
    assert open_action(connection, action)


@pytest.fixture
def planned(world):
    """A late play in green, one that rests, one that rests beside a late one, and one due today."""
    rests = {"state": SNOOZED, "snoozed_until": date(2026, 9, 30)}
    with world.writing() as connection:
        connection.execute(action_events.delete())
        connection.execute(actions.delete())
        opened(connection, "late", "a-pedalbourne", date(2026, 8, 22))
        opened(connection, "resting", "a-kestermere", date(2026, 8, 22), **rests)
        opened(connection, "rested", "a-ostlere", date(2026, 8, 2), **rests)
        opened(connection, "beside", "a-ostlere", date(2026, 9, 14))
        opened(connection, "today", "a-aldermoor", date(2026, 9, 15))
    return world


def overdue(rows):
    """By account, what is said to be overdue."""
    found = {}
    for row in rows:
        late = re.search(r"\d+ days? overdue", row.text(separator=" "))
        link = row.css_first("a[href^='/accounts/']")
        if late and link:
            found[link.attributes["href"].partition("#")[0]] = late[0]
    return found


def test_the_same_plays_are_overdue_on_the_portfolio_and_among_the_actions(planned):
    browser = planned.browser()
    portfolio = LexborHTMLParser(browser.get("/").text)
    listed = LexborHTMLParser(browser.get("/actions").text)
    told = {"/accounts/a-pedalbourne": "24 days overdue", "/accounts/a-ostlere": "1 day overdue"}
    assert overdue(portfolio.css(".queue tbody tr")) == overdue(listed.css(".task")) == told
    assert "rests until 30 Sep 2026" in portfolio.css_first("tr:has(a[href='/accounts/a-kestermere'])").text()


@pytest.mark.parametrize("path", ["/accounts/a-sundergate", "/ask?q=why+did+Sundergate+turn+red", "/documents"])
def test_every_moment_says_that_it_is_utc(shared_world, path):
    if path == "/documents":
        path += "/" + shared_world.tool().get("/v1/accounts/a-sundergate/documents").json()["items"][0]["id"]
    text = LexborHTMLParser(shared_world.browser().get(path).text).css_first("main").text()
    moments = re.findall(r"\d{1,2} \w{3} 20\d\d, \d\d:\d\d( UTC)?", text)
    assert moments
    assert all(moments)


def test_days_and_sources_are_said_in_one_way(shared_world):
    browser = shared_world.browser()
    for question in ("why did Sundergate turn red?", "what did they say about Lumenyard at Sundergate?"):
        answer = LexborHTMLParser(browser.get("/ask", params={"q": question}).text)
        own = " ".join(n.text() for n in answer.css(".said-list > li > p, .said-list figcaption"))
        assert not re.search(r"20\d\d-\d\d-\d\d|\d (?:January|June|August|September) 20", own)
        assert not re.search(r"· (?:email|transcript)\b", own)


def test_what_was_not_judged_shows_no_figure(shared_world):
    page = LexborHTMLParser(shared_world.browser("reviewer").get("/evaluation").text)
    rows = [row for row in page.css(".gate tbody tr") if "not judged" in row.text()]
    assert rows
    assert {row.css_first("td.n").text() for row in rows} == {"–"}


@pytest.mark.parametrize("width", [1280, 1100])
def test_the_header_of_an_administrator_is_one_row(visit, world, width):
    page = visit("admin", viewport={"width": width, "height": 800})
    page.evaluate("document.querySelector('.me bdi').textContent = 'administrator'")
    tops = page.evaluate("[...document.querySelectorAll('.top > *')].map(e => e.getBoundingClientRect())")
    middles = [box["top"] + box["height"] / 2 for box in tops]
    assert max(middles) - min(middles) < 6
    assert max(box["right"] for box in tops) <= width
