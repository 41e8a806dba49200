"""The account's page compares with any day that was scored, as the API does."""

import html
import re

import pytest
from selectolax.lexbor import LexborHTMLParser


def page_of(world, path):
    answer = world.browser().get(path)
    assert answer.status_code == 200, answer.text
    return LexborHTMLParser(answer.text)


@pytest.mark.parametrize("query", ["since=2026-08-10", "since=2026-05-20&as_of=2026-08-31"])
def test_a_day_that_was_scored(shared_world, query):
    page = page_of(shared_world, f"/accounts/a-sundergate?{query}")
    told = shared_world.tool().get(f"/v1/accounts/a-sundergate/why?{query}").json()
    assert page.css_first(".sentence").text() == told["sentence"]
    assert told["sentence"] != shared_world.tool().get("/v1/accounts/a-sundergate/why").json()["sentence"]
    assert page.css_first("input[name=since]").attributes["value"] == query[6:16]


def test_every_link_of_the_comparison_leads_to_one(shared_world):
    links = [a.attributes["href"] for a in page_of(shared_world, "/accounts/a-sundergate").css(".compare a")]
    assert len(links) == 3
    for link in links:
        page = page_of(shared_world, f"/accounts/a-sundergate{html.unescape(link)}")
        assert page.css_first(".compare b") is not None
        assert page.css(".answer .told") == []


def test_what_is_told_to_its_end_stays_compared(shared_world):
    page = page_of(shared_world, "/accounts/a-sundergate?since=2026-05-20")
    wholes = [a.attributes["href"] for a in page.css(".more a") if "whole=" in a.attributes["href"]]
    assert wholes
    assert all(re.match(r"\?since=2026-05-20&whole=", link) for link in wholes)


@pytest.mark.parametrize("day", ["2019-01-01", "2026-09-15", "2030-01-01"])
def test_a_day_that_nothing_can_be_compared_with_says_so(shared_world, day):
    page = page_of(shared_world, f"/accounts/a-sundergate?since={day}")
    assert "was scored by" in page.css_first(".answer .told").text()
    stored = shared_world.tool().get("/v1/accounts/a-sundergate/why").json()
    assert page.css_first(".sentence").text() == stored["sentence"]
