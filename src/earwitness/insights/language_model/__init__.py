"""A language model reads conversations: what it is asked, and what of its answers may be stored."""
