//! Writing responses: one is one transaction.

use super::{Published, Store, StoreError, erasures::keep_erased};
use crate::db::{Arg, Statement};
use crate::{key, time::clock};
use serde::{Deserialize, Serialize};
use survey::{
    Submission, Value,
    plausibility::Flags,
    revision::{Outcome, Stamp},
    submission::{Device, Source},
    wire::StoredAnswer,
};

/// An accepted submission on its way into the store.
pub(crate) struct NewResponse<'a> {
    pub(crate) shop: &'a str,
    pub(crate) survey: &'a Published,
    pub(crate) submission: &'a Submission,
    pub(crate) flags: Flags,
    /// The day in the shop's time zone, in days since 1970.
    pub(crate) day: i64,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
}

/// A new id is inserted unless the shop's day is full, a higher revision of the same survey version replaces, anything
/// else writes nothing and fires no trigger. `day` and `received_at` stay those of the first revision, flags stay for
/// good. Whether a challenge was passed (32) is said by the first to arrive: its proof can be shown once.
pub(super) const UPSERT: &str = "INSERT INTO responses (shop, id, survey, version, revision, fingerprint, complete, \
     touchpoint, language, device, source, url, answers, scores, order_id, order_value, order_currency, customer, \
     traits, day, received_at, updated_at, flags) \
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?21, ?22 \
     WHERE NOT EXISTS (SELECT 1 FROM usage WHERE shop = ?1 AND day = ?20 AND answers >= ?23) \
     OR EXISTS (SELECT 1 FROM responses WHERE shop = ?1 AND id = ?2) \
     ON CONFLICT (shop, id) DO UPDATE SET revision = excluded.revision, fingerprint = excluded.fingerprint, \
     complete = excluded.complete, language = excluded.language, device = excluded.device, \
     source = excluded.source, url = excluded.url, answers = excluded.answers, scores = excluded.scores, \
     order_id = excluded.order_id, order_value = excluded.order_value, order_currency = excluded.order_currency, \
     customer = excluded.customer, traits = excluded.traits, updated_at = excluded.updated_at, \
     flags = responses.flags | (excluded.flags & ~32) \
     WHERE excluded.revision > responses.revision AND excluded.survey = responses.survey \
     AND excluded.version = responses.version \
     RETURNING revision";

/// After the write: what is stored under the id, whether it was erased, and whether its survey is live still.
pub(super) const SELECT_CURRENT: &str = "SELECT r.revision, r.fingerprint, \
     EXISTS (SELECT 1 FROM tombstones AS t WHERE t.shop = ?1 AND t.id = ?2) AS is_erased, \
     EXISTS (SELECT 1 FROM surveys AS s WHERE s.shop = ?1 AND s.id = ?3 AND s.status = 'live') AS is_live \
     FROM (SELECT 1) LEFT JOIN responses AS r ON r.shop = ?1 AND r.id = ?2";

/// A response as its row holds it: what is written now, or waits in the queue until it can be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) shop: String,
    pub(crate) id: String,
    survey: String,
    version: u32,
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
    /// On which day of its shop it arrived, in days since 1970. Absent in messages of before days were a shop's own: then
    /// it is the day in UTC.
    #[serde(default)]
    pub(super) day: Option<i64>,
    /// When it arrived, in milliseconds since 1970.
    pub(crate) received_at: i64,
}

/// What a submission says, in a fixed order: two that say the same have the same fingerprint. Flags are what we say.
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

impl Row {
    /// The row of an arrival.
    ///
    /// # Errors
    /// If it cannot be written as JSON, which no submission is.
    pub(crate) fn of(arrival: &NewResponse<'_>) -> Result<Self, StoreError> {
        let submission = arrival.submission;
        let context = &submission.context;
        let content = Content {
            survey: &arrival.survey.id,
            version: arrival.survey.version,
            complete: submission.complete,
            answers: submission.answers.iter().map(StoredAnswer::from).collect(),
            url: context.url.as_deref(),
            language: context.language.as_ref().map(survey::Language::as_str),
            device: context.device.map(Device::as_str),
            source: context.source.map(Source::as_str),
            order: context.order.as_ref().map(|order| (order.id.as_deref(), order.value, order.currency.as_str())),
            customer: context.customer.as_deref(),
            traits: &context.traits,
        };
        let scores: Vec<(&str, &str, u8)> = submission
            .answers
            .iter()
            .filter_map(|answer| match answer.value {
                Value::Score { metric, score } => Some((answer.question.as_str(), metric.as_str(), score)),
                Value::Text(_) | Value::Choice { .. } | Value::Contact { .. } => None,
            })
            .collect();
        Ok(Self {
            shop: arrival.shop.to_owned(),
            id: submission.id.as_str().to_owned(),
            survey: content.survey.to_owned(),
            version: content.version,
            revision: submission.revision,
            fingerprint: key::hash(&json(&content)?),
            complete: content.complete,
            touchpoint: arrival.survey.definition.touchpoint().as_str().to_owned(),
            language: content.language.map(str::to_owned),
            device: content.device.map(str::to_owned),
            source: content.source.map(str::to_owned),
            url: content.url.map(str::to_owned),
            answers: json(&content.answers)?,
            scores: json(&scores)?,
            order_id: content.order.and_then(|(id, ..)| id).map(str::to_owned),
            order_value: content.order.map(|(_, value, _)| value),
            order_currency: content.order.map(|(.., currency)| currency.to_owned()),
            customer: content.customer.map(str::to_owned),
            traits: json(content.traits)?,
            flags: arrival.flags.bits(),
            day: Some(arrival.day),
            received_at: arrival.now,
        })
    }

    fn stamp(&self) -> Stamp {
        Stamp { revision: self.revision, fingerprint: self.fingerprint.clone() }
    }

    pub(super) fn arguments(&self, most: u32) -> [Arg; 23] {
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
            most.into(),
        ]
    }
}

impl Store {
    /// Writes a response and, by triggers, all that is counted of it: in one transaction that also says what stands
    /// there now. It may be written twice with the effect of once. `most` is how many new ones the shop may take that day.
    pub(crate) async fn save(&self, row: &Row, most: u32) -> Result<SaveResult, StoreError> {
        let saved = self.save_all(std::slice::from_ref(row), most).await?.into_iter().next();
        saved.ok_or_else(|| StoreError::Corrupt("a response was written and there is no word of it".to_owned()))
    }

    /// Writes several in one transaction: all of them or none. What became of each, in their order.
    pub(crate) async fn save_all(&self, rows: &[Row], most: u32) -> Result<Vec<SaveResult>, StoreError> {
        let mut statements: Vec<Statement> = Vec::with_capacity(rows.len() * 2);
        let mut pairs = Vec::with_capacity(rows.len());
        for row in rows {
            if let Some(customer) = &row.customer {
                let subject = key::hash(customer);
                statements.extend(keep_erased(&row.shop, &row.id, &subject, row.received_at));
            }
            pairs.push((statements.len(), statements.len() + 1));
            statements.push(Statement::new(UPSERT, row.arguments(most)));
            let place: [Arg; 3] = [(&row.shop).into(), (&row.id).into(), (&row.survey).into()];
            statements.push(Statement::new(SELECT_CURRENT, place));
        }
        let results = self.database.idempotent(statements).await?;
        let mut saved = Vec::with_capacity(rows.len());
        for (row, (write, read)) in rows.iter().zip(pairs) {
            let (Some(write), Some(read)) = (results.get(write), results.get(read)) else { break };
            let written = !write.rows::<Written>()?.is_empty();
            let stands = read.rows::<StampRow>()?.into_iter().next();
            let stands = stands.ok_or_else(|| StoreError::Corrupt("what stands there has no row".to_owned()))?;
            let is_erased = stands.is_erased == 1;
            let is_live = stands.is_live == 1;
            let stamp = match (stands.revision, stands.fingerprint) {
                (Some(revision), Some(fingerprint)) => Some(Stamp { revision, fingerprint }),
                _ => None,
            };
            saved.push(SaveResult { outcome: Outcome::of(written, &row.stamp(), stamp.as_ref(), is_erased), is_live });
        }
        Ok(saved)
    }
}

#[derive(Deserialize)]
struct Written {}

#[derive(Deserialize)]
struct StampRow {
    revision: Option<u32>,
    fingerprint: Option<String>,
    /// 0 or 1.
    is_erased: u8,
    /// 0 or 1.
    is_live: u8,
}

/// What became of an arrival.
pub(crate) struct SaveResult {
    pub(crate) outcome: Outcome,
    /// Whether its survey is live now: this answer may have been its last.
    pub(crate) is_live: bool,
}
