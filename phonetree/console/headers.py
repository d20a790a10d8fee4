"""What every answer of the console tells the browser: keep nothing, run nothing, load nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable

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
SELF, NONE = "'self'", "'none'"


def headers(*, is_https: bool) -> dict[str, str]:
    """No script at all; our own style sheet; forms that go nowhere else; in nobody's frame."""
    policy = ContentSecurityPolicy().default_src(NONE).style_src(SELF).form_action(SELF).base_uri(NONE)
    secured = Secure(
        csp=policy.frame_ancestors(NONE),
        cache=CacheControl().no_store(),
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        referrer=ReferrerPolicy().no_referrer(),
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
        hsts=StrictTransportSecurity().max_age(A_YEAR) if is_https else None,
        custom=[CustomHeader("X-Robots-Tag", "noindex, nofollow")],
    )
    return dict(secured.header_items())


def putting_headers(prefix: str, *, is_https: bool) -> Callable[[Response], Response]:
    """For every answer below *prefix*, also where there is no page, and where a page failed."""
    fixed = headers(is_https=is_https)

    def put(response: Response) -> Response:
        if request.path == prefix or request.path.startswith(f"{prefix}/"):
            response.headers.update(fixed)
        return response

    return put
