"""What is understood of a conversation: one insight, one file, behind the `Analyst` seam."""
