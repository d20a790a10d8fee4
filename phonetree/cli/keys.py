"""``keys``: the encryption keys of a deployment."""

from __future__ import annotations

import click


@click.group()
def keys() -> None:
    """The keys in PHONETREE_KEYS."""


@keys.command()
def new() -> None:
    """Print a new key for PHONETREE_KEYS. Keep it where neither the database nor its backups are."""
    from phonetree.words.crypto import new_master_key

    click.echo(new_master_key())
