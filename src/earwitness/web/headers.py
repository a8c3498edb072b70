"""Headers that keep pages and what they show private and inert."""

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    # Style attributes are those of e-mails: a frame made of `srcdoc` inherits this policy (HTML §7.1.3).
    "style-src": "'self'",
    "style-src-attr": "'unsafe-inline'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}

_MEDIA_POLICY = {
    **_POLICY,
    "img-src": "'self' https: http:",
    "media-src": "https: http:",
    # E-mails inherit the policy, and must not fetch anything; these pages show none.
    "frame-src": "'none'",
}

_EVERYWHERE = {"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}

_PAGE = {**_EVERYWHERE, "Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-cache"}


def _written(policy: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in policy.items())


PAGE_HEADERS = {**_PAGE, "Content-Security-Policy": _written(_POLICY)}
"""Of HTML pages: nothing but our own files is loaded or run (CSP Level 3)."""

MEDIA_PAGE_HEADERS = {**_PAGE, "Content-Security-Policy": _written(_MEDIA_POLICY)}
"""Of pages that a client wants to show its own pictures and recordings, from wherever they lie."""

ASSET_HEADERS = {**_EVERYWHERE, "Cache-Control": "public, max-age=31536000, immutable"}
"""Of static files, whose address changes with their content."""

DATA_HEADERS = {**_EVERYWHERE, "Cache-Control": "no-store"}
"""Of what is known of a conversation: no cache may keep it."""
