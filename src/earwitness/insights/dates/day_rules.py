"""Rules for single days: today, Friday, the 21st, March 3rd, 2026-07-01, in two weeks, Thanksgiving."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from earwitness.insights.dates.holidays import HOLIDAY, holiday
from earwitness.insights.dates.periods import Period, around, away, day, later, month_start, weekday_from
from earwitness.insights.dates.rules import Rule, rule
from earwitness.insights.dates.words import month_of, number_of, weekday_of, year_of

_DAYS_AWAY = {"today": 0, "tonight": 0, "tonite": 0, "tomorrow": 1, "tmrw": 1, "yesterday": -1}
_WHICH = {"this": 0, "next": 1, "last": -1, "that": 0}
_MONTHS_TRIED = 12
_YEARS_TRIED = 9


def _relative(match: re.Match[str], today: date) -> Period:
    return day(today + timedelta(days=_DAYS_AWAY[match["word"].lower()]))


def _part_of_day(match: re.Match[str], today: date) -> Period:
    return day(today + timedelta(days=_WHICH[match["which"].lower()]))


def _beside(match: re.Match[str], today: date) -> Period:
    anchor = _DAYS_AWAY[(match["anchor"] or "today").lower()]
    return day(today + timedelta(days=anchor + (1 if match["side"].lower() == "after" else -1)))


def _weekday(match: re.Match[str], today: date) -> Period:
    weekday, which = weekday_of(match["day"]), (match["which"] or "").lower()
    monday = today - timedelta(days=today.weekday())
    if which == "next":
        return day(monday + timedelta(days=7 + weekday), "weekday")
    if which in ("last", "previous"):
        return day(monday + timedelta(days=weekday - 7), "weekday")
    if which.endswith("past"):
        return day(weekday_from(today - timedelta(days=7), weekday), "weekday")
    start = today if which == "this" else today + timedelta(days=1)
    return day(weekday_from(start, weekday), "weekday", floating=not which)


def _numbered_weekday(match: re.Match[str], today: date) -> Period | None:
    """`Friday the 26th`: in this month if it is one, else in the next month in which it is one."""
    weekday, number = weekday_of(match["day"]), number_of(match["number"])
    for ahead in range(_MONTHS_TRIED):
        found = month_start(today.year, today.month + ahead) + timedelta(days=number - 1)
        if found.day == number and found.weekday() == weekday:
            return day(found, floating=True)
    return None


def _weekday_in_figures(match: re.Match[str], today: date) -> Period | None:
    found = _this_or_next_year(today, int(match["m"]), int(match["d"]))
    agrees = found is not None and found.start.weekday() == weekday_of(match["day"])
    return found if agrees or match["sep"] == "/" else None


def _day_of_month(match: re.Match[str], today: date) -> Period | None:
    number, which = number_of(match["number"]), (match["which"] or "").lower()
    first_try = {"next": 1, "last": -1}.get(which, 0)
    for ahead in range(first_try, first_try + _MONTHS_TRIED):
        found = month_start(today.year, today.month + ahead) + timedelta(days=number - 1)
        if found.day == number and (found >= today or which):
            return day(found, floating=not which)
    return None


def _this_or_next_year(today: date, month: int, number: int) -> Period | None:
    for year in range(today.year, today.year + _YEARS_TRIED):
        try:
            found = date(year, month, number)
        except ValueError:  # such as February 29th
            continue
        if found >= today:
            return day(found, floating=True)
    return None


def _month_day(match: re.Match[str], today: date) -> Period | None:
    month, number = month_of(match["month"]), number_of(match["number"])
    if match["year"]:
        return day(date(year_of(match["year"]), month, number))
    return _this_or_next_year(today, month, number)


def _in_figures(match: re.Match[str], _today: date) -> Period:
    """Month before day, as in the United States, unless only the other order is a date."""
    first, second, year = int(match["a"]), int(match["b"]), year_of(match["y"])
    european = first > 12 or (match["sep"] == "." and second <= 12)
    return day(date(year, second, first) if european else date(year, first, second))


def _year_first(match: re.Match[str], _today: date) -> Period:
    month = int(match["m"]) if match["m"].isdigit() else month_of(match["m"])
    return day(date(int(match["y"]), month, int(match["d"])))


def _without_year(match: re.Match[str], today: date) -> Period | None:
    if (match["which"] or "").lower() == "this":
        return day(date(today.year, int(match["m"]), int(match["d"])))
    return _this_or_next_year(today, int(match["m"]), int(match["d"]))


def _away(sign: int) -> Callable[[re.Match[str], date], Period]:
    def resolve(match: re.Match[str], today: date) -> Period:
        return away(today, sign * number_of(match["count"]), match["unit"])

    return resolve


def _within(match: re.Match[str], today: date) -> Period:
    end = later(today, number_of(match["count"]), match["unit"])
    return Period(today, end, end, "span")


def _holiday(match: re.Match[str], today: date) -> Period | None:
    name = match["name"]
    if match["year"]:
        return day(holiday(name, year_of(match["year"])))
    which = (match["which"] or match["of_which"] or "").lower()
    if which in ("this", "last") or match["of_which"]:
        return day(holiday(name, today.year + _WHICH[which]))
    years = range(today.year, today.year + 2)
    return next((day(at, floating=True) for at in (holiday(name, y) for y in years) if at >= today), None)


def _today(_match: re.Match[str], today: date) -> Period:
    return around(today, "day", 0)


def _nothing(_match: re.Match[str], _today: date) -> None:
    """What happens again and again is no date."""


_APART = r"(?<![\d$€£])(?<![$€£]\s)(?<!\d[/.])(?<!\b\d-)(?<!\b\d\d-)(?<!\b\d\d\d-)"
_NO_AMOUNT = r"(?<![\d$€£])(?<![$€£]\s)(?<!\d[/.])"
"""Not inside of a longer number or an amount; after another date, as in `5/1/2026-5/7/2026`, it may be."""
_IN_YEAR = r"(?:,? (?:(?:of|in) )?| ?[,/-] ?)"
_END = (
    r"(?= ?(?:$|[.,;:?!)]"
    r"|(?:at|by|and|or|so|before|after|between|from|to|till|until|if|please|then|with|for|in)\b))"
)

DAY_RULES: tuple[Rule, ...] = (
    rule(
        r"\b(?:every|each|any|all|once an?) (?:other |single |\w+ )?(?:@WEEKDAY|@UNIT|weekend|@PART)s?\b",
        _nothing,
    ),
    rule(
        r"\b(?:@WEEKDAY(?: @PART)?s|everyday|(?:semi-?)?(?:daily|weekly|monthly|quarterly|annually))\b",
        _nothing,
    ),
    rule(r"\bthe day (?P<side>after|before) (?P<anchor>tomorrow|yesterday)\b", _beside),
    rule(r"\bthe day (?P<side>after|before)(?P<anchor>)(?= ?[.?!]?$)", _beside),
    rule(
        r"\b(?:(?:early|later?|earlier|mid) (?:in )?)?"
        r"(?P<word>today|tonight|tonite|tomorrow|tmrw|yesterday)(?:(?:'s)? @PART)?\b",
        _relative,
    ),
    rule(
        r"\b(?:(?:early|later?|earlier) )?(?P<which>this|next|last) (?:morning|afternoon|evening|night)\b",
        _part_of_day,
    ),
    rule(r"\b(?:between|from) (?P<when>now)\b(?= (?:and|to|until|till)\b)", _today),
    rule(
        r"\b(?:to|till|until|between [^,.]{1,40} and) (?P<when>now|date|the present)\b(?= ?(?:$|[.,;?!)]))",
        _today,
    ),
    rule(
        r"\b(?:(?:the )?end of (?:today|(?:the |business )?day)|EOD|COB|close of business)\b"
        r"(?! (?:on |of )?(?:tomorrow|next|this|@WEEKDAY)\b)",
        _today,
    ),
    rule(
        r"\b(?:(?P<which>next|last|previous|(?:this )?(?:past|coming|upcoming)|this|following) )?"
        r"(?P<day>@WEEKDAY)\b(?: @PART)?",
        _weekday,
    ),
    rule(r"\b(?P<which>this|next|last|on|by) (?P<when>(?P<day>sat|sun))\b", _weekday),
    rule(
        r"\b(?:this )?(?P<day>@SHORT_WEEKDAY),? (?:the )?(?P<number>@DAY)(?![-/]\d| @UNIT| o'?clock)\b",
        _numbered_weekday,
    ),
    rule(
        r"\b(?P<day>@SHORT_WEEKDAY),? (?P<m>\d\d?)(?P<sep>[-./])(?P<d>\d\d?)(?![\d:/.-]*\d)",
        _weekday_in_figures,
    ),
    rule(
        r"\b(?:on|by|before|until|till|for|around|from|is|starting) "
        r"(?P<when>(?:the )?(?P<number>@SURE_ORDINAL)(?P<which>))\b" + _END,
        _day_of_month,
    ),
    rule(r"\b(?:by|before|until|till) (?P<when>the (?P<number>@ORDINAL)(?P<which>))\b" + _END, _day_of_month),
    rule(r"\b(?:on|for|by) (?P<when>the (?P<number>\d\d?)(?P<which>))\b(?![:.]\d)" + _END, _day_of_month),
    rule(r"\b(?P<when>the (?P<number>@SURE_ORDINAL)(?P<which>))(?= ?[.?!]*$)", _day_of_month),
    rule(r"\bthe (?P<number>@ORDINAL) day of (?P<which>this|next|last|the) month\b", _day_of_month),
    rule(r"\bthe (?P<number>@ORDINAL)(?: of)? (?P<which>this|next|last) month\b", _day_of_month),
    rule(
        rf"{_NO_AMOUNT}\b(?P<month>@MONTH)\.?(?: ?[-/,]? ?)(?:the )?(?P<number>@DAY)\b"
        rf"(?:{_IN_YEAR}(?P<year>@HEARD_YEAR))?",
        _month_day,
    ),
    rule(
        rf"{_NO_AMOUNT}\b(?P<month>@SURE_MONTH|may|march) (?P<number>@SPELLED_DAY)"
        rf"(?:{_IN_YEAR}(?P<year>@HEARD_YEAR))?\b",
        _month_day,
    ),
    rule(
        rf"{_NO_AMOUNT}\b(?:the )?(?P<number>@DAY)(?: (?:day )?of | in |[- /])(?P<month>@MONTH)\b\.?"
        rf"(?:(?:{_IN_YEAR}(?P<year>@HEARD_YEAR|(?<=of\s)\d\d\b))?)",
        _month_day,
    ),
    rule(
        rf"\b(?P<number>@SPELLED_DAY) (?:of )?(?P<month>@SURE_MONTH)(?:{_IN_YEAR}(?P<year>@HEARD_YEAR))?\b",
        _month_day,
    ),
    rule(rf"{_APART}(?P<a>\d\d?)(?P<sep>[-/.])(?P<b>\d\d?)(?P=sep)(?P<y>(?:19|20)\d\d)(?!\d)", _in_figures),
    rule(rf"{_APART}(?P<a>\d\d?)(?P<sep>/)(?P<b>\d\d?)/(?P<y>\d\d)(?![\d/]|[.]\d)", _in_figures),
    rule(
        r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<sep>[-/. ])(?P<m>\d\d?|@MONTH)(?P=sep)(?P<d>\d\d?)(?![\d%]|[-/.]\d)",
        _year_first,
    ),
    rule(r"\b(?P<m>@MONTH)[-/](?P<y>(?:19|20)\d\d)[-/](?P<d>\d\d?)\b", _year_first),
    rule(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)", _year_first),
    rule(
        r"(?:^|\b(?:(?P<which>this|next)|on|by|before|until|from|to|or|and|between|@SHORT_WEEKDAY) |, "
        r"|(?<=\d-))"
        r"(?P<when>(?P<m>0?[1-9]|1[0-2])/(?P<d>[12]\d|3[01]|0?[1-9]))(?![\d/%]|\.\d| (?:of|cup))",
        _without_year,
    ),
    rule(r"\bin (?:about |around )?(?P<count>@COUNT) (?P<unit>@UNIT)(?:['’]s? time)?\b", _away(1)),
    rule(
        r"\b(?P<count>@HEARD_COUNT) (?P<unit>@UNIT) (?:from (?:now|today)|after today|later|hence)\b",
        _away(1),
    ),
    rule(
        r"\b(?P<count>@COUNT) (?P<unit>@UNIT) (?:ago|earlier|before (?:today|now)|back(?= ?[.,?!]?$))\b",
        _away(-1),
    ),
    rule(r"\bwithin (?:the next )?(?P<count>@COUNT) (?P<unit>@UNIT)\b", _within),
    rule(
        rf"\b(?:(?P<which>this|next|last) )?(?P<name>{HOLIDAY})(?:{_IN_YEAR}(?P<year>@YEAR)"
        r"| (?:of )?(?P<of_which>this|next|last) year)?\b",
        _holiday,
    ),
)
