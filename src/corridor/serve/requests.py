"""What the page asks: the state of a screen, whole, so that an address can hold it."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from corridor.scenario.levers import Lever
from corridor.scenario.observations import Measure, Observation, Qualifier

MOST_DAYS = 90

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Cell = Annotated[str, StringConstraints(max_length=10_000)]
LanguageCode = Literal["en", "fr", "ar"]


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Report(_Request):
    """A figure that just came in."""

    date: dt.date = Field(description="day for which it holds")
    place: Name = Field(description="place id")
    measure: Measure = Field(description="what was counted")
    count: int = Field(ge=0, le=10**9, description="people")
    qualifier: Qualifier = Field(default=Qualifier.EXACT, description="how firm the figure is")
    source: Name = Field(description="who said so")

    @field_validator("qualifier")
    @classmethod
    def _one_figure(cls, value: Qualifier) -> Qualifier:
        if value is Qualifier.BETWEEN:
            message = "a report between two figures has two; write it into observations.csv"
            raise ValueError(message)
        return value

    def observation(self) -> Observation:
        """Return it as a row of observations.csv."""
        return Observation(**self.model_dump())


class Fit(_Request):
    """What is learnt from: a scenario, a day, and reports that its folder does not hold.

    Attributes
    ----------
    scenario
        Name of a scenario, as listed.
    known_by
        Last day known.
    days
        Days ahead.
    seed
        Decides all chance.
    reports
        Further reports.
    language
        Of the sentences in an answer, and of a report; what is learnt is the same in each.
    """

    scenario: Name
    known_by: dt.date
    days: int = Field(default=28, ge=1, le=MOST_DAYS)
    seed: int = Field(default=7, ge=0, le=2**31 - 1)
    reports: tuple[Report, ...] = Field(default=(), max_length=20)
    language: LanguageCode = Field(default="en", description="of sentences in the answer, and of a report")

    def key(self, version: str) -> str:
        """Return what tells this fit from others; `version` is that of the scenario's files."""
        own = Fit(**{name: getattr(self, name) for name in Fit.model_fields if name != "language"})
        return hashlib.sha256(f"{version} {own.model_dump_json()}".encode()).hexdigest()


class WhatIf(Fit):
    """A fit, and what is supposed for the days to come."""

    alternative: Name | None = Field(default=None, description="an alternative that scenario.toml states")
    levers: tuple[Lever, ...] = Field(default=(), max_length=20)
    members: int | None = Field(default=None, ge=20, description="the first so many members; none is all")


class Copy(_Request):
    """A copy of a scenario, to be changed."""

    to: Name = Field(description="name of the new folder")


class Table(_Request):
    """A table as it was read, with its cells changed."""

    version: str = Field(max_length=64, description="what read_table gave")
    columns: tuple[Cell, ...] = Field(min_length=1, max_length=200)
    rows: tuple[tuple[Cell, ...], ...] = Field(max_length=50_000)


class Mended(_Request):
    """New values of a proposal's fields, written as in a table; an empty text blanks the field."""

    values: dict[Name, Cell] = Field(min_length=1, max_length=20)
