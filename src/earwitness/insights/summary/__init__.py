"""What a conversation came to, in sentences that can be read alone."""
