"""Calls and streams while they go on: their sockets, frames and requests."""
