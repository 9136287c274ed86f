//! The layers of the Worker.

use crate::source::{Source, lines_with, rust};
use crate::{allows, catches, check};

/// The only file that maps errors to status codes.
const STATUS_OF_A_FAILURE: &str = "edge/src/http/error.rs";

/// Status codes of successful responses, which handlers may use.
const GOOD: [&str; 6] = ["OK", "CREATED", "ACCEPTED", "NO_CONTENT", "SEE_OTHER", "NOT_MODIFIED"];

/// Modules that read or write JSON: over HTTP, in the databases, in the log.
const BORDERS: [&str; 13] = [
    "edge/src/api",
    "edge/src/reports",
    "edge/src/pages",
    "edge/src/http/page.rs",
    "edge/src/http/reply.rs",
    "edge/src/db",
    "edge/src/intake",
    "edge/src/http/error.rs",
    "edge/src/store",
    "edge/src/telemetry",
    "edge/src/webhooks/payload.rs",
    "survey/src/wire.rs",
    "survey/src/wire/",
];

fn routes_name_no_database(source: &Source) -> Vec<String> {
    source.words_against(|word| {
        let database = word.starts_with("D1") || word.starts_with("Kv") || word == "kv" || word == "d1";
        database.then_some("routes use the store and do not name D1 or KV")
    })
}

fn stores_name_no_http(source: &Source) -> Vec<String> {
    source.words_against(|word| match word {
        "http" | "axum" | "StatusCode" | "HeaderMap" | "HeaderName" | "HeaderValue" | "HttpRequest"
        | "HttpResponse" | "IntoResponse" | "Router" => Some("stores return domain types; routes turn them into HTTP"),
        _ => None,
    })
}

/// A report is the same for the API, a page, a webhook and a letter, so it knows neither a request nor a platform.
fn reports_name_no_http_and_no_platform(source: &Source) -> Vec<String> {
    source.words_against(|word| match word {
        "http" | "axum" | "StatusCode" | "HeaderMap" | "HeaderName" | "HeaderValue" | "IntoResponse" | "RawQuery"
        | "Uri" | "api" | "pages" => Some("a report knows no HTTP; a handler renders it"),
        "Query" | "form_urlencoded" | "percent_encoding" => {
            Some("a report takes typed questions; a handler parses the query string")
        }
        "worker" | "worker_sys" | "js_sys" | "JsValue" | "Env" | "db" | "d1" | "kv" => {
            Some("a report reads through the store and knows no platform")
        }
        word if word.starts_with("D1") || word.starts_with("Kv") => {
            Some("a report reads through the store and knows no database")
        }
        _ => None,
    })
}

/// Statements belong to the store, where every one that a test executes is explained against the schema.
fn has_no_sql(source: &Source) -> Vec<String> {
    let statement = ["\"SELECT ", "\"INSERT ", "\"UPDATE ", "\"DELETE FROM "];
    lines_with(&source.text, &statement, "SQL belongs to edge/src/store")
}

/// Handlers are authorised by the caller that their signature names.
fn calls_no_authorisation(source: &Source) -> Vec<String> {
    source.lines_with(
        &["auth::reader(", "auth::writer(", "auth::operator(", "app.owners_store("],
        "name the caller in the signature",
    )
}

/// `StatusCode::` may be followed by a status of success only; the type itself may be named.
fn chooses_no_status_of_a_failure(source: &Source) -> Vec<String> {
    if source.path == STATUS_OF_A_FAILURE {
        return Vec::new();
    }
    let mut complaints = Vec::new();
    for (line, text) in source.code.lines().enumerate() {
        for after in text.split("StatusCode::").skip(1) {
            let name: String =
                after.chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect();
            if !GOOD.contains(&name.as_str()) {
                complaints
                    .push(format!(":{}: `StatusCode::{name}`: only {STATUS_OF_A_FAILURE} may choose it", line + 1));
            }
        }
    }
    complaints
}

/// Log lines are a closed list of events, so that nothing else is ever logged.
fn prints_nothing_itself(source: &Source) -> Vec<String> {
    if source.path == "edge/src/telemetry/log.rs" {
        return Vec::new();
    }
    source.words_against(|word| {
        let prints = word.starts_with("console_") || matches!(word, "println" | "eprintln" | "print" | "eprint");
        prints.then_some("write a log event instead")
    })
}

/// Domain types are not wire types: only the modules in `BORDERS` derive serde.
fn derives_serde_only_at_a_border(source: &Source) -> Vec<String> {
    if source.is_test() || BORDERS.iter().any(|border| source.path.starts_with(border)) {
        return Vec::new();
    }
    let derives = ["Serialize", "Deserialize"];
    source.shipped().words_against(|word| {
        derives.contains(&word).then_some("only wire types, stored rows and responses derive serde")
    })
}

#[test]
fn routes_name_no_database_and_stores_no_http() {
    check(
        "routes name no D1 and no KV",
        &rust(&["edge/src/api.rs", "edge/src/api", "edge/src/pages", "edge/src/intake.rs", "edge/src/router.rs"]),
        routes_name_no_database,
    );
    check("stores name no HTTP", &rust(&["edge/src/store.rs", "edge/src/store"]), stores_name_no_http);
}

#[test]
fn reports_name_no_http_no_query_string_and_no_platform() {
    check(
        "reports name no HTTP, no query string and no platform",
        &rust(&["edge/src/reports.rs", "edge/src/reports"]),
        reports_name_no_http_and_no_platform,
    );
}

#[test]
fn sql_is_in_the_store_only() {
    let mut sources = rust(&["edge/src"]);
    let may = |path: &str| {
        // Tests look at rows directly.
        ["edge/src/store", "edge/src/db/sqlite", "edge/src/service"].iter().any(|folder| path.starts_with(folder))
    };
    sources.retain(|source| !may(&source.path));
    check("SQL belongs to edge/src/store", &sources, has_no_sql);
}

#[test]
fn handlers_call_no_authorisation_function() {
    check(
        "handlers name their caller",
        &rust(&["edge/src/api", "edge/src/pages", "edge/src/intake"]),
        calls_no_authorisation,
    );
}

#[test]
fn one_file_maps_errors_to_status_codes() {
    check("one file maps errors to status codes", &rust(&["edge/src"]), chooses_no_status_of_a_failure);
}

#[test]
fn only_the_log_module_writes_logs() {
    check("only the log module writes logs", &rust(&["edge/src"]), prints_nothing_itself);
}

#[test]
fn only_wire_types_derive_serde() {
    check(
        "only wire types derive serde",
        &rust(&["survey/src", "insight/src", "widget/src", "edge/src"]),
        derives_serde_only_at_a_border,
    );
}

#[test]
fn the_rules_can_fail() {
    catches(routes_name_no_database, "edge/src/api/a.rs", "use worker::{\n  D1Database};", 2);
    catches(routes_name_no_database, "edge/src/api/a.rs", "env.kv(x)", 1);
    allows(routes_name_no_database, "edge/src/api/a.rs", "app.store(shop) // D1");

    catches(stores_name_no_http, "edge/src/store/a.rs", "fn a() -> http::Response<()>", 1);
    catches(stores_name_no_http, "edge/src/store/a.rs", "StatusCode::OK", 1);
    allows(stores_name_no_http, "edge/src/store/a.rs", "fn a() -> Response { \"http\" }");

    let reports = reports_name_no_http_and_no_platform;
    for sample in [
        "use crate::{\n  http::error::Error};",
        "\nuse axum::extract::RawQuery;",
        "\nStatusCode::OK",
        "\nfn of(query: &mut Query) -> Self",
        "\nform_urlencoded::parse(text)",
        "\nuse crate::api::responses::filter;",
        "\nasync fn load(env: &Env)",
        "\nuse worker::Date;",
        "\nuse crate::db::database::Arg;",
        "\nfn read(database: D1Database)",
        "\nfn read(store: KvStore)",
    ] {
        catches(reports, "edge/src/reports/a.rs", sample, 2);
    }
    allows(reports, "edge/src/reports/a.rs", "async fn load(store: &Store, shop: &str) // http, D1\n{ \"api\" }");

    catches(has_no_sql, "edge/src/api/a.rs", "\nlet sql = \"SELECT id FROM shops\";", 2);
    allows(has_no_sql, "edge/src/api/a.rs", "let verb = \"SELECT\";");
    catches(calls_no_authorisation, "edge/src/api/a.rs", "auth::writer(&app, &request).await?", 1);

    let status = chooses_no_status_of_a_failure;
    catches(status, "edge/src/api/a.rs", "\n\njson(StatusCode::BAD_REQUEST)", 3);
    catches(status, "edge/src/intake.rs", "StatusCode::from_u16(500)", 1);
    allows(status, "edge/src/api/a.rs", "fn json(status: StatusCode) { StatusCode::CREATED }");
    allows(status, STATUS_OF_A_FAILURE, "StatusCode::BAD_REQUEST");

    catches(prints_nothing_itself, "edge/src/intake.rs", "\nworker::console_error!(\"{error}\")", 2);
    allows(prints_nothing_itself, "edge/src/intake.rs", "emit(&Event::Fault { cause })");

    let serde = derives_serde_only_at_a_border;
    catches(serde, "survey/src/question.rs", "#[derive(Serialize)]", 1);
    catches(serde, "edge/src/app.rs", "use serde::Deserialize;", 1);
    allows(serde, "edge/src/reports/funnel.rs", "#[derive(Serialize)]");
    allows(serde, "survey/src/wire/stored.rs", "#[derive(Serialize)]");
    allows(serde, "insight/src/metric.rs", "#[cfg(test)]\nmod tests { use serde::Deserialize; }");
}
