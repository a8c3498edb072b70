"""What people ask, and what somebody has to do: questions, action items and follow-ups."""
