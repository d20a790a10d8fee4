"""``python -m phonetree``, for hosts where the script is not on the path."""

from __future__ import annotations

from phonetree.cli import main

main(prog_name="phonetree")
