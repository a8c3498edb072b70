"""The management API: what an app keeps for all its conversations."""
