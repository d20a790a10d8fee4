"""The parts of the bench that judge by themselves: windows, receipts, numbers, the carrier that counts, memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from bench.carrier import Arrival
from bench.ground import MOST_MADE_UP, Ground, Land, number_of
from bench.memory import most_memory
from bench.pacing import ON_THE_WAY, least_per_second, most_over
from bench.receipting import check_states, handed_over, shuffled
from bench.sink import Sink
from bench.watching import behind
from phonetree.models import Delivery, State, writing


def arrivals(*times: float, segments: int = 1) -> list[Arrival]:
    return [Arrival("one number", at, segments) for at in times]


def test_an_even_number_fills_its_windows_and_not_more() -> None:
    even = arrivals(*(tick / 10 for tick in range(200)))
    assert most_over(even, rate=10, burst=10) <= 1
    assert least_per_second(even, 100) == pytest.approx(10)


def test_a_number_that_sends_twice_what_it_may_is_found() -> None:
    double = arrivals(*(tick / 20 for tick in range(200)))
    assert most_over(double, rate=10, burst=10) > 1


def test_a_burst_in_the_middle_of_a_calm_is_found() -> None:
    burst = arrivals(*(tick / 10 for tick in range(50)), *(10 + tick / 1000 for tick in range(20)))
    assert most_over(burst, rate=10, burst=10) == pytest.approx(20 / (10 * (0.019 + ON_THE_WAY) + 10))


def test_a_pause_is_found_where_the_window_is_long_enough() -> None:
    pausing = arrivals(*(tick / 10 for tick in range(100)), *(15 + tick / 10 for tick in range(100)))
    assert least_per_second(pausing, 100) == pytest.approx(100 / 15, rel=0.01)


def test_long_texts_count_their_segments() -> None:
    assert least_per_second(arrivals(*range(11), segments=3), 10) == pytest.approx(3)


def test_numbers_are_nobodys_and_each_another() -> None:
    chosen = [0, 99, 100, MOST_MADE_UP - 1, MOST_MADE_UP, 999_999]
    numbers = [number_of(index).e164 for index in chosen]
    assert len(set(numbers)) == len(chosen)
    assert all(number[5:10] == "55501" for number in numbers[:4])
    assert all(number.startswith("+999") and len(number) <= 16 for number in numbers[4:])


def test_the_sink_counts_texts_and_phones_and_names_each_text() -> None:
    sink = Sink()
    answers = [sink.take(f"To=%2B999000000000{phone}&From=%2B1213&Body=x".encode()) for phone in (1, 2, 2)]
    assert len(set(answers)) == 3
    assert all(answer.startswith(b"HTTP/1.1 201") for answer in answers)
    assert sink.take(b"Body=nobody").startswith(b"HTTP/1.1 400")
    assert sink.so_far() == 3
    assert sink.took() == (3, 2)
    assert sink.took() == (0, 0)


def test_a_page_is_as_far_behind_as_the_first_text_that_it_lacks() -> None:
    """Shown 1 from 10.0 to 11.5: the second text went at 10.2, so the page was 1.3 seconds behind at last."""
    handed_over = [9.0, 10.2, 10.4, 11.0]
    assert behind([(10.0, 1), (11.5, 4)], handed_over) == pytest.approx([1.3])
    assert behind([(10.0, 1), (10.1, 2), (11.5, 4)], handed_over) == pytest.approx([0.0, 1.1])


def test_a_page_that_never_shows_the_end_is_no_figure() -> None:
    with pytest.raises(RuntimeError, match="the page showed"):
        behind([(10.0, 1), (11.0, 2)], [9.0, 9.5, 9.9])


def test_memory_is_what_this_process_took() -> None:
    before = most_memory()
    grown = bytearray(b"x") * (64 << 20)
    assert most_memory() - before > 32, len(grown)


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    with Land(tmp_path, None).ground("SQLite", api_base_url="http://127.0.0.1:9", phones=40, say=lambda _: None) as it:
        yield it


def test_receipts_come_in_threes_and_some_twice() -> None:
    final = {(f"{n:032x}", f"SM{n:032x}"): State.DELIVERED for n in range(100)}
    due = shuffled(final)
    assert len(due) == 315
    assert Counter(one.status for one in set(due)) == {"queued": 100, "sent": 100, "delivered": 100}
    assert due == shuffled(final), "the order is one of chance, and always the same"
    assert [one.status for one in due[:3]] != ["queued", "sent", "delivered"]


def test_receipts_that_ended_wrongly_are_not_reported_as_fast(ground: Ground) -> None:
    final = handed_over(ground, 40)
    assert Counter(final.values()) == {State.DELIVERED: 38, State.UNDELIVERED: 2}
    with writing(ground.database) as session:
        for (attempt, _sid), state in final.items():
            session.execute(update(Delivery).where(Delivery.attempt == attempt).values(state=state, rank=4))
    lowered = next(iter(final))[0]
    with writing(ground.database) as session:
        session.execute(update(Delivery).where(Delivery.attempt == lowered).values(state=State.SUBMITTED, rank=3))
    with pytest.raises(RuntimeError, match="1 of 40 texts did not end as their receipts say"):
        check_states(ground, final)


def test_a_ground_has_as_many_parents_as_were_asked_for(ground: Ground) -> None:
    assert len(handed_over(ground, 40)) == 40
    assert replace(ground, phones=1).phones == 1
