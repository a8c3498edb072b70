from earwitness.insights.short_keys import kept_for_short


def test_only_what_comes_of_short_texts_is_kept() -> None:
    asked: list[str] = []

    @kept_for_short(2, longest=3)
    def length_of(text: str) -> int:
        asked.append(text)
        return len(text)

    assert [length_of(text) for text in ("abc", "abc", "abcd", "abcd")] == [3, 3, 4, 4]
    assert asked == ["abc", "abcd", "abcd"]
