"""More requests at once than there are connections or turns: each waits for its own, none fails, none holds all up."""

import asyncio
import itertools
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx

from api.turns import COMPUTING
from extractor.llm.scripted import ScriptedServer, Step
from pipeline.settings import Settings
from store.database import AT_ONCE

WHY = "/v1/accounts/a-sundergate/why"


def test_everybody_is_answered_however_many_come_at_once(world, address):
    headers = {"Authorization": f"Bearer {world.key()}"}
    many = 5 * AT_ONCE

    async def ask() -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=many)
        async with httpx.AsyncClient(base_url=address, headers=headers, limits=limits, timeout=None) as client:
            asked = (client.get(WHY) for _ in range(many))
            return await asyncio.gather(*asked)

    with ThreadPoolExecutor(1) as pool:  # a browser of another test may have its loop running in this thread
        answers = pool.submit(lambda: asyncio.run(ask())).result()
    assert {a.status_code for a in answers} == {200}
    assert all(one.content == other.content for one, other in itertools.pairwise(answers))


def test_who_waits_for_a_model_lets_others_go_on(world, address):
    """As many questions as there are turns wait for their model until somebody else was answered meanwhile."""
    asked, others_served, seen = threading.Barrier(COMPUTING + 1, timeout=30), threading.Event(), []

    def answer(_request):
        asked.wait()
        seen.append(others_served.wait(30))
        return Step(reply=json.dumps({"sentences": []}))

    question = {"question": "what did they say about the gate camera at Sundergate?"}
    with ScriptedServer(answer=answer) as server, ThreadPoolExecutor(COMPUTING) as pool:
        given = {"llm_base_url": server.url, "llm_timeout": 60.0}
        world.app.settings = Settings.model_validate(world.app.settings.model_dump() | given)
        headers = {"Authorization": f"Bearer {world.key()}"}
        with httpx.Client(base_url=address, headers=headers, timeout=60) as client:
            waiting = [pool.submit(client.post, "/v1/ask", json=question) for _ in range(COMPUTING)]
            asked.wait()
            assert client.get(WHY, timeout=20).status_code == 200
            others_served.set()
            assert [w.result().status_code for w in waiting] == [200] * COMPUTING
        world.app.wording.close()
    assert seen == [True] * COMPUTING
