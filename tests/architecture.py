"""The rules of the house. Each takes a project's folder and names what breaks it; test_architecture.py applies them."""

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

Rule = Callable[[Path], list[str]]

MAY_IMPORT = {
    "queries": set(),
    "cockpit": {"queries"},
    "pages": {"cockpit", "queries"},
    "dashboard": {"pages", "cockpit", "queries"},
    "sample_data": {"cockpit", "queries"},
}
# The command line starts the generator, and is itself nobody's module.
EXCEPTIONS = {("cockpit/__main__.py", "sample_data")}
ROOMS = (*MAY_IMPORT,)

STREAMLIT = (
    "dashboard.py",
    "pages/",
    "cockpit/session.py",
    "cockpit/header.py",
    "cockpit/cards",
    "cockpit/export.py",
    "cockpit/server.py",
    "cockpit/__main__.py",  # to quiet it
)
PURE = ("cockpit/charts", "cockpit/maps", "cockpit/theme.py", "cockpit/format.py", "cockpit/analysis/")
IMPURE = {"sqlalchemy", "duckdb", "streamlit", "cockpit.database", "cockpit.session", "cockpit.settings"}
ENGINES_NAMED = (
    "queries/dialects.py",
    "cockpit/database.py",
    "cockpit/bulk.py",
    "cockpit/state.py",
    "cockpit/intake/",
    "cockpit/settings.py",  # the default address
)
ENGINES = re.compile(r"duckdb|postgres|psycopg|hive:|sqlite", re.IGNORECASE)
COLOURS = re.compile(r"#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3})\b|\brgba?\(|\bhsla?\(", re.IGNORECASE)
LOOKS = ("cockpit/theme.py",)
RAW_HTML = ("unsafe_allow_html", "unsafe_allow_javascript")
LONGEST = 400


def sources(root: Path, *rooms: str) -> Iterator[tuple[str, ast.Module]]:
    """Path and syntax tree of each module in these rooms (default: all that is not a test)."""
    for room in rooms or ROOMS:
        files = [root / f"{room}.py"] if (root / f"{room}.py").is_file() else sorted((root / room).rglob("*.py"))
        for file in files:
            yield file.relative_to(root).as_posix(), ast.parse(file.read_text(encoding="utf-8"))


def imports(tree: ast.Module) -> set[str]:
    """Dotted names of everything a module imports, with what it takes from them."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names}
    return names


def texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and value of each string that is not a docstring."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def within(path: str, places: tuple[str, ...]) -> bool:
    return path.startswith(places)


def imports_go_one_way(root: Path) -> list[str]:
    return [
        f"{path} imports {name}"
        for path, tree in sources(root)
        for name in sorted(imports(tree))
        for room, other in [(path.split("/")[0].removesuffix(".py"), name.split(".")[0])]
        if other in {*ROOMS, "tests"} and other not in MAY_IMPORT[room] | {room} and (path, other) not in EXCEPTIONS
    ]


def pages_import_no_page(root: Path) -> list[str]:
    return [f"{path} imports {n}" for path, tree in sources(root, "pages") for n in imports(tree) if n[:5] == "pages"]


def streamlit_stays_in_its_rooms(root: Path) -> list[str]:
    return [
        f"{path} imports {name}"
        for path, tree in sources(root)
        for name in imports(tree)
        if name.split(".")[0] == "streamlit" and not within(path, STREAMLIT)
    ]


def drawing_and_statistics_are_pure(root: Path) -> list[str]:
    return [
        f"{path} imports {name}"
        for path, tree in sources(root, "cockpit")
        for name in imports(tree)
        if within(path, PURE) and any(name == impure or name.startswith(f"{impure}.") for impure in IMPURE)
    ]


def pages_hold_no_sql(root: Path) -> list[str]:
    return [
        f"{path} imports {name}"
        for path, tree in sources(root, "pages", "dashboard")
        for name in imports(tree)
        if name.split(".")[0] in {"sqlalchemy", "duckdb", "psycopg"}
    ]


def queries_run_nothing(root: Path) -> list[str]:
    runs = {"execute", "scalar", "scalars", "connect", "begin", "read_sql", "read_sql_query", "create_engine"}
    return [
        f"{path}:{node.lineno} calls {node.func.attr}()"
        for path, tree in sources(root, "queries")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in runs
    ]


def engines_are_named_in_few_places(root: Path) -> list[str]:
    named = []
    for path, tree in sources(root):
        if not within(path, ENGINES_NAMED):
            named += [f"{path}:{line} says {text[:40]!r}" for line, text in texts(tree) if ENGINES.search(text)]
            named += [f"{path} imports {name}" for name in imports(tree) if ENGINES.match(name)]
    return named


def colours_live_in_the_theme(root: Path) -> list[str]:
    return _looks(root, COLOURS.search)


def fonts_live_in_the_theme(root: Path) -> list[str]:
    families = re.compile("|".join(map(re.escape, font_families(root))))
    return _looks(root, families.search)


def _looks(root: Path, found: Callable[[str], object]) -> list[str]:
    return [
        f"{path}:{line} says {text[:40]!r}"
        for path, tree in sources(root)
        if not within(path, LOOKS)
        for line, text in texts(tree)
        if found(text)
    ]


def font_families(root: Path) -> list[str]:
    theme = tomllib.loads((root / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    stacks = ",".join(value for key, value in theme.items() if key.lower().endswith("font"))
    generic = {"sans-serif", "serif", "monospace"}
    return sorted({family.strip(" '\"") for family in stacks.split(",")} - generic)


def no_raw_html(root: Path) -> list[str]:
    return [
        f"{path}:{node.value.lineno} sets {node.arg}"
        for path, tree in sources(root)
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword)
        and node.arg in RAW_HTML
        and not (isinstance(node.value, ast.Constant) and node.value.value is False)
    ]


def pages_live_in_sections(root: Path) -> list[str]:
    """A script directly in pages/ wakes Streamlit's old page discovery."""
    return [file.relative_to(root).as_posix() for file in (root / "pages").glob("*.py")]


def modules_stay_short(root: Path) -> list[str]:
    long = []
    for room in (*ROOMS, "tests"):
        for path, _ in sources(root, room):
            lines = len((root / path).read_text(encoding="utf-8").splitlines())
            long += [f"{path} has {lines} lines"] if lines > LONGEST else []
    return long


def texts_are_translated_whole(root: Path) -> list[str]:
    """``_()`` and ``N_()`` take one literal: an f-string or a variable is never found by the extraction."""
    return [
        f"{path}:{node.lineno} translates an f-string"
        for path, tree in sources(root)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"_", "N_"}
        and any(isinstance(argument, ast.JoinedStr | ast.BinOp) for argument in node.args)
    ]


def imports_are_pinned(root: Path) -> list[str]:
    """What the cockpit imports stands in requirements.txt, and each line there names one version."""
    lines = [line.split("#")[0].strip() for line in (root / "requirements.txt").read_text("utf-8").splitlines()]
    loose = [f"{line} is not pinned" for line in lines if line and "==" not in line]
    pinned = {_normal(re.split(r"[\[=]", line)[0]) for line in lines if line}
    distributions = packages_distributions()
    return loose + [
        f"{path} imports {module}, which requirements.txt does not pin"
        for path, tree in sources(root)
        for module in sorted({name.split(".")[0] for name in imports(tree)} - {""})
        if module in distributions and not pinned & {_normal(name) for name in distributions[module]}
    ]


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


RULES: tuple[Rule, ...] = (
    imports_go_one_way,
    pages_import_no_page,
    streamlit_stays_in_its_rooms,
    drawing_and_statistics_are_pure,
    pages_hold_no_sql,
    queries_run_nothing,
    engines_are_named_in_few_places,
    colours_live_in_the_theme,
    fonts_live_in_the_theme,
    no_raw_html,
    pages_live_in_sections,
    modules_stay_short,
    texts_are_translated_whole,
    imports_are_pinned,
)
