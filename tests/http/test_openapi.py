"""The OpenAPI document says what the routes do: no route more, none less."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from openapi_spec_validator import validate

from bookstore.gallery.api.routes import ROUTES as GALLERY
from bookstore.handlers import ROUTES

DOCUMENT = Path(__file__).parents[2] / "docs" / "source" / "bookstore_api.yaml"
VERBS = {"get", "post", "put", "patch", "delete"}


def document() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text())
    return loaded


def test_the_description_of_the_routes_is_valid() -> None:
    validate(document())


def test_it_lists_every_route_and_verb_and_no_other() -> None:
    told = {
        (path, verb) for path, item in document()["paths"].items() for verb in VERBS & set(item)
    }
    served = {
        (route.path, verb)
        for route in (*ROUTES, *GALLERY)
        for verb in VERBS & set(vars(route.handler))
    }
    assert told == served


def test_every_verb_tells_its_errors_in_the_one_shape() -> None:
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    responses = document()["components"]["responses"]
    shapes = [answer.get("content") for name, answer in responses.items()]
    assert all(shape in (error, None) or "text/html" in shape for shape in shapes)
