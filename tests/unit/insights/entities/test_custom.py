from earwitness.conversation.custom_entity import CustomEntity
from earwitness.insights.entities.custom import CustomTerms


def found(text: str, *terms: str | CustomEntity) -> list[tuple[str, str]]:
    """Return what was said of which kind."""
    entities = [CustomEntity("Thing", one, one) if isinstance(one, str) else one for one in terms]
    spans = CustomTerms(entities).find(text)
    return [(text[one.span.start : one.span.end], one.term.kind) for one in spans]


def test_terms_are_whole_words_whatever_their_case_and_gaps() -> None:
    assert found("Modelling a model  x, and a MODEL x5.", "Model X") == [("model  x", "Thing")]
    assert found("We use C++, C and .NET; not x.NET.", "C++", ".net", "c") == [
        ("C++", "Thing"),
        ("C", "Thing"),
        (".NET", "Thing"),
    ]
    assert found("Straße or STRASSE", "straße") == [("Straße", "Thing")]
    assert found("Miſs, Miss", "miss") == [("Miss", "Thing")]


def test_the_longest_counts_and_what_follows_it() -> None:
    assert found("New York Times, New York", "New York", "New York Times", "York") == [
        ("New York Times", "Thing"),
        ("New York", "Thing"),
    ]


def test_one_term_may_be_of_several_kinds() -> None:
    kinds = [CustomEntity(kind, "gold", "gold") for kind in ("Plan", "Metal", "Plan")]
    assert found("Gold!", *kinds) == [("Gold", "Plan"), ("Gold", "Metal")]
    subtypes = [CustomEntity("Plan", "gold", "gold", subtype) for subtype in ("a", "b", "a")]
    assert len(found("gold", *subtypes)) == 2


def test_ten_thousand_terms_are_looked_for_at_once() -> None:
    terms = CustomTerms(CustomEntity("Name", f"name {n} of many", str(n)) for n in range(10_000))
    text = "Is it name 77 of many or name 9999 of many, or the name of none?"
    assert [one.term.value for one in terms.find(text)] == ["77", "9999"]
