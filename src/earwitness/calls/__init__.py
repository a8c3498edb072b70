"""Calls: from the INVITE to the summary."""
