"""Values as clients see them: messages, people, insights and times on the wire."""
