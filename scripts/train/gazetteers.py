"""Make the lists of names that `earwitness.insights.english.gazetteer` reads.

    python scripts/train/gazetteers.py CENSUS_DIR

CENSUS_DIR holds `dist.female.first`, `dist.male.first` and `dist.all.last` of the US census of 1990 (public
domain; the package `names` carries them). Countries and some cities come from the tables of `tzdata` (public
domain), towns from the geocoding data of `phonenumbers` (Apache-2.0). See docs/models/names.md.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path

from phonenumbers.geodata import GEOCODE_DATA

from earwitness.insights.english.common_words import common_words

TARGET = Path(__file__).parents[2] / "src" / "earwitness" / "insights" / "data"
MOST_SURNAMES = 12_000
PREFIXES = ("1", "44", "353", "61", "64", "49", "33", "34", "39", "31", "32", "41", "43", "91", "27")
"""Calling codes whose towns are listed."""
STATES = (
    "Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Georgia Hawaii Idaho"
    " Illinois Indiana Iowa Kansas Kentucky Louisiana Maine Maryland Massachusetts Michigan Minnesota"
    " Mississippi Missouri Montana Nebraska Nevada Ohio Oklahoma Oregon Pennsylvania Tennessee Texas Utah"
    " Vermont Virginia Wisconsin Wyoming"
).split()
MORE = """
    New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Rhode Island|South Carolina
    South Dakota|West Virginia|Washington DC|United Kingdom|Great Britain|England|Scotland|Wales
    Northern Ireland|United States|United States of America|USA|America|Russia|Holland|The Netherlands|Czechia
    Czech Republic|South Korea|North Korea|Ivory Coast|Burma|Macedonia|UAE|United Arab Emirates|Europe|Asia
    Africa|North America|South America|Latin America|Middle East|Ontario|Quebec|British Columbia|Alberta
    Bavaria|Catalonia|Tuscany|Scandinavia|Cyprus|Hong Kong|Taiwan|Palestine|Kosovo|Tibet
"""


def census(path: Path) -> Iterator[str]:
    """Yield the names of a table, the most frequent first."""
    for line in path.read_text("ascii").splitlines():
        yield line.split()[0].lower()


def countries() -> set[str]:
    """Return countries and states."""
    found = {name.lower() for name in STATES}
    found |= {name.strip().lower() for name in re.split(r"[|\n]", MORE) if name.strip()}
    for line in table("iso3166.tab"):
        name = line[1].split(" & ")[0]
        base, _, more = name.partition(" (")
        more = more.rstrip(")")
        found.add(f"{more} {base}".lower() if more in ("North", "South", "American") else base.lower())
    return {name for name in found if len(name) > 2}


def towns() -> set[str]:
    """Return towns and regions that are no common words."""
    found = {line[2].rpartition("/")[2].replace("_", " ").lower() for line in table("zone.tab")}
    for prefix, names in GEOCODE_DATA.items():
        if str(prefix).startswith(PREFIXES):
            for name in re.split(r"[,/]", names.get("en", "")):
                found.add(re.sub(r"\s*\(.*", "", name).strip().lower())
    return {name for name in found if is_name(name)}


def is_name(text: str) -> bool:
    """Whether a text can be told as the name of a place."""
    words = text.split()
    return (
        len(text) > 3
        and len(words) <= 4
        and bool(re.fullmatch(r"[^\W\d_][^\d_]*", text))
        and not all(word in common_words() for word in words)
    )


def table(name: str) -> Iterator[list[str]]:
    """Yield the rows of a table of tzdata."""
    text = resources.files("tzdata").joinpath("zoneinfo", name).read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def write(name: str, source: str, names: Iterable[str]) -> None:
    """Write a list in alphabetic order."""
    lines = [f"# {source}", *sorted(set(names))]
    (TARGET / name).write_text("\n".join(lines) + "\n", "utf-8")


def main(census_dir: Path) -> None:
    """Make all lists."""
    first = [*census(census_dir / "dist.female.first"), *census(census_dir / "dist.male.first")]
    write("first_names.txt", "First names of the US census of 1990 (public domain).", first)
    last = list(census(census_dir / "dist.all.last"))[:MOST_SURNAMES]
    write("surnames.txt", "The most frequent surnames of the US census of 1990 (public domain).", last)
    write("countries.txt", "Countries of tzdata's iso3166.tab (public domain), and states.", countries())
    write(
        "places.txt",
        "Towns of tzdata's zone.tab (public domain) and of libphonenumber's geocoding data (Apache-2.0).",
        towns() - countries(),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
