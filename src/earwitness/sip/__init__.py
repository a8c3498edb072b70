"""SIP user agent (RFC 3261): a core without sockets or clock, and a thin asyncio adapter around it."""
