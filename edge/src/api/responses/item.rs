//! A response as its owner reads it: whole, in part, or with everything that was around it.

#[cfg(test)]
use crate::openapi::{AnswerOrigin, DeviceClass, ExplainedAnswer, Flag};
use crate::{
    http::{error::Error, query::Query},
    store::{Published, ResponseRow},
    time::clock,
};
use insight::{Class, Metric};
use serde::Serialize;
use std::collections::BTreeMap;
use survey::{Code, Language, plausibility::Flags, wire::StoredAnswer};

macro_rules! members {
    ($($name:ident,)+) => {
        /// A member of a response.
        #[allow(non_camel_case_types, reason = "named as on the wire")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Member { $($name,)+ }

        impl Member {
            /// All of them with their names, in the order in which they are written.
            pub(super) const ALL: &'static [(Self, &'static str)] = &[$((Self::$name, stringify!($name)),)+];
        }
    };
}

members! {
    id,
    survey,
    survey_name,
    version,
    revision,
    complete,
    touchpoint,
    language,
    device,
    trigger,
    url,
    answers,
    order,
    customer,
    traits,
    flags,
    tags,
    excluded,
    received_at,
    updated_at,
}

/// How much of a response is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::api) struct Form {
    /// Bits, by the place of a member.
    members: u32,
    /// Whether answers come with the text of their question and the class of their score.
    explained: bool,
}

impl Form {
    /// What is stored.
    pub(super) const USUAL: Self = Self { members: !(1 << Member::survey_name as u32), explained: false };
    /// The same with the survey's name, the questions as they were asked, and what each score counts as.
    pub(in crate::api) const COMPLETE: Self = Self { members: u32::MAX, explained: true };

    /// Reads `form` and `fields`.
    pub(super) fn read(query: &mut Query) -> Self {
        let mut form = match query.get("form") {
            None | Some("usual") => Self::USUAL,
            Some("complete") => Self::COMPLETE,
            Some(_) => {
                query.add(Code::UnknownValue, "form", "must be usual or complete");
                Self::USUAL
            }
        };
        let Some(fields) = query.get("fields").map(str::to_owned) else { return form };
        form.members = 0;
        for name in fields.split(',').map(str::trim) {
            match Member::ALL.iter().find(|(_, known)| *known == name) {
                Some((member, _)) => form.members |= 1 << *member as u32,
                None => {
                    let names: Vec<&str> = Member::ALL.iter().map(|(_, name)| *name).collect();
                    let message = format!("`{name}` is no member of a response; there are {}", names.join(", "));
                    query.add(Code::UnknownValue, "fields", message);
                }
            }
        }
        form
    }

    pub(super) const fn has(self, member: Member) -> bool {
        self.members & (1 << member as u32) != 0
    }

    pub(super) const fn explains(self) -> bool {
        self.explained
    }

    /// Whether the survey has to be known that a response answers.
    pub(super) const fn needs_survey(self) -> bool {
        self.has(Member::survey_name) || (self.explained && self.has(Member::answers))
    }

    fn then<T>(self, member: Member, value: impl FnOnce() -> T) -> Option<T> {
        self.has(member).then(value)
    }
}

/// A response. A member that was not asked for is left out; one that is not known is null.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Response))]
pub(crate) struct Item {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(nullable = false))]
    id: Option<String>,
    /// Id of the survey.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(nullable = false))]
    survey: Option<String>,
    /// In the complete form, or when it is asked for. Null if the survey is not known here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(value_type = Option<String>))]
    survey_name: Option<Option<String>>,
    /// The version of the survey that was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(nullable = false))]
    version: Option<u32>,
    /// Grows with every answer that its shopper adds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(nullable = false))]
    revision: Option<u32>,
    /// Whether the shopper went through to the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(nullable = false))]
    complete: Option<bool>,
    /// The stage of the customer's journey that was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(nullable = false))]
    touchpoint: Option<String>,
    /// In which it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(value_type = Option<String>))]
    language: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(value_type = Option<DeviceClass>))]
    device: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(value_type = Option<AnswerOrigin>))]
    trigger: Option<Option<String>>,
    /// Address of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(value_type = Option<String>))]
    url: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(value_type = Option<Vec<ExplainedAnswer>>, nullable = false))]
    answers: Option<Vec<Answer>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(value_type = Option<Order>))]
    order: Option<Option<Order>>,
    /// The shop's own id for its customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(value_type = Option<String>))]
    customer: Option<Option<String>>,
    /// What the shop told about the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(nullable = false))]
    traits: Option<BTreeMap<String, String>>,
    /// What is odd about it, if anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(value_type = Option<Vec<Flag>>, nullable = false))]
    flags: Option<Vec<&'static str>>,
    /// The owner's own words for it, sorted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(nullable = false))]
    tags: Option<Vec<String>>,
    /// Why it is left out of every number; null if it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(value_type = Option<Exclusion>))]
    excluded: Option<Option<Exclusion>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(format = DateTime, nullable = false))]
    received_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(format = DateTime, nullable = false))]
    updated_at: Option<String>,
}

/// An answer to one question.
#[derive(Serialize)]
struct Answer {
    #[serde(flatten)]
    stored: StoredAnswer,
    /// What the score counts as, like `promoter`. In the complete form.
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'static str>,
    /// The text of the question as it was asked. In the complete form; null if the survey is not known here.
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<Option<String>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Order))]
/// The order that the answer was given after.
struct Order {
    #[cfg_attr(test, schema(required))]
    id: Option<String>,
    /// In minor units: cents, grosze, bani.
    value: i64,
    /// ISO 4217.
    currency: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Exclusion))]
/// That an answer is left out of every number.
struct Exclusion {
    reason: String,
}

/// The survey that a response answers, and the name of its shop.
#[derive(Clone, Copy)]
pub(in crate::api) struct Asked<'a> {
    pub(in crate::api) shop: &'a str,
    pub(in crate::api) survey: Option<&'a Published>,
}

impl Asked<'_> {
    /// For a form that tells nothing of it.
    pub(super) const NOBODY: Self = Self { shop: "", survey: None };

    pub(super) fn name(self) -> Option<String> {
        self.survey.map(|survey| survey.definition.name().to_owned())
    }

    /// A question's text in the language of its answer, if the survey has it, else in the survey's own.
    fn question(self, id: &str, language: Option<&Language>) -> Option<String> {
        let definition = &self.survey?.definition;
        let question = definition.questions().iter().find(|known| known.id.as_str() == id)?;
        let own = definition.language();
        Some(question.text.pick(language.unwrap_or(own), own).replace("{shop}", self.shop))
    }
}

/// What the score of an answer counts as.
pub(super) fn class_of(answer: &StoredAnswer) -> Option<&'static str> {
    let metric = Metric::parse(&answer.kind)?;
    Class::of(metric, answer.score?).map(|class| class.name(metric))
}

/// What is stored as JSON in a row.
pub(super) fn stored<'a, T: serde::Deserialize<'a> + Default>(id: &str, text: Option<&'a str>) -> Result<T, Error> {
    let Some(text) = text else { return Ok(T::default()) };
    serde_json::from_str(text).map_err(|error| Error::internal(format!("response {id}: {error}")))
}

impl Item {
    /// A response as endpoints are told of it: in the usual form.
    ///
    /// # Errors
    /// If its row holds what was never written.
    pub(crate) fn told(row: ResponseRow) -> Result<Self, Error> {
        Self::of(row, Form::USUAL, Asked::NOBODY)
    }

    /// A response in a form.
    ///
    /// # Errors
    /// If its row holds what was never written.
    pub(in crate::api) fn of(row: ResponseRow, form: Form, asked: Asked<'_>) -> Result<Self, Error> {
        let answers: Vec<StoredAnswer> = stored(&row.id, Some(&row.answers))?;
        let traits = stored(&row.id, Some(&row.traits))?;
        let tags = stored(&row.id, row.tags.as_deref())?;
        let language = row.language.as_deref().and_then(|tag| Language::parse(tag).ok());
        let answer = |stored: StoredAnswer| Answer {
            class: form.explains().then(|| class_of(&stored)).flatten(),
            asked: form.explains().then(|| asked.question(&stored.question, language.as_ref())),
            stored,
        };
        let order = match (row.order_value, row.order_currency) {
            (Some(value), Some(currency)) => Some(Order { id: row.order_id, value, currency }),
            _ => None,
        };
        Ok(Self {
            answers: form.then(Member::answers, || answers.into_iter().map(answer).collect()),
            id: form.then(Member::id, || row.id),
            survey: form.then(Member::survey, || row.survey),
            survey_name: form.then(Member::survey_name, || asked.name()),
            version: form.then(Member::version, || row.version),
            revision: form.then(Member::revision, || row.revision),
            complete: form.then(Member::complete, || row.complete == 1),
            touchpoint: form.then(Member::touchpoint, || row.touchpoint),
            language: form.then(Member::language, || row.language),
            device: form.then(Member::device, || row.device),
            trigger: form.then(Member::trigger, || row.source),
            url: form.then(Member::url, || row.url),
            order: form.then(Member::order, || order),
            customer: form.then(Member::customer, || row.customer),
            traits: form.then(Member::traits, || traits),
            flags: form.then(Member::flags, || Flags::from_bits(row.flags).names().collect()),
            tags: form.then(Member::tags, || tags),
            excluded: form.then(Member::excluded, || row.excluded.map(|reason| Exclusion { reason })),
            received_at: form.then(Member::received_at, || clock::rfc3339(row.received_at)),
            updated_at: form.then(Member::updated_at, || clock::rfc3339(row.updated_at)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> Result<Form, Error> {
        let mut query = Query::read(Some(text), &["form", "fields"]);
        let form = Form::read(&mut query);
        query.or(form)
    }

    fn row() -> ResponseRow {
        let row = serde_json::json!({
            "id": "r", "survey": "s", "version": 1, "revision": 2, "complete": 1, "touchpoint": "cart", "flags": 4,
            "answers": r#"[{"question":"q","kind":"nps","score":3},{"question":"w","kind":"text","text":"x"}]"#,
            "traits": r#"{"plan":"gold"}"#, "received_at": 0, "updated_at": 1, "tags": r#"["a","b"]"#,
            "excluded": "a test",
        });
        serde_json::from_value(row).unwrap()
    }

    #[test]
    fn forms() {
        let told = |form| serde_json::to_value(Item::of(row(), form, Asked::NOBODY).unwrap()).unwrap();
        let usual = told(form("").unwrap());
        assert_eq!(usual.as_object().unwrap().len(), Member::ALL.len() - 1);
        assert_eq!(usual["excluded"]["reason"], "a test");
        assert_eq!(usual["tags"], serde_json::json!(["a", "b"]));
        assert_eq!((&usual["order"], &usual["language"]), (&serde_json::Value::Null, &serde_json::Value::Null));
        assert_eq!(usual["answers"][0], serde_json::json!({ "question": "q", "kind": "nps", "score": 3 }));
        assert!(usual.get("survey_name").is_none());

        let complete = told(form("form=complete").unwrap());
        assert_eq!(complete.as_object().unwrap().len(), Member::ALL.len());
        let expected = serde_json::json!({
            "question": "q", "kind": "nps", "score": 3, "class": "detractor", "asked": null,
        });
        assert_eq!(complete["answers"][0], expected);
        assert!(complete["answers"][1].get("class").is_none());

        let sparse = told(form("fields=received_at, id").unwrap());
        assert_eq!(sparse, serde_json::json!({ "id": "r", "received_at": "1970-01-01T00:00:00.000Z" }));
        assert!(form("fields=id,survey_name").unwrap().needs_survey());
        assert!(!form("form=complete&fields=id").unwrap().needs_survey());
        assert!(!form("form=usual").unwrap().needs_survey());
    }

    #[test]
    fn unknown_forms_are_refused() {
        for bad in ["form=all", "fields=id,name", "fields=,"] {
            assert!(form(bad).is_err(), "{bad}");
        }
    }
}
