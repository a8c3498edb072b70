"""What the replies of the Conversation API hold, as the OpenAPI description shows it."""
