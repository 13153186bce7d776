"""Reads Markdown: headings make sections; paragraphs, list items and table rows make blocks."""

import re

from segue_support.knowledge.documents import Document, title_from
from segue_support.knowledge.readers.outline import Outline

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_UNDERLINE = re.compile(r"^(=+|-{2,})\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+")
_TABLE_RULE = re.compile(r"^\s*\|?[\s:|-]+\|[\s:|-]*$")
_MARKS = (
    (re.compile(r"!\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\[[^\]]*\])"), r"\1"),
    (re.compile(r"<(https?://[^>\s]+)>"), r"\1"),
    (re.compile(r"</?[a-zA-Z][^>]*>"), ""),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<!\w)_(?=\S)([^_]+?)(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"`([^`]+)`"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!|-])"), r"\1"),
)


def read_markdown(source: str, text: str) -> Document:
    """The document; its title is the first heading of the first level, or its file's name."""
    text = _COMMENT.sub("", _FRONT_MATTER.sub("", text.replace("\r\n", "\n")))
    outline = Outline(title_from(source))
    for line in text.split("\n"):
        _take(outline, line)
    return outline.document(source)


def _take(outline: Outline, line: str) -> None:
    if heading := _HEADING.match(line):
        outline.heading(len(heading[1]), _plain(heading[2]))
    elif (rule := _UNDERLINE.match(line)) and outline.has_open_line:
        outline.underlined(1 if rule[1].startswith("=") else 2)
    elif not line.strip() or _TABLE_RULE.match(line) or line.lstrip().startswith("```"):
        outline.end_block()
    elif line.lstrip().startswith("|"):
        cells = (cell.strip() for cell in line.strip().strip("|").split("|"))
        outline.block(_plain(": ".join(cell for cell in cells if cell)))
    elif item := _ITEM.match(line):
        outline.end_block()
        outline.line(_plain(line[item.end() :]))
    else:
        outline.line(_plain(line.lstrip("> ").strip()))


def _plain(text: str) -> str:
    for pattern, replacement in _MARKS:
        text = pattern.sub(replacement, text)
    return text.strip()
