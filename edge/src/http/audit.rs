//! Audit log of owners' changes. It is middleware around all routes of owners, see [`crate::router`], so that no handler can
//! forget it.
//!
//! An entry has the key's id and label, the action, which follows from the route, the id of the changed resource, and the
//! status. It never has a body, and anything that may identify a person is hashed.

use crate::{
    app::App,
    key,
    store::AuditEntry,
    telemetry::log::{Event, emit},
};
use axum::{
    extract::{MatchedPath, RawPathParams, Request, rejection::RawPathParamsRejection},
    middleware::Next,
    response::Response,
};
use http::{Method, header};

/// The longest path parameter that is logged unhashed; ids are shorter.
const MAX_ID_LEN: usize = 64;
/// A parameter of at least so many digits and nothing else may be a telephone number.
const MIN_TELEPHONE_LEN: usize = 7;

/// Writes the audit entry of a successful change before its reply is sent.
///
/// If the entry cannot be written, the reply is still a success: the change was made, and a failure would make the owner
/// repeat it. The loss is logged.
#[worker::send]
pub(crate) async fn watch(
    app: App,
    path: MatchedPath,
    parameters: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    let method = request.method().clone();
    let response = next.run(request).await;
    if method.is_safe() || !response.status().is_success() {
        return response;
    }
    let Some(owner) = app.owner() else { return response };
    let made = response.headers().get(header::LOCATION).and_then(|place| place.to_str().ok());
    let subject = match &parameters {
        Ok(parameters) => subject(path.as_str(), parameters.iter(), made),
        Err(_) => String::new(),
    };
    let action = action(&method, path.as_str());
    let (shop, at, status) = (owner.shop.as_str(), owner.now, response.status().as_u16());
    let written = match key::new_event(at) {
        Ok(id) => {
            let (key, label) = (owner.key.id.as_str(), owner.key.label.as_str());
            let entry = AuditEntry { shop, id: &id, at, key, label, action: &action, subject: &subject, status };
            owner.store.audit().record(&entry).await.map_err(|error| error.cause().to_owned())
        }
        Err(error) => Err(error.to_string()),
    };
    if let Err(cause) = written {
        emit(&Event::AuditLost { shop: shop.into(), action: (&action).into(), cause: (&cause).into() });
    }
    response
}

/// The action of a route: `surveys.publish` for `POST /v1/surveys/{id}/publish`, `surveys.create` for `POST /v1/surveys`.
fn action(method: &Method, path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != "v1").collect();
    let is_parameter = |part: &&str| part.starts_with('{');
    // A verb follows the parameter of the resource it applies to. The shop has only one identity secret.
    let is_verb = matches!(parts.as_slice(), [.., thing, last] if is_parameter(thing) && !is_parameter(last))
        || path.ends_with("/identity/rotate");
    let mut words: Vec<String> =
        parts.iter().filter(|part| !is_parameter(part)).map(|part| part.replace('-', "_")).collect();
    let verb = match method.as_str() {
        "POST" if is_verb => None,
        "POST" => Some("create"),
        "PUT" => Some("replace"),
        "PATCH" => Some("change"),
        "DELETE" => Some("delete"),
        _ => Some("other"),
    };
    words.extend(verb.map(str::to_owned));
    words.join(".")
}

/// The id of the changed resource: the path parameters, or the last segment of `Location` for a new resource.
fn subject<'a>(path: &str, parameters: impl Iterator<Item = (&'a str, &'a str)>, made: Option<&str>) -> String {
    let of_person = path.contains("customer");
    let parts: Vec<String> = parameters
        .map(|(name, value)| if of_person || !is_plain(name, value) { key::hash(value) } else { value.to_owned() })
        .collect();
    let made = made.and_then(|place| place.strip_prefix("/v1/")?.rsplit('/').next());
    match made.filter(|_| parts.is_empty()) {
        Some(id) if is_plain("id", id) => id.to_owned(),
        _ => parts.join("/"),
    }
}

/// Whether a path parameter is an id of the service and cannot be a person's name, address or number: ids mix digits and
/// letters.
fn is_plain(name: &str, value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let in_id = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let is_telephone =
        digits >= MIN_TELEPHONE_LEN && value.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
    !name.contains("customer") && value.len() <= MAX_ID_LEN && value.bytes().all(in_id) && digits > 0 && !is_telephone
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::{Access, ROUTES};
    use std::collections::BTreeSet;

    #[test]
    fn actions_follow_from_routes() {
        for (method, path, expected) in [
            (Method::POST, "/v1/surveys", "surveys.create"),
            (Method::PUT, "/v1/surveys/{id}", "surveys.replace"),
            (Method::POST, "/v1/surveys/{id}/publish", "surveys.publish"),
            (Method::PATCH, "/v1/keys/{id}", "keys.change"),
            (Method::DELETE, "/v1/keys/{id}", "keys.delete"),
            (Method::POST, "/v1/keys/{id}/rotate", "keys.rotate"),
            (Method::PUT, "/v1/shop/settings", "shop.settings.replace"),
            (Method::POST, "/v1/shop/identity/rotate", "shop.identity.rotate"),
            (Method::DELETE, "/v1/dead-letters/{id}", "dead_letters.delete"),
            (Method::POST, "/v1/things/{id}/parts/{part}/retry", "things.parts.retry"),
            (Method::DELETE, "/v1/things/{id}/parts/{part}", "things.parts.delete"),
        ] {
            assert_eq!(action(&method, path), expected, "{method} {path}");
        }
    }

    #[test]
    fn every_change_of_an_owner_has_its_own_action() {
        let mut seen = BTreeSet::new();
        for route in ROUTES.iter().filter(|route| route.access == Access::Owner && route.method != "get") {
            let method = Method::from_bytes(route.method.to_uppercase().as_bytes()).unwrap();
            let action = action(&method, route.path);
            assert!(!action.ends_with(".other"), "{} {}", route.method, route.path);
            assert!(
                seen.insert(action.clone()),
                "{} {}: {action} is the action of another route",
                route.method,
                route.path
            );
        }
        assert!(seen.contains("surveys.publish") && seen.contains("keys.rotate"), "{seen:?}");
    }

    #[test]
    fn subjects_are_ids_or_hashes() {
        let hash = |text: &str| key::hash(text);
        for (path, parameters, made, expected) in [
            ("/v1/shop/settings", vec![], None, String::new()),
            (
                "/v1/surveys/{id}",
                vec![("id", "srv_0123456789abcdef0123456789")],
                None,
                "srv_0123456789abcdef0123456789".into(),
            ),
            (
                "/v1/responses/{id}/tags/{tag}",
                vec![("id", "0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11"), ("tag", "jan-kowalski")],
                None,
                format!("0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11/{}", hash("jan-kowalski")),
            ),
            ("/v1/things/{id}", vec![("id", "jan1@example.com")], None, hash("jan1@example.com")),
            ("/v1/things/{id}", vec![("id", "48600700800")], None, hash("48600700800")),
            ("/v1/things/{id}", vec![("id", "600-700-800")], None, hash("600-700-800")),
            ("/v1/customers/{id}", vec![("id", "c7")], None, hash("c7")),
            ("/v1/things/{customer}", vec![("customer", "c7")], None, hash("c7")),
            ("/v1/surveys", vec![], Some("/v1/surveys/srv_1"), "srv_1".into()),
            ("/v1/surveys", vec![], Some("https://elsewhere.example/1"), String::new()),
            ("/v1/keys/{id}/rotate", vec![("id", "key_1")], Some("/v1/keys/key_2"), "key_1".into()),
        ] {
            assert_eq!(subject(path, parameters.clone().into_iter(), made), expected, "{path} {parameters:?} {made:?}");
        }
    }
}
