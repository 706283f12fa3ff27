"""Files in layers: defaults, then the cluster, then the case; every mistake in all of them reported in one go."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from model.inputs import reading
from model.inputs.definitions import (
    ASSUMPTIONS,
    NATION,
    OWN,
    Definition,
    Words,
    definitions,
    explain_validation,
    sources,
)
from model.inputs.profile import Profile, read_profile
from model.inputs.quantities import FIELDS, Quantity, read_quantity
from model.inputs.splits import split_mistakes
from model.language.errors import InputError, nearest
from model.language.message import Message

Members = tuple[str, ...]
Entries = dict[tuple[str, str], dict[Members, Quantity]]
CLUSTER_KEYS = ("cluster", "title", "about", "profile", "members", "inputs", "nation", "published")
CASE_KEYS = ("title", "about", "clusters", "base", "members", "changes")


@dataclass
class Loaded:
    """A case as its files describe it, before anyone changes it. before: its values without the changes of case files, where they are known."""

    name: str
    title: Words
    about: Words
    clusters: dict[str, Words]
    profiles: dict[str, Profile]
    published: dict[str, Any]
    dimensions: dict[str, dict[str, Words]]
    entries: Entries
    changed: dict[str, str] = field(default_factory=dict)
    before: Entries = field(default_factory=dict)


class _Collector:
    """Gathers mistakes while reading, so that all are told at once."""

    def __init__(self) -> None:
        self.mistakes: list[str] = []
        self.dimensions = {name: dict(dimension.members) for name, dimension in definitions().dimensions.items()}

    def expand(
        self,
        data: Any,
        definition: Definition,
        document: reading.Document,
        path: tuple[Any, ...],
        layer: str,
    ) -> dict[Members, Quantity]:
        """The quantities below one input, for every member of its dimensions; what is given higher up goes for all below."""
        found: dict[Members, Quantity] = {}

        def leaf(given: Any, at: tuple[Any, ...], members: Members, inherited: Mapping[str, Any]) -> None:
            place = document.place(*at)
            key = ".".join((definition.name, *members))
            quantity, mistakes = read_quantity(given, definition, layer, place, inherited)
            self.mistakes += [f"{place}: {key}: {mistake}" for mistake in mistakes]
            if isinstance(given, Mapping) and "value" in given:
                for extra in [k for k in given if k not in FIELDS]:
                    self.mistakes.append(
                        f"{document.place(*at, extra)}: {key}: {extra!r} is not one of {', '.join(FIELDS)}{nearest(str(extra), FIELDS)}"
                    )
            if quantity is None:
                return
            source = quantity.source
            if not source or (source == OWN and not quantity.reason):
                self.mistakes.append(f"{place}: {key}: needs a source (an id in sources.yaml), or {OWN!r} with a reason")
            elif source != OWN and source not in sources():
                self.mistakes.append(f"{place}: {key}: source {source!r} is not in sources.yaml{nearest(source, sources())}")
            rest = definition.over[len(members) :]
            for more in itertools.product(*(self.dimensions[dim] for dim in rest)):
                found[(*members, *more)] = quantity

        def descend(given: Any, at: tuple[Any, ...], members: Members, inherited: Mapping[str, Any]) -> None:
            if len(members) == len(definition.over) or not isinstance(given, Mapping):
                leaf(given, at, members, inherited)
                return
            if "value" in given:
                leaf({key: part for key, part in given.items() if key in FIELDS}, at, members, inherited)
            dimension = definition.over[len(members)]
            known = self.dimensions[dimension]
            if definition.yearly and given and all(isinstance(key, int) for key in given):
                leaf(given, at, members, inherited)
                return
            passed_on = {**inherited, **{key: given[key] for key in FIELDS if key in given}}
            for key, value in given.items():
                if key in FIELDS:
                    continue
                if key not in known:
                    self.mistakes.append(
                        f"{document.place(*at, key)}: {'.'.join((definition.name, *members))}: {key!r} is no {dimension}; "
                        f"there are {', '.join(known)}{nearest(str(key), known)}"
                    )
                    continue
                descend(value, (*at, key), (*members, key), passed_on)

        descend(data, path, (), {})
        return found

    def inputs(
        self,
        data: Any,
        scope: str,
        document: reading.Document,
        path: tuple[Any, ...],
        layer: str,
    ) -> dict[str, dict[Members, Quantity]]:
        """All inputs of one scope in one file."""
        known = {name: d for name, d in definitions().inputs.items() if (d.scope == NATION) == (scope == NATION)}
        result: dict[str, dict[Members, Quantity]] = {}
        if not isinstance(data, Mapping):
            self.mistakes.append(f"{document.place(*path)}: a list of inputs, name: value, is expected here")
            return result
        for name, given in data.items():
            if name not in known:
                self.mistakes.append(f"{document.place(*path, name)}: {name!r} is not an input of a {scope}{nearest(str(name), known)}")
                continue
            result[name] = self.expand(given, known[name], document, (*path, name), layer)
        return result

    def words(self, document: reading.Document, key: str, default: str) -> Words:
        given = document.data.get(key, default)
        if isinstance(given, str):
            return Words(en=given, nl=given)
        try:
            return Words.model_validate(given)
        except ValidationError as error:
            self.mistakes += explain_validation(error, document, key)
            return Words(en=default, nl=default)

    def profile(self, document: reading.Document) -> Profile:
        profile, mistakes = read_profile(document)
        self.mistakes += mistakes
        return profile

    def add_members(self, document: reading.Document) -> None:
        """New members of dimensions (a service, a tier, a public source) that a file brings along."""
        given = document.data.get("members") or {}
        if not isinstance(given, Mapping):
            self.mistakes.append(f"{document.place('members')}: members: DIMENSION: new members with labels is expected")
            return
        for dimension, new in given.items():
            if dimension not in self.dimensions or not isinstance(new, Mapping):
                self.mistakes.append(
                    f"{document.place('members', dimension)}: members: {dimension!r} is no dimension{nearest(str(dimension), self.dimensions)}; "
                    f"there are {', '.join(self.dimensions)}, each with new members and their labels en and nl"
                )
                continue
            for member, label in new.items():
                if not str(member).isidentifier() or member in FIELDS:
                    self.mistakes.append(
                        f"{document.place('members', dimension, member)}: {member!r} cannot name a member: "
                        f"letters, digits and _, and none of {', '.join(FIELDS)}"
                    )
                    continue
                try:
                    self.dimensions[dimension][member] = Words.model_validate(label)
                except ValidationError as error:
                    self.mistakes += explain_validation(error, document, "members", dimension, member)


@lru_cache(maxsize=4)
def _shipped(name: str) -> reading.Document:
    return reading.read(ASSUMPTIONS / name, f"assumptions/{name}")


def available() -> dict[str, str]:
    """Names that `load` knows, each with the folder it comes from."""
    return {path.stem: folder for folder in ("references", "clusters", "cases") for path in sorted((ASSUMPTIONS / folder).glob("*.yaml"))}


def _find(name: str, beside: Path | None = None) -> reading.Document:
    """The file of a case or cluster: shipped, by name; or by path, also relative to the file that names it."""
    path = Path(name)
    if path.suffix.lower() in (".yaml", ".yml"):
        if beside is not None and (beside / path).exists():
            path = beside / path
        if not path.exists():
            raise InputError(f"{name}: there is no such file")
        return reading.read(path)
    folder = available().get(name)
    if folder is None:
        sentence = "there is no case {name!r}{near}; known are {known}, or give the path of a .yaml or .xlsx file"
        raise InputError(Message(sentence, name=name, near=nearest(name, available()), known=", ".join(available())))
    return reading.read(ASSUMPTIONS / folder / f"{name}.yaml", f"assumptions/{folder}/{name}.yaml")


def _keys(collector: _Collector, document: reading.Document, allowed: Iterable[str], what: str) -> None:
    for key in document.data:
        if key not in allowed:
            collector.mistakes.append(
                f"{document.place(key)}: {key!r} is not part of a {what}{nearest(str(key), allowed)}; allowed are {', '.join(allowed)}"
            )


def load(name: str) -> Loaded:
    """Read a case, a cluster or a reference cluster by name, or a .yaml file by path, with all layers below it.

    Raises InputError with every mistake in every file.
    """
    collector = _Collector()
    chain = _chain(name)
    clusters = _clusters(collector, chain)
    entries = _layers(collector, clusters, chain)
    final = chain[-1]
    loaded = Loaded(
        name=Path(name).stem,
        title=collector.words(final, "title", Path(name).stem),
        about=collector.words(final, "about", ""),
        clusters={cluster: collector.words(document, "title", cluster) for cluster, document in clusters.items()},
        profiles={cluster: collector.profile(document) for cluster, document in clusters.items()},
        published={cluster: document.data["published"] for cluster, document in clusters.items() if "published" in document.data},
        dimensions=collector.dimensions,
        entries=entries,
        before={family: dict(given) for family, given in entries.items()},
    )
    loaded.changed = _apply_changes(loaded, chain, collector)
    if not collector.mistakes:
        collector.mistakes += split_mistakes(loaded.entries, loaded.dimensions)
    if collector.mistakes:
        raise InputError(collector.mistakes)
    return loaded


def _chain(name: str) -> list[reading.Document]:
    """A case file after those it builds on. Raises InputError for what is not a case, or goes in a circle."""
    chain = [_find(name)]
    while isinstance(chain[-1].data, Mapping) and "base" in chain[-1].data:
        base = chain[-1].data["base"]
        if not isinstance(base, str):
            raise InputError(f"{chain[-1].place('base')}: base: the name or file of a case is expected, not {base!r}")
        if len(chain) > 10:
            raise InputError(f"{chain[0].name}: base: cases that build on each other go in a circle or are deeper than 10")
        chain.append(_find(base, chain[-1].folder))
    for document in chain:
        if not isinstance(document.data, Mapping) or not ({"clusters", "cluster", "base"} & set(document.data)):
            raise InputError(f"{document.name}: neither a case (clusters: or base:, changes:) nor a cluster (cluster:, inputs:)")
    return chain[::-1]


def _clusters(collector: _Collector, chain: list[reading.Document]) -> dict[str, reading.Document]:
    """The clusters of a case with their files; a case's own list is added to that of the case it builds on."""
    clusters: dict[str, reading.Document] = {}
    for document in chain:
        is_cluster = "cluster" in document.data
        _keys(collector, document, CLUSTER_KEYS if is_cluster else CASE_KEYS, "cluster" if is_cluster else "case")
        collector.add_members(document)
        if is_cluster:
            clusters = {str(document.data["cluster"]): document}
        if "clusters" not in document.data:
            continue
        listed = document.data["clusters"]
        if not isinstance(listed, list) or not listed or not all(isinstance(item, str) for item in listed):
            raise InputError(f"{document.place('clusters')}: clusters: a list of names or files is expected, such as [photonics, mine.yaml]")
        for position, item in enumerate(listed):
            place = document.place("clusters", position)
            try:
                found = _find(item, document.folder)
            except InputError as error:
                collector.mistakes += [f"{place}: {mistake}" for mistake in error.mistakes]
                continue
            if not isinstance(found.data, Mapping) or "cluster" not in found.data:
                collector.mistakes.append(f"{place}: {found.name} is not a cluster: it has no 'cluster:'")
                continue
            name = str(found.data["cluster"])
            if name in clusters:
                collector.mistakes.append(f"{place}: {found.name} is called {name!r}, as {clusters[name].name} is: give it a 'cluster:' of its own")
            if "nation" in found.data:
                collector.mistakes.append(
                    f"{place}: {name!r} has values of its own for the nation (years, prices) and can only be run alone: megacluster run {name}"
                )
            _keys(collector, found, CLUSTER_KEYS, "cluster")
            collector.add_members(found)
            clusters[name] = found
    for cluster, document in clusters.items():
        if not cluster.isidentifier() or cluster == NATION:
            collector.mistakes.append(f"{document.place('cluster')}: {cluster!r} cannot name a cluster: letters, digits and _, and not {NATION!r}")
    if collector.mistakes and not clusters:
        raise InputError(collector.mistakes)
    return clusters


def _layers(collector: _Collector, clusters: Mapping[str, reading.Document], chain: list[reading.Document]) -> Entries:
    """National values, then for each cluster the common defaults with the cluster's own on top."""
    nation = _shipped("nation.yaml")
    defaults = _shipped("defaults.yaml")
    entries: Entries = {(NATION, n): v for n, v in collector.inputs(nation.data, NATION, nation, (), "nation").items()}
    common = collector.inputs(defaults.data, "cluster", defaults, (), "defaults")
    for cluster, document in clusters.items():
        own = collector.inputs(document.data.get("inputs") or {}, "cluster", document, ("inputs",), f"cluster {cluster}")
        for name in {**common, **own}:
            entries[(cluster, name)] = {**common.get(name, {}), **own.get(name, {})}
        if "nation" in document.data and document in chain:
            for name, given in collector.inputs(document.data["nation"], NATION, document, ("nation",), f"cluster {cluster}").items():
                entries[(NATION, name)] = {**entries.get((NATION, name), {}), **given}
    _complete(collector, entries, clusters)
    return entries


def _complete(collector: _Collector, entries: Entries, clusters: Iterable[str]) -> None:
    """Every input has a value for every member; what a definition allows to be absent gets the value it names."""
    for definition in definitions().inputs.values():
        for scope in [NATION] if definition.scope == NATION else clusters:
            given = entries.setdefault((scope, definition.name), {})
            for members in itertools.product(*(collector.dimensions[dim] for dim in definition.over)):
                if members in given:
                    continue
                if definition.absent is None:
                    collector.mistakes.append(
                        f"{'.'.join((scope, definition.name, *members))}: no file gives a value; allowed is {definition.allowed()}"
                    )
                else:
                    given[members] = Quantity(definition.absent, source=OWN, reason=Message("not given: the neutral value"), layer="definitions")


def _apply_changes(loaded: Loaded, chain: list[reading.Document], collector: _Collector) -> dict[str, str]:
    """Changes of the case files on top of the layers; returns key -> file that set it."""
    changed: dict[str, str] = {}
    for document in chain:
        changes = document.data.get("changes") or {}
        if not isinstance(changes, Mapping):
            collector.mistakes.append(f"{document.place('changes')}: changes: a list of CLUSTER.NAME: value is expected")
            continue
        for key, given in changes.items():
            keys, problem = resolve_key(str(key), loaded)
            place = document.place("changes", key)
            if problem:
                collector.mistakes.append(f"{place}: {problem}")
                continue
            for scope, name, members in keys:
                definition = definitions().inputs[name]
                old = loaded.entries[(scope, name)].get(members)
                if old is None:
                    continue
                quantity, mistakes = read_quantity(given, definition, f"case {loaded.name}", place, {})
                collector.mistakes += [f"{place}: {key}: {mistake}" for mistake in mistakes]
                if isinstance(given, Mapping) and "value" in given:
                    unknown = [str(k) for k in given if k not in FIELDS]
                    collector.mistakes += [f"{place}: {key}: {k!r} is not one of {', '.join(FIELDS)}" for k in unknown]
                if quantity is None:
                    continue
                if quantity.source not in ("", OWN) and quantity.source not in sources():
                    collector.mistakes.append(
                        f"{place}: {key}: source {quantity.source!r} is not in sources.yaml{nearest(quantity.source, sources())}"
                    )
                if not quantity.source:
                    quantity = old.changed_to(quantity.value, Message("case {name}", name=loaded.name), quantity.reason)
                loaded.entries[(scope, name)][members] = quantity
                changed[".".join((scope, name, *members))] = document.name
    return changed


def resolve_key(key: str, loaded: Any) -> tuple[list[tuple[str, str, Members]], str]:
    """What a key such as photonics.membership_fee.core names; '*' stands for every cluster. A sentence when nothing."""
    inputs = definitions().inputs
    scopes = [NATION, *loaded.clusters]
    parts = key.strip().split(".")
    if len(parts) < 2:
        hint = nearest(key, [f"{NATION}.{n}" if d.scope == NATION else f"{next(iter(loaded.clusters))}.{n}" for n, d in inputs.items()])
        return [], Message("{key!r} is not a key: CLUSTER.NAME, CLUSTER.NAME.MEMBER or nation.NAME is expected{near}", key=key, near=hint)
    scope, name, members = parts[0], parts[1], tuple(parts[2:])
    if scope not in scopes and scope != "*":
        sentence = "{key!r}: {scope!r} is neither a cluster of this case nor 'nation'{near}; there are {known}"
        return [], Message(sentence, key=key, scope=scope, near=nearest(scope, scopes), known=", ".join(scopes))
    if name not in inputs or (inputs[name].scope == NATION) != (scope == NATION):
        elsewhere = Message("; it is an input of the nation" if scope != NATION else "; it is an input of a cluster") if name in inputs else ""
        suggestion = nearest(name, [n for n, d in inputs.items() if (d.scope == NATION) == (scope == NATION)])
        sentence = "{key!r}: there is no input {name!r} in {scope!r}{elsewhere}{near}"
        return [], Message(sentence, key=key, name=name, scope=scope, elsewhere=elsewhere, near=suggestion)
    definition = inputs[name]
    if len(members) != len(definition.over):
        listed = "; ".join(f"{dim}: {', '.join(loaded.dimensions[dim])}" for dim in definition.over)
        if not definition.over:
            return [], Message("{key!r}: {name} has no members", key=key, name=name)
        wanted = ".".join(dim.upper() for dim in definition.over)
        return [], Message("{key!r}: {name} needs {wanted} ({known})", key=key, name=name, wanted=wanted, known=listed)
    for member, dim in zip(members, definition.over, strict=True):
        if member not in loaded.dimensions[dim]:
            known = loaded.dimensions[dim]
            sentence = "{key!r}: {member!r} is no {dim}{near}; there are {known}"
            return [], Message(sentence, key=key, member=member, dim=dim, near=nearest(member, known), known=", ".join(known))
    chosen = list(loaded.clusters) if scope == "*" else [scope]
    return [(each, name, members) for each in chosen], ""
