"""What is named in a conversation: people, places, dates, money, personal data; and hiding it."""
