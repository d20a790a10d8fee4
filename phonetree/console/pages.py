"""The console put together on an application: its cookie, its forms' tokens, its headers, and every page."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from flask import Blueprint, Flask, Response
from flask_wtf.csrf import CSRFError, CSRFProtect

from phonetree.console.alert import add_alert
from phonetree.console.alert_confirm import add_alert_confirm
from phonetree.console.doors import ConsoleDesk, Doors
from phonetree.console.headers import putting_headers
from phonetree.console.now import add_now
from phonetree.console.page_language import add_page_language
from phonetree.console.progress import add_progress
from phonetree.console.rendering import languages_of_stranger, page
from phonetree.console.rooms import add_rooms
from phonetree.console.signing_in import add_signing_in

PREFIX = "/console"
COOKIE = "phonetree"


def add_console(app: Flask, desk: ConsoleDesk, public_url: str) -> None:
    """Everything below ``/console/``. Over plain HTTP, which is on this machine only, the cookie is a plain one."""
    is_https = public_url.startswith("https://")
    app.secret_key = desk.means.keys.console_key
    app.config.update(
        SESSION_COOKIE_NAME=f"__Host-{COOKIE}" if is_https else COOKIE,
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_CHECK_DEFAULT=False,  # webhooks are signed instead: the console asks for its tokens itself
        WTF_CSRF_SSL_STRICT=False,  # our own policy has browsers send no referrer
    )
    app.register_blueprint(_console(desk, CSRFProtect(app)))
    app.after_request(putting_headers(PREFIX, is_https=is_https))


def _console(desk: ConsoleDesk, csrf: CSRFProtect) -> Blueprint:
    blueprint = Blueprint("console", __name__, url_prefix=PREFIX)
    doors = Doors(blueprint, desk, csrf)
    blueprint.before_request(doors.check)
    blueprint.errorhandler(CSRFError)(_begin_again)
    add_signing_in(doors)
    add_page_language(doors)
    add_now(doors)
    add_alert(doors)
    add_alert_confirm(doors)
    add_progress(doors)
    add_rooms(doors)

    @doors.for_anybody("/style.css")
    def style() -> Response:
        return Response(_static("style.css"), content_type="text/css; charset=utf-8")

    @doors.for_anybody("/live.js")
    def live_js() -> Response:
        return Response(_static("live.js"), content_type="text/javascript; charset=utf-8")

    return blueprint


def _begin_again(_error: CSRFError) -> Response:
    return page("too_old.html", languages_of_stranger(), status=400)


@cache
def _static(name: str) -> str:
    return (files("phonetree.console") / "static" / name).read_text(encoding="utf-8")
