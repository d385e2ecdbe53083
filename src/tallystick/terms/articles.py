"""Which of "a" and "an" goes before a word: decided by its first sound, not its first letter.

Abbreviations are spelled out as people say them: an SOV (ess-oh-vee), a BOQ, an RFI, an SSOV, a GST return.
Numbers sound as they are read: an 8-day week, an 11th claim, an $800 credit, a 100-line claim.
"""

import re
from functools import lru_cache

# Letters whose English name begins with a vowel sound: "an F", "an S", but "a U".
_VOWEL_NAMED = frozenset("AEFHILMNORSX")

# Written with a vowel letter, said with a consonant: "you…" and "wu…".
_CONSONANT_SOUND = re.compile(
    r"(?:uni(?:t|on|que|form|fy|fi|ver|lat|corn|cycle|son|sex)|use|usa|usu|using|uti|ute|ubi|ura|uro|uku"
    r"|eu|ewe|once|ones|one(?![a-z]))"
)
_SILENT_H = re.compile(r"(?:hour|honest|hono|heir)")

# Capitals that are said as a word, or are an ordinary word in capitals: no letter is spelled out.
_SAID_AS_WORD = frozenset(
    re.findall(
        r"\w+",
        """
        FIFO FINAL FILE FULL HEAD HELD HIGH HOLD HOME LAST LATE LEAN LESS LIEN LIFO LINE LIST LIVE LONG LOW
        MADE MAIN MONTH MORE MOST MYOB NAMED NASA NATO NEW NEXT NIL NO NON NOT NOTE NOTED READ RETRY RISK ROW
        RUN SAFE SAGE SAME SENT SET SIGN SITE SMALL SOON SUB SUM
        """,
    )
)
_EITHER = frozenset({"SQL", "FAQ", "HERB", "HISTORIC"})

_NUMBER = re.compile(r"\d[\d,]*")
_ABBREVIATION = re.compile(r"(?:[A-Z][A-Z&]+|[A-Z])s?(?![a-z])")
_LETTER_AND_NUMBER = re.compile(r"[A-Za-z]\d")
_LEADING_MARKS = re.compile(r"^[^\w]+|^_+")
_LONGEST_SPELLED_OUT = 5


def article_for(word: str) -> str:
    """``"a"`` or ``"an"``, as said before ``word`` (a word, an abbreviation or a number; more may follow)."""
    return "an" if _begins_with_vowel_sound(word) else "a"


def is_arguable(word: str) -> bool:
    """True where educated speakers disagree, so that neither article can be called wrong."""
    said = _LEADING_MARKS.sub("", word)
    number = _NUMBER.match(said)
    if number:  # 1100 is one thousand one hundred or eleven hundred
        return bool(re.fullmatch(r"1[18]\d\d", number.group()))
    return re.split(r"[\s/\-–.,;:]", said, maxsplit=1)[0].upper() in _EITHER


@lru_cache(maxsize=4096)
def _begins_with_vowel_sound(word: str) -> bool:
    said = _LEADING_MARKS.sub("", word.strip())
    if not said:
        return False
    number = _NUMBER.match(said)
    if number:
        return _number_begins_with_vowel_sound(number.group())
    if _LETTER_AND_NUMBER.match(said):  # an A4 page, an r2
        return said[0].upper() in _VOWEL_NAMED
    abbreviation = _ABBREVIATION.match(said)
    if abbreviation and _is_spelled_out(abbreviation.group()):
        return said[0] in _VOWEL_NAMED
    lowered = said.lower()
    if _SILENT_H.match(lowered):
        return True
    return lowered[0] in "aeiouàáâäèéêëìíîïòóôöùúûü" and not _CONSONANT_SOUND.match(lowered)


def _is_spelled_out(capitals: str) -> bool:
    letters = capitals.removesuffix("s")
    return len(letters) <= _LONGEST_SPELLED_OUT and letters not in _SAID_AS_WORD


def _number_begins_with_vowel_sound(number: str) -> bool:
    """Eight, eleven, eighteen, eighty and eight hundred do, with any thousands behind them."""
    digits = number.replace(",", "").lstrip("0")
    if not digits:
        return False
    leading = digits[: len(digits) % 3 or 3]
    return leading.startswith("8") or leading in {"11", "18"}
