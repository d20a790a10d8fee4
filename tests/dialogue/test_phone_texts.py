"""What a phone writes by itself is ignored; what its owner writes is not."""

from __future__ import annotations

import pytest

from phonetree.dialogue.keywords import Ignored, understand

ALERT = "Maple Tree: CONFIRMED 7:43. Immigration agents at the school. Reply STOP to end."


@pytest.mark.parametrize(
    "words",
    [
        f"Liked “{ALERT}”",
        f"Loved “{ALERT}”",
        f'Disliked "{ALERT}"',
        f"Laughed at “{ALERT}”",
        f"Emphasized “{ALERT}”",
        f"Questioned “{ALERT}”",
        f"Removed a like from “{ALERT}”",
        f"Reacted 👍 to “{ALERT}”",
        f"\u200b👍\u200b to “\u200b{ALERT}\u200b”",
        f"👍🏽 a “{ALERT}”",
        f"❤️ to “{ALERT}”",
        f"Me gusta “{ALERT}”",
        f"Le gustó “{ALERT}”",
        f"Le encantó «{ALERT}»",
        f"Se rió de “{ALERT}”",
        f"Reaccionó con 👍 a “{ALERT}”",
        "Liked “STOP”",
        "Liked an image",
        "Loved an image",
        "Le gustó una foto",
        "👍",
        "👍🏽👍🏽",
        "❤️",
    ],
)
def test_reactions_are_ignored(words: str) -> None:
    assert understand(words, language=None) == Ignored("reaction")


@pytest.mark.parametrize(
    "words",
    [
        "I'm driving",
        "I’m driving right now.",
        "I'm driving with Do Not Disturb While Driving turned on. I'll see your message when I get there.",
        "(I’m not receiving notifications. If this is urgent, reply “urgent”.)",
        "Auto-reply: I am away until Monday. Text STOP to end.",
        "AUTOMATIC REPLY: thank you for your message",
        "Out of office",
        "I am currently out of the office",
        "This is an automated message.",
        "Estoy manejando",
        "Respuesta automática: no estoy",
        "Fuera de la oficina hasta el lunes",
        "Can't talk right now.",
    ],
)
def test_automatic_replies_are_ignored(words: str) -> None:
    assert understand(words, language="es") == Ignored("automatic reply")


@pytest.mark.parametrize(
    "words",
    [
        "I'm driving my kids and I see ICE at the corner",
        "liked the food",
        'he said "stop the car"',
        "“they are at the gate”",
        "🆘",
        "me gusta la escuela",
        "estoy manejando y hay una patrulla",
    ],
)
def test_what_a_person_wrote_is_not(words: str) -> None:
    assert not isinstance(understand(words, language=None), Ignored)
