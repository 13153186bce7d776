"""Reads tenant files; an error names the file, the line and the field."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml
from pydantic import ValidationError

from segue_common.tenants.models import Tenant

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
# A reference inside a flow mapping isn't YAML, so it is read as this and put back afterwards.
_STAND_IN = re.compile(r"__SEGUE_ENV__([A-Za-z_][A-Za-z0-9_]*?)__END__")
_SECRET_FIELDS = {"auth_token", "access_token", "app_secret", "verify_token", "secret"}

Path_ = tuple[str | int, ...]


class TenantError(Exception):
    """A tenant file can't be used; the message names the file, the line and the field."""


class _Loader(yaml.SafeLoader):
    """Leaves a date that no calendar has as text, so that the model's error names its place."""


def _date_or_text(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> object:
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        return loader.construct_scalar(node)


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _date_or_text)


def load_tenants(folder: Path, environment: Mapping[str, str] = os.environ) -> dict[str, Tenant]:
    """Every `*.yaml` of the folder by tenant ID."""
    if not folder.is_dir():
        raise TenantError(
            f"{folder}: no such folder; set SEGUE_TENANTS to the tenant files' folder"
        )
    tenants: dict[str, Tenant] = {}
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        tenant = load_tenant(path, environment)
        if tenant.tenant in tenants:
            raise TenantError(f"{path}: the tenant {tenant.tenant} is in another file too")
        tenants[tenant.tenant] = tenant
    if not tenants:
        raise TenantError(f"{folder}: no tenant file (*.yaml) in this folder")
    return tenants


def load_tenant(path: Path, environment: Mapping[str, str] = os.environ) -> Tenant:
    """One tenant file; `${NAME}` is taken from the environment."""
    try:
        text = _REFERENCE.sub(r"__SEGUE_ENV__\1__END__", path.read_text(encoding="utf-8"))
        root = yaml.compose(text, Loader=_Loader)
        values = yaml.load(text, Loader=_Loader)  # noqa: S506  # a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TenantError(f"{path}:{line}: not YAML: {error.problem}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise TenantError(f"{path}:1: not a YAML text in UTF-8") from error
    if not isinstance(values, dict) or root is None:
        raise TenantError(f"{path}:1: a tenant file is a mapping of fields")
    _refuse_repeats(root, path)
    lines = dict(_lines(root))
    filled = _fill(values, (), path, lines, environment)
    try:
        return Tenant.model_validate(filled)
    except ValidationError as error:
        raise TenantError("\n".join(_explain(path, lines, error))) from error


def _fill(
    value: object, at: Path_, path: Path, lines: Mapping[Path_, int], environment: Mapping[str, str]
) -> object:
    """The value with every reference replaced; a secret that is not a reference is an error."""
    if isinstance(value, dict):
        return {k: _fill(v, (*at, k), path, lines, environment) for k, v in value.items()}
    if isinstance(value, list):
        return [_fill(v, (*at, i), path, lines, environment) for i, v in enumerate(value)]
    if not isinstance(value, str):
        return value
    where = f"{path}:{_line_of(at, lines)}: {_name(at)}"

    def resolve(match: re.Match[str]) -> str:
        # An empty secret would let everybody sign.
        if not environment.get(match[1]):
            raise TenantError(f"{where}: the environment variable {match[1]} is not set")
        return environment[match[1]]

    if at and at[-1] in _SECRET_FIELDS and not _STAND_IN.fullmatch(value):
        raise TenantError(f"{where}: a secret must not stand in the file; write ${{A_VARIABLE}}")
    return _STAND_IN.sub(resolve, value)


def _refuse_repeats(node: yaml.Node, path: Path, at: Path_ = ()) -> None:
    """YAML would silently let the last of two equal keys win."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            here = (*at, key.value)
            if key.value in seen:
                line = key.start_mark.line + 1
                raise TenantError(f"{path}:{line}: {_name(here)}: this field is there twice")
            seen.add(key.value)
            _refuse_repeats(value, path, here)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _refuse_repeats(value, path, (*at, index))


def _lines(node: yaml.Node, at: Path_ = ()) -> Iterator[tuple[Path_, int]]:
    yield at, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*at, key.value), key.start_mark.line + 1
            yield from (
                pair for pair in _lines(value, (*at, key.value)) if pair[0] != (*at, key.value)
            )
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _lines(value, (*at, index))


def _line_of(at: Path_, lines: Mapping[Path_, int]) -> int:
    while at not in lines and at:
        at = at[:-1]
    return lines.get(at, 1)


def _name(at: Path_) -> str:
    return ".".join(map(str, at)) or "the file"


def _explain(path: Path, lines: Mapping[Path_, int], error: ValidationError) -> Iterator[str]:
    for line in error.errors(include_input=False, include_url=False):
        at = tuple(line["loc"])
        message = line["msg"].removeprefix("Value error, ")
        yield f"{path}:{_line_of(at, lines)}: {_name(at)}: {message}"
