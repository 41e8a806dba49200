"""More requests at once than there are connections: each waits for its turn, none fails."""

import asyncio
import itertools
from concurrent.futures import ThreadPoolExecutor

import httpx

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
