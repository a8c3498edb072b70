"""Test kit: a callee, a scripted recogniser, a lossy link, virtual time and the demo recording."""
