"""What holds for all tests."""

from hypothesis import settings

settings.register_profile("earwitness", deadline=None)  # a busy machine is no defect
settings.load_profile("earwitness")
