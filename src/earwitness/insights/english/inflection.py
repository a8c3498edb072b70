"""English inflection: plurals, third persons, past forms, participles and gerunds share a key."""

import re

from earwitness.insights.short_keys import kept_for_short

_IRREGULAR = """
be am is are was were been being
have has had having
do does did done doing
go goes went gone going
say says said saying
get gets got gotten getting
make makes made making
know knows knew known
think thinks thought
take takes took taken taking
see sees saw seen seeing
come comes came coming
give gives gave given giving
find finds found
tell tells told
leave leaves left leaving
feel feels felt
keep keeps kept
begin begins began begun beginning
show shows showed shown
hear hears heard
run runs ran running
hold holds held
bring brings brought
write writes wrote written writing
sit sits sat sitting
stand stands stood
lose loses lost losing
pay pays paid
meet meets met
send sends sent
build builds built
spend spends spent
buy buys bought
sell sells sold
speak speaks spoke spoken
choose chooses chose chosen choosing
break breaks broke broken
grow grows grew grown
win wins won winning
teach teaches taught
catch catches caught
steal steals stole stolen
forget forgets forgot forgotten forgetting
withdraw withdraws withdrew withdrawn
drive drives drove driven driving
rise rises rose risen rising
fall falls fell fallen
understand understands understood
deal deals dealt
mean means meant
lend lends lent
freeze freezes froze frozen freezing
fly flies flew flown
wear wears wore worn
drop drops dropped dropping
person people
child children
man men
woman women
foot feet
die dies died dying
lie lies lied lying
"""
_FORMS = {form: line.split()[0] for line in _IRREGULAR.strip().splitlines() for form in line.split()}
_KEPT = frozenset(
    "this his its us as yes thus plus news always perhaps business address process access success press"
    " less unless across gas bus status analysis basis bonus focus campus canvas lens series species"
    " during morning evening nothing something anything everything thing king ring string spring bring"
    " need speed feed indeed exceed proceed succeed seed red bed hundred sacred naked wicked".split()
)
"""Words that end as if they were inflected."""
_VOWEL = re.compile("[aeiouy]")
_DOUBLED = re.compile(r"([bcdfgkmnprtvz])\1$|ll$")
_CONSONANT_Y = re.compile("(?<=[^aeiou])y$")
_LONGER_PLURALS = ("sses", "ches", "shes", "xes", "zes")


@kept_for_short(65_536, longest=40)
def base_form(word: str) -> str:
    """Return a key that a lower-cased word shares with its inflected forms; it need not be a word.

    Forms that are spelled by rule are cut by rule, so a few words of one spelling fall together
    ("rate" and "rating"), which whoever looks for a phrase would mostly want too.
    """
    word = _FORMS.get(word, word)
    if word in _KEPT or len(word) < 3 or not (word.isascii() and word.isalpha()):
        return word
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem == word or not _VOWEL.search(stem):
            continue
        if word.endswith("eed"):
            return _without_end(word[:-1])
        # "using" and "owed" are of words with a silent "e".
        return _without_end(stem) if len(stem) > 2 else f"{stem}e"
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "i"
    if word.endswith(_LONGER_PLURALS):
        return _without_end(word[:-2])
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return _without_end(word)


def _without_end(stem: str) -> str:
    """Undo what spelling does at the end of a stem: doubled consonants, the silent "e", "y" as "i"."""
    if len(stem) > 3:
        stem = _DOUBLED.sub(lambda match: match[0][0], stem)
        if stem.endswith("e"):
            return stem[:-1]
    return _CONSONANT_Y.sub("i", stem) if len(stem) > 2 else stem
