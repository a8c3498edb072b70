"""The Async API: recordings and texts in, jobs and conversations out."""
