"""Amounts of money: kept in US cents, shown in dollars."""


def dollars(cents: int) -> str:
    """What a person reads: 123450 is `$1,234.50`."""
    sign = "-" if cents < 0 else ""
    return f"{sign}${abs(cents) // 100:,}.{abs(cents) % 100:02d}"
