"""``cap-key``: the keys with which the Rapid Response Network posts alerts over HTTP."""

from __future__ import annotations

import click

from phonetree.cli.failing import Failed


@click.group("cap-key")
def cap_key() -> None:
    """Keys of the Rapid Response Network for POST /cap/CODE; docs/cap.md says how they are used."""


@cap_key.command()
@click.argument("site")
@click.argument("name")
def new(site: str, name: str) -> None:
    """Print a new key for the network NAME of the school SITE. It is shown once: only its hash is stored.

    NAME is as the school's file has it under [[network]]. Keys that were made before stay good until they are revoked.
    """
    from phonetree.cli.opening import open_checked_house, site_called
    from phonetree.desk.cap_keys import NotNamed, new_key
    from phonetree.desk.schools import school_of
    from phonetree.models import writing

    house = open_checked_house()
    with writing(house.database) as session:
        school = site_called(session, site)
        try:
            key = new_key(session, house.means, school, name)
        except NotNamed:
            named = ", ".join(network.name for network in school_of(house.means, school).network) or "none yet"
            raise Failed(f"the school's file has no [[network]] of this name; it has: {named}") from None
    click.echo(key)


@cap_key.command("list")
@click.argument("site")
def list_(site: str) -> None:
    """Show the keys of the school SITE: whose, when made, whether revoked. Never the keys themselves."""
    from phonetree.cli.opening import open_checked_house, site_called
    from phonetree.desk.cap_keys import keys_of
    from phonetree.models import reading

    with reading(open_checked_house().database) as session:
        found = keys_of(session, site_called(session, site))
    for key in found:
        until = f"revoked {key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else "good"
        click.echo(f"{key.name}: made {key.made_at:%Y-%m-%d %H:%M} UTC, {until}")
    if not found:
        click.echo("no key yet")


@cap_key.command()
@click.argument("site")
@click.argument("name")
@click.option("--but-newest", is_flag=True, help="Keep the newest: the network has changed over to it.")
def revoke(site: str, name: str, *, but_newest: bool) -> None:
    """Make the keys of the network NAME of the school SITE good no more, at once."""
    from phonetree.cli.opening import open_checked_house, site_called
    from phonetree.desk import cap_keys
    from phonetree.models import writing

    house = open_checked_house()
    with writing(house.database) as session:
        count = cap_keys.revoke(session, house.means, site_called(session, site), name, but_newest=but_newest)
    if not count:
        raise Failed("this network has no key that could be revoked; `phonetree cap-key list` shows what there is")
    click.echo(f"{count} revoked")
