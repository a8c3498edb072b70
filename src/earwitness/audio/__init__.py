"""Audio values, resampling and codecs (one file each)."""
