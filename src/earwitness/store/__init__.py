"""Where conversations are kept: the event log, its projections, apps and the outbox."""
