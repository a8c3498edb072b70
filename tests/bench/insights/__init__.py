"""What the embedded analysts find in annotated conversations, asked for through the public API."""
