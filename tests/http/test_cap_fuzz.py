"""Whatever bytes come to ``POST /cap/<code>``: an answer in plain words, never a 500; a refusal writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from cap_posts import KIND, cap, info, reference
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from phone import house_in, rows

from phonetree.app import House, web_app
from phonetree.cap.document import read_document
from phonetree.cap.elements import NotUnderstood
from phonetree.demo.rehearsal import HeldClock
from phonetree.desk import cap_keys, schools
from phonetree.desk.cap_documents import CapDocument
from phonetree.models import writing

SEEDS = (
    cap(info(expires="2030-01-01T00:00:00-08:00", onset="2026-11-16T08:00:00-08:00", area="Maple and 3rd")),
    cap(msgType="Update", references=f"{reference('NET-1')} {reference('NET-2')}"),
    cap("<note>n</note>", msgType="Cancel", references=reference("NET-1")),
    cap(status="Exercise", msgType="Ack"),
)
SPICES = (
    *(b"<!DOCTYPE alert [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>", b"&a;", b"<![CDATA[", b"]]>", b"<!--", b"-->"),
    *(b"<?xml version='1.1'?>", b"\xff\xfe", b"\xc0\x80", b"\xed\xa0\x80", b"\0", b"&#0;", b"&#xD800;", b"&#x10FFFF;"),
    *(b"<info>", b"</info>", b"<alert>", b"</alert>", b"<x:y/>", b" xmlns=''", b"9999-12-31T23:59:59-14:00", b","),
    *(b"0000-00-00T00:00:00Z", b"Actual", b"Cancel", b"Alert", "é".encode(), "\u202e".encode(), b"<" * 40, b"a" * 300),
)
MUTATION = st.tuples(st.floats(0, 1), st.integers(0, 60), st.sampled_from(SPICES) | st.binary(max_size=12))
"""Where, how much is cut out there, and what comes in its place."""


def mutated(seed: bytes, mutations: list[tuple[float, int, bytes]]) -> bytes:
    for where, cut, put in mutations:
        start = int(where * len(seed))
        seed = seed[:start] + put + seed[start + cut :]
    return seed


bodies = st.builds(mutated, st.sampled_from(SEEDS), st.lists(MUTATION, max_size=4)) | st.binary(max_size=200)


@settings(max_examples=1500, deadline=None)
@given(body=bodies)
@example(body=SPICES[0] + SEEDS[0].split(b"?>")[1])
def test_the_parser_reads_it_or_refuses_it_in_plain_words(body: bytes) -> None:
    try:
        read: object = read_document(body)
    except NotUnderstood as refusal:
        read = str(refusal)
    assert isinstance(read, CapDocument | str)
    assert isinstance(read, CapDocument) or (read.isascii() and len(read) < 120)


@dataclass(frozen=True)
class Network:
    """A network's computer, and the house that it posts to."""

    house: House
    client: FlaskClient
    key: str

    def posts(self, body: bytes) -> int:
        headers = {"Authorization": f"Bearer {self.key}"}
        return self.client.post("/cap/MAPLE", data=body, content_type=KIND, headers=headers).status_code


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with house_in(tmp_path_factory.mktemp("house")) as house:
        with writing(house.database) as session:
            site = schools.find_site(session, "MAPLE")
            assert site is not None
            key = cap_keys.new_key(session, house.means, site, "Example Rapid Response Network")
        yield Network(house, web_app(house).test_client(), key)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=bodies)
@example(body=SEEDS[0])
def test_it_is_taken_or_refused_and_then_nothing_is_written(network: Network, body: bytes) -> None:
    clock = network.house.means.clock
    assert isinstance(clock, HeldClock)
    before = rows(network.house.database)
    status = network.posts(body)
    assert status in {200, 400, 409, 413}
    assert (rows(network.house.database) == before) is (status != 200)
    clock.at += timedelta(seconds=3)  # a network that posts more than that is told to wait


def test_a_seed_is_taken(network: Network) -> None:
    """So that the test above is about more than refusals."""
    clock = network.house.means.clock
    assert isinstance(clock, HeldClock)
    clock.at = HeldClock().at
    assert network.posts(cap()) == 200
