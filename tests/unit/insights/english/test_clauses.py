import pytest

from earwitness.insights.english.clauses import clause_starts, leading


@pytest.mark.parametrize(
    ("said", "clause"),
    [
        ("Tomorrow I'll send it", "I'll send it"),
        ("Next week we can meet", "we can meet"),
        ("On Friday I'll call", "I'll call"),
        ("Anyway send me the note", "send me the note"),
        ("Once I'm given the data I will write it", "I will write it"),
        ("If you're interested in that talk to me", "talk to me"),
        ("If you know the number call me", "call me"),
    ],
)
def test_clauses_begin_without_a_comma(said: str, clause: str) -> None:
    assert said.index(clause) in clause_starts(said)


@pytest.mark.parametrize(
    ("said", "inside"),
    [
        ("If you can send me the file", "send me"),
        ("When I know what I will do", "I will do"),
        ("If people who call me wait", "call me"),
        ("When you said I will do it", "I will do it"),
        ("The man said I will do it", "I will do it"),
    ],
)
def test_clauses_do_not_begin_inside_others(said: str, inside: str) -> None:
    assert said.index(inside) not in clause_starts(said)


def test_what_a_clause_depends_on() -> None:
    assert leading("If we win the deal, ") == "If we win the deal,"
    assert leading("Once I'm given the data ") == "Once I'm given the data"
    assert leading("And tomorrow ") == "tomorrow"
    assert leading("That makes sense, ") == ""
