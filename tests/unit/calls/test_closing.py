from earwitness.calls.closing import stop_deliveries


def test_one_email_for_each_action_with_recipients() -> None:
    def action(on: str, emails: list[str]) -> dict[str, object]:
        return {"invokeOn": on, "name": "sendSummaryEmail", "parameters": {"emails": emails}}

    actions = (
        action("stop", ["a@x.com", " a@x.com", "b@x.com"]),
        action("start", ["c@x.com"]),
        action("stop", []),
        action("stop", ["d@x.com"]),
    )
    deliveries = list(stop_deliveries(actions, "http://page"))
    assert [(one.key, one.payload["recipients"]) for one in deliveries] == [
        ("sendSummaryEmail:0", ["a@x.com", "b@x.com"]),
        ("sendSummaryEmail:3", ["d@x.com"]),
    ]


def test_addresses_that_not_every_server_takes_have_an_email_of_their_own() -> None:
    action = {
        "invokeOn": "stop",
        "name": "sendSummaryEmail",
        "parameters": {"emails": ["a@x.com", "jörg@x.com", "b@müller.example"]},
    }
    deliveries = list(stop_deliveries([action], "http://page", 30.0))
    assert [(one.key, one.payload["recipients"], one.wait_s) for one in deliveries] == [
        ("sendSummaryEmail:0", ["a@x.com", "b@müller.example"], 30.0),
        ("sendSummaryEmail:0:utf8", ["jörg@x.com"], 30.0),
    ]
