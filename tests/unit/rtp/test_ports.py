import select
import socket
import time

import pytest

from earwitness.rtp.ports import PortsExhaustedError, open_pair, receive


def _free_range(pairs: int) -> range:
    """A range that starts odd, so that its first port is no pair, and was free just now."""
    rtp, rtcp = open_pair("127.0.0.1")
    start = rtp.getsockname()[1]
    rtp.close()
    rtcp.close()
    return range(start - 1, start + 2 * pairs)


def test_the_pair_is_even_and_odd() -> None:
    rtp, rtcp = open_pair("127.0.0.1")
    with rtp, rtcp:
        assert rtp.getsockname()[1] % 2 == 0
        assert rtcp.getsockname()[1] == rtp.getsockname()[1] + 1


def test_a_used_up_range_says_so() -> None:
    ports = _free_range(1)
    rtp, rtcp = open_pair("127.0.0.1", ports)
    with rtp, rtcp:
        assert rtp.getsockname()[1] == ports.start + 1
        with pytest.raises(PortsExhaustedError, match=rf"all 1 RTP port pairs from {ports.start} .* widen"):
            open_pair("127.0.0.1", ports)


def test_an_empty_range_has_no_pair() -> None:
    with pytest.raises(PortsExhaustedError):
        open_pair("127.0.0.1", range(4001, 4002))


def test_an_address_that_is_not_ours_is_refused() -> None:
    with pytest.raises(OSError, match="assign"):
        open_pair("192.0.2.1")
    with pytest.raises(ValueError, match="localhost"):
        open_pair("localhost")


def _wait_for_stamps(rtp: socket.socket, out: socket.socket) -> None:
    """Wait for the kernel: it begins to stamp a moment after the first socket of the machine asked for it."""
    for _ in range(100):
        out.sendto(b"?", rtp.getsockname())
        sent = time.monotonic()
        time.sleep(0.03)
        if receive(rtp, 1)[0].arrived < sent + 0.01:
            return
    pytest.fail("the kernel does not say when datagrams came")


def test_datagrams_say_when_they_came() -> None:
    rtp, rtcp = open_pair("127.0.0.1")
    with rtp, rtcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        _wait_for_stamps(rtp, out)
        before = time.monotonic()
        for octet in b"abcde":
            out.sendto(bytes([octet]), rtp.getsockname())
        sent = time.monotonic()
        select.select([rtp], [], [], 5)
        time.sleep(0.05)
        datagrams = receive(rtp, 3)
        assert [datagram.data for datagram in datagrams] == [b"a", b"b", b"c"]
        assert {datagram.address for datagram in datagrams} == {("127.0.0.1", out.getsockname()[1])}
        # The kernel's word, not ours.
        assert all(before - 0.01 < datagram.arrived < sent + 0.01 for datagram in datagrams)
        assert len(receive(rtp, 100)) == 2
        assert receive(rtp, 100) == []
