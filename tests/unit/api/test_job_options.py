"""One list in the five spellings in which clients send it."""

import json
from urllib.parse import parse_qsl, urlencode

import pytest

from earwitness.api.requests.job_options import from_query, options_of

WORDS = ["acme", "widget"]
CHANNELS = [
    {"channel": 1, "speaker": {"name": "Ann", "email": "ann@example.com"}},
    {"channel": 2, "speaker": {"name": "Bob"}},
]


@pytest.mark.parametrize(
    "query",
    [
        urlencode({"customVocabulary": json.dumps(WORDS)}),
        "customVocabulary=acme&customVocabulary=widget",
        "customVocabulary[0]=acme&customVocabulary[1]=widget",
        "customVocabulary%5B%5D=acme&customVocabulary%5B%5D=widget",
        "customVocabulary=[acme,widget]",
        urlencode([("customVocabulary", character) for character in json.dumps(WORDS)]),
    ],
)
def test_a_list_of_words(query: str) -> None:
    assert options_of(from_query(parse_qsl(query))).custom_vocabulary == WORDS


@pytest.mark.parametrize(
    "query",
    [
        urlencode({"channelMetadata": json.dumps(CHANNELS)}),
        urlencode([("channelMetadata", json.dumps(channel)) for channel in CHANNELS]),
        "channelMetadata[0][channel]=1&channelMetadata[0][speaker][name]=Ann"
        "&channelMetadata[0][speaker][email]=ann%40example.com"
        "&channelMetadata[1][channel]=2&channelMetadata[1][speaker][name]=Bob",
        urlencode([("channelMetadata", character) for character in json.dumps(CHANNELS)]),
    ],
)
def test_a_list_of_objects(query: str) -> None:
    found = options_of(from_query(parse_qsl(query))).channel_metadata
    assert [(one.channel, one.speaker.name, one.speaker.email) for one in found] == [
        (1, "Ann", "ann@example.com"),
        (2, "Bob", None),
    ]


@pytest.mark.parametrize("text", ["true", "True", "TRUE", "1"])
def test_truth_in_any_case(text: str) -> None:
    assert options_of(from_query([("enableSeparateRecognitionPerChannel", text)])).separate_channels


def test_what_makes_no_sense_is_left_out() -> None:
    options = options_of(
        from_query(
            [
                ("confidenceThreshold", "high"),
                ("detectPhrases", "maybe"),
                ("channelMetadata", "[{"),
                ("entities", "[1, 2]"),
                ("a[b]c", "d"),
                ("name", "A\nB"),
                ("webhookUrl", ""),
            ]
        )
    )
    assert (options.confidence_threshold, options.detect_phrases, options.channel_metadata) == (
        0.5,
        False,
        [],
    )
    assert (options.name, options.webhook_url, options.entities) == ("A B", "", [])
