"""The words of the page: English alone, for trainers and developers, and all in this one place."""

from __future__ import annotations

from types import MappingProxyType

PAGE = MappingProxyType(
    {
        "title": "Handsets",
        "none": "No telephone has been used yet.",
        "go_to": "Go to",
        "new": "new",
        "silent": "The carrier does not answer. Is the demo still running?",
        "about": "These telephones are made up, and nothing leaves this machine. Text, call, press keys, pick up.",
        "to_phones": "Telephones",
        "text": "Text",
        "to": "To",
        "send": "Send",
        "keypad": "Keypad",
        "display": "Display",
        "pin": "PIN in this demo:",
        "training": "Training for a lead",
        "again": "Start again",
        "done": "Done.",
        "all_done": "You have done it all. Start again as often as you like.",
        "all_steps": "All steps",
        "tools": "For developers",
        "sound": "Sound: speak calls, key tones",
        "sound_about": "Calls are spoken where this browser has a voice for the language. The words are always shown.",
        "faults": "Faults",
        "slow": "Slow carrier: every request to send takes three seconds longer",
        "lost": "Lost receipts: the tree never hears what became of a text or a call",
        "set_faults": "Set faults",
        "other": "Another telephone",
        "number": "Its number, like +12135550199",
        "draw": "Draw it",
        "wire": "Over the wire",
        "wire_about": "What the carrier and the tree asked each other about these telephones, newest first. "
        "What it cost is an estimate. Lists that the tree reads to check itself are left out.",
        "nothing_yet": "Nothing yet.",
        "to-tree": "Carrier asks the tree",
        "to-carrier": "Tree asks the carrier",
        "parameters": "Parameters",
        "answer": "Answer",
        "no_answer": "no answer",
        "look_again": "Look again",
    }
)
_UNDER = ("", "ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ", "", "+", "")
LETTERS = MappingProxyType(dict(zip("123456789*0#", _UNDER, strict=True)))
"""What stands under each key."""
KEY_NAMES = MappingProxyType({"*": "* star", "#": "# pound"})
"""Of the keys that are read aloud in many ways."""

IDLE = "Ready. Call rings the tree."
DIALLING = "To call: {digits}"
RINGING = "Ringing: {number} calls."
CALLING = "Calling."
ON_HOLD = "Waiting for somebody to take the call."
ANOTHER = "Another telephone is ringing."
TALKING = "Talking with: {who}."
LISTENING = "In a call."
ASKED = "In a call. It waits for a key."
AFTER_TONE = "In a call. The tone: it waits for you to speak."

CALLS_OUT, CALLS_IN = "You call {number}", "{number} calls you"
JOINED = "You are connected with: {who}"
SOMEBODY = "another telephone"
ENDED = "The call is over: {how}"
RECORDING = "Recording, {seconds} seconds"
SPOKE = "You speak for {seconds} seconds"
WAITED = "You say nothing"
PRESSED = "You press {keys}"

NO_SUCH_NUMBER = "There is no such number here. The tree's number is {number}."
NOT_NOW = "Not now: {state}"
NOTHING_WRITTEN = "Write something first."
NOT_A_NUMBER = "Write it like +12135550199."
TOO_MANY = "That is as many telephones as fit on this page."
STEP = "Step {n} of {of}"
