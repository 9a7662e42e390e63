"""Reads C and C++ just well enough for the rules: what is code, where functions begin and end."""

import re

RAW_STRING = re.compile(r'(?:u8|[uUL])?R"([^()\\ ]{0,16})\(')
TOKEN = re.compile(r'//|/\*|"|\'|(?:u8|[uUL])?R"')


def blank(text):
    """Keeps line ends, turns everything else into spaces."""
    return re.sub(r"[^\n]", " ", text)


def end_of_quoted(text, start, quote):
    """Returns the position after the literal that opens at `start`; an unclosed one ends with its line."""
    position = start + 1
    while position < len(text) and text[position] not in (quote, "\n"):
        position += 2 if text[position] == "\\" else 1
    return min(position + 1, len(text))


def end_of_token(text, start):
    """Returns the position after the comment or literal at `start`."""
    if text.startswith("//", start):
        end = text.find("\n", start)
        return len(text) if end < 0 else end
    if text.startswith("/*", start):
        end = text.find("*/", start + 2)
        return len(text) if end < 0 else end + 2
    raw = RAW_STRING.match(text, start)
    if raw:
        end = text.find(")" + raw.group(1) + '"', raw.end())
        return len(text) if end < 0 else end + len(raw.group(1)) + 2
    return end_of_quoted(text, start, text[start])


def code_of(text):
    """Returns `text` with comments and literals blanked, character for character; #include lines stay whole."""
    out, position = [], 0
    for match in iter(lambda: TOKEN.search(text, position), None):
        start = match.start()
        out.append(text[position:start])
        if text[start] == "'" and start and (text[start - 1].isalnum()) and text[start + 1 : start + 2].isalnum():
            out.append(" ")  # a digit separator, 1'000
            position = start + 1
            continue
        end = end_of_token(text, start)
        line = text[text.rfind("\n", 0, start) + 1 : start]
        keep = text[start] == '"' and re.match(r"\s*#\s*include\s*$", line)
        out.append(text[start:end] if keep else blank(text[start:end]))
        position = end
    out.append(text[position:])
    return "".join(out)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


CONTAINER = re.compile(r'^\s*(?:template\s*<.*>\s*)?(?:typedef\s+|static\s+|inline\s+|export\s+)*'
                       r'(?:namespace|class|struct|union|enum|extern)\b', re.S)


def kind_of_brace(head, parent):
    """Says what a brace opens: a container of declarations, a function's body, or anything else."""
    if parent != "container":
        return "inner"
    head = re.sub(r"^(?:\s*(?:#[^\n]*\n|(?:public|private|protected)\s*:|\[\[[^\]]*\]\]))*\s*", "", head)
    if CONTAINER.match(head) and not re.search(r"\)\s*(?:const|noexcept|->.*)?\s*$", head, re.S):
        return "container"
    if head.rstrip().endswith(("=", ",")) or "(" not in head:
        return "inner"
    return "function"


def functions(code):
    """Yields (first line, number of lines) of every function body in blanked code, braces included."""
    stack, head_start = [], 0
    for match in re.finditer(r"[{};]", code):
        position, mark = match.start(), match.group()
        parent = stack[-1][0] if stack else "container"
        if mark == "{":
            stack.append((kind_of_brace(code[head_start:position], parent), position))
        elif mark == "}" and stack:
            kind, start = stack.pop()
            if kind == "function":
                first = line_of(code, start)
                yield first, line_of(code, position) - first + 1
        if mark != "}" or not stack or stack[-1][0] == "container":
            head_start = position + 1
