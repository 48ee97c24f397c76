"""No browser test reads straight after it acts: what a page shows is waited for (see `tests/waiting.py`)."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from pathlib import Path

ACTS = {"click", "tap", "press", "check", "uncheck", "select_option", "dblclick", "go_back", "go_forward"}
READS = {
    "count", "inner_text", "text_content", "is_visible", "is_hidden", "is_checked", "all_inner_texts", "input_value",
    "all_text_contents", "get_attribute", "query_selector", "query_selector_all", "eval_on_selector_all", "url",
    "evaluate", "content", "title",
}  # fmt: skip


def hasty(source: str) -> list[int]:
    """Return the lines that read a page in the statement after one that acts on it."""
    return [
        then.lineno
        for node in ast.walk(ast.parse(source))
        for block in blocks(node)
        for act, then in itertools.pairwise(block)
        if acts(act) and any(isinstance(part, ast.Attribute) and part.attr in READS for part in ast.walk(then))
    ]


def blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield the statements that follow one another in a node."""
    for field in ("body", "orelse", "finalbody"):
        block = getattr(node, field, None)
        if isinstance(block, list):
            yield block


def acts(statement: ast.stmt) -> bool:
    """Tell whether a statement is nothing but an action, by mouse or else by keyboard; Tab only moves the focus."""
    if isinstance(statement, ast.If):
        return acts(statement.body[-1]) or bool(statement.orelse and acts(statement.orelse[-1]))
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in ACTS):
        return False
    return "Tab" not in {part.value for part in ast.walk(call) if isinstance(part, ast.Constant)}


def test_nothing_is_read_straight_after_an_action() -> None:
    files = [path for path in Path(__file__).parent.rglob("test_*.py") if "browser" in path.read_text(encoding="utf-8")]
    assert len(files) > 30
    wrong = {path.name: lines for path in files if (lines := hasty(path.read_text(encoding="utf-8")))}
    assert wrong == {}, "use expect, loads, says or until of tests/waiting.py"


def test_the_sweep_can_find() -> None:
    assert hasty("def f(page):\n page.click('a')\n assert page.locator('b').count() == 3\n") == [3]
    assert hasty("def f(page):\n with loads(page):\n  page.click('a')\n assert page.locator('b').count() == 3\n") == []
