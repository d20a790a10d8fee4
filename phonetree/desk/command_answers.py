"""What the words after a command already answer, by the names under which the flows look for it."""

from __future__ import annotations

from phonetree.dialogue.keywords import Command, Said, plain_digits


def answers_in(said: Said) -> dict[str, str]:
    """What the words after a command already answer."""
    digits = plain_digits(said.arguments).split()
    match said.command:
        case Command.ALERT:
            return alert_answers(digits)
        case Command.DRILL:
            return {**alert_answers(digits), "action": "drill"}
        case Command.UPDATE | Command.CLEAR | Command.CORRECT:
            return {"action": said.command.value.lower(), "alert": digits[0] if digits else ""}
        case Command.CHECK | Command.FALSE | Command.CONFIRM | Command.SEND | Command.MUTE:
            return dict(zip(("number", "kind"), digits, strict=False))
        case Command.TAKE | Command.DONE | Command.PASS:
            return {"number": digits[0] if digits else ""}
        case Command.LEAD:
            return {"words": said.arguments}
        case Command.JOIN:
            return {"word": said.arguments} if said.arguments else {}
        case Command.ADMIT | Command.REFUSE:
            return {"number": _one_or_all(digits)}
        case Command.CODE:
            return {"new": "1"} if said.arguments else {}
        case Command.MOVE:
            return {"code": "".join(digits)}
        case Command.RECORD:
            return {"phone": said.arguments}
        case Command.AID:
            return {"item": said.item or ""}
        case Command.LANGUAGE:
            return {"named": said.item or ""}
        case _:
            return {}


def _one_or_all(named: list[str]) -> str:
    """A number, or everybody in whatever language; nothing where nobody is named."""
    return (named[0] if named[0].isdigit() else "all") if named else ""


def alert_answers(digits: list[str]) -> dict[str, str]:
    return dict(zip(("kind", "place", "level"), digits, strict=False))
