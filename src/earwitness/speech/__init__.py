"""Hearing: voice activity, segments, the `Recognizer` seam, the decoding pool and the recognisers."""
