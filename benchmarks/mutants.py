"""The damage that ``mutation.py`` does: one change to one formula, as a syntax tree."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

SWAPS: dict[type[ast.AST], list[type[ast.AST]]] = {
    # Strict and weak, and the inequality turned round.
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.GtE],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div],
    ast.Div: [ast.Mult],
    ast.BitAnd: [ast.BitOr],
    ast.BitOr: [ast.BitAnd],
    ast.And: [ast.Or],
    ast.Or: [ast.And],
}
RENAMES = {
    "min": "max",
    "max": "min",
    "minimum": "maximum",
    "maximum": "minimum",
    "floor": "ceil",
    "ceil": "floor",
    "above": "below",
    "n_valid": "n_errors",
    "n_errors": "n_valid",
}
ATTRIBUTES = {
    "high": "value",
    "low": "value",
    "min_errors": "max_errors",
    "max_errors": "min_errors",
}
GUARDS = ("_check", "check_", "_reject", "require_", "__post_init__", "_is_ready")
"""Functions that refuse bad input: the refusal is dropped, its sentence is not damaged."""
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Mutant:
    """One change to one function: the ``change``-th damage to its ``place``-th expression."""

    path: Path
    function: str
    first: int
    version: str
    place: int
    change: int
    before: str
    after: str

    @property
    def module(self) -> str:
        """Import name of the module."""
        return ".".join(self.path.relative_to(ROOT).with_suffix("").parts)

    @property
    def key(self) -> str:
        """Short hash of the mutant, which changes with the text of its function."""
        where = f"{self.module}:{self.function} {self.version} {self.place}.{self.change}"
        told = f"{where} {self.before} -> {self.after}"
        return hashlib.sha256(told.encode()).hexdigest()[:10]

    def code(self) -> CodeType:
        """Compile the damaged module."""
        tree = ast.parse(self.path.read_text(encoding="utf-8"))
        (where,) = [s for s in _scopes(tree) if (s.name, s.first) == (self.function, self.first)]
        old, changes = list(where.places())[self.place]
        new = changes[self.change]

        class Replace(ast.NodeTransformer):
            def visit(self, node: ast.AST) -> ast.AST:
                return new if node is old else self.generic_visit(node)

        Replace().visit(tree)
        return compile(ast.fix_missing_locations(tree), str(self.path), "exec")


Place = tuple[ast.expr, list[ast.expr]]
"""An expression and its damaged versions."""


@dataclass(frozen=True)
class Scope:
    """A function, method or, with the name ``<module>``, the constants of a module."""

    name: str
    first: int
    node: ast.Module | ast.FunctionDef

    def places(self) -> Iterator[Place]:
        """Yield the expressions to damage, in source order."""
        if isinstance(self.node, ast.Module):
            for statement in self.node.body:
                if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value:
                    yield from _expressions(statement.value)
            return
        guard = self.node.name.startswith(GUARDS)
        for statement in self.node.body:
            yield from _in_statement(statement, guard)


def mutants(path: Path) -> Iterator[Mutant]:
    """Yield every single change to the formulas of a module, in source order."""
    source = path.read_text(encoding="utf-8")
    for scope in _scopes(ast.parse(source)):
        places = list(scope.places())
        told = repr([ast.unparse(node) for node, _ in places])
        if isinstance(scope.node, ast.FunctionDef):
            told = _without_docstring(scope.node)
        version = hashlib.sha256(told.encode()).hexdigest()[:12]
        for place, (node, changes) in enumerate(places):
            for change, after in enumerate(changes):
                names = (scope.name, scope.first, version)
                yield Mutant(path, *names, place, change, ast.unparse(node), ast.unparse(after))


def _without_docstring(node: ast.FunctionDef) -> str:
    """Return the text of a function that decides what it does."""
    body = node.body[ast.get_docstring(node) is not None :]
    return "\n".join(map(ast.unparse, [*node.decorator_list, node.args, *body]))


def _scopes(tree: ast.Module) -> list[Scope]:
    """List the module and its functions with the line at which their code begins."""
    found = [Scope("<module>", 0, tree)]

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            named = isinstance(child, ast.FunctionDef | ast.ClassDef)
            name = f"{prefix}{child.name}" if named else prefix
            if isinstance(child, ast.FunctionDef):
                first = min([child.lineno, *(d.lineno for d in child.decorator_list)])
                found.append(Scope(name, first, child))
            visit(child, f"{name}." if named else prefix)

    visit(tree, "")
    return found


def undamaged(path: Path) -> CodeType:
    """Compile a module as it is: the control."""
    return compile(path.read_text(encoding="utf-8"), str(path), "exec")


def _in_statement(statement: ast.stmt, guard: bool) -> Iterator[Place]:
    if isinstance(statement, ast.Raise | ast.FunctionDef | ast.ClassDef | ast.Import):
        return
    if isinstance(statement, ast.If) and isinstance(statement.body[-1], ast.Raise):
        yield statement.test, [ast.Constant(False)]  # the refusal is gone
        for child in statement.orelse:
            yield from _in_statement(child, guard)
        return
    if isinstance(statement, ast.Expr) and _is_guard(statement.value):
        yield statement.value, [ast.Constant(None)]
        return
    for name, value in ast.iter_fields(statement):
        if name in ("annotation", "targets", "target"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.stmt | ast.ExceptHandler | ast.withitem):
                yield from _in_statement(child, guard)
            elif isinstance(child, ast.expr) and not guard:
                yield from _expressions(child)


def _is_guard(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).startswith(
        (*GUARDS, "InvalidInput")
    )


def _expressions(node: ast.AST) -> Iterator[Place]:
    if isinstance(node, ast.JoinedStr | ast.Lambda) or _typed_zero(node):
        return
    if isinstance(node, ast.expr) and _is_guard(node):
        return
    if isinstance(node, ast.expr) and (changes := _changes(node)):
        yield node, changes
    for child in ast.iter_child_nodes(node):
        yield from _expressions(child)


def _typed_zero(node: ast.AST) -> bool:
    """Recognise ``0 * x``, ``x - x`` and ``np.zeros(...)``: they carry a type, not a formula."""
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) == "np.zeros"
    if not isinstance(node, ast.BinOp):
        return False
    zero = isinstance(node.left, ast.Constant) and node.left.value == 0
    same = ast.unparse(node.left) == ast.unparse(node.right)
    return (zero and isinstance(node.op, ast.Mult)) or (same and isinstance(node.op, ast.Sub))


def _changes(node: ast.expr) -> list[ast.expr]:
    """Damaged versions of one expression, without its parts."""
    found: list[ast.expr] = []
    if isinstance(node, ast.BinOp) and (_typed_zero(node.left) or _typed_zero(node.right)):
        return []
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        found += [
            ast.Compare(node.left, [swap()], node.comparators)
            for swap in SWAPS.get(type(node.ops[0]), [])
        ]
    elif isinstance(node, ast.BinOp):
        found += [ast.BinOp(node.left, swap(), node.right) for swap in SWAPS.get(type(node.op), [])]
        if isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div | ast.Pow):
            found.append(node.left)
    elif isinstance(node, ast.BoolOp):
        found.append(ast.BoolOp(SWAPS[type(node.op)][0](), node.values))
    elif isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.UAdd):
        found.append(node.operand)
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        # Whole numbers by 1; others by 1 %, which is less than any rounding of the paper's.
        by_a_hundredth = node.value * 1.01 if node.value else 1.0
        found.append(ast.Constant(node.value + 1 if type(node.value) is int else by_a_hundredth))
    elif isinstance(node, ast.Call):
        found += _damaged_call(node)
    elif isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
        found.append(ast.Attribute(node.value, ATTRIBUTES[node.attr], ast.Load()))
    return found


def _damaged_call(node: ast.Call) -> list[ast.expr]:
    name = node.func
    if isinstance(name, ast.Name) and name.id == "abs":
        return [node.args[0]]
    if isinstance(name, ast.Name) and name.id in RENAMES:
        return [ast.Call(ast.Name(RENAMES[name.id], ast.Load()), node.args, node.keywords)]
    if isinstance(name, ast.Attribute) and name.attr in RENAMES:
        other = ast.Attribute(name.value, RENAMES[name.attr], ast.Load())
        return [ast.Call(other, node.args, node.keywords)]
    if isinstance(name, ast.Attribute) and name.attr == "sqrt":
        return [node.args[0]]
    return []
