"""What a conversation is about: phrases, subjects and themes."""
