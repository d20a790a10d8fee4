"""Who is drawn on the demo's page, and that the training can be done at the telephones that lie there."""

from __future__ import annotations

from phonetree.demo.cast import make_cast
from phonetree.demo.handsets import in_hand, training
from phonetree.simulator.page.faces import FaceKind

CAST = make_cast()
FACES = [face for _, face in in_hand(CAST)]


def test_each_telephone_of_the_page_is_somebodys_and_looks_like_what_it_is() -> None:
    assert {person.number for person, _ in in_hand(CAST)} <= {person.number for person in CAST.phones}
    assert len({face.number for face in FACES}) == len({face.name for face in FACES}) == 6
    assert [face.kind is FaceKind.DESK for face in FACES] == [person.is_landline for person, _ in in_hand(CAST)]
    assert len({face.language for face in FACES if face.kind is FaceKind.FLIP}) > 1


def test_every_pin_that_is_needed_stands_beside_its_telephone() -> None:
    assert [face.pin for face in FACES if face.pin] == [CAST.leads[0].pin, CAST.network.pin]
    confirming = [step for step in training(CAST) if "PIN" in step.words]
    assert len(confirming) == 4
    assert all(FACES[0].pin in step.words for step in confirming)


def test_every_step_of_the_training_is_seen_on_a_telephone_of_the_page() -> None:
    assert {step.number for step in training(CAST)} <= {face.number for face in FACES}
