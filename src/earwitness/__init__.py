"""earwitness joins a call over SIP, hears it and gives back conversation intelligence."""

__version__ = "0.1.0"
