//! The OpenAPI document (3.1), generated when tests are compiled: no part of it is in the Worker.
//!
//! `edge/openapi.json` is the document that is served at `/openapi.json`. A test fails when it is out of date, and
//! `cargo xtask openapi` renews it. **To add a route**, do this; the tests report what is missing:
//!
//! 1. Over the handler, `#[cfg_attr(test, utoipa::path(get, path = "/v1/…", operation_id = "listThings", tag = "…",
//!    summary = "…", description = "…", params(…), request_body = …, responses(…)))]`, before `#[worker::send]`. List
//!    the successful replies, and the errors that only this route has (404, 409 …) with a `description` and no body.
//! 2. `derive(utoipa::ToSchema)` by `cfg_attr(test, …)` on the reply's types, with `schema(as = Thing)` where the type's
//!    name means little outside its module. A member that is always present and may be null is `schema(required)`; one
//!    that may be absent but is never null is `schema(nullable = false)`. Enumerations come from [`words`], strings with a
//!    format from [`texts`]. Bodies that are parsed member by member are described by types here that are never built.
//! 3. The handler's name in the list of [`Paths`] below; a type that only parameters use, in `components` below it.
//!
//! [`finish`] adds what follows from the route table: the credentials (`security`), and the errors that every route of a
//! kind has (400, 401, 413, 415, 500, 503), each with the schema of a problem.

#![allow(dead_code, reason = "many of these types only describe what is parsed or written elsewhere")]

mod answers;
mod composed;
mod definition;
mod finish;
mod key;
mod problem;
mod question;
mod shop;
mod submission;
mod survey;
mod texts;
mod webhook;
mod words;

pub(crate) use self::{
    answers::{AnswerFilters, ResponseChange},
    definition::{NewSurvey, SurveyDraft},
    key::{KeyLabel, KeyRequest, KeyRotation},
    shop::{
        Alive, ErasureRequest, ExportRequest, MoveRequest, NewShop, Quota, Readiness, Requeued, Settings, SettingsDraft,
    },
    submission::{AnswerReceipt, Events, EventsReceipt, ExplainedAnswer, Submission},
    survey::{Survey, Template},
    texts::{Date, DayOrMoment, LanguageTag, PagePath, Slug},
    webhook::WebhookDraft,
    words::{
        AnswerOrigin, ClassName, ColumnReason, DateFormat, DeliveryFailure, DeliveryState, DeviceClass, DisabledFor,
        Enough, ErasedBy, ErasedWhat, EventName, Flag, FlagFilter, FunnelFlagFilter, ImportSource, IntervalMethod,
        KeyKind, KeyScope, KeyStatus, MetricName, MovePhase, ProblemCode, SendFailure, SurveyStatus, TemplateName,
        TrendInterval, VerifiedMember, WebhookStatus,
    },
};

use crate::{api::*, intake};
use utoipa::OpenApi;

/// Every operation, in the order of the documentation page.
#[derive(OpenApi)]
#[openapi(
    paths(
        metrics::read,
        funnel::read,
        responses::list,
        responses::read,
        responses::change,
        responses::remove,
        responses::stream::csv,
        responses::stream::ndjson,
        tags::list,
        surveys::list,
        surveys::create,
        surveys::read,
        surveys::replace,
        surveys::status::publish,
        surveys::status::pause,
        surveys::status::resume,
        surveys::status::archive,
        templates::list,
        templates::read,
        settings::read,
        settings::replace,
        identity::read,
        identity::rotate,
        erasures::list,
        erasures::create,
        exports::read,
        exports::create,
        keys::list,
        keys::create,
        keys::read,
        keys::change,
        keys::rotate,
        keys::revoke,
        audit::list,
        webhooks::list,
        webhooks::create,
        webhooks::read,
        webhooks::replace,
        webhooks::remove,
        webhooks::enable,
        webhooks::rotate,
        webhooks::test_delivery::send,
        webhooks::deliveries::list,
        webhooks::deliveries::retry,
        webhooks::catalog::events,
        webhooks::catalog::templates,
        imports::list,
        imports::create,
        imports::remove,
        dead_letters::list,
        dead_letters::remove,
        dead_letters::retry,
        intake::submit,
        intake::events::receive,
        shops::create,
        shops::quota,
        moves::read,
        moves::start,
        moves::cancel,
        moves::step,
        counters::read,
        health::process,
        health::ready,
    ),
    // Schemas that only parameters and errors refer to.
    components(schemas(
        problem::Problem,
        Date,
        DateFormat,
        DayOrMoment,
        FlagFilter,
        FunnelFlagFilter,
        PagePath,
        words::ResponseForm
    )),
    tags(
        (name = "Results", description = "Metrics with their confidence intervals."),
        (name = "Responses", description = "The responses of shoppers."),
        (name = "Imports", description = "Responses collected by another tool."),
        (name = "Surveys", description = "What is asked, where and when."),
        (name = "Shop", description = "Settings for all surveys of a shop, and its identity secret."),
        (name = "Privacy", description = "Erasure, and export of the data of one person."),
        (name = "Keys", description = "API keys, and the audit log of changes."),
        (name = "Webhooks", description = "Notifications to the shop's own systems."),
        (name = "Dead letters", description = "Messages that could not be stored."),
        (name = "Pages", description = "Requests of a shop's pages, with the public key."),
        (name = "Operator", description = "For the operator of a deployment."),
        (name = "Service", description = "Health checks."),
    ),
)]
struct Paths;

/// The document.
fn document() -> String {
    let text = finish::finish(Paths::openapi()).to_pretty_json().unwrap();
    // `Page<Thing>` is named `Page_Thing`; the document says `ThingList`.
    let mut words = text.split("Page_");
    let mut named = words.next().unwrap_or_default().to_owned();
    for rest in words {
        let (name, rest) = rest.split_once('"').unwrap();
        named += &format!("{name}List\"{rest}");
    }
    named.push('\n');
    named
}

mod tests {
    use super::*;
    use crate::router::ROUTES;
    use std::{collections::BTreeSet, env, fs, path::Path};

    /// Routes that are not in the document: those that only browsers load, and preflight requests.
    const EXCUSED: [(&str, &str); 6] = [
        ("get", "/w/{file}"),
        ("get", "/w/{key}/{survey}/{version}/{file}"),
        ("get", "/s/{survey}"),
        ("get", "/r/{code}"),
        ("post", "/r/{code}"),
        ("options", ""),
    ];

    #[test]
    fn every_route_is_in_the_openapi_document_and_nothing_else() {
        let excused = |method: &str, path: &str| {
            EXCUSED.iter().any(|(known, at)| *known == method && (at.is_empty() || *at == path))
        };
        let routes: BTreeSet<(String, String)> = ROUTES
            .iter()
            .filter(|route| !excused(route.method, route.path))
            .map(|route| (route.method.to_owned(), route.path.to_owned()))
            .collect();
        let document: serde_json::Value = serde_json::from_str(&document()).unwrap();
        let documented: BTreeSet<(String, String)> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, item)| item.as_object().unwrap().keys().map(|method| (method.clone(), path.clone())))
            .collect();
        let missing: Vec<_> = routes.difference(&documented).collect();
        assert!(missing.is_empty(), "not in the document, see the top of edge/src/openapi.rs: {missing:?}");
        let invented: Vec<_> = documented.difference(&routes).collect();
        assert!(invented.is_empty(), "in the document, but not a route: {invented:?}");
    }

    #[test]
    fn the_openapi_document_is_complete() {
        let document: serde_json::Value = serde_json::from_str(&document()).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
        let tags: Vec<&str> =
            document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
        let mut ids = BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let at = format!("{method} {path}");
                let id = operation["operationId"].as_str().unwrap_or_default();
                assert!(ids.insert(id.to_owned()), "{at}: the id {id} is used twice");
                assert!(operation["summary"].is_string(), "{at} has no summary");
                for tag in operation["tags"].as_array().unwrap() {
                    assert!(tags.contains(&tag.as_str().unwrap()), "{at}: the tag {tag} is not in the list of Paths");
                }
                for part in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
                    let mut parameters = operation["parameters"].as_array().into_iter().flatten();
                    assert!(parameters.any(|one| one["name"] == part), "{at} does not describe {part}");
                }
                for one in operation["parameters"].as_array().into_iter().flatten() {
                    assert!(one["description"].is_string(), "{at}: {} has no description", one["name"]);
                }
            }
        }
    }

    #[test]
    fn every_reference_of_the_openapi_document_resolves() {
        let text = document();
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        for rest in text.split("\"$ref\": \"#").skip(1) {
            let place = rest.split('"').next().unwrap();
            let message = "is not in the document: name it in `components(schemas(…))` of edge/src/openapi.rs";
            assert!(document.pointer(place).is_some(), "{place} {message}");
        }
    }

    #[test]
    fn the_served_openapi_document_matches_the_code() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
        let document = document();
        if env::var_os("GLAS_WRITE").is_some() {
            fs::write(&path, &document).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == document, "edge/openapi.json is out of date: renew it with `cargo xtask openapi`");
    }
}
