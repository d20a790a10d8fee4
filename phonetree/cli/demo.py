"""``demo``: the whole story on this machine."""

from __future__ import annotations

import click

from phonetree.cli.failing import Failed


@click.command()
@click.option("--once", is_flag=True, help="Play the story, check it, and end.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Of the handsets' page.")
def demo(*, once: bool, port: int) -> None:
    """Play the story: families join, a lead sends an alert, everyone gets it in their own language.

    Nothing leaves this machine, and no account is needed.
    """
    from phonetree.demo.story import play

    if not play(once=once, port=port):
        raise Failed("the story did not go as it should; what was seen is above")
