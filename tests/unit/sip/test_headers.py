"""Header fields by name."""

import pytest

from earwitness.sip.headers import Headers


def test_names_are_found_in_any_case_and_keep_their_place_and_spelling() -> None:
    headers = Headers([("Via", "1"), ("x-A", "2"), ("VIA", "3")])
    assert headers.getlist("via") == ["1", "3"]
    assert (headers["X-a"], headers.get("X-B"), headers.get("X-B", "4")) == ("2", None, "4")
    headers.set("vIA", "5")
    headers.setlist("To", ["6", "7"])
    assert str(headers) == "Via: 5\r\nx-A: 2\r\nTo: 6\r\nTo: 7\r\n"
    headers.remove("X-A")
    headers.remove("X-A")
    assert headers.keys() == ["Via", "To"]
    assert "TO" in headers
    assert headers.getlist("X-A") == []
    with pytest.raises(KeyError):
        headers["X-A"]
