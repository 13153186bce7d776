"""Reads pairs of questions and answers, from YAML or CSV."""

import csv
import io

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from segue_support.knowledge.documents import Document, Section, title_from


class Pair(BaseModel):
    """One question and its answer."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    question: str
    answer: str


_PAIRS: TypeAdapter[list[Pair]] = TypeAdapter(list[Pair])


def read_yaml(source: str, text: str) -> Document:
    """A list of `{question, answer}`, or a mapping from questions to answers."""
    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError("not YAML") from error
    if isinstance(values, dict):
        values = [{"question": question, "answer": answer} for question, answer in values.items()]
    return _document(source, values)


def read_csv(source: str, text: str) -> Document:
    """Columns `question` and `answer`, named in the first line."""
    return _document(source, list(csv.DictReader(io.StringIO(text))))


def _document(source: str, values: object) -> Document:
    try:
        pairs = _PAIRS.validate_python(values)
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"]))
        raise ValueError(f"every entry needs a question and an answer (see {place})") from error
    sections = (
        Section((pair.question.strip(),), tuple(" ".join(pair.answer.split()).splitlines()))
        for pair in pairs
        if pair.answer.strip()
    )
    return Document(source, title_from(source), tuple(sections))
