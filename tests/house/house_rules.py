"""The rules of the house as functions over source and text, so that the tests can also feed them what offends."""

from __future__ import annotations

import ast
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import phonenumbers

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "phonetree"
Function = ast.FunctionDef | ast.AsyncFunctionDef

# --- the tree ---------------------------------------------------------------------------------------------------------


def files_of(root: Path) -> list[Path]:
    """Every file that belongs to the repository, tracked or about to be: all that ``.gitignore`` does not name."""
    ignored = [line.strip() for line in (root / ".gitignore").read_text(encoding="utf-8").splitlines() if line.strip()]
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name != ".git" and not _is_ignored(name + "/", ignored)]
        found += [Path(folder) / name for name in names if not _is_ignored(name, ignored)]
    return sorted(found)


def _is_ignored(name: str, ignored: Iterable[str]) -> bool:
    return any(Path(name).match(pattern.rstrip("/")) for pattern in ignored if name.endswith("/") or pattern[-1] != "/")


def sources(folder: Path) -> dict[str, str]:
    """Python modules by their path."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in files_of(ROOT)
        if path.suffix == ".py" and path.is_relative_to(folder)
    }


def texts(suffixes: Iterable[str]) -> dict[str, str]:
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in files_of(ROOT)
        if path.suffix in suffixes or path.name in suffixes
    }


# --- the code ---------------------------------------------------------------------------------------------------------


def function_lengths(source: str) -> dict[str, int]:
    """Lines of each function, from its ``def`` to its end."""
    return {
        f"{node.name}:{node.lineno}": (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(ast.parse(source))
        if isinstance(node, Function)
    }


def has_docstring(source: str) -> bool:
    return bool(ast.get_docstring(ast.parse(source)))


SAID_OTHERWISE = frozenset(
    {
        *("user", "users", "client", "clients", "blast", "campaign", "data", "info"),
        *("util", "utils", "helper", "helpers", "common", "manager", "handler"),
    }
)
SAYS_NOTHING = ("process_", "do_")


def names_of(path: str, source: str) -> Iterator[str]:
    """The module's own name and those of its functions and classes."""
    yield Path(path).stem
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function | ast.ClassDef):
            yield node.name


def odd_names(path: str, source: str) -> list[str]:
    """Names that the field does not use."""
    return [name for name in names_of(path, source) if _is_odd(name)]


def _is_odd(name: str) -> bool:
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_")
    return plain.startswith(SAYS_NOTHING) or bool(SAID_OTHERWISE & set(plain.split("_")))


def imports_of(source: str) -> set[str]:
    """Every module that is imported, whole and by its first part."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found | {name.split(".")[0] for name in found}


def calls_of(source: str) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]


def called(call: ast.Call) -> str:
    return ast.unparse(call.func)


NEVER_LOGGED = frozenset(
    {
        *("number", "phone", "sender", "recipient", "person", "from_", "to"),
        *("words", "body", "text", "form", "heard", "pin", "code", "answers"),
    }
)


def loose_logs(source: str) -> list[str]:
    """Calls of a logger whose event is put together, or that name what may hold a number or somebody's words."""
    found = []
    for call in calls_of(source):
        target, _, method = called(call).rpartition(".")
        if target.split(".")[-1] not in {"log", "logger", "logging"} or method not in _LEVELS:
            continue
        is_plain = len(call.args) == 1 and isinstance(call.args[0], ast.Constant)
        named = {keyword.arg or "**" for keyword in call.keywords}
        if method == "exception" or not is_plain or named & {*NEVER_LOGGED, "**", "exc_info"}:
            found.append(ast.unparse(call))
    return found


def keys_logged(source: str) -> set[str]:
    """The names under which a module's logs have values."""
    calls = [call for call in calls_of(source) if called(call).rpartition(".")[0] in {"log", "logger"}]
    return {keyword.arg or "**" for call in calls for keyword in call.keywords}


_LEVELS = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log", "msg"})


def waits_and_mocks(source: str) -> list[str]:
    """What makes a test slow, or makes it test something that is not there. A constant of ours may be set."""
    found = [name for name in imports_of(source) if name in {"unittest.mock", "mock", "pytest_mock"}]
    ours = {"phonetree"} | {name.split(".")[-1] for name in imports_of(source) if name.startswith("phonetree")}
    for call in calls_of(source):
        name, given = called(call), [ast.unparse(argument) for argument in call.args]
        target = given[0].strip("'\"").split(".")[0] if given else ""
        is_mock = name.startswith("monkeypatch.") and target in ours
        is_constant = len(given) > 1 and given[1].strip("'\"").isupper()
        is_wait = name in {"time.sleep", "sleep"} or (name == "asyncio.sleep" and given != ["0"])
        if is_wait or (is_mock and not is_constant):
            found.append(ast.unparse(call))
    return found


# --- flows ------------------------------------------------------------------------------------------------------------


def steps_nobody_leads_to(flows: Mapping[str, str], elsewhere: Iterable[str]) -> list[str]:
    """Steps that no other step, and nothing else, names. Keys of *flows* are module names."""
    parsed = {module: ast.parse(source) for module, source in flows.items()}
    named = {name for tree in (*parsed.values(), *map(ast.parse, elsewhere)) for name in _named_outside(tree)}
    for module, tree in parsed.items():
        named |= {f"{module}.{node.id}" for node in ast.walk(tree) if isinstance(node, ast.Name)}
    steps = [f"{module}.{step}" for module, tree in parsed.items() for step in _steps_in(tree)]
    return [step for step in steps if step not in named]


def _named_outside(tree: ast.Module) -> Iterator[str]:
    """``module.name`` for what is named through its module or imported from it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{(node.module or '').split('.')[-1]}.{alias.name}" for alias in node.names)


def _steps_in(tree: ast.Module) -> list[str]:
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(d, ast.Attribute) and d.attr == "step" for d in node.decorator_list)
    ]


# --- text -------------------------------------------------------------------------------------------------------------

_NUMBER = re.compile(
    r"(?<![\w.+-])(?:\+\d{8,15}|(?:\+?1[-. ])?\(?[2-9]\d{2}\)?[-. ]\d{3}[-. ]\d{4}|1?[2-9]\d{9})(?![\w-])"
)
_MADE_UP = re.compile(r"1?[2-9]\d{2}5550(?:1\d{0,2})?|52\d{3}55501\d{2}")
"""555-01xx, or the beginning of one that is put together."""
DOCUMENTED = frozenset(
    {
        *("14158675309", "18005551212"),  # the provider's published signature vectors
        *(f"1500555000{digit}" for digit in range(10)),  # and the magic numbers of its test credentials
        *("7378742833", "86282452253"),  # what carriers put for a withheld number: words spelled on a keypad
        "442079460018",  # set aside for drama by the British regulator
        "12139760142",  # of an exchange that is premium rate all over North America
    }
)


def real_numbers(text: str) -> list[str]:
    """Phone numbers that may be somebody's."""
    found = (match.group() for match in _NUMBER.finditer(text))
    return [number for number in found if not _is_nobodys(number)]


def _is_nobodys(number: str) -> bool:
    digits = re.sub(r"\D", "", number)
    if digits in DOCUMENTED or _MADE_UP.fullmatch(digits):
        return True
    try:
        return not phonenumbers.is_valid_number(phonenumbers.parse(number, "US"))
    except phonenumbers.NumberParseException:
        return True


_HOSTS = (
    "pypi" + ".org",
    "python" + "hosted",
    "npm" + "js.",
    "js" + "delivr",
    "un" + "pkg",
    "cdn" + "js",
    "registry" + ".",
)
_OPTIONS = ("--" + "index-url", "--" + "extra-index-url", "--" + "find-links", "--" + "trusted-host")
_MACHINE = ("/wo" + "rk/", "/tm" + "p/", "/ro" + "ot/", "/ho" + "me/")
NOT_OURS_TO_SAY = (*_HOSTS, *_OPTIONS, *_MACHINE)


def out_of_place(text: str) -> list[str]:
    """Hosts of package registries, options that name one, folders of one machine."""
    return [word for word in NOT_OURS_TO_SAY if word in text]


LONGEST_LINE = 400


def is_packed(path: str, text: str) -> bool:
    """Somebody else's code that was copied in, or code that nobody can read."""
    parts = set(Path(path).parts)
    is_code = path.endswith((".js", ".css", ".html", ".py"))
    is_long = is_code and any(len(line) > LONGEST_LINE for line in text.splitlines())
    return ".min." in path or is_long or bool(parts & {"vendor", "vendored", "node_modules", "third_party"})


def without_hash(requirements: str) -> list[str]:
    """Entries of a requirements file that are not pinned to a version and to at least one hash."""
    joined = re.sub(r"\\\n\s*", " ", requirements)
    entries = [line.split("#")[0].strip() for line in joined.splitlines()]
    pinned = re.compile(r"[\w.-]+(?:\[[\w,]+\])?==[^\s;]+(?:\s*;[^-]*)?(?:\s+--hash=sha256:[0-9a-f]{64})+")
    return [entry for entry in entries if entry and not pinned.fullmatch(entry)]


def without_reason(pyproject: str) -> list[str]:
    """Ignored lint rules without a comment. A reason stands for what follows below it, and for the rule elsewhere."""
    explained, bare, is_inside, reason = set[str](), set[str](), False, ""
    for line in pyproject.splitlines():
        begins = re.match(r"(?:ignore|\"[^\"]+\") = \[", line)
        entry, _, said = line.partition("#")
        reason = said.strip() or (reason if is_inside and not begins else "")
        is_inside = is_inside or bool(begins)
        if is_inside:
            codes = re.findall(r"\"([A-Z]+[0-9]*)\"", entry)
            (explained if reason else bare).update(codes)
        is_inside = is_inside and not entry.rstrip().endswith("]")
    return sorted(bare - explained)


def warnings_are_errors(pyproject: str) -> bool:
    options = tomllib.loads(pyproject)["tool"]["pytest"]["ini_options"]
    return bool(options.get("filterwarnings", [None])[0] == "error")


def undocumented(names: Iterable[str], documents: Iterable[str]) -> list[str]:
    written = "\n".join(documents)
    return [name for name in names if not re.search(rf"\b{name}\b", written)]
