"""What every answer of the console tells the browser: keep nothing, run and load nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, g, request
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


def headers(*, is_https: bool, has_script: bool = False) -> dict[str, str]:
    """Our own style sheet; forms that go nowhere else; in nobody's frame; no script, but for pages that have ours."""
    policy = ContentSecurityPolicy().default_src(NONE).style_src(SELF).form_action(SELF).base_uri(NONE)
    policy = policy.script_src(SELF).connect_src(SELF) if has_script else policy
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
    fixed, with_script = headers(is_https=is_https), headers(is_https=is_https, has_script=True)

    def put(response: Response) -> Response:
        if request.path == prefix or request.path.startswith(f"{prefix}/"):
            response.headers.update(with_script if g.get("has_script") else fixed)
        return response

    return put
