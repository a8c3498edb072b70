from hypothesis import given
from hypothesis import strategies as st

from earwitness.conversation.pieces import pieces


def test_a_piece_ends_before_white_space_else_in_the_midst_of_a_word() -> None:
    assert list(pieces("one two", 7)) == ["one two"]
    assert list(pieces("one two three", 9)) == ["one two", " three"]
    assert list(pieces("one  two", 5)) == ["one  ", "two"]
    assert list(pieces("a verylongword", 6)) == ["a", " veryl", "ongwor", "d"]
    assert list(pieces("", 5)) == []


@given(st.text(alphabet="ab \n\u00a0"), st.integers(1, 9))
def test_pieces_give_the_text_again(text: str, longest: int) -> None:
    cut = list(pieces(text, longest))
    assert "".join(cut) == text
    assert all(0 < len(piece) <= longest for piece in cut)
