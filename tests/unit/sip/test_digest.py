"""Digest authentication against the vectors of RFC 2617, RFC 7616 and RFC 8760's rules."""

import hashlib

import pytest

from earwitness.sip.digest import Authenticator, Challenge, digest_response, read_challenge
from earwitness.sip.events import Credentials
from earwitness.sip.message import Response, make_headers

MUFASA = Credentials("Mufasa", "Circle Of Life")


def test_rfc_2617_section_3_5() -> None:
    challenge = Challenge("testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093", qop=True)
    response = digest_response(challenge, MUFASA, "GET", "/dir/index.html", 1, "0a4f113b")
    assert response == "6629fae49393a05397450978507c4ef1"


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_rfc_7616_section_3_9_1(algorithm: str, expected: str) -> None:
    challenge = Challenge(
        "http-auth@example.org", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", algorithm, True
    )
    cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    mufasa = Credentials("Mufasa", "Circle of Life")
    assert digest_response(challenge, mufasa, "GET", "/dir/index.html", 1, cnonce) == expected


def test_without_qop_the_older_computation_applies() -> None:
    challenge = Challenge("testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093")
    response = digest_response(challenge, MUFASA, "GET", "/dir/index.html", 1, "unused")
    assert response == "670fd8c2df070c60b045671b8b24ff02"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('Digest realm="r", nonce="n"', Challenge("r", "n")),
        ('digest  realm = "a \\"b\\", c" , nonce=n ,QOP="auth-int, AUTH"',
         Challenge('a "b", c', "n", "MD5", True)),
        ('Digest nonce=n, algorithm="sha-256", stale=TRUE, opaque=""',
         Challenge("", "n", "SHA-256", False, "", True)),
        ('Digest nonce="n", algorithm=SHA-512-256', Challenge("", "n", "SHA-512-256")),
        ('Digest realm="r"', None),
        ('Digest realm="r", nonce="n", algorithm=MD5-sess', None),
        ('Digest realm="r", nonce="n", qop="auth-int"', None),
        ('Basic realm="r"', None),
        ("Digest", None),
        ("", None),
    ],
)  # fmt: skip
def test_challenges_are_read_tolerantly(value: str, expected: Challenge | None) -> None:
    assert read_challenge(value) == expected


def challenged(*values: str, status: int = 401) -> Response:
    header = "WWW-Authenticate" if status == 401 else "Proxy-Authenticate"
    return Response(status, "", make_headers([(header, value) for value in values]))


def authenticator() -> Authenticator:
    return Authenticator(Credentials('al"ice', "s3cret"), lambda: "c0ffee")


def test_the_strongest_challenge_is_answered() -> None:
    one = authenticator()
    assert one.learn(
        challenged(
            'Digest realm="r", nonce="1", algorithm=MD5',
            'Digest realm="r", nonce="2", algorithm=SHA-256, opaque="o", qop="auth"',
            'Digest realm="r", nonce="3", algorithm=FUTURE-1024',
        )
    )
    ((header, value),) = one.fields("INVITE", "sip:bob@192.0.2.2")
    assert header == "Authorization"
    assert value.startswith(
        'Digest username="al\\"ice", realm="r", nonce="2", uri="sip:bob@192.0.2.2", response="'
    )
    assert value.endswith(', algorithm=SHA-256, cnonce="c0ffee", qop=auth, nc=00000001, opaque="o"')


def test_nc_counts_up_until_the_nonce_changes() -> None:
    one = authenticator()
    one.learn(challenged('Digest realm="r", nonce="1", qop="auth"'))
    counts = [one.fields("BYE", "sip:b@h")[0][1].partition("nc=")[2] for _ in range(2)]
    one.learn(challenged('Digest realm="r", nonce="2", qop="auth", stale=true'))
    counts += [one.fields("BYE", "sip:b@h")[0][1].partition("nc=")[2]]
    assert counts == ["00000001", "00000002", "00000001"]


def test_a_proxy_and_a_server_are_answered_together() -> None:
    one = authenticator()
    assert one.learn(challenged('Digest realm="p", nonce="1"', status=407))
    assert one.learn(challenged('Digest realm="s", nonce="1"'))
    assert [header for header, _ in one.fields("INVITE", "sip:b@h")] == [
        "Proxy-Authorization",
        "Authorization",
    ]


def test_the_same_nonce_again_means_that_the_credentials_are_wrong() -> None:
    one = authenticator()
    assert one.learn(challenged('Digest realm="r", nonce="1"'))
    assert not one.learn(challenged('Digest realm="r", nonce="1"'))


def test_a_new_nonce_without_stale_gets_one_more_chance() -> None:
    one = authenticator()
    assert one.learn(challenged('Digest realm="r", nonce="1"'))
    assert one.learn(challenged('Digest realm="r", nonce="2"'))
    assert not one.learn(challenged('Digest realm="r", nonce="3"'))
    one.accepted()
    assert one.learn(challenged('Digest realm="r", nonce="4"'))


def test_a_realm_and_nonce_in_another_encoding_count_by_their_bytes() -> None:
    # Z\xfcrich and \xe9 in Latin-1, as `read_message` hands them over.
    challenge = Challenge("Z\udcfcrich", "\udce9")
    secret = hashlib.md5(b"u:Z\xfcrich:p").hexdigest().encode()
    request = hashlib.md5(b"INVITE:sip:b@h").hexdigest().encode()
    expected = hashlib.md5(secret + b":\xe9:" + request).hexdigest()
    assert digest_response(challenge, Credentials("u", "p"), "INVITE", "sip:b@h", 1, "") == expected


def test_nothing_to_answer_is_no_reason_for_another_attempt() -> None:
    assert not authenticator().learn(challenged())
    assert not authenticator().learn(challenged("Negotiate abc"))
