"""Compiled kernels: kept in memory while the program runs, and on disk between runs where there is a place for them.

On disk a kernel is a small module named after the hash of its layout, with numba's files beside it; numba checks that
processor and version still fit. A folder that cannot be written to costs no more than compiling anew.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import threading
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from model.engine.kernel_loops import Loops

FOLDER_VARIABLE = "MEGACLUSTER_CACHE"
"""Environment variable that names another folder for compiled kernels."""
_KEPT = 60
_MODULE = '''"""A compiled run of the model, kept to save compiling it again. Safe to delete."""

from numba import njit

from model.engine.kernel_code import GROUPS, LANES
from model.engine.kernel_llvm import instructions, take_in

take_on = instructions["{key}"]


@njit("void(i8[::1], i8[::1], f8[:, :, ::1], f8[::1], f8[::1], f8[:, ::1], i8, i8)", nogil=True, cache={cache})
def run(columns, places, inputs, given, work, out, begin, end):
    for start in range(begin, end, GROUPS * LANES):
        for number in range(len(columns)):
            for group in range(GROUPS):
                take_in(columns[number], min(start + group * LANES, end - LANES), inputs[group, places[number]])
        for group in range(GROUPS):
            if start + group * LANES < end:
                take_on(inputs[group], given, work, out, min(start + group * LANES, end - LANES))
'''
_compiled: dict[str, Any] = {}
_lock = threading.Lock()


def folder() -> Path:
    """Where compiled kernels are kept: the user's cache folder, by the custom of the platform."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "megacluster" / "kernels"


@lru_cache(maxsize=1)
def _generator() -> str:
    """Hash of the code that writes kernels: what an older program compiled is not used by a newer one."""
    from model.engine import kernel_code, kernel_llvm, kernel_loops, kernel_math
    from model.language import lanes, operators

    digest = hashlib.sha256(_MODULE.encode())
    for module in (kernel_code, kernel_llvm, kernel_loops, kernel_math, lanes, operators):
        assert module.__file__ is not None
        digest.update(Path(module.__file__).read_bytes())
    return digest.hexdigest()


def name_of(loops: Loops) -> str:
    """The name of a layout's compiled form."""
    return hashlib.sha256(f"{_generator()}{loops.key}".encode()).hexdigest()[:24]


def is_ready(loops: Loops) -> bool:
    """Whether a kernel need not be compiled, as far as one can tell without loading it."""
    name = name_of(loops)
    if name in _compiled:
        return True
    try:
        return any((folder() / "__pycache__").glob(f"kernel_{name}.run-*.nbc"))
    except OSError:
        return False


def compiled(loops: Loops) -> Callable[..., None]:
    """The machine code of a layout, from memory, disk, or the compiler."""
    from model.engine.kernel_llvm import instructions, write_instructions

    name = name_of(loops)
    with _lock:
        if name not in _compiled:
            instructions[name] = write_instructions(loops)
            try:
                _compiled[name] = _on_disk(name).run
            except OSError:
                _compiled[name] = _in_memory(name).run
            finally:
                del instructions[name]
        return _compiled[name]


def _on_disk(name: str) -> ModuleType:
    place = folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = place / f"kernel_{name}.py"
    if not path.exists():
        _forget_oldest(place)
        draft = place / f".{name}.{os.getpid()}"
        draft.write_text(_MODULE.format(key=name, cache=True), encoding="utf-8")
        draft.replace(path)
    spec = importlib.util.spec_from_file_location(f"kernel_{name}", path)
    assert spec is not None and spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _in_memory(name: str) -> ModuleType:
    module = sys.modules[f"kernel_{name}"] = ModuleType(f"kernel_{name}")
    exec(compile(_MODULE.format(key=name, cache=False), module.__name__, "exec"), vars(module))
    return module


def _forget_oldest(place: Path) -> None:
    """Keep the folder small: the kernels that were made longest ago go first."""
    known = sorted(place.glob("kernel_*.py"), key=lambda path: path.stat().st_mtime)
    for path in known[: max(0, len(known) - _KEPT)]:
        for part in (path, *(place / "__pycache__").glob(f"{path.stem}.*")):
            part.unlink(missing_ok=True)
