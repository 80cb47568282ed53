"""How old the children are that come along."""

import re
from typing import Final

OLDEST: Final = 17
_CHILD: Final = (
    r"(?:nin[oa]s?|menor(?:es)?|hij[oa]s?|hijit[oa]s?|nen[ea]s?|beb[ae]s?|bebit[oa]s?|baby|babies|kids?|child(?:ren)?|criancas?|filh[oa]s?|filhinh[oa]s?|peques?|pequen[oa]s?"
    r"|chic[oa]s?|sons?|daughters?|toddlers?|infants?|girls?|boys?|menin[oa]s?|chiquit[oa]s?|miud[oa]s?|chamac[oa]s?|crios?|adolescentes?|teens?|teenagers?|otr[oa]|outr[oa]|other|another one)"
)
_UNIT: Final = r"(?:anos?|anitos?|aninhos?|years?(?:[ -]olds?)?|yrs?(?: olds?)?|y\.?/?o\.?|meses|mes(?:es)?|months?(?:[ -]olds?)?|mos?)(?![a-z])"
_SAYS_AGE: Final = (
    r"(?:de|aged?|ages|of|tienen?|tem|has|is|are|con|com|who(?:'s| is| are)|que tienen?|edad(?:es)?|idades?)"
)
_AGES: Final = r"[0-9]{1,2}(?: ?(?:,|y|e|and|&|/|-) ?[0-9]{1,2}(?![0-9/])){0,8}"
# «niños de 3 y 5», «2 kids (3 and 7)», «filha: 6 anos», «un niño 5 años».
_OF_A_CHILD: Final = re.compile(
    rf"(?<![a-z])(?P<count>(?:[0-9]|[a-z]{{1,6}}) )?(?P<child>{_CHILD}) ?(?:pequen[oa]s? )?(?P<says>[(:,]? ?(?:{_SAYS_AGE}(?: {_SAYS_AGE})?)?:? ?\(?) ?(?P<ages>{_AGES})(?![0-9/.:%]) ?(?P<unit>{_UNIT})?(?! ?(?:noch|noit|night|person|pesso|people|de [a-z]|usd|al? [0-9]))"
)
# «a 4 year old», «de 8 meses», «and one is 6 years old».
_ANY_DIGIT: Final = re.compile(r"[0-9]", re.ASCII)
_OLD: Final = re.compile(
    r"(?<![0-9,/])(?P<ages>[0-9]{1,2})[ -]?(?P<unit>(?:years?|yrs?|months?)[ -]olds?|y\.?/?o)(?![a-z])"
)
_MANY: Final = re.compile(r"(?:s|children|babies)$")
_COUNTING: Final = frozenset(
    "un una um uma one dos tres cuatro cinco two three four duas dois quatro mis meus minhas my nuestros nossos our".split()
)


def read_ages(folded: str) -> tuple[int, ...]:
    """Ages in years, in the order they are told; «¿los menores de 5 pagan?» tells none."""
    ages: list[int] = []
    if _ANY_DIGIT.search(folded) is None:
        return ()
    for found in _OF_A_CHILD.finditer(folded):
        told = _told(found["ages"], found["unit"])
        if (found["says"].strip(" ,") or found["unit"]) and told and not _is_a_rule(found, len(told)):
            ages += told
    if not ages:
        ages = [age for found in _OLD.finditer(folded) for age in _told(found["ages"], found["unit"])]
    return tuple(ages)


def _told(ages: str, unit: str | None) -> list[int]:
    months = unit is not None and unit.startswith(("mes", "month", "mo"))
    told = [int(age) for age in re.findall(r"[0-9]+", ages)]
    if months and len(told) == 1:
        return [told[0] // 12]
    return told if all(age <= OLDEST for age in told) else []


def _is_a_rule(found: "re.Match[str]", count: int) -> bool:
    """One age of several children, whom nobody counted: a question about a policy, not who comes."""
    many = _MANY.search(found["child"]) is not None
    counted = found["count"] is not None and (found["count"].strip().isdigit() or found["count"].strip() in _COUNTING)
    return count == 1 and many and not counted
