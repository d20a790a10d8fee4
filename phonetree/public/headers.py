"""What every public page tells the browser: run nothing, load nothing, keep it for a while, tell nobody where from."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256

from flask import Response, request
from secure import Secure
from secure.headers import (
    CacheControl,
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    CustomHeader,
    ReferrerPolicy,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

A_YEAR = 31_536_000
FRESH = 600
"""Seconds for which a browser, or a cache on the way, shows a page again without asking."""
NONE = "'none'"
FIRST_PARTS = frozenset({"join", "privacy", "terms"})


def headers(style: str, *, is_https: bool) -> dict[str, str]:
    """No script, no form, no picture: the one style sheet, by its hash, is all that a page may use."""
    own_style = f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"
    policy = ContentSecurityPolicy().default_src(NONE).style_src(own_style).form_action(NONE).base_uri(NONE)
    secured = Secure(
        csp=policy.frame_ancestors(NONE),
        cache=CacheControl().public().max_age(FRESH),
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        referrer=ReferrerPolicy().no_referrer(),
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
        hsts=StrictTransportSecurity().max_age(A_YEAR) if is_https else None,
        custom=[CustomHeader("X-Robots-Tag", "noindex, nofollow"), CustomHeader("Vary", "Accept-Language")],
    )
    return dict(secured.header_items())


def putting_headers(style: str, *, is_https: bool) -> Callable[[Response], Response]:
    """For every answer at these addresses; what is not there is kept by nobody."""
    fixed = headers(style, is_https=is_https)

    def put(response: Response) -> Response:
        if request.path.split("/")[1] in FIRST_PARTS:
            response.headers.update(fixed)
            if response.status_code not in {200, 304}:
                response.headers["Cache-Control"] = "no-store"
        return response

    return put
