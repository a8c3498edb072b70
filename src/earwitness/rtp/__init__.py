"""Media over RTP: packets, order, timing and loss without sockets or clock.

Only `session.py`, `ports.py` and `pacer.py` do input and output.
"""
