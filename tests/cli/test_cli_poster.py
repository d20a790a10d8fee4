"""``phonetree poster``: a file to print, and what is worth knowing before it is hung up."""

from __future__ import annotations

from pathlib import Path

from operator_desk import MAPLE, OperatorDesk
from sqlalchemy import update

from phonetree.models import Site, open_database, writing

ENGLISH_ALONE = MAPLE.read_text(encoding="utf-8").replace('["es", "en", "ko", "hy"]', '["en", "es"]')


def test_it_writes_a_sheet_for_each_language(tmp_path: Path) -> None:
    desk = OperatorDesk.at(tmp_path)
    desk.done("site", "load", MAPLE)
    lines = desk.done("poster", "maple", tmp_path / "posters.html")
    assert lines == ["posters.html: 4 sheets"]
    html = (tmp_path / "posters.html").read_text(encoding="utf-8")
    assert html.count('<article class="sheet poster') == 4
    assert "JOIN MAPLE" in html
    assert "UNIRME MAPLE" in html
    assert "213-555-0100" in html


def test_one_language_and_cards(tmp_path: Path) -> None:
    desk = OperatorDesk.at(tmp_path)
    desk.done("site", "load", MAPLE)
    lines = desk.done("poster", "MAPLE", tmp_path / "cards.html", "--kind", "card", "--language", "es")
    assert lines == ["cards.html: 1 sheet"]
    html = (tmp_path / "cards.html").read_text(encoding="utf-8")
    assert html.count("Mande este mensaje") == 8
    refused = desk.run("poster", "MAPLE", tmp_path / "x.html", "--language", "quc")
    assert refused.exit_code == 2
    assert "is not one of es, en, ko, hy" in refused.output
    assert not (tmp_path / "x.html").exists()


def test_it_says_that_the_printed_word_is_not_the_one_that_joins_at_once(tmp_path: Path) -> None:
    desk = OperatorDesk.at(tmp_path)
    desk.done("site", "load", desk.file("maple.toml", ENGLISH_ALONE))
    database = open_database(desk.settings["DATABASE_URL"])
    with writing(database) as session:
        session.execute(update(Site).values(join_word="BLUEBIRD"))
    database.dispose()
    (notice, done) = desk.done("poster", "MAPLE", tmp_path / "posters.html")
    assert notice.startswith("notice: a lead made a word to join with")
    assert done == "posters.html: 2 sheets"
    assert "BLUEBIRD" not in (tmp_path / "posters.html").read_text(encoding="utf-8")
