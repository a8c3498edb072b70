"""The HTTP and WebSocket surface: Symbl's wire contract, and our own additions to it."""
