"""Pages for people: the landing page, and the page of a conversation while it goes on and afterwards."""
