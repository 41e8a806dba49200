"""After five failures an address may not try for a quarter of an hour, by whatever door and however many at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

from store.sessions import create_link

DATABASES = ("sqlite", "postgres")
WRONG = {"key": "wr_aaaaaaaaaa_wrong"}


def failures_told(world):
    told = world.tool().get("/v1/audit", params={"limit": 200}).json()
    return sum(entry["action"] == "sign_in_failed" for entry in told)


def test_made_up_links_lock_as_wrong_keys_do(world):
    client = world.client()
    answers = [client.post("/sign-in/made-up") for _ in range(60)]
    assert Counter(a.status_code for a in answers) == {401: 5, 429: 55}
    assert answers[-1].headers["Retry-After"] == str(15 * 60)
    assert failures_told(world) == 5


def test_a_link_is_not_used_up_while_its_address_is_locked(world):
    with world.writing() as connection:
        token = create_link(connection, "ada", "reviewer", (), world.clock.now)
    client = world.client()
    for _ in range(5):
        client.post("/sign-in", data=WRONG)
    assert client.post(f"/sign-in/{token}").status_code == 429
    world.clock.forward(minutes=15, seconds=1)
    assert client.post(f"/sign-in/{token}").status_code == 303


def test_trying_on_does_not_make_it_last_longer(world):
    client, key = world.client(), world.key()
    for _ in range(5):
        client.post("/sign-in", data=WRONG)
    for tried in ("/sign-in", "/sign-in/made-up"):
        world.clock.forward(minutes=7)
        assert client.post(tried, data=WRONG).status_code == 429
    world.clock.forward(minutes=1, seconds=1)
    assert client.post("/sign-in", data={"key": key}).status_code == 303


def test_many_at_once_are_judged_one_after_another(world, address):
    def attempt(number):
        return httpx.post(f"{address}/sign-in", data={"key": f"wr_{number:010x}_wrong"}, timeout=60).status_code

    with ThreadPoolExecutor(30) as pool:
        assert Counter(pool.map(attempt, range(30))) == {401: 5, 429: 25}
    assert failures_told(world) == 5
