"""XML that somebody else wrote, as a small tree: no document type, no entity of its own, nothing deep, UTF-8 alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat  # every handler below that could open a door to entities refuses

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
DEEPEST = 12
MOST_ELEMENTS = 2_000


class NotUnderstood(Exception):
    """The document is refused; the reason is plain words of ours and quotes nothing of it."""


@dataclass(slots=True)
class Element:
    """Its name within the CAP namespace (any other is not looked at), its words, and what it holds."""

    name: str
    words: str = ""
    inner: list[Element] = field(default_factory=list)

    def all(self, name: str) -> list[Element]:
        return [element for element in self.inner if element.name == name]

    def text(self, name: str) -> str:
        """The words of the first of this name, without the spaces around; empty where there is none."""
        return next((" ".join(element.words.split()) for element in self.all(name)), "")


def read_elements(raw: bytes) -> Element:
    """The outermost element; raises NotUnderstood."""
    try:
        plain = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotUnderstood("the document is not UTF-8") from None
    reading = _Reading()
    try:
        _parser(reading).Parse(plain.encode(), True)  # noqa: FBT003 - expat's own: this is all of it
    except expat.ExpatError:
        raise NotUnderstood("the document is not well-formed XML") from None
    return reading.outermost()


def _parser(reading: _Reading) -> expat.XMLParserType:
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.XmlDeclHandler = _declared
    parser.StartElementHandler = reading.begins
    parser.EndElementHandler = reading.ends
    parser.CharacterDataHandler = reading.says
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.EntityDeclHandler = _no_entity
    parser.UnparsedEntityDeclHandler = _no_entity
    parser.ExternalEntityRefHandler = _no_entity
    parser.SkippedEntityHandler = _no_entity
    return parser


def _declared(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and encoding.lower() not in {"utf-8", "us-ascii"}:
        raise NotUnderstood("the document is not UTF-8")


def _no_doctype(*_told: object) -> NoReturn:
    raise NotUnderstood("the document has a DOCTYPE")


def _no_entity(*_told: object) -> NoReturn:
    raise NotUnderstood("the document has an entity of its own")


@dataclass(slots=True)
class _Reading:
    """Where the reader stands: what is open, the outermost first."""

    open: list[Element] = field(default_factory=lambda: [Element("")])
    count: int = 0

    def begins(self, name: str, _attributes: dict[str, str]) -> None:
        self.count += 1
        if len(self.open) > DEEPEST or self.count > MOST_ELEMENTS:
            raise NotUnderstood("the document has too many elements within elements")
        namespace, _sep, own = name.rpartition(" ")
        element = Element(own if namespace == NAMESPACE else "")
        self.open[-1].inner.append(element)
        self.open.append(element)

    def ends(self, _name: str) -> None:
        self.open.pop()

    def says(self, words: str) -> None:
        self.open[-1].words += words

    def outermost(self) -> Element:
        return self.open[0].inner[0]
