"""Australian Business Numbers that pass the checksum and belong to nobody: the serials end a series of nines."""

_WEIGHTS = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
_MODULUS = 89
_FIRST_SERIAL = 999_900_000


def fictional_abn(serial: int) -> str:
    """The ABN of the sample's company number ``serial``, as printed: ``51 999 900 007``."""
    tail = str(_FIRST_SERIAL + serial)
    for check in range(11, 100):
        if is_valid_abn(f"{check}{tail}"):
            return f"{check} {tail[:3]} {tail[3:6]} {tail[6:]}"
    raise ValueError(f"no check digits fit {tail}")


def is_valid_abn(number: str) -> bool:
    """Whether eleven digits satisfy the published checksum: one off the first digit, weighted, modulo 89."""
    digits = [int(char) for char in number if char.isdigit()]
    if len(digits) != len(_WEIGHTS):
        return False
    digits[0] -= 1
    return sum(w * d for w, d in zip(_WEIGHTS, digits, strict=True)) % _MODULUS == 0
