"""Inserts existing ids into generated requests, so that not all of them end in "not found"."""

import os
import random

import schemathesis

SURVEY, VERSION = os.environ["GLAS_SURVEY"], 1


@schemathesis.hook
def filter_case(context, case):
    # Revoking the requesting key would make all later requests fail.
    if "/v1/keys/{id}" in case.operation.path and (case.path_parameters or {}).get("id") == os.environ["GLAS_KEY"]:
        return False
    # An empty parameter counts as absent, which a schema cannot express, so it is not an invalid value.
    return "" not in (case.query or {}).values()


@schemathesis.hook
def map_case(context, case):
    """In two of three cases, submissions and events refer to the shop's own survey."""
    body = case.body
    if case.operation.label not in ("POST /v1/submissions", "POST /v1/events") or not isinstance(body, dict):
        return case
    # Invalid values must stay invalid.
    if case.meta is not None and case.meta.generation.mode != schemathesis.GenerationMode.POSITIVE:
        return case
    chance = random.Random(repr(body))
    if chance.randrange(3) == 0:
        return case
    body = dict(body, key=os.environ["GLAS_PUBLIC_KEY"])
    if "events" in body:
        body["events"] = [dict(event, survey=SURVEY, version=VERSION) for event in body["events"]]
    else:
        body.update(survey=SURVEY, version=VERSION)
        if chance.randrange(2) == 0:
            body["answers"] = [{"question": "nps", "score": chance.randrange(11)}]
    case.body = body
    return case
