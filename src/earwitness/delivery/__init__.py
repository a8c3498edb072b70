"""What leaves the house: e-mail and webhooks, sent from the outbox until they arrive."""
