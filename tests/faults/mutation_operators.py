"""Small mistakes put into a module's syntax tree, each with a name that stays while the code around it changes.

What is left alone: annotations, docstrings, imports, decorators and the options of a class. They are checked by mypy
or say nothing at run time.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

_FLIPS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_SWAPS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitOr,
}
_SYMMETRIC = ("max", "min", "hmac.compare_digest")
"""Their arguments may change places, and nothing changes."""
_LONGEST = 110
Node = TypeVar("Node", bound=ast.AST)


@dataclass(frozen=True)
class Site:
    """Where a node hangs: the field of its parent, and its place when that is a list."""

    parent: ast.AST
    field: str
    at: int | None

    def put(self, node: ast.AST) -> None:
        """Hang `node` there."""
        if self.at is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.at] = node


@dataclass(frozen=True)
class Mutant:
    """One mistake: where, instead of what, and in which function (empty for a line that runs at import)."""

    name: str
    module: str
    function: str
    line: int
    last_line: int
    site: Site
    old: ast.AST
    new: ast.AST
    tree: ast.Module
    constant: bool = False
    """Whether it stands in what a name of the module is set to, so that the name can be set anew."""

    def source(self) -> str:
        """The module's text with the mistake in it."""
        self.site.put(self.new)
        try:
            return ast.unparse(self.tree)
        finally:
            self.site.put(self.old)


def mutants_of(module: str, text: str) -> list[Mutant]:
    """Every mutant of a module's text, in the order of its lines."""
    tree = ast.parse(text)
    found: list[Mutant] = []
    seen: dict[str, int] = {}
    set_in = {
        line
        for part in tree.body
        if isinstance(part, ast.Assign | ast.AnnAssign)
        for line in range(part.lineno, (part.end_lineno or part.lineno) + 1)
    }
    for site, node, function, line in _sites(tree):
        for new in _variants(node, site):
            said = f"{module} {function or '(module)'}: {_said(node, new)}"
            seen[said] = seen.get(said, 0) + 1
            name = said if seen[said] == 1 else f"{said} #{seen[said]}"
            last = getattr(node, "end_lineno", None) or line
            found.append(Mutant(name, module, function, line, last, site, node, new, tree, line in set_in))
    return found


def _said(old: ast.AST, new: ast.AST) -> str:
    if isinstance(new, ast.Pass):
        return f"without {_short(old)}"
    return f"{_short(old)} -> {_short(new)}"


def _short(node: ast.AST) -> str:
    if isinstance(node, ast.ExceptHandler):
        text = f"except {ast.unparse(node.type) if node.type else ''}"
    elif isinstance(node, ast.If | ast.While):
        text = f"{type(node).__name__.lower()} {ast.unparse(node.test)}"
    elif isinstance(node, ast.comprehension):
        text = "if " + " if ".join(map(ast.unparse, node.ifs))
    elif isinstance(node, ast.Constant) and not isinstance(node.value, str | bytes):
        text = repr(node.value)
    else:
        text = ast.unparse(node)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


# -- where -------------------------------------------------------------------------------------------------

_DEAD_FIELDS = {"annotation", "returns", "decorator_list", "type_params", "keywords_of_class", "bases"}
_Walk = Iterator[tuple[Site, ast.AST, str, int]]


def _sites(tree: ast.Module) -> _Walk:
    for site, node, function in _below(tree, (), inside=False):
        yield site, node, function, getattr(node, "lineno", getattr(site.parent, "lineno", 1))


def _below(node: ast.AST, scope: tuple[str, ...], *, inside: bool) -> Iterator[tuple[Site, ast.AST, str]]:
    """The nodes below `node`; `scope` names the outermost function (`inside`) or the classes around it."""
    for field, value in ast.iter_fields(node):
        if field in _DEAD_FIELDS or (isinstance(node, ast.ClassDef) and field == "keywords"):
            continue
        for at, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or _is_dead(child, node, field, at):
                continue
            yield Site(node, field, at), child, ".".join(scope) if inside else ""
            yield from _inner(child, node, field, scope, inside)


def _inner(
    child: ast.AST, parent: ast.AST, field: str, scope: tuple[str, ...], inside: bool
) -> Iterator[tuple[Site, ast.AST, str]]:
    if isinstance(child, ast.FunctionDef) and not inside:
        name = (*scope, child.name)
        for at, part in enumerate(child.body):
            if _is_dead(part, child, "body", at):
                continue
            yield Site(child, "body", at), part, ".".join(name)
            yield from _below(part, name, inside=True)
        yield from _below(child.args, scope, inside=False)  # defaults are worked out at import
    elif isinstance(child, ast.ClassDef) and not inside:
        yield from _below(child, (*scope, child.name), inside=False)
    else:
        yield from _below(child, scope, inside=inside)


def _is_dead(child: ast.AST, parent: ast.AST, field: str, at: int | None) -> bool:
    if isinstance(child, ast.Import | ast.ImportFrom | ast.expr_context | ast.operator | ast.cmpop):
        return True
    if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
        return True  # a docstring
    return isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)


# -- what --------------------------------------------------------------------------------------------------


def _variants(node: ast.AST, site: Site) -> Iterator[ast.AST]:
    """The mistakes that may stand in a node's place."""
    match node:
        case ast.Compare():
            yield from _compare(node)
        case ast.BoolOp():
            yield from _bool(node)
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.BinOp() | ast.AugAssign() if type(node.op) in _SWAPS:
            yield _with(node, op=_SWAPS[type(node.op)]())
            if isinstance(node, ast.AugAssign):
                yield ast.Pass()
        case ast.Constant() if not (isinstance(site.parent, ast.Expr)):
            yield from _constant(node)
        case ast.If() | ast.While() | ast.IfExp():
            yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))
        case ast.comprehension(ifs=[_, *_]):
            yield _with(node, ifs=[ast.UnaryOp(ast.Not(), test) for test in node.ifs])
        case ast.Call():
            yield from _call(node)
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield _with(node, value=ast.Constant(None))
        case ast.ExceptHandler(type=ast.Tuple(elts=kinds)):
            for i in range(len(kinds)):
                yield _with(node, type=ast.Tuple([*kinds[:i], *kinds[i + 1 :]], ast.Load()))
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.Continue() | ast.Break() | ast.Delete():
            yield ast.Pass()
        case ast.Assign() if any(isinstance(t, ast.Attribute | ast.Subscript) for t in node.targets):
            yield ast.Pass()
        case _:
            return


def _compare(node: ast.Compare) -> Iterator[ast.AST]:
    for i, op in enumerate(node.ops):
        for other in _FLIPS[type(op)]:
            yield _with(node, ops=[*node.ops[:i], other(), *node.ops[i + 1 :]])


def _bool(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    for i in range(len(node.values)):
        left = [*node.values[:i], *node.values[i + 1 :]]
        yield left[0] if len(left) == 1 else _with(node, values=left)


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
        if value > 0:
            yield ast.Constant(value - 1)
    elif isinstance(value, str):
        yield ast.Constant("" if value else "x")
    elif isinstance(value, bytes):
        yield ast.Constant(b"" if value else b"x")


def _call(node: ast.Call) -> Iterator[ast.AST]:
    for i in range(0 if ast.unparse(node.func) in _SYMMETRIC else len(node.args) - 1):
        one, two = node.args[i], node.args[i + 1]
        if isinstance(one, ast.Starred) or isinstance(two, ast.Starred) or ast.dump(one) == ast.dump(two):
            continue
        yield _with(node, args=[*node.args[:i], two, one, *node.args[i + 2 :]])


def _with(node: Node, **fields: object) -> Node:
    """A copy of a node with some of its fields changed; its other parts are shared."""
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
