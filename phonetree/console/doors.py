"""The one way to add a page: for leads, or, said aloud, for anybody. What is neither is answered by nobody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, abort, g, redirect, request, session, url_for
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Engine
from werkzeug.wrappers import Response

from phonetree.console.page_language import forget_all_but_language
from phonetree.desk.console_doors import SignedIn, recognise
from phonetree.desk.means import Means

TOKEN = "lead"  # noqa: S105 - the name under which the cookie holds it
View = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class ConsoleDesk:
    """What pages work with."""

    database: Engine
    means: Means


@dataclass(slots=True)
class Doors:
    """The console's pages. Every request passes here first: a form's token, then who may see the page."""

    blueprint: Blueprint
    desk: ConsoleDesk
    csrf: CSRFProtect
    open_ones: set[str] = field(default_factory=set)
    guarded: set[str] = field(default_factory=set)
    by_itself: set[str] = field(default_factory=set)

    def for_leads(
        self, rule: str, methods: Sequence[str] = ("GET",), *, by_itself: bool = False
    ) -> Callable[[View], View]:
        """A page for who is signed in; the view is given the lead first.

        *by_itself*: a page asks for it, again and again, whether somebody looks or not.
        """

        def add(view: View) -> View:
            def with_lead(**values: Any) -> Response:
                return view(g.lead, **values)

            self._add(rule, view.__name__, with_lead, methods)
            self.guarded.add(self._endpoint(view.__name__))
            if by_itself:
                self.by_itself.add(self._endpoint(view.__name__))
            return view

        return add

    def for_anybody(self, rule: str, methods: Sequence[str] = ("GET",)) -> Callable[[View], View]:
        """A page for strangers. Each stands by name in a test of the house."""

        def add(view: View) -> View:
            self._add(rule, view.__name__, view, methods)
            self.open_ones.add(self._endpoint(view.__name__))
            return view

        return add

    def check(self) -> Response | None:
        """Before anything else. A request from another site's page is refused, with or without a token."""
        if (
            request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}
            and request.method != "GET"
        ):
            abort(403)
        self.csrf.protect()
        if request.endpoint in self.open_ones:
            return None
        if request.endpoint not in self.guarded:
            abort(404)
        lead = self._lead()
        if lead is None:
            forget_all_but_language()
            return redirect(url_for("console.sign_in"), 303)
        g.lead = lead
        return None

    def _lead(self) -> SignedIn | None:
        token = session.get(TOKEN)
        if not isinstance(token, str):
            return None
        is_use = request.endpoint not in self.by_itself
        return recognise(self.desk.database, self.desk.means, token, is_use=is_use)

    def _endpoint(self, name: str) -> str:
        return f"{self.blueprint.name}.{name}"

    def _add(self, rule: str, endpoint: str, view: View, methods: Sequence[str]) -> None:
        self.blueprint.add_url_rule(rule, endpoint, view, methods=list(methods), strict_slashes=False)
