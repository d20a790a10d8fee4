"""What is counted while the tree works, under labels that monitoring knows; any other name is ``other``."""

from __future__ import annotations

from collections.abc import Mapping

from phonetree.desk.canary import STRANGE
from phonetree.desk.floods import Worth
from phonetree.operators.lateness import LATE_WEBHOOK

OTHER = "other"
WHY = ("phone", "budget", "number", "alert", "backlog")
"""Why an answer is left out: for one phone's sake, the day's money, the number's debt, an alert, what waits already."""
LABEL_OF: Mapping[str, str] = {
    STRANGE: "strange_text",
    LATE_WEBHOOK: "late_webhook",
    "texts not answered: from no ordinary phone": "text_from_no_ordinary_phone",
    "texts not sent: unreadable, or to no ordinary phone": "text_not_sendable",
    "calls not placed: to no ordinary phone": "call_not_placeable",
    "joins held: too many": "join_held",
    **{f"answers left out: {worth}, {why}": f"answer_left_out_{worth}_{why}" for worth in Worth for why in WHY},
}


def labelled(happened: Mapping[str, int]) -> dict[str, int]:
    """How often by label: each that there is, also what never happened."""
    found = dict.fromkeys((*LABEL_OF.values(), OTHER), 0)
    for name, times in happened.items():
        found[LABEL_OF.get(name, OTHER)] += times
    return found
