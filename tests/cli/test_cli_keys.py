"""``phonetree keys``."""

from __future__ import annotations

from pathlib import Path

from operator_desk import OperatorDesk

from phonetree.words.crypto import parse_master_keys


def test_every_new_key_is_another_and_can_be_used(tmp_path: Path) -> None:
    desk = OperatorDesk(tmp_path)
    printed = [desk.done("keys", "new")[0] for _key in range(2)]
    assert len(parse_master_keys(",".join(printed))) == 2
    assert printed[0] != printed[1]
