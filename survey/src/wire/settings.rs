//! A shop's settings as JSON: from the owner and the store, and back.

use super::node::{Node, parse};
use crate::{
    problem::{Code, Problem, Problems},
    settings::{Consent, ShopSettings},
    submission::PageParameters,
};
use alloc::{format, string::String, vec::Vec};
use serde::Serialize;

/// The reason for rejecting `challenge`, a setting of earlier versions.
const CHALLENGE_REMOVED: &str = "challenges are not supported, because the widget cannot show them; remove this field, and \
     exclude suspicious responses with the parameter flag=none";

/// Parses an owner's settings; missing members have default values.
///
/// # Errors
/// All problems, each with its place.
pub fn read_settings(text: &str) -> Result<ShopSettings, Vec<Problem>> {
    let value = parse(text)?;
    let mut problems = Problems::new();
    let body = Node::root(&value);
    for (name, _) in body.members(&mut problems).into_iter().flatten() {
        // An unknown member is an error: a misspelt one would silently leave the default in place.
        let message = match name.as_str() {
            "consent" | "cooldown_days" | "retention_days" | "page_parameters" => continue,
            "challenge" => CHALLENGE_REMOVED,
            _ => "unknown field; expected one of: consent, cooldown_days, retention_days, page_parameters",
        };
        problems.add(Code::UnknownValue, name.as_str(), message);
    }
    let settings = values(&body, &mut problems);
    problems.or(settings)
}

/// Parses stored settings. Ignores unknown members: earlier versions stored `challenge`.
///
/// # Errors
/// All problems, each with its place.
pub fn read_stored_settings(text: &str) -> Result<ShopSettings, Vec<Problem>> {
    let value = parse(text)?;
    let mut problems = Problems::new();
    let settings = values(&Node::root(&value), &mut problems);
    problems.or(settings)
}

fn values(body: &Node<'_>, problems: &mut Problems) -> ShopSettings {
    let mut settings = ShopSettings::default();
    if let Some(name) = body.member("consent").string(problems) {
        match Consent::parse(&name) {
            Some(consent) => settings.consent = consent,
            None => problems.add(Code::UnknownValue, "consent", "must be auto, wait or none"),
        }
    }
    if let Some(days) = body.member("cooldown_days").integer(problems) {
        match u16::try_from(days).ok().filter(|days| *days <= ShopSettings::MAX_COOLDOWN) {
            Some(days) => settings.cooldown_days = days,
            None => {
                let message = format!("must be between 0 and {}", ShopSettings::MAX_COOLDOWN);
                problems.add(Code::OutOfRange, "cooldown_days", message);
            }
        }
    }
    if let Some(days) = body.member("retention_days").integer(problems) {
        match u16::try_from(days).ok().filter(|days| ShopSettings::RETENTION.contains(days)) {
            Some(days) => settings.retention_days = days,
            None => {
                let (shortest, longest) = (ShopSettings::RETENTION.start(), ShopSettings::RETENTION.end());
                problems.add(Code::OutOfRange, "retention_days", format!("must be between {shortest} and {longest}"));
            }
        }
    }
    if let Some(names) = body.member("page_parameters").items(problems) {
        if names.len() > PageParameters::MAX {
            let message = format!("must have at most {} entries", PageParameters::MAX);
            problems.add(Code::TooMany, "page_parameters", message);
        }
        for (index, name) in names.iter().take(PageParameters::MAX).enumerate() {
            let Some(name) = name.string(problems) else { continue };
            let at = format!("page_parameters[{index}]");
            match PageParameters::check(&name) {
                Err(message) => problems.add(Code::InvalidFormat, at, message),
                Ok(()) if settings.page_parameters.contains(&name) => {
                    problems.add(Code::Duplicate, at, "must not repeat an earlier entry");
                }
                Ok(()) => settings.page_parameters.push(name),
            }
        }
    }
    settings
}

/// Settings as JSON, for the API and the store.
#[derive(Debug, Serialize)]
pub struct Settings<'a> {
    consent: &'static str,
    cooldown_days: u16,
    retention_days: u16,
    page_parameters: &'a [String],
}

impl<'a> From<&'a ShopSettings> for Settings<'a> {
    fn from(settings: &'a ShopSettings) -> Self {
        Self {
            consent: settings.consent.as_str(),
            cooldown_days: settings.cooldown_days,
            retention_days: settings.retention_days,
            page_parameters: &settings.page_parameters,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_settings_have_default_values() {
        let default = ShopSettings::default();
        for (text, expected) in [
            ("{}", default.clone()),
            (r#"{"consent":null}"#, default.clone()),
            (r#"{"consent":"wait"}"#, ShopSettings { consent: Consent::Wait, ..default.clone() }),
            (
                r#"{"consent":"none","cooldown_days":0}"#,
                ShopSettings { consent: Consent::None, cooldown_days: 0, ..default.clone() },
            ),
            (r#"{"cooldown_days":365}"#, ShopSettings { cooldown_days: 365, ..default.clone() }),
            (r#"{"retention_days":30}"#, ShopSettings { retention_days: 30, ..default.clone() }),
            (r#"{"retention_days":3650}"#, ShopSettings { retention_days: 3650, ..default.clone() }),
            (
                r#"{"page_parameters":["category","filter[color]"]}"#,
                ShopSettings {
                    page_parameters: ["category", "filter[color]"].map(String::from).into(),
                    ..default.clone()
                },
            ),
        ] {
            let settings = read_settings(text).unwrap();
            assert_eq!(settings, expected, "{text}");
            let written = serde_json::to_string(&Settings::from(&settings)).unwrap();
            assert_eq!(read_settings(&written).as_ref(), Ok(&settings));
            assert_eq!(read_stored_settings(&written), Ok(settings));
        }
        assert_eq!((default.consent, default.cooldown_days, default.retention_days), (Consent::Auto, 7, 730));
    }

    #[test]
    fn stored_settings_of_earlier_versions_are_readable() {
        let expected =
            ShopSettings { consent: Consent::None, cooldown_days: 30, retention_days: 90, ..ShopSettings::default() };
        for challenge in ["true", "false"] {
            let text =
                format!(r#"{{"consent":"none","cooldown_days":30,"retention_days":90,"challenge":{challenge}}}"#);
            assert_eq!(read_stored_settings(&text).as_ref(), Ok(&expected), "{text}");
        }
        assert!(read_stored_settings(r#"{"consent":"yes"}"#).is_err());
    }

    #[test]
    fn all_problems_are_reported_at_once() {
        for (text, expected) in [
            ("[]", [("", "wrong_type")].as_slice()),
            (
                r#"{"consent":"yes","cooldown_days":366}"#,
                &[("consent", "unknown_value"), ("cooldown_days", "out_of_range")],
            ),
            (r#"{"consent":1,"cooldown_days":"7"}"#, &[("consent", "wrong_type"), ("cooldown_days", "wrong_type")]),
            (r#"{"cooldown_days":-1}"#, &[("cooldown_days", "out_of_range")]),
            (r#"{"retention_days":29}"#, &[("retention_days", "out_of_range")]),
            (r#"{"retention_days":3651}"#, &[("retention_days", "out_of_range")]),
            (r#"{"retention_days":"730"}"#, &[("retention_days", "wrong_type")]),
            (r#"{"challenge":true}"#, &[("challenge", "unknown_value")]),
            (r#"{"challenge":false}"#, &[("challenge", "unknown_value")]),
            (r#"{"konsent":"none"}"#, &[("konsent", "unknown_value")]),
            (r#"{"page_parameters":"category"}"#, &[("page_parameters", "wrong_type")]),
            (
                r#"{"page_parameters":["a b","token","id","id",7]}"#,
                &[
                    ("page_parameters[0]", "invalid_format"),
                    ("page_parameters[1]", "invalid_format"),
                    ("page_parameters[3]", "duplicate"),
                    ("page_parameters[4]", "wrong_type"),
                ],
            ),
        ] {
            let found = read_settings(text).unwrap_err();
            let found: Vec<_> = found.iter().map(|problem| (problem.at.as_str(), problem.code.as_str())).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
