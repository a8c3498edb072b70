"""Work on conversations that takes a while: jobs, their queue, and what they do."""
