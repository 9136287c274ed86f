//! The owner's request to create or replace a webhook endpoint.

use super::node::{Node, parse};
use crate::{
    contact,
    problem::{Code, Problem, Problems},
    question::Channel,
    webhook::{EventType, MAX_DESCRIPTION, Template, normalize_url},
};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

const FIELDS: [&str; 6] = ["url", "events", "template", "to", "description", "status"];

/// An endpoint to be created or replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookRequest {
    /// The URL in canonical form.
    pub url: String,
    /// The subscribed event types, at least one, without duplicates.
    pub events: Vec<EventType>,
    /// The format of the body.
    pub template: Template,
    /// The recipient, for [`Template::Email`].
    pub recipient: Option<String>,
    /// The owner's description; may be empty.
    pub description: String,
    /// Whether the endpoint is enabled; `None` = unchanged, or enabled for a new one.
    pub enabled: Option<bool>,
}

/// Parses an owner's request. `normal` converts an international URL to ASCII, as browsers do; `exempt` is an origin
/// that is accepted unchecked.
///
/// # Errors
/// All problems, each with its place.
pub fn read_webhook(
    text: &str,
    to_ascii: impl Fn(&str) -> Option<String>,
    exempt: Option<&str>,
) -> Result<WebhookRequest, Vec<Problem>> {
    let value = parse(text)?;
    let mut problems = Problems::new();
    let body = Node::root(&value);
    for (name, _) in body.members(&mut problems).into_iter().flatten() {
        if !FIELDS.contains(&name.as_str()) {
            let message = format!("unknown field; expected one of: {}", FIELDS.join(", "));
            problems.add(Code::UnknownValue, name.as_str(), message);
        }
    }
    let url = url(&body.member("url"), to_ascii, exempt, &mut problems);
    let events = events(&body.member("events"), &mut problems);
    let template = match body.member("template").string(&mut problems) {
        None => Template::Standard,
        Some(name) => Template::parse(&name).unwrap_or_else(|| {
            let names: Vec<&str> = Template::ALL.iter().map(|template| template.as_str()).collect();
            problems.add(Code::UnknownValue, "template", format!("must be one of: {}", names.join(", ")));
            Template::Standard
        }),
    };
    let recipient = recipient(&body.member("to"), template, &mut problems);
    let description = body.member("description").string(&mut problems).unwrap_or_default();
    let description = description.trim();
    if description.chars().count() > MAX_DESCRIPTION {
        problems.add(Code::TooLong, "description", format!("must not be longer than {MAX_DESCRIPTION} characters"));
    } else if description.chars().any(char::is_control) {
        problems.add(Code::InvalidFormat, "description", "must be a single line without control characters");
    }
    let enabled = body.member("status").string(&mut problems).and_then(|status| match status.as_str() {
        "enabled" => Some(true),
        "disabled" => Some(false),
        _ => {
            problems.add(Code::UnknownValue, "status", "must be enabled or disabled");
            None
        }
    });
    let description = description.to_string();
    problems.or(WebhookRequest { url, events, template, recipient, description, enabled })
}

fn url(
    node: &Node<'_>,
    to_ascii: impl Fn(&str) -> Option<String>,
    exempt: Option<&str>,
    problems: &mut Problems,
) -> String {
    let Some(text) = node.string(problems) else {
        problems.add(Code::Missing, "url", "is required");
        return String::new();
    };
    let text = text.trim();
    // Digits and dots of other scripts become ASCII here, so the URL that is validated is the one that is requested.
    let ascii = if text.is_ascii() { None } else { to_ascii(text) };
    match normalize_url(ascii.as_deref().unwrap_or(text), exempt) {
        Ok(url) => url,
        Err(error) => {
            problems.add(Code::InvalidFormat, "url", error.to_string());
            String::new()
        }
    }
}

fn events(node: &Node<'_>, problems: &mut Problems) -> Vec<EventType> {
    let Some(items) = node.items(problems) else {
        problems.add(Code::Missing, "events", "is required: the event types to subscribe to");
        return Vec::new();
    };
    let mut events = Vec::new();
    for (index, item) in items.iter().take(EventType::ALL.len() + 1).enumerate() {
        let at = format!("events[{index}]");
        match item.string(problems).map(|name| EventType::parse(&name)) {
            Some(Some(event)) if events.contains(&event) => {
                problems.add(Code::Duplicate, at, "must not repeat an earlier entry");
            }
            Some(Some(event)) => events.push(event),
            Some(None) => {
                let names: Vec<&str> = EventType::ALL.iter().map(|event| event.as_str()).collect();
                problems.add(Code::UnknownValue, at, format!("must be one of: {}", names.join(", ")));
            }
            None => problems.add(Code::WrongType, at, "must be a string"),
        }
    }
    if items.len() > EventType::ALL.len() {
        problems.add(
            Code::TooMany,
            "events",
            format!("must not have more than {} entries, one per event type", EventType::ALL.len()),
        );
    } else if items.is_empty() {
        problems.add(Code::Empty, "events", "must contain at least one event type");
    }
    events
}

fn recipient(node: &Node<'_>, template: Template, problems: &mut Problems) -> Option<String> {
    let recipient = node.string(problems);
    match (template, recipient) {
        (Template::Email, None) => {
            problems.add(
                Code::Missing,
                "to",
                "is required for the email template: the address that the gateway sends to",
            );
            None
        }
        (Template::Email, Some(text)) => {
            let address = contact::normalize(Channel::Email, &text);
            if address.is_none() {
                problems.add(Code::InvalidFormat, "to", "must be an e-mail address");
            }
            address
        }
        (_, Some(_)) => {
            problems.add(Code::WrongKind, "to", "is only allowed for the email template");
            None
        }
        (_, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn read(text: &str) -> Result<WebhookRequest, Vec<Problem>> {
        let to_ascii = |text: &str| Some(text.replace('。', ".").replace('１', "1"));
        read_webhook(text, to_ascii, Some("http://127.0.0.1:9"))
    }

    #[test]
    fn endpoint_requests_are_parsed() {
        let all = r#"{"url":" https://Hooks.Shop.example:443/a?b=c ","events":["response.created","response.deleted"],
                     "template":"email","to":"Ala@Shop.example","description":" mail ","status":"disabled"}"#;
        let expected = WebhookRequest {
            url: "https://hooks.shop.example/a?b=c".into(),
            events: vec![EventType::ResponseCreated, EventType::ResponseDeleted],
            template: Template::Email,
            recipient: Some("Ala@shop.example".into()),
            description: "mail".into(),
            enabled: Some(false),
        };
        assert_eq!(read(all), Ok(expected));
        let minimal = read(r#"{"url":"http://127.0.0.1:9/x","events":["response.updated"]}"#).unwrap();
        assert_eq!((minimal.template, minimal.recipient, minimal.enabled), (Template::Standard, None, None));
        assert_eq!(minimal.url, "http://127.0.0.1:9/x");
        let international = read(r#"{"url":"https://hooks。shop.example/","events":["response.updated"]}"#).unwrap();
        assert_eq!(international.url, "https://hooks.shop.example/");
    }

    #[test]
    fn all_problems_are_reported_at_once() {
        for (text, expected) in [
            ("[]", [("", "wrong_type")].as_slice()),
            ("{}", &[("url", "missing"), ("events", "missing")]),
            (r#"{"url":7,"events":7}"#, &[("url", "wrong_type"), ("events", "wrong_type")]),
            (
                r#"{"url":"http://a.pl/","events":[],"template":"teams","to":"a@b.pl","status":"on","urls":1}"#,
                &[
                    ("urls", "unknown_value"),
                    ("url", "invalid_format"),
                    ("events", "empty"),
                    ("template", "unknown_value"),
                    ("to", "wrong_kind"),
                    ("status", "unknown_value"),
                ],
            ),
            (
                r#"{"url":"https://１.pl.１/","events":["response.created","response.created",1,"x","y"]}"#,
                &[
                    ("url", "invalid_format"),
                    ("events[1]", "duplicate"),
                    ("events[2]", "wrong_type"),
                    ("events[3]", "unknown_value"),
                    ("events", "too_many"),
                ],
            ),
            (
                r#"{"url":"https://a.pl/","events":["response.created"],"template":"email","description":"a\nb"}"#,
                &[("to", "missing"), ("description", "invalid_format")],
            ),
            (
                r#"{"url":"https://a.pl/","events":["response.created"],"template":"email","to":"ala"}"#,
                &[("to", "invalid_format")],
            ),
        ] {
            let found = read(text).unwrap_err();
            let found: Vec<_> = found.iter().map(|problem| (problem.at.as_str(), problem.code.as_str())).collect();
            assert_eq!(found, expected, "{text}");
        }
        let long =
            format!(r#"{{"url":"https://a.pl/","events":["response.created"],"description":"{}"}}"#, "ż".repeat(201));
        assert_eq!(read(&long).unwrap_err()[0].code, Code::TooLong);
    }
}
