"""What a cell means to a person, without what programs add to it."""

import re

# Excel and Shopify keep digits and formulas as text this way: ="0012345", '7210448301122, '=1+1.
EQUALS_TEXT = re.compile(r'="((?:[^"]|"")*)"', re.DOTALL)
GUARDED = re.compile(r"'(?=[\t\r\n0-9]|[\t\r\n ]*[=+\-@])")

# Control characters in the XML of a workbook (ECMA-376, ST_Xstring), as some readers of it leave them.
XML_CONTROL = re.compile("_x00(0[9AaDd])_")


def unwrapped(text: str) -> str:
    """Return the text that a cell stands for: without a spreadsheet's guards and a workbook's escapes."""
    if match := EQUALS_TEXT.fullmatch(text.strip()):
        text = match[1].replace('""', '"')
    elif GUARDED.match(text):
        text = text[1:]
    return XML_CONTROL.sub(" ", text) if "_x00" in text else text
