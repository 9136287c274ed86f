//! The OpenAPI document (3.1), made from the code when tests are compiled: nothing of it is in the Worker.
//!
//! `edge/openapi.json` is the document as it is served at `/openapi.json`; a test here says when it is out of date, and
//! `cargo xtask openapi` writes it anew. **Whoever adds a route** does this, and the tests name what was forgotten:
//!
//! 1. Over the handler, `#[cfg_attr(test, utoipa::path(get, path = "/v1/…", operation_id = "listThings", tag = "…",
//!    summary = "…", description = "…", params(…), request_body = …, responses(…)))]`, before `#[worker::send]`. Replies
//!    are those of success, and those failures that this route alone has (404, 409 …) with a `description` and no body.
//! 2. `derive(utoipa::ToSchema)` by `cfg_attr(test, …)` on the reply's types, with `schema(as = Thing)` where the type's
//!    name means little outside its module. A member that is always there and may be null is `schema(required)`; one that
//!    is left out at times and never null `schema(nullable = false)`. Words come from [`words`], texts with a form from
//!    [`texts`]. Of bodies that are read member by member the shape is told by a type here that nobody makes.
//! 3. The handler's name in the list of [`Paths`] below; a type that only a parameter has, in `components` below it.
//!
//! What follows from the router is added by [`finish`]: who may call (`security`), and the failures that every route of its
//! kind has (400, 401, 413, 415, 500, 503), each with the schema of a problem.

#![allow(dead_code, reason = "many of these types only tell how something is written elsewhere")]

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
    shop::{Alive, ErasureRequest, MoveRequest, NewShop, Quota, Readiness, Requeued, Settings, SettingsDraft},
    submission::{AnswerReceipt, Events, EventsReceipt, ExplainedAnswer, Submission},
    survey::{Survey, Template},
    texts::{Date, DayOrMoment, LanguageTag, PagePath, Slug},
    webhook::WebhookDraft,
    words::{
        AnswerOrigin, ClassName, ColumnReason, DateFormat, DeliveryFailure, DeliveryState, DeviceClass, DisabledFor,
        Enough, ErasedBy, ErasedWhat, EventName, Flag, FlagFilter, ImportSource, IntervalMethod, KeyKind, KeyScope,
        KeyStatus, MetricName, MovePhase, ProblemCode, SendFailure, SurveyStatus, TemplateName, TrendInterval,
        WebhookStatus,
    },
};

use crate::{api::*, intake};
use utoipa::OpenApi;

/// Every operation, in the order in which the readable page shows them.
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
        erasures::list,
        erasures::create,
        exports::read,
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
    // What only parameters and failures refer to.
    components(schemas(
        problem::Problem,
        Date,
        DateFormat,
        DayOrMoment,
        FlagFilter,
        PagePath,
        words::ResponseForm
    )),
    tags(
        (name = "Results", description = "Numbers, and how sure they are."),
        (name = "Responses", description = "What shoppers answered."),
        (name = "Imports", description = "Answers that another tool collected."),
        (name = "Surveys", description = "What is asked, where and when."),
        (name = "Shop", description = "What holds for all surveys of a shop."),
        (name = "Privacy", description = "Forgetting, and handing over what is kept of a person."),
        (name = "Keys", description = "Who may ask for what, and what was changed with which key."),
        (name = "Webhooks", description = "Telling a shop's own systems what happens."),
        (name = "Dead letters", description = "What arrived and could not be stored."),
        (name = "Pages", description = "What a shop's pages send, with the public key."),
        (name = "Operator", description = "For whoever runs a deployment."),
        (name = "Service", description = "Whether it works."),
    ),
)]
struct Paths;

/// The document.
fn document() -> String {
    let text = finish::finish(Paths::openapi()).to_pretty_json().unwrap();
    // `Page<Thing>` has the name of both.
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

    /// Routes that are not in the document: what browsers load and nobody else calls, and their preflights.
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
        let told: BTreeSet<(String, String)> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, item)| item.as_object().unwrap().keys().map(|method| (method.clone(), path.clone())))
            .collect();
        let missing: Vec<_> = routes.difference(&told).collect();
        assert!(missing.is_empty(), "not in the document, see the top of edge/src/openapi.rs: {missing:?}");
        let invented: Vec<_> = told.difference(&routes).collect();
        assert!(invented.is_empty(), "in the document, and no route: {invented:?}");
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
                    let mut told = operation["parameters"].as_array().into_iter().flatten();
                    assert!(told.any(|one| one["name"] == part), "{at} does not tell of {part}");
                }
                for one in operation["parameters"].as_array().into_iter().flatten() {
                    assert!(one["description"].is_string(), "{at}: {} has no description", one["name"]);
                }
            }
        }
    }

    #[test]
    fn every_reference_of_the_openapi_document_leads_somewhere() {
        let text = document();
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        for rest in text.split("\"$ref\": \"#").skip(1) {
            let place = rest.split('"').next().unwrap();
            let message = "is not in the document: name it in `components(schemas(…))` of edge/src/openapi.rs";
            assert!(document.pointer(place).is_some(), "{place} {message}");
        }
    }

    #[test]
    fn the_openapi_document_that_is_served_is_the_one_of_the_code() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
        let document = document();
        if env::var_os("GLAS_WRITE").is_some() {
            fs::write(&path, &document).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == document, "edge/openapi.json is not what the code says: renew it with `cargo xtask openapi`");
    }
}
