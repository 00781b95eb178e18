"""From a file to an instrument: the shape, then what the shape cannot say; a broken file is refused by line and reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ces_tui.base import content
from ces_tui.base.errors import BadInput, CesError
from ces_tui.base.paths import content_dir
from ces_tui.base.shape import Misshapen, P, shaped
from ces_tui.screening.checks import Fault, instrument_faults, text_faults
from ces_tui.screening.content import InstrumentFile, TextFile
from ces_tui.screening.instrument import Instrument, build

_MOST_BYTES = 256 * 1024


class BrokenInstrument(BadInput):
    """An instrument file that must not be used; the sentence says which file, which line and why."""

    sentence = "El archivo del instrumento no se puede usar."


def load(name: str) -> Instrument:
    """The instrument of the content file `name` ('instruments/phq9.yaml'); BrokenInstrument otherwise."""
    source = content_dir() / name
    try:
        return _instrument(content.load(name))
    except Fault:
        return read_instrument(source)


def load_text(name: str, instrument: Instrument) -> TextFile:
    """The text version in the content file `name`, checked against its instrument."""
    try:
        return _text(content.load(name), instrument)
    except Fault:
        return read_text(content_dir() / name, instrument)


def read_instrument(path: Path) -> Instrument:
    """The instrument in any file, read with line numbers: slower, and it also refuses repeated keys."""
    try:
        return _instrument(_parse(path))
    except Fault as fault:
        raise _broken(path, fault) from None


def read_text(path: Path, instrument: Instrument) -> TextFile:
    """A text version from any file (CES's own wording), checked against its instrument."""
    try:
        return _text(_parse(path), instrument)
    except Fault as fault:
        raise _broken(path, fault) from None


def is_text(path: Path) -> bool:
    """Whether a file says that it is a wording of an instrument, and not an instrument."""
    data = _parse(path)
    return isinstance(data, dict) and "of" in data


def text_target(path: Path) -> str:
    """Which instrument a text file is of; BrokenInstrument for a file that is none."""
    data = _parse(path)
    of = data.get("of") if isinstance(data, dict) else None
    if not isinstance(of, str) or not of:
        raise _broken(path, Fault("falta «of»: de qué instrumento es el texto"))
    return of


def _instrument(data: Any) -> Instrument:
    parsed = _shape(data, InstrumentFile)
    _first(instrument_faults(parsed))
    return build(parsed)


def _text(data: Any, instrument: Instrument) -> TextFile:
    parsed = _shape(data, TextFile)
    _first(text_faults(parsed, instrument))
    return parsed


def _first(faults: Iterator[Fault]) -> None:
    fault = next(faults, None)
    if fault is not None:
        raise fault


def _shape(data: Any, kind: type[P]) -> P:
    try:
        return shaped(data, kind)
    except Misshapen as error:
        raise Fault(error.reason, *error.where) from None


def _parse(path: Path) -> Any:
    import yaml

    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
        text = raw.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise BrokenInstrument(f"No se pudo leer {path.name}.") from None
    if len(raw) > _MOST_BYTES or content.too_deep(text):
        raise BrokenInstrument(f"{path.name}: es demasiado grande para ser un instrumento.")
    try:
        _refuse_aliases(path, text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BrokenInstrument(f"{path.name}, línea {line}: no es YAML válido.") from None
    except (yaml.YAMLError, RecursionError):
        raise BrokenInstrument(f"{path.name}: no es YAML válido.") from None
    if root is None:
        raise BrokenInstrument(f"{path.name}: está vacío.")
    repeated = _repeated_key(root)
    if repeated is not None:
        raise BrokenInstrument(f"{path.name}, línea {repeated[1]}: «{repeated[0]}» está dos veces.")
    try:
        return content.parse(path)
    except CesError:
        raise BrokenInstrument(f"{path.name}: no es YAML válido.") from None


def _refuse_aliases(path: Path, text: str) -> None:
    """A few lines of aliases can stand for more words than fit any memory."""
    import yaml

    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise BrokenInstrument(f"{path.name}, línea {line}: aquí no se usan referencias («*»).")


def _repeated_key(node: Any) -> tuple[str, int] | None:
    import yaml

    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                return name, key.start_mark.line + 1
            seen.add(name)
            if found := _repeated_key(value):
                return found
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            if found := _repeated_key(value):
                return found
    return None


def _broken(path: Path, fault: Fault) -> BrokenInstrument:
    return BrokenInstrument(f"{path.name}, línea {_line(path, fault.where)}: {fault.reason}.")


def _line(path: Path, where: tuple[str | int, ...]) -> int:
    """The line of the deepest part of `where` that the file has."""
    import yaml

    node: Any = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    line = int(node.start_mark.line) + 1
    for step in where:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == step), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line
