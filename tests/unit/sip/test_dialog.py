"""Dialogs: routes, targets and sequence numbers."""

import pytest

from earwitness.sip.dialog import Dialog
from earwitness.sip.message import Response, make_headers, reply
from tests.unit.sip.rig import peer_invite


def answered(*fields: tuple[str, str]) -> Response:
    return reply(peer_invite(), 200, to_tag="us", fields=fields)


def test_loose_routers_stay_in_the_route() -> None:
    routes = ("Record-Route", "<sip:second;lr>, <sip:first;lr;x=1>")
    dialog = Dialog.of_caller(peer_invite(), answered(routes, ("Contact", "<sip:bob@h;ob>")))
    uri, fields, hop = dialog.route()
    assert uri == "sip:bob@h;ob"
    assert fields == [("Route", "<sip:first;lr;x=1>"), ("Route", "<sip:second;lr>")]
    assert hop.host == "first"


def test_a_strict_router_becomes_the_request_uri() -> None:
    routes = ("Record-Route", "<sip:second;lr>, <sip:first>")
    dialog = Dialog.of_caller(peer_invite(), answered(routes, ("Contact", "<sip:bob@h>")))
    uri, fields, hop = dialog.route()
    assert uri == "sip:first"
    assert fields == [("Route", "<sip:second;lr>"), ("Route", "<sip:bob@h>")]
    assert hop.host == "first"


def test_routes_that_lead_nowhere_are_left_out() -> None:
    routes = ("Record-Route", "<tel:1>, <sip:ok;lr>, <broken")
    dialog = Dialog.of_caller(peer_invite(), answered(routes, ("Contact", "<sip:bob@h>")))
    assert dialog.route_set == ("<sip:ok;lr>",)


def test_the_callee_keeps_the_order_of_the_routes() -> None:
    invite = peer_invite([("Record-Route", "<sip:near;lr>"), ("Record-Route", "<sip:far;lr>")])
    dialog = Dialog.of_callee(invite, "us")
    assert dialog.route_set == ("<sip:near;lr>", "<sip:far;lr>")
    assert dialog.key == ("incoming", "us", "bob")
    invite.headers.set("Contact", "<tel:1>")
    with pytest.raises(ValueError):
        Dialog.of_callee(invite, "us")


def test_the_2xx_replaces_route_set_and_target() -> None:
    dialog = Dialog.of_caller(peer_invite(), answered(("Record-Route", "<sip:old;lr>")))
    dialog.establish(answered(("Contact", "<sip:new@h>")))
    assert (dialog.route_set, dialog.remote_target) == ((), "sip:new@h")
    dialog.refresh_target(Response(200, "OK", make_headers([("Contact", "<tel:1>")])))
    assert dialog.remote_target == "sip:new@h"


def test_sequence_numbers_only_rise() -> None:
    dialog = Dialog.of_caller(peer_invite(cseq=7), answered())
    assert [dialog.next_sequence(), dialog.next_sequence()] == [8, 9]
    assert dialog.accepts(peer_invite(cseq=100))
    assert not dialog.accepts(peer_invite(cseq=100))
    assert dialog.accepts(peer_invite(cseq=200))
