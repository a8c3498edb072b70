"""Dialogs (RFC 3261 §12): what two peers agree on about their requests to each other."""

from earwitness.sip.fields import NameAddress, read_addresses, split_list
from earwitness.sip.message import Request, Response
from earwitness.sip.uri import SipUri, read_uri

DialogKey = tuple[str, str, str]
"""Call-ID, our tag, the peer's tag."""


class Dialog:
    """Addresses, tags, sequence numbers, route set and remote target of one dialog."""

    def __init__(
        self,
        call_id: str,
        local: str,
        remote: str,
        key: DialogKey,
        *,
        route_set: tuple[str, ...],
        remote_target: str,
        local_sequence: int,
        remote_sequence: int | None,
    ) -> None:
        self.call_id = call_id
        self.local = local
        """Our From (or To) value with our tag."""
        self.remote = remote
        """The peer's value with its tag."""
        self.key = key
        self.route_set = route_set
        """Route values as they stand in our requests, nearest first."""
        self.remote_target = remote_target
        self._local_sequence = local_sequence
        self._remote_sequence = remote_sequence

    @classmethod
    def of_caller(cls, invite: Request, response: Response) -> "Dialog":
        """Make the dialog that a 1xx or 2xx to our INVITE establishes (§12.1.2).

        A response without a usable Contact leaves the URI that we called as target.
        """
        dialog = cls(
            invite.call_id,
            invite.headers["From"],
            response.headers["To"],
            (invite.call_id, invite.from_tag, response.to_tag),
            route_set=tuple(reversed(_route_values(response))),
            remote_target=invite.uri,
            local_sequence=invite.cseq.sequence,
            remote_sequence=None,
        )
        dialog.refresh_target(response)
        return dialog

    @classmethod
    def of_callee(cls, invite: Request, local_tag: str) -> "Dialog":
        """Make the dialog that our 1xx or 2xx to a peer's INVITE establishes (§12.1.1).

        Raises:
            ValueError: the INVITE has no usable Contact.
        """
        return cls(
            invite.call_id,
            f"{invite.headers['To']};tag={local_tag}",
            invite.headers["From"],
            (invite.call_id, local_tag, invite.from_tag),
            route_set=tuple(_route_values(invite)),
            remote_target=_contact(invite).uri,
            local_sequence=0,
            remote_sequence=invite.cseq.sequence,
        )

    def next_sequence(self) -> int:
        """Return the number of our next request."""
        self._local_sequence += 1
        return self._local_sequence

    def accepts(self, request: Request) -> bool:
        """Note the number of a peer's request; tell whether it is in order (§12.2.2)."""
        sequence = request.cseq.sequence
        if self._remote_sequence is not None and sequence <= self._remote_sequence:
            return False
        self._remote_sequence = sequence
        return True

    def establish(self, response: Response) -> None:
        """Take the route set and remote target anew from the 2xx of our INVITE (§13.2.2.4)."""
        self.route_set = tuple(reversed(_route_values(response)))
        self.refresh_target(response)

    def refresh_target(self, message: Request | Response) -> None:
        """Take the Contact of a target refresh request or its 2xx; an unusable one changes nothing."""
        try:
            self.remote_target = _contact(message).uri
        except ValueError:
            return

    def route(self) -> tuple[str, list[tuple[str, str]], SipUri]:
        """Return the Request-URI, the Route headers and the next hop of a request (§12.2.1.1)."""
        if not self.route_set:
            return self.remote_target, [], read_uri(self.remote_target)
        first = read_addresses([self.route_set[0]])[0].uri
        hop = read_uri(first)
        if hop.loose:
            return self.remote_target, [("Route", value) for value in self.route_set], hop
        # A strict router (RFC 2543) wants itself as Request-URI and the target as last route.
        routes = [*self.route_set[1:], f"<{self.remote_target}>"]
        return first, [("Route", value) for value in routes], hop


def _route_values(message: Request | Response) -> list[str]:
    values = [part for value in message.headers.getlist("Record-Route") for part in split_list(value)]
    return [value for value in values if _is_route(value)]


def _is_route(value: str) -> bool:
    addresses = read_addresses([value])
    if not addresses:
        return False
    try:
        read_uri(addresses[0].uri)
    except ValueError:
        return False
    return True


def _contact(message: Request | Response) -> NameAddress:
    for address in read_addresses(message.headers.getlist("Contact")):
        read_uri(address.uri)
        return address
    raise ValueError("there is no usable Contact")
