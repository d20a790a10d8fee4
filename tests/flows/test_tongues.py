"""Every language of the table has a name that a call can say."""

from __future__ import annotations

from phonetree.flows.tongues import TONGUES
from phonetree.words.languages import LANGUAGES


def test_every_language_has_a_name_to_be_said() -> None:
    assert set(TONGUES) == set(LANGUAGES)
