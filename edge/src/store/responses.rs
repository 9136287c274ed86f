//! Responses: writing one is one transaction, reading them goes page by page along an index.

use super::{
    Published, Store, StoreError,
    sql::{Arg, rows_of},
};
use crate::{clock, key};
use serde::{Deserialize, Serialize};
use survey::{
    Submission, Value,
    revision::{Outcome, Stamp},
    submission::{Device, Source},
    wire::StoredAnswer,
};

/// An accepted submission on its way into the store.
pub(crate) struct Arrival<'a> {
    pub(crate) shop: &'a str,
    pub(crate) survey: &'a Published,
    pub(crate) submission: &'a Submission,
    /// Milliseconds since 1970.
    pub(crate) now: i64,
}

/// A new id is inserted, a higher revision of the same survey version replaces, anything else writes nothing and fires
/// no trigger. `day` and `received_at` stay those of the first revision.
const UPSERT: &str = "INSERT INTO responses (shop, id, survey, version, revision, fingerprint, complete, touchpoint, \
     language, device, source, url, answers, scores, order_id, order_value, order_currency, customer, traits, \
     day, received_at, updated_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?21) \
     ON CONFLICT (shop, id) DO UPDATE SET revision = excluded.revision, fingerprint = excluded.fingerprint, \
     complete = excluded.complete, language = excluded.language, device = excluded.device, \
     source = excluded.source, url = excluded.url, answers = excluded.answers, scores = excluded.scores, \
     order_id = excluded.order_id, order_value = excluded.order_value, order_currency = excluded.order_currency, \
     customer = excluded.customer, traits = excluded.traits, updated_at = excluded.updated_at \
     WHERE excluded.revision > responses.revision AND excluded.survey = responses.survey \
     AND excluded.version = responses.version \
     RETURNING revision, fingerprint, 0 AS is_live";

/// After the write: what is stored under the id, and whether its survey is live still.
const WHAT_STANDS: &str = "SELECT revision, fingerprint, EXISTS (SELECT 1 FROM surveys AS s \
     WHERE s.shop = responses.shop AND s.id = responses.survey AND s.status = 'live') AS is_live \
     FROM responses WHERE shop = ?1 AND id = ?2";

/// What an arrival says, as the columns hold it.
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

impl<'a> Content<'a> {
    fn of(arrival: &Arrival<'a>) -> Self {
        let submission = arrival.submission;
        let context = &submission.context;
        Self {
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
        }
    }
}

fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Broken(error.to_string()))
}

impl Store {
    /// Writes a submission and, by triggers, its tallies: in one transaction that also says what stands there now.
    pub(crate) async fn save(&self, arrival: &Arrival<'_>) -> Result<Saved, StoreError> {
        let submission = arrival.submission;
        let content = Content::of(arrival);
        let arrived = Stamp { revision: submission.revision, fingerprint: key::hash(&json(&content)?) };
        let scores: Vec<(&str, &str, u8)> = submission
            .answers
            .iter()
            .filter_map(|answer| match answer.value {
                Value::Score { metric, score } => Some((answer.question.as_str(), metric.as_str(), score)),
                Value::Text(_) | Value::Choice { .. } | Value::Contact { .. } => None,
            })
            .collect();
        let (answers, scores, traits) = (json(&content.answers)?, json(&scores)?, json(content.traits)?);
        let place: [Arg<'_>; 2] = [arrival.shop.into(), submission.id.as_str().into()];
        let write = self.database.statement(
            UPSERT,
            &[
                arrival.shop.into(),
                submission.id.as_str().into(),
                content.survey.into(),
                content.version.into(),
                arrived.revision.into(),
                (&arrived.fingerprint).into(),
                content.complete.into(),
                arrival.survey.definition.touchpoint().as_str().into(),
                content.language.into(),
                content.device.into(),
                content.source.into(),
                content.url.into(),
                (&answers).into(),
                (&scores).into(),
                content.order.and_then(|(id, ..)| id).into(),
                content.order.map(|(_, value, _)| value).into(),
                content.order.map(|(.., currency)| currency).into(),
                content.customer.into(),
                (&traits).into(),
                clock::day_of(arrival.now).into(),
                arrival.now.into(),
            ],
        )?;
        let read = self.database.statement(WHAT_STANDS, &place)?;
        let results = self.database.transaction(vec![write, read]).await?;
        let stamps =
            |index: usize| results.get(index).map(rows_of::<StampRow>).transpose().map(Option::unwrap_or_default);
        let written = !stamps(0)?.is_empty();
        let now = stamps(1)?.into_iter().next();
        let now = now.ok_or_else(|| StoreError::Broken("a response was written and is not there".to_owned()))?;
        let stands = Stamp { revision: now.revision, fingerprint: now.fingerprint };
        Ok(Saved { outcome: Outcome::of(written, &arrived, &stands), is_live: now.is_live == 1 })
    }

    /// A shop's responses, newest first, at most `limit`, after a cursor.
    pub(crate) async fn responses(&self, selection: &Selection<'_>) -> Result<Vec<ResponseRow>, StoreError> {
        // Each filter is a prefix of its own index, so a page walks that index in order and stops after `limit` rows.
        let mut sql = "SELECT id, survey, version, revision, complete, touchpoint, language, device, source, url, \
             answers, order_id, order_value, order_currency, customer, traits, received_at, updated_at \
             FROM responses WHERE shop = ?"
            .to_owned();
        let mut arguments: Vec<Arg<'_>> = vec![selection.shop.into()];
        for (column, value) in [("survey", selection.survey), ("touchpoint", selection.touchpoint)] {
            if let Some(value) = value {
                sql.push_str(" AND ");
                sql.push_str(column);
                sql.push_str(" = ?");
                arguments.push(value.into());
            }
        }
        sql.push_str(" AND received_at >= ? AND received_at < ?");
        arguments.extend([selection.from.into(), selection.to.into()]);
        if let Some(cursor) = &selection.after {
            sql.push_str(" AND (received_at, id) < (?, ?)");
            arguments.extend([cursor.received_at.into(), (&cursor.id).into()]);
        }
        sql.push_str(" ORDER BY received_at DESC, id DESC LIMIT ?");
        arguments.push(selection.limit.into());
        self.database.rows(&sql, &arguments).await
    }
}

#[derive(Deserialize)]
struct StampRow {
    revision: u32,
    fingerprint: String,
    /// 0 or 1.
    is_live: u8,
}

/// What became of an arrival.
pub(crate) struct Saved {
    pub(crate) outcome: Outcome,
    /// Whether its survey is live now: this answer may have been its last.
    pub(crate) is_live: bool,
}

/// Which responses to read.
pub(crate) struct Selection<'a> {
    pub(crate) shop: &'a str,
    pub(crate) survey: Option<&'a str>,
    pub(crate) touchpoint: Option<&'a str>,
    /// Milliseconds since 1970, inclusive.
    pub(crate) from: i64,
    /// Milliseconds since 1970, exclusive.
    pub(crate) to: i64,
    pub(crate) after: Option<Cursor>,
    pub(crate) limit: u32,
}

/// The last row of a page: the next one starts behind it, whatever was written meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    pub(crate) received_at: i64,
    pub(crate) id: String,
}

/// A response as stored.
#[derive(Debug, Deserialize)]
pub(crate) struct ResponseRow {
    pub(crate) id: String,
    pub(crate) survey: String,
    pub(crate) version: u32,
    pub(crate) revision: u32,
    /// 0 or 1.
    pub(crate) complete: u8,
    pub(crate) touchpoint: String,
    pub(crate) language: Option<String>,
    pub(crate) device: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) url: Option<String>,
    /// JSON list of [`StoredAnswer`].
    pub(crate) answers: String,
    pub(crate) order_id: Option<String>,
    pub(crate) order_value: Option<i64>,
    pub(crate) order_currency: Option<String>,
    pub(crate) customer: Option<String>,
    /// JSON object.
    pub(crate) traits: String,
    pub(crate) received_at: i64,
    pub(crate) updated_at: i64,
}
