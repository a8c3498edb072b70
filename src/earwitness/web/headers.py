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

_EVERYWHERE = {"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}

PAGE_HEADERS = {
    **_EVERYWHERE,
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in _POLICY.items()),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
"""Of HTML pages: nothing but our own files is loaded or run (CSP Level 3)."""

ASSET_HEADERS = {**_EVERYWHERE, "Cache-Control": "public, max-age=31536000, immutable"}
"""Of static files, whose address changes with their content."""

DATA_HEADERS = {**_EVERYWHERE, "Cache-Control": "no-store"}
"""Of what is known of a conversation: no cache may keep it."""
