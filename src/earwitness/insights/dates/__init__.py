"""Dates and times in words: a grammar as tables of rules, resolved against the moment they were said."""
