from earwitness.insights.topics.phrases import phrases_of, stem


def texts(sentence: str) -> list[str]:
    return [phrase.text for phrase in phrases_of(sentence)]


def test_a_phrase_ends_in_a_noun_and_holds_its_modifiers() -> None:
    assert texts("The signed contracts are with the customer portal team.") == [
        "signed contracts",
        "contracts",
        "customer",
        "customer portal",
        "customer portal team",
        "portal",
        "portal team",
        "team",
    ]


def test_verbs_fillers_and_marks_break_phrases() -> None:
    assert texts("We finalize contracts, budgets and stuff.") == ["contracts", "budgets"]
    assert texts("Yeah, okay, thanks a lot.") == []
    assert texts("I haven ' t seen contracts.") == ["contracts"]
    assert texts("") == []


def test_past_forms_that_are_nouns_too_are_no_phrase() -> None:
    assert texts("We are getting fed up with the router.") == ["router"]
    assert texts("We need the led and the Fed.") == ["led", "Fed"]


def test_people_who_are_addressed_by_title_are_no_phrase() -> None:
    assert texts("Mr. White will see the doctor.") == ["doctor"]
    assert texts("The doctor saw Mr. Cardano and Mrs Cardano.") == ["doctor"]


def test_who_is_spoken_to_is_no_phrase_known_or_not() -> None:
    assert texts("Hey Jayden, the car is here.") == ["car"]
    assert texts("Izek, this is the budget, Gav.") == ["budget"]
    assert texts("We like Changchun, and they like Berlin.") == ["Changchun", "Berlin"]


def test_a_capital_of_the_sentence_is_lowered_and_a_names_is_kept() -> None:
    assert texts("Budgets grow in Ohio.") == ["budgets", "Ohio"]


def test_names_of_two_words_are_one() -> None:
    assert texts("The New York office is new.") == ["New York", "New York office", "office"]
    assert texts("New budgets came.") == ["budgets"]


def test_the_word_before_tells_nouns_from_verbs() -> None:
    (noun,) = phrases_of("It is in the budget.")
    (verb,) = phrases_of("They will budget.")
    assert (noun.evidence, noun.has_article) == (1, True)
    assert (verb.evidence, verb.has_article) == (-1, False)


def test_plurals_and_possessives_share_a_stem() -> None:
    assert {stem("hospital"), stem("hospitals"), stem("hospital's")} == {"hospital"}
    assert stem("companies") == stem("company")
    assert stem("classes") == stem("class")
    assert stem("analysis") == "analysis"
