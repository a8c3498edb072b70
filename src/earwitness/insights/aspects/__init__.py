"""What the embedded analyst looks at in a conversation, one side of it in each file."""
