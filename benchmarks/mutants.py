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
GUARDS = ("_check", "check_", "_reject", "require_", "__post_init__", "_is_ready")
"""Functions that only refuse bad input: tested with match=, not damaged here."""


@dataclass(frozen=True)
class Mutant:
    """One change to one module: the ``change``-th damage to its ``place``-th expression."""

    path: Path
    place: int
    change: int
    line: int
    before: str
    after: str
    version: str

    @property
    def module(self) -> str:
        """Import name of the module."""
        return ".".join(self.path.with_suffix("").parts[-2:])

    @property
    def key(self) -> str:
        """One line that names the mutant and the version of its module."""
        change = f"{self.before} -> {self.after}".replace("\n", " ")
        return f"{self.module} {self.version} {self.place}.{self.change} {change}"

    def code(self) -> CodeType:
        """Compile the damaged module."""
        tree = ast.parse(self.path.read_text(encoding="utf-8"))
        old = list(_places(tree))[self.place]
        new = _changes(old)[self.change]

        class Replace(ast.NodeTransformer):
            def visit(self, node: ast.AST) -> ast.AST:
                return new if node is old else self.generic_visit(node)

        Replace().visit(tree)
        return compile(ast.fix_missing_locations(tree), str(self.path), "exec")


def mutants(path: Path) -> Iterator[Mutant]:
    """Yield every single change to the formulas of a module, in source order."""
    source = path.read_text(encoding="utf-8")
    version = hashlib.sha256(source.encode()).hexdigest()[:12]
    for place, node in enumerate(_places(ast.parse(source))):
        for change, after in enumerate(_changes(node)):
            before = ast.unparse(node)
            yield Mutant(path, place, change, node.lineno, before, ast.unparse(after), version)


def undamaged(path: Path) -> CodeType:
    """Compile a module as it is: the control."""
    return compile(path.read_text(encoding="utf-8"), str(path), "exec")


def _places(tree: ast.Module) -> Iterator[ast.expr]:
    """Expressions inside functions, constants of the module; no guards, strings, annotations."""
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            yield from _expressions(statement.value)
    functions = (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef))
    for function in sorted(functions, key=lambda f: f.lineno):
        if not function.name.startswith(GUARDS):
            for statement in function.body:
                yield from _in_statement(statement)


def _in_statement(statement: ast.stmt) -> Iterator[ast.expr]:
    if isinstance(statement, ast.Raise | ast.FunctionDef | ast.ClassDef | ast.Import):
        return
    refuses = isinstance(statement, ast.If) and isinstance(statement.body[-1], ast.Raise)
    for name, value in ast.iter_fields(statement):
        if name in ("annotation", "targets", "target") or (refuses and name in ("test", "body")):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.stmt):
                yield from _in_statement(child)
            elif isinstance(child, ast.expr):
                yield from _expressions(child)


def _expressions(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.JoinedStr | ast.Lambda) or _typed_zero(node):
        return
    if isinstance(node, ast.Call) and ast.unparse(node.func).startswith((*GUARDS, "InvalidInput")):
        return
    if isinstance(node, ast.expr) and _changes(node):
        yield node
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
