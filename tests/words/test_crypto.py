"""What is sealed opens for its row alone, keys lie as they should, and the form on disk never changes unnoticed."""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
import sys
import threading
from base64 import b64decode, b64encode
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from phonetree.words.crypto import (
    CannotDecrypt,
    KeyRing,
    MasterKey,
    Vault,
    new_master_key,
    parse_master_keys,
    school_year,
)
from phonetree.words.key_turning import announce, overdue
from phonetree.words.keyfiles import KeyFile, WrongKey, key_files, write_key_file
from phonetree.words.numbers import PhoneNumber

TODAY = date(2026, 11, 23)
MASTER = MasterKey(bytes(range(32)))
NUMBER, OTHER_NUMBER = PhoneNumber("+12135550142"), PhoneNumber("+12135550143")
SITE, OTHER_SITE = "site:MAPLE", "site:OAK"
ROW = "people|7|number"

# Made once and kept: the form of key files and of sealed words since the first migration.
KEPT_SECRET = bytes(range(32, 64))
KEPT_KEY_ID = bytes.fromhex("00112233445566aa")
KEPT_WRAPPED = "AAECAwQFBgcICQoLZyP0OOHA5DylaL2gncRWQrPntQfETmlLAF7fviFUPo26rpldwnYlsn32g0Jx+Skk"
KEPT_SEALED = bytes.fromhex(
    "0100112233445566aa4712cc1ab7e78062299e20a3d2cca40588e5191bf1994f64917ba7e142eaa9fce218d43520d227ce"
)
KEPT_INDEX = bytes.fromhex("f8f136a9b0b212cc1b67bf8654cdfea8f818f93d392cc431cf6bf806f54ad8c8")


def open_ring(directory: Path, masters: Sequence[MasterKey] = (MASTER,)) -> KeyRing:
    return KeyRing.open(directory / "keys", masters, today=TODAY)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return open_ring(tmp_path).vault(SITE)


@pytest.fixture(scope="module")
def shared_vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    """For properties, which a fresh directory for each example would slow down."""
    return open_ring(tmp_path_factory.mktemp("shared")).vault(SITE)


def wrap(secret: bytes, sequence: int, scope: str = SITE, key_id: bytes | None = None) -> KeyFile:
    """A key file as rotation will make it, wrapped here by hand."""
    key_id = key_id or bytes([sequence]) * 8
    label = json.dumps([key_id.hex(), scope, 2026, "2026-08-17", sequence]).encode()
    wrapped = b"nonce of 12b" + AESGCM(MASTER.secret).encrypt(b"nonce of 12b", secret, label)
    return KeyFile(key_id, scope, 2026, date(2026, 8, 17), sequence, wrapped)


def hkdf(secret: bytes, info: bytes) -> bytes:
    """RFC 5869 for one block, without the library."""
    extracted = hmac.digest(bytes(32), secret, hashlib.sha256)
    return hmac.digest(extracted, info + b"\x01", hashlib.sha256)


# Master keys


def test_a_new_master_key_is_read_back_and_never_the_same() -> None:
    first, second = new_master_key(), new_master_key()
    assert first.startswith("k1.")
    assert first != second
    assert [len(key.secret) for key in parse_master_keys(first)] == [32]


@pytest.mark.parametrize("between", [",", ", ", " ", "\n", " , "])
def test_several_keys_stand_newest_first(between: str) -> None:
    newest, oldest = new_master_key(), new_master_key()
    assert parse_master_keys(f" {newest}{between}{oldest} ") == (*parse_master_keys(newest), *parse_master_keys(oldest))


@pytest.mark.parametrize("text", ["", " ", ","])
def test_no_key_is_wrong(text: str) -> None:
    with pytest.raises(WrongKey, match="no key is given"):
        parse_master_keys(text)


@pytest.mark.parametrize("place", [3, 10, 30, 44, 50])
def test_a_slip_in_a_key_is_noticed_and_not_shown(place: int) -> None:
    good = new_master_key()
    slip = good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :]
    with pytest.raises(WrongKey, match="key 2 is not one") as caught:
        parse_master_keys(f"{good} {slip}")
    assert slip not in str(caught.value)
    assert good[5:20] not in str(caught.value)


@pytest.mark.parametrize("text", ["k1.", "k2." + "A" * 48, "k1." + "A" * 48, "k1." + "é" * 48, "x" * 51])
def test_other_words_are_no_key(text: str) -> None:
    with pytest.raises(WrongKey, match="key 1 is not one"):
        parse_master_keys(text)


def test_nothing_that_holds_a_key_prints_it(tmp_path: Path) -> None:
    ring = open_ring(tmp_path)
    vault = ring.vault(SITE)
    secret = MASTER.secret
    printed = f"{MASTER!r} {ring!r} {vault!r} {ring.keys(SITE)!r} {key_files(tmp_path / 'keys')!r}"
    assert not any(form in printed for form in (repr(secret)[2:20], secret.hex(), b64encode(secret).decode()))
    assert "secret" not in printed
    assert "wrapped" not in printed


@pytest.mark.parametrize(
    ("day", "year"), [(date(2026, 7, 1), 2026), (date(2026, 12, 31), 2026), (date(2027, 6, 30), 2026)]
)
def test_a_school_year_runs_from_july_to_june(day: date, year: int) -> None:
    assert school_year(day) == year


# Sealing


@given(st.text(alphabet=st.characters()), st.text(alphabet=st.characters(), max_size=40))
def test_what_is_sealed_opens(shared_vault: Vault, plain: str, row: str) -> None:
    assert shared_vault.open(shared_vault.seal(plain, row=row), row=row) == plain


@given(st.binary(max_size=80))
def test_sealed_bytes_open_as_they_were(shared_vault: Vault, sound: bytes) -> None:
    sealed = shared_vault.seal_bytes(sound, row="clips|1|sound")
    assert shared_vault.open_bytes(sealed, row="clips|1|sound") == sound
    with pytest.raises(CannotDecrypt, match="another row"):
        shared_vault.open_bytes(sealed, row="clips|2|sound")


def test_words_and_bytes_are_sealed_in_one_form(vault: Vault) -> None:
    assert vault.open_bytes(vault.seal("corazón", row=ROW), row=ROW) == "corazón".encode()
    assert vault.open(vault.seal_bytes("corazón".encode(), row=ROW), row=ROW) == "corazón"


def test_the_same_words_are_never_sealed_alike_and_never_visible(vault: Vault) -> None:
    first, second = vault.seal(NUMBER.e164, row=ROW), vault.seal(NUMBER.e164, row=ROW)
    assert first != second
    assert b"2135550142" not in first
    assert first[:9] == second[:9] == b"\x01" + vault.key_id


def test_words_moved_to_another_row_do_not_open(vault: Vault) -> None:
    with pytest.raises(CannotDecrypt, match="another row"):
        vault.open(vault.seal(NUMBER.e164, row=ROW), row="people|8|number")


def test_words_of_another_scope_do_not_open(tmp_path: Path) -> None:
    ring = open_ring(tmp_path)
    sealed = ring.vault(SITE).seal(NUMBER.e164, row=ROW)
    with pytest.raises(CannotDecrypt, match="not among those of this scope"):
        ring.vault(OTHER_SITE).open(sealed, row=ROW)


def test_every_changed_bit_is_noticed(vault: Vault) -> None:
    sealed = vault.seal("739152", row=ROW)
    for bit in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CannotDecrypt):
            vault.open(bytes(changed), row=ROW)


def test_every_missing_end_is_noticed(vault: Vault) -> None:
    sealed = vault.seal("739152", row=ROW)
    for length in range(len(sealed)):
        with pytest.raises(CannotDecrypt):
            vault.open(sealed[:length], row=ROW)


@given(st.binary(max_size=80))
def test_other_bytes_do_not_open(shared_vault: Vault, sealed: bytes) -> None:
    with pytest.raises(CannotDecrypt):
        shared_vault.open(sealed, row=ROW)


def test_the_error_does_not_hold_the_words(vault: Vault) -> None:
    with pytest.raises(CannotDecrypt) as caught:
        vault.open(vault.seal(NUMBER.e164, row=ROW), row="elsewhere")
    assert "555" not in str(caught.value)
    assert caught.value.__suppress_context__


# The index


def test_a_number_is_found_again_by_its_index_alone(tmp_path: Path) -> None:
    index = open_ring(tmp_path).vault(SITE).index(NUMBER)
    again = open_ring(tmp_path).vault(SITE)
    assert len(index) == 32
    assert again.index(NUMBER) == index
    assert again.indexes(NUMBER) == (index,)
    assert again.index(OTHER_NUMBER) != index


def test_two_sites_cannot_be_joined_by_their_indexes(tmp_path: Path) -> None:
    ring = open_ring(tmp_path)
    assert ring.vault(SITE).index(NUMBER) != ring.vault(OTHER_SITE).index(NUMBER)


# The form that is kept


def put_kept_key(directory: Path) -> None:
    (directory / "keys").mkdir(mode=0o700)
    facts = {"scope": SITE, "year": 2026, "made_on": "2026-08-17", "sequence": 1, "wrapped": KEPT_WRAPPED}
    (directory / "keys" / f"{KEPT_KEY_ID.hex()}.key").write_text(json.dumps(facts))


def test_words_sealed_long_ago_still_open(tmp_path: Path) -> None:
    put_kept_key(tmp_path)
    vault = open_ring(tmp_path).vault(SITE)
    assert vault.open(KEPT_SEALED, row=ROW) == NUMBER.e164
    assert vault.index(NUMBER) == KEPT_INDEX
    assert vault.key_id == KEPT_KEY_ID


def test_the_form_can_be_read_without_this_program() -> None:
    header, nonce, ciphertext = KEPT_SEALED[:9], KEPT_SEALED[9:21], KEPT_SEALED[21:]
    key = hkdf(KEPT_SECRET, b"phonetree 1 encryption")
    assert header == b"\x01" + KEPT_KEY_ID
    assert AESGCM(key).decrypt(nonce, ciphertext, header + ROW.encode()) == NUMBER.e164.encode()
    index_key = hkdf(KEPT_SECRET, b"phonetree 1 index")
    assert hmac.digest(index_key, NUMBER.e164.encode(), hashlib.sha256) == KEPT_INDEX


def test_pepper_and_token_key_are_derived_apart_and_stay(tmp_path: Path) -> None:
    write_after_opening = open_ring(tmp_path)
    write_key_file(tmp_path / "keys", wrap(KEPT_SECRET, 1, "deployment"))
    assert write_after_opening.pepper == hkdf(KEPT_SECRET, b"phonetree 1 pepper")
    assert write_after_opening.token_key == hkdf(KEPT_SECRET, b"phonetree 1 token")
    write_key_file(tmp_path / "keys", wrap(bytes(32), 2, "deployment"))
    later = open_ring(tmp_path)
    assert (later.pepper, later.token_key) == (write_after_opening.pepper, write_after_opening.token_key)


# Key files


def test_keys_lie_for_their_owner_alone_and_wrapped(tmp_path: Path) -> None:
    ring = open_ring(tmp_path)
    key_id = ring.vault(SITE).key_id
    (path,) = (tmp_path / "keys").glob("*.key")
    assert path.name == f"{key_id.hex()}.key"
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o400
    facts = json.loads(path.read_text())
    assert {name: facts[name] for name in ("scope", "year", "made_on")} == {
        "scope": SITE,
        "year": 2026,
        "made_on": "2026-11-23",
    }
    assert ring.keys(SITE)[0].secret not in b64decode(facts["wrapped"])


def test_opening_makes_no_key_and_asking_twice_makes_one(tmp_path: Path) -> None:
    ring = open_ring(tmp_path)
    assert key_files(tmp_path / "keys") == []
    assert ring.vault(SITE).key_id == ring.vault(SITE).key_id
    assert len(key_files(tmp_path / "keys")) == 1


def test_any_listed_master_key_opens_what_an_older_one_wrapped(tmp_path: Path) -> None:
    sealed = open_ring(tmp_path).vault(SITE).seal("Hola", row=ROW)
    newest = parse_master_keys(new_master_key())
    rotated = open_ring(tmp_path, (*newest, MASTER))
    assert rotated.vault(SITE).open(sealed, row=ROW) == "Hola"
    made_since = rotated.vault(OTHER_SITE).key_id
    assert open_ring(tmp_path, newest).vault(OTHER_SITE).key_id == made_since


def test_without_the_master_key_nothing_opens_and_nothing_is_made(tmp_path: Path) -> None:
    key_id = open_ring(tmp_path).vault(SITE).key_id
    stranger = open_ring(tmp_path, parse_master_keys(new_master_key()))
    with pytest.raises(WrongKey, match=f"no key of PHONETREE_KEYS opens the data key {key_id.hex()}"):
        stranger.vault(SITE)
    assert len(key_files(tmp_path / "keys")) == 1


def test_a_ring_needs_a_master_key(tmp_path: Path) -> None:
    with pytest.raises(WrongKey, match="no key is given"):
        open_ring(tmp_path, ())


@pytest.mark.parametrize("change", [{"scope": OTHER_SITE}, {"year": 2027}, {"made_on": "2027-08-17"}, {"sequence": 9}])
def test_an_altered_key_file_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    put_kept_key(tmp_path)
    (path,) = (tmp_path / "keys").glob("*.key")
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(WrongKey):
        open_ring(tmp_path).vault(str(change.get("scope", SITE)))


def test_a_renamed_key_file_is_refused(tmp_path: Path) -> None:
    put_kept_key(tmp_path)
    (path,) = (tmp_path / "keys").glob("*.key")
    path.rename(path.with_name("ff" * 8 + ".key"))
    with pytest.raises(WrongKey):
        open_ring(tmp_path).vault(SITE)


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", '{"scope": "site:MAPLE"', '{"wrapped": "?"}'])
def test_a_damaged_key_file_stops_rather_than_being_made_anew(tmp_path: Path, content: str) -> None:
    put_kept_key(tmp_path)
    (path,) = (tmp_path / "keys").glob("*.key")
    path.write_text(content)
    with pytest.raises(WrongKey, match="is damaged"):
        open_ring(tmp_path).vault(SITE)
    assert len(list((tmp_path / "keys").glob("*.key"))) == 1


def test_half_a_key_left_by_a_crash_is_no_key(tmp_path: Path) -> None:
    ring = open_ring(tmp_path)
    (tmp_path / "keys" / "left.part").write_text('{"scope"')
    assert ring.vault(SITE).open(ring.vault(SITE).seal("Hola", row=ROW), row=ROW) == "Hola"


# Several keys, threads and processes


def test_the_newest_key_seals_and_all_open_and_index(tmp_path: Path) -> None:
    put_kept_key(tmp_path)
    write_key_file(tmp_path / "keys", wrap(bytes(32), 2))
    vault = open_ring(tmp_path).vault(SITE)
    assert vault.key_id == bytes([2]) * 8
    assert vault.seal("Hola", row=ROW)[1:9] == vault.key_id
    assert vault.open(KEPT_SEALED, row=ROW) == NUMBER.e164
    assert vault.indexes(NUMBER) == (vault.index(NUMBER), KEPT_INDEX)


def test_a_key_that_another_process_made_meanwhile_is_found(tmp_path: Path) -> None:
    put_kept_key(tmp_path)
    early = open_ring(tmp_path).vault(SITE)
    assert early.key_id == KEPT_KEY_ID
    write_key_file(tmp_path / "keys", wrap(bytes(32), 2))
    sealed_later = open_ring(tmp_path).vault(SITE).seal("Hola", row=ROW)
    assert early.open(sealed_later, row=ROW) == "Hola"


def test_threads_that_race_for_the_first_key_all_use_one(tmp_path: Path) -> None:
    runners = 8
    barrier = threading.Barrier(runners)

    def race(ring: KeyRing) -> bytes:
        barrier.wait(timeout=30)
        return ring.vault(SITE).key_id

    rings = [open_ring(tmp_path) for _ in range(runners // 2)] * 2
    with ThreadPoolExecutor(runners) as threads:
        assert len(set(threads.map(race, rings))) == 1
    assert len(key_files(tmp_path / "keys")) == 1


RACER = """
import sys
from datetime import date
from pathlib import Path
from phonetree.words.crypto import KeyRing, MasterKey
ring = KeyRing.open(Path(sys.argv[1]), [MasterKey(bytes(range(32)))], date(2026, 11, 23))
print("ready", flush=True)
sys.stdin.readline()
print(*[ring.vault(f"site:{number}").key_id.hex() for number in range(20)])
"""


def test_processes_that_race_for_the_first_key_all_use_one(tmp_path: Path) -> None:
    command = [sys.executable, "-c", RACER, str(tmp_path / "keys")]
    racers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path.cwd())  # noqa: S603
        for _ in range(3)
    ]
    assert [racer.stdout.readline() for racer in racers if racer.stdout] == ["ready\n"] * 3
    said = []
    for racer in racers:  # all of them wait for this line, so all of them go at once
        assert racer.stdin
        racer.stdin.write("go\n")
        racer.stdin.flush()
    for racer in racers:
        said.append(racer.communicate(timeout=60)[0])
        assert racer.returncode == 0
    assert len(set(said)) == 1
    assert len(key_files(tmp_path / "keys")) == 20


def test_who_serves_goes_on_while_a_file_is_just_being_copied(tmp_path: Path) -> None:
    put_kept_key(tmp_path)
    vault = open_ring(tmp_path).vault(SITE)
    half = tmp_path / "keys" / ("ab" * 8 + ".key")
    half.write_text('{"scope": "si')
    assert vault.open(KEPT_SEALED, row=ROW) == NUMBER.e164
    half.unlink()
    write_key_file(tmp_path / "keys", wrap(bytes(32), 2))
    assert vault.key_id == bytes([2]) * 8, "noticed without being asked for by what it sealed"


def test_a_folder_that_is_emptied_makes_no_new_key_beside_the_one_in_use(tmp_path: Path) -> None:
    put_kept_key(tmp_path)
    vault = open_ring(tmp_path).vault(SITE)
    assert vault.key_id == KEPT_KEY_ID
    (path,) = (tmp_path / "keys").glob("*.key")
    path.rename(path.with_suffix(".away"))
    assert vault.key_id == KEPT_KEY_ID
    assert key_files(tmp_path / "keys") == []


@pytest.mark.parametrize(("day", "is_over"), [(date(2027, 6, 30), False), (date(2027, 7, 1), True)])
def test_a_year_ends_on_the_last_of_june(tmp_path: Path, day: date, is_over: bool) -> None:  # noqa: FBT001
    ring = open_ring(tmp_path)
    ring.vault(SITE)
    assert overdue(ring, day) == ([SITE] if is_over else [])
    announce(KeyRing.open(tmp_path / "keys", (MASTER,), day))
    assert overdue(ring, day) == []
