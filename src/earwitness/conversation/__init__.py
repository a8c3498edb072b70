"""Plain frozen values of a conversation, and the timeline that turns utterances into messages."""
