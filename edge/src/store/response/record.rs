//! The row of a response, as it is written and as it waits in the queue.

use super::super::{Published, StoreError};
use crate::db::Arg;
use crate::{key, time::clock};
use insight::redact;
use serde::{Deserialize, Serialize};
use survey::{
    Submission, Trust, Value,
    plausibility::Flags,
    revision::Stamp,
    submission::{Context, Device, PageParameters, Source, Verified},
    wire::{self, StoredAnswer},
};

/// An accepted submission that is about to be stored.
pub(crate) struct NewResponse<'a> {
    pub(crate) shop: &'a str,
    pub(crate) survey: &'a Published,
    pub(crate) submission: &'a Submission,
    pub(crate) flags: Flags,
    pub(crate) trust: Trust,
    /// Id of its view token.
    pub(crate) view: Option<String>,
    /// What the shop vouches for.
    pub(crate) verified: Verified,
    /// The day in the shop's time zone, in days since 1970.
    pub(crate) day: i64,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
}

/// A response as it is written to the database, now or when its queue message is processed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ResponseRecord {
    pub(crate) shop: String,
    pub(crate) id: String,
    pub(super) survey: String,
    pub(super) version: u32,
    pub(crate) revision: u32,
    fingerprint: String,
    complete: bool,
    touchpoint: String,
    language: Option<String>,
    device: Option<String>,
    source: Option<String>,
    url: Option<String>,
    /// JSON list of [`StoredAnswer`].
    answers: String,
    /// JSON list of question, metric, score.
    scores: String,
    order_id: Option<String>,
    order_value: Option<i64>,
    order_currency: Option<String>,
    pub(crate) customer: Option<String>,
    /// JSON object.
    traits: String,
    flags: u8,
    /// The day of arrival in the shop's time zone, in days since 1970. Missing in messages queued before per-shop time
    /// zones; the UTC day is used then.
    #[serde(default)]
    day: Option<i64>,
    /// Time of arrival, in milliseconds since 1970.
    pub(crate) received_at: i64,
    /// SHA-256 in hex of the client secret.
    #[serde(default)]
    secret: Option<String>,
    /// Id of the view token.
    #[serde(default)]
    view: Option<String>,
    /// Who vouches for the response; see `edge/migrations/0011_trust.sql`.
    #[serde(default)]
    trust: String,
    /// Bits of the members that the shop has signed.
    #[serde(default)]
    verified: u8,
    /// JSON list of the contacts in their canonical form. Missing in messages queued before contacts were indexed.
    #[serde(default)]
    contact: Option<String>,
    /// Version of the rules that the row was made by; 0 in messages of earlier versions.
    #[serde(default)]
    form: u32,
}

/// Version of the rules by which rows are written now.
pub(crate) const CURRENT_FORM: u32 = 1;

/// The content of a submission in a fixed order, for its fingerprint. Flags are assigned by the service and left out.
#[derive(Serialize)]
struct Content<'a> {
    survey: &'a str,
    version: u32,
    complete: bool,
    answers: Vec<StoredAnswer>,
    url: Option<&'a str>,
    language: Option<&'a str>,
    device: Option<&'static str>,
    source: Option<&'static str>,
    order: Option<(Option<&'a str>, i64, &'a str)>,
    customer: Option<&'a str>,
    traits: &'a std::collections::BTreeMap<String, String>,
}

fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt(error.to_string()))
}

impl ResponseRecord {
    /// The row of a new response.
    ///
    /// # Errors
    /// If it cannot be serialised as JSON, which does not happen for a valid submission.
    pub(crate) fn of(new: &NewResponse<'_>) -> Result<Self, StoreError> {
        let submission = new.submission;
        // Without `..`: a member of the context that is not stored does not compile.
        let Context { url, language, device, source, order, customer, traits } = &submission.context;
        let content = Content {
            survey: &new.survey.id,
            version: new.survey.version,
            complete: submission.complete,
            answers: submission.answers.iter().map(StoredAnswer::from).collect(),
            url: url.as_deref(),
            language: language.as_ref().map(survey::Language::as_str),
            device: device.map(Device::as_str),
            source: source.map(Source::as_str),
            order: order.as_ref().map(|order| (order.id.as_deref(), order.value, order.currency.as_str())),
            customer: customer.as_deref(),
            traits,
        };
        let scores: Vec<(&str, &str, u8)> = submission
            .answers
            .iter()
            .filter_map(|answer| match answer.value {
                Value::Score { metric, score } => Some((answer.question.as_str(), metric.as_str(), score)),
                Value::Text(_) | Value::Choice { .. } | Value::Contact { .. } => None,
            })
            .collect();
        let answers = json(&content.answers)?;
        Ok(Self {
            shop: new.shop.to_owned(),
            id: submission.id.as_str().to_owned(),
            survey: content.survey.to_owned(),
            version: content.version,
            revision: submission.revision,
            fingerprint: key::hash(&json(&content)?),
            complete: content.complete,
            touchpoint: new.survey.definition.touchpoint().as_str().to_owned(),
            language: content.language.map(str::to_owned),
            device: content.device.map(str::to_owned),
            source: content.source.map(str::to_owned),
            url: content.url.map(str::to_owned),
            contact: wire::contacts_of(&answers),
            answers,
            scores: json(&scores)?,
            order_id: content.order.and_then(|(id, ..)| id).map(str::to_owned),
            order_value: content.order.map(|(_, value, _)| value),
            order_currency: content.order.map(|(.., currency)| currency.to_owned()),
            customer: content.customer.map(str::to_owned),
            traits: json(content.traits)?,
            flags: new.flags.bits(),
            day: Some(new.day),
            received_at: new.now,
            secret: submission.client_secret.as_ref().map(|secret| key::hash(secret.as_str())),
            view: new.view.clone(),
            trust: new.trust.as_str().to_owned(),
            verified: new.verified.bits(),
            form: CURRENT_FORM,
        })
    }

    /// Whether the row was made by earlier rules and must be renewed before it is written.
    pub(crate) const fn is_old(&self) -> bool {
        self.form < CURRENT_FORM
    }

    /// Brings the row to the current rules. The fingerprint stays, so that a copy of the message is still a duplicate.
    pub(crate) fn renew(&mut self, parameters: &PageParameters) {
        self.url = self.url.as_deref().and_then(|url| redact::stored_url(url, parameters));
        self.flags &= !Flags::RETIRED;
        self.contact = self.contact_list();
        self.form = CURRENT_FORM;
    }

    /// JSON list of the contacts, from the answers if the row was queued without it.
    fn contact_list(&self) -> Option<String> {
        self.contact.clone().or_else(|| wire::contacts_of(&self.answers))
    }

    /// The contacts in their canonical form.
    pub(super) fn contacts(&self) -> Vec<String> {
        self.contact_list().and_then(|list| serde_json::from_str(&list).ok()).unwrap_or_default()
    }

    /// Whether the submission had a client secret.
    pub(crate) const fn has_secret(&self) -> bool {
        self.secret.is_some()
    }

    pub(super) fn stamp(&self) -> Stamp {
        Stamp { revision: self.revision, fingerprint: self.fingerprint.clone(), secret: self.secret.clone() }
    }

    /// The arguments of the upsert that describe the row.
    pub(super) fn arguments(&self) -> [Arg; 28] {
        [
            (&self.shop).into(),
            (&self.id).into(),
            (&self.survey).into(),
            self.version.into(),
            self.revision.into(),
            (&self.fingerprint).into(),
            self.complete.into(),
            (&self.touchpoint).into(),
            self.language.as_deref().into(),
            self.device.as_deref().into(),
            self.source.as_deref().into(),
            self.url.as_deref().into(),
            (&self.answers).into(),
            (&self.scores).into(),
            self.order_id.as_deref().into(),
            self.order_value.into(),
            self.order_currency.as_deref().into(),
            self.customer.as_deref().into(),
            (&self.traits).into(),
            self.day.unwrap_or_else(|| clock::day_of(self.received_at)).into(),
            self.received_at.into(),
            u32::from(self.flags).into(),
            self.secret.as_deref().into(),
            self.view.as_deref().into(),
            (&self.trust).into(),
            u32::from(self.verified).into(),
            self.contact_list().into(),
            self.form.into(),
        ]
    }
}
