from earwitness.conversation.member import new_member, person_key


def test_an_address_as_user_id_is_the_email_too() -> None:
    anna = new_member(None, "anna@example.com")
    assert (anna.name, anna.user_id, anna.email) == ("anna", "anna@example.com", "anna@example.com")


def test_people_are_told_apart_by_id_then_email_then_name() -> None:
    assert person_key("U1", "a@x", "A") == "u1"
    assert person_key(None, "A@x", "A") == "a@x"
    assert person_key(None, None, " Ann ") == "ann"
    assert person_key(None, None, None) == ""
