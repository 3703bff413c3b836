"""The limits of the code's shape: how long files and functions are, and that data goes by return value."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "imgurl"
MODULES = sorted(PACKAGE.rglob("*.py"))

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60

# Files over the limit, each with its reason.
LONG_FILES: dict[str, str] = {}

# Functions that set an attribute of what is neither their own object nor made in them: module:function, and why.
FOREIGN_WRITES = {
    "cli/__init__.py:main": "Python's hook for how warnings are shown, put back when the command ends",
    "database.py:_prepare": "the hook in which SQLAlchemy hands over a new connection: setting it up is its purpose",
    "jobs/durable.py:_guard_unpickling": "DBOS has no option for it: what unpickles is exchanged in its module",
    "web/direct.py:_send": "uvicorn's protocol is subclassed: the server counts requests there",
    "web/logs.py:configure_logs": "logging is configured by attributes of its loggers",
    "web/metrics.py:__init__": "as prometheus_client's guide has it for processes with stable numbers",
    "web/protocols.py:_refuse": "uvicorn's protocol is subclassed: its cycle is told as uvicorn itself tells it",
    "web/protocols.py:on_headers_complete": "uvicorn's protocol is subclassed: its cycle is told as it tells it",
}

# Functions that change what was handed to them: module:function, and why.
CHANGED_ARGUMENTS: dict[str, str] = {}

Function = ast.FunctionDef | ast.AsyncFunctionDef

CHANGING = frozenset({
    "add", "append", "appendleft", "clear", "difference_update", "discard", "extend", "extendleft", "insert",
    "intersection_update", "pop", "popitem", "popleft", "remove", "reverse", "setdefault", "sort",
    "symmetric_difference_update", "update",
})  # fmt: skip

# Types whose ``x += y`` makes a new object: the caller's stays as it was.
UNCHANGEABLE = frozenset({"int", "float", "str", "bytes", "bool", "tuple", "frozenset", "Decimal"})


def place(path: Path) -> str:
    """Return a module's path inside the package."""
    return path.relative_to(PACKAGE).as_posix()


def functions(tree: ast.AST) -> Iterator[Function]:
    """Yield all functions and methods, those inside others too."""
    yield from (node for node in ast.walk(tree) if isinstance(node, Function))


def own(function: Function) -> Iterator[ast.AST]:
    """Yield the nodes of a function's body; of functions and classes inside it only the definitions as such."""
    left: list[ast.AST] = [*function.body]
    while left:
        node = left.pop()
        yield node
        if not isinstance(node, Function | ast.ClassDef):
            left += ast.iter_child_nodes(node)


def targets(node: ast.AST) -> list[ast.expr]:
    """Return what a statement assigns to or deletes, tuples taken apart."""
    match node:
        case ast.Assign() | ast.Delete():
            left = list(node.targets)
        case ast.AugAssign() | ast.AnnAssign() | ast.For() | ast.AsyncFor() | ast.NamedExpr():
            left = [node.target]
        case _:
            left = []
    found = []
    while left:
        target = left.pop()
        if isinstance(target, ast.Tuple | ast.List):
            left += target.elts
        else:
            found.append(target.value if isinstance(target, ast.Starred) else target)
    return found


def made(function: Function) -> set[str]:
    """Return the names that are bound to what a call in the function made, and of functions and classes inside it."""
    found = set()
    for node in own(function):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and isinstance(node.value, ast.Call):
            found |= {target.id for target in targets(node) if isinstance(target, ast.Name)}
        elif isinstance(node, ast.withitem) and isinstance(node.optional_vars, ast.Name):
            found.add(node.optional_vars.id)
        elif isinstance(node, Function | ast.ClassDef):
            found.add(node.name)
    return found


def foreign_writes(function: Function) -> Iterator[str]:
    """Yield the attributes that a function sets on what is neither its own object nor made in it."""
    mine = made(function) | {"self", "cls"}
    for node in own(function):
        for target in targets(node):
            if isinstance(target, ast.Attribute):
                owner = target.value
                if not (isinstance(owner, ast.Name) and owner.id in mine):
                    yield ast.unparse(target)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("setattr", "delattr"):
            yield ast.unparse(node)


def changed_arguments(function: Function) -> Iterator[str]:
    """Yield the statements by which a function changes what was handed to it, except names bound again."""
    given = function.args
    parameters = {
        one.arg: ast.unparse(one.annotation) if one.annotation else ""
        for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)
        if one.arg not in ("self", "cls")
    }
    bound = {
        target.id
        for node in own(function)
        if not isinstance(node, ast.AugAssign)
        for target in targets(node)
        if isinstance(target, ast.Name)
    }

    def is_given(node: ast.expr) -> bool:
        while isinstance(node, ast.Subscript | ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id in parameters.keys() - bound

    for node in own(function):
        for target in targets(node):
            is_item = isinstance(target, ast.Subscript) and is_given(target)
            is_added_to = isinstance(node, ast.AugAssign) and isinstance(target, ast.Name) and is_given(target)
            if is_item or (is_added_to and parameters[ast.unparse(target)] not in UNCHANGEABLE):
                yield ast.unparse(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
            owner = node.func.value
            if isinstance(owner, ast.Name) and is_given(owner):
                yield ast.unparse(node)


def test_files_are_short() -> None:
    """No file has more than 400 lines, but those that are named with a reason."""
    found = {place(path) for path in MODULES if len(path.read_text().splitlines()) > MAX_FILE_LINES}
    assert found == LONG_FILES.keys()


def test_functions_are_short() -> None:
    """No function has more than 60 lines."""
    found = [
        f"{place(path)}:{function.name}: {lines} lines"
        for path in MODULES
        for function in functions(ast.parse(path.read_text()))
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > MAX_FUNCTION_LINES
    ]
    assert found == []


def test_nobody_writes_into_foreign_objects() -> None:
    """Attributes are set on one's own object and on what one has made, but where the list says why."""
    found = {
        f"{place(path)}:{function.name}": writes
        for path in MODULES
        for function in functions(ast.parse(path.read_text()))
        if (writes := [*foreign_writes(function)])
    }
    assert {name: writes for name, writes in found.items() if name not in FOREIGN_WRITES} == {}
    assert FOREIGN_WRITES.keys() - found.keys() == set(), "strike these from the list"


def test_no_module_writes_into_another_when_it_is_imported() -> None:
    """At the top of a module only its own names are bound: importing it changes nothing elsewhere."""
    found = [
        f"{place(path)}: {ast.unparse(target)}"
        for path in MODULES
        for node in ast.parse(path.read_text()).body
        for target in targets(node)
        if not isinstance(target, ast.Name)
    ]
    assert found == []


def test_results_are_returned() -> None:
    """What is handed to a function is not changed by it, but where the list says why."""
    found = {
        f"{place(path)}:{function.name}": changes
        for path in MODULES
        for function in functions(ast.parse(path.read_text()))
        if (changes := [*changed_arguments(function)])
    }
    assert {name: changes for name, changes in found.items() if name not in CHANGED_ARGUMENTS} == {}
    assert CHANGED_ARGUMENTS.keys() - found.keys() == set(), "strike these from the list"


@pytest.mark.parametrize(
    ("source", "writes", "changes"),
    [
        ("def f(self): self.a = 1", 0, 0),
        ("def f(x): x.a = 1", 1, 0),
        ("def f(self): self.x.a = 1", 1, 0),
        ("def f(): x = X(); x.a = 1", 0, 0),
        ("def f(x): setattr(x, 'a', 1)", 1, 0),
        ("def f(x): x['a'] = 1", 0, 1),
        ("def f(x): x.a[0] = 1", 0, 1),
        ("def f(x): del x[0]", 0, 1),
        ("def f(x): x.append(1)", 0, 1),
        ("def f(x): x |= {1: 2}", 0, 1),
        ("def f(x: int): x += 1", 0, 0),
        ("def f(x): x = [*x]; x.append(1)", 0, 0),
        ("def f(x): y, x[0] = 1, 2", 0, 1),
    ],
)
def test_the_rules_find_what_they_are_for(source: str, writes: int, changes: int) -> None:
    """Each way to write into what is not one's own is seen, and nothing else is."""
    (function,) = functions(ast.parse(source))
    assert (len([*foreign_writes(function)]), len([*changed_arguments(function)])) == (writes, changes)
