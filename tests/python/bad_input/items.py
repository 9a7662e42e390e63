"""The bad inputs that reliability promises to answer, and those that wait for what is not built."""

ITEMS = """
byte FF; overlong C0AF; surrogate EDA080; beyond U+10FFFF; cut sequence; JSON lone surrogate; undeclared GBK;
embedded NUL; bidi override in codes; blank name; NaN; infinity; 1e3; 0x10; leading blank; full-width digits;
excess decimals; unknown currency; unknown time zone; mixed-currency sum; negative credit limit; 2024-02-30; 2023-02-29; 0000-00-00;
year 10000; offset +25:00; end before start; duplicate JSON keys; trailing JSON; unclosed quote; stray quote;
ragged row; duplicate header; undeclared UTF-16; contradictory thresholds; gap in bands; overlap in bands;
unknown policy field; division by zero; URI path; beyond 2^53 - 1; negated minimum; overflow of a sum;
rounded JSON integer; 10 MB name; JSON depth over 64; 1 GB JSON; a million columns; huge LIKE pattern;
tree depth over 64; self-parent; A→B→A; policy references; NFC/NFD twin; idempotency key with another body;
stale row version; SQL in a name; % and _ literally; FTS operators as text; 𠮷 and emoji; CRLF inside quotes;
BOM stripped; 00123 as text; declared GB18030; month end clamps; -0 is 0; formula neutralised; lossless export;
unknown field; missing field; wrong type; given twice; one name for two things; not a SELECT; NULL handle; bad length
"""

# What the built parts do not have yet, and why no row stands for it.
NOT_APPLICABLE = {
    "erasure under legal hold": "erasure and legal hold are not built",
    "another owner's id": "visibility by owner is not built: every caller sees the whole archive",
    "A→B→A from two writers at once": "one writer at a time holds the file, so that the second one sees the first's nodes",
    "policy references": "policies refer to no other policy, only to a scheme that exists",
    "FTS operators": "there is no full-text index; they are plain text everywhere",
    "Arrow guards": "no Arrow stream is read or given yet",
    "mixed-currency sum": "an archive sums its base currency; an entry of another one is converted by its own rate",
    "missing or swapped WAL": "see hostile_file_test.py",
    "empty file, FIFO, symlink, foreign application_id, added trigger or view, newer schema": "see hostile_file_test.py",
    "stale or double free, foreign thread, write from a callback, after fork": "see tests/c/misuse.c and in_use.c",
}


def items():
    return {item.strip() for item in ITEMS.replace("\n", " ").split(";")}
