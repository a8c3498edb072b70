"""The Conversation API: reading conversations, and putting right what they hold."""
