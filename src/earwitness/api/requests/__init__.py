"""What clients send, as sloppy as real clients write it."""
