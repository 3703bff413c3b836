"""Few requests begin in a turn of the event loop, and links take turns."""

import asyncio
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from imgurl.web.turns import BEGUN_IN_TURN, Turns, named_link
from tests.web.server import signed


async def begun_by_turn(links: list[bytes]) -> list[list[bytes]]:
    """Let requests for these links come at once; return which began in each turn of the loop."""
    turns, begun = Turns(), list[bytes]()

    async def request(link: bytes) -> None:
        await turns.begin(link)
        begun.append(link)

    tasks = [asyncio.create_task(request(link)) for link in links]
    by_turn = []
    while not all(task.done() for task in tasks):
        before = len(begun)
        await asyncio.sleep(0)
        by_turn.append(begun[before:])
    return by_turn


@given(st.lists(st.sampled_from([b"a", b"b", b"c"]), max_size=60))
def test_all_begin_and_few_in_a_turn(links: list[bytes]) -> None:
    """Whatever comes at once begins, so many in a turn at the most."""
    by_turn = asyncio.run(begun_by_turn(links))
    assert sorted(link for turn in by_turn for link in turn) == sorted(links)
    assert max(map(len, by_turn), default=0) <= BEGUN_IN_TURN


def test_a_link_is_next_however_many_requests_another_one_has() -> None:
    """A quiet link begins within three turns, though six hundred requests of a noisy one came before it."""
    by_turn = asyncio.run(begun_by_turn([b"noisy"] * 600 + [b"quiet"]))
    place = next(number for number, turn in enumerate(by_turn) if b"quiet" in turn)
    assert place <= 2
    assert len(by_turn) >= 600 // BEGUN_IN_TURN


def test_who_leaves_takes_no_place() -> None:
    """Requests that are cancelled while they wait begin in no turn, and those after them do."""
    errors = list[dict[str, Any]]()

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, error: errors.append(error))
        turns = Turns()
        tasks = [asyncio.create_task(turns.begin(b"link")) for _ in range(10 * BEGUN_IN_TURN)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.wait_for(turns.begin(b"link"), 5)

    asyncio.run(main())
    assert errors == []


def test_a_link_is_known_by_its_signature() -> None:
    """Open values before and after it make no other link."""
    _, _, query = signed("design", {"name": "Ava"}).partition("?")
    link = named_link(query.encode())
    assert link
    assert query.endswith("&_s=" + link.decode())
    assert named_link(query.encode() + b"&city=Oslo") == link
    assert named_link(b"") == b""
