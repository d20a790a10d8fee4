"""The keys with which a network posts CAP documents: made once, stored as a hash, revoked by name.

A key is 256 random bits, so its plain SHA-256 gives nothing away: nobody guesses it, with or without a pepper, and no
slow hash makes that harder. Whoever has the hash alone cannot post.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from phonetree.desk.means import Means
from phonetree.desk.outbox import audit
from phonetree.desk.schools import find_site, school_of
from phonetree.models import CapKey, Site, reading

PREFIX = "cap1."
_NOBODYS = bytes(32)
_CODE = re.compile(r"[A-Za-z0-9]{2,12}")


class NotNamed(Exception):
    """The school's file names no such network."""


def new_key(session: Session, means: Means, site: Site, name: str) -> str:
    """A new key for this network of the school. What it returns is stored nowhere."""
    if name not in {network.name for network in school_of(means, site).network}:
        raise NotNamed
    key = PREFIX + secrets.token_urlsafe(32)
    session.add(CapKey(site_id=site.id, name=name, hashed=hash_of(key), made_at=means.now()))
    audit(session, means, "CAP key made", site=site, actor=None)
    return key


def keys_of(session: Session, site: Site) -> Sequence[CapKey]:
    return session.scalars(select(CapKey).where(CapKey.site_id == site.id).order_by(CapKey.id)).all()


def revoke(session: Session, means: Means, site: Site, name: str, *, but_newest: bool = False) -> int:
    """Every key of this network, or all but its newest, is good no more. Returns how many were."""
    good = [key for key in keys_of(session, site) if key.name == name and key.revoked_at is None]
    old = good[:-1] if but_newest else good
    for key in old:
        key.revoked_at = means.now()
        audit(session, means, "CAP key revoked", site=site, actor=None)
    return len(old)


def recognise(engine: Engine, code: str, key: str) -> int | None:
    """The row of this key, if it is a good one of this school; a code that is no school's looks the same."""
    given = hash_of(key)
    with reading(engine) as session:
        site = find_site(session, code) if _CODE.fullmatch(code) else None
        good = [] if site is None else [each for each in keys_of(session, site) if each.revoked_at is None]
        hashes = {each.id: each.hashed for each in good} or {0: _NOBODYS}
        found = [identity for identity, hashed in hashes.items() if hmac.compare_digest(hashed, given)]
    return found[0] if found and found[0] else None


def hash_of(key: str) -> bytes:
    return hashlib.sha256(key.encode(errors="surrogatepass")).digest()
