from earwitness.insights.topics.phrases import phrases_of


def texts(sentence: str) -> list[str]:
    return [phrase.text for phrase in phrases_of(sentence)]


def test_what_is_seldom_a_noun_is_one_after_an_article() -> None:
    assert texts("Hair is in the drain.") == ["hair", "drain"]
    assert texts("They drain it.") == []
    assert texts("You told your lies again.") == ["lies"]
    assert texts("Was that a bid?") == ["bid"]


def test_an_adjective_is_a_noun_only_where_its_phrase_ends() -> None:
    assert texts("We want a flat in London.") == ["flat", "London"]
    assert texts("It is a flat, dark bridge.") == ["dark bridge", "bridge"]
    assert texts("The flat bridge.") == ["flat bridge", "bridge"]


def test_plurals_after_prepositions_are_nouns() -> None:
    assert texts("He asks about trains.") == ["trains"]
    assert texts("We look for presents.") == ["presents"]
    assert texts("She trains here.") == []


def test_what_a_common_adjective_describes_is_a_noun() -> None:
    assert texts("It is hard work.") == ["work"]
    assert texts("We work hard.") == []
    assert texts("There was great applause for similar bans.") == ["applause", "bans"]


def test_gerunds_are_nouns_where_they_take_no_object() -> None:
    assert texts("We started chatting.") == ["chatting"]
    assert texts("Windsurfing is hard.") == ["windsurfing"]
    assert texts("I hate changing a tire.") == ["tire"]
    assert texts("According to him it was so.") == []


def test_unknown_words_that_end_as_modifiers_are_no_phrase() -> None:
    assert texts("She is over-protected and absent-minded.") == []
    assert texts("It has a heat-resistant kettle.") == ["heat-resistant kettle", "kettle"]
    assert texts("Our WebTracker is new.") == ["WebTracker"]


def test_measures_and_plurals_of_common_words_are_no_phrase() -> None:
    assert texts("It was fifty dollars for all kinds of bread.") == ["bread"]
    assert texts("The news is about goods and our plans.") == ["news", "goods", "plans"]
    assert texts("We sat and ate the bread.") == ["bread"]
