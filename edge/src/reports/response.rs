//! A response as its owner reads it: in full, in part, or with the survey that it answers.

pub(crate) mod csv;
pub(crate) mod export;
pub(crate) mod projection;

#[cfg(test)]
use crate::openapi::{AnswerOrigin, DeviceClass, ExplainedAnswer, Flag, VerifiedMember};
use crate::{
    reports::ReportError,
    store::{Published, ResponseRow, Shop, Store},
    time::clock,
};
use insight::{Class, Metric};
use projection::{Member, Projection};
use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap};
use std::{collections::BTreeMap, sync::Arc};
use survey::{Language, plausibility::Flags, wire::StoredAnswer};

/// A response. A member that was not requested is omitted; one without a value is null.
#[derive(Debug)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Response))]
pub(crate) struct ResponseItem {
    #[cfg_attr(test, schema(ignore))]
    projection: Projection,
    #[cfg_attr(test, schema(required = false))]
    id: String,
    /// Id of the survey.
    #[cfg_attr(test, schema(required = false))]
    survey: String,
    /// In the complete form, or if requested. Null if the survey is unknown.
    survey_name: Option<String>,
    /// The version of the survey that was answered.
    #[cfg_attr(test, schema(required = false))]
    version: u32,
    /// Increases with every answer that the shopper adds.
    #[cfg_attr(test, schema(required = false))]
    revision: u32,
    /// Whether the shopper reached the end of the survey.
    #[cfg_attr(test, schema(required = false))]
    complete: bool,
    /// The stage of the customer journey that the survey is about.
    #[cfg_attr(test, schema(required = false))]
    touchpoint: String,
    /// The language in which the survey was answered.
    language: Option<String>,
    #[cfg_attr(test, schema(value_type = Option<DeviceClass>))]
    device: Option<String>,
    #[cfg_attr(test, schema(value_type = Option<AnswerOrigin>))]
    trigger: Option<String>,
    /// Address of the page.
    url: Option<String>,
    #[cfg_attr(test, schema(value_type = Vec<ExplainedAnswer>, required = false))]
    answers: Vec<Answer>,
    order: Option<Order>,
    /// The shop's own id for its customer.
    customer: Option<String>,
    /// What the shop sent about the customer.
    #[cfg_attr(test, schema(required = false))]
    traits: BTreeMap<String, String>,
    /// The members that the shop vouches for: signed with its identity secret, sent by its server, or imported. Anyone may
    /// have made up the others.
    #[cfg_attr(test, schema(value_type = Vec<VerifiedMember>, required = false))]
    verified: Vec<&'static str>,
    /// Signs that the response may not be genuine.
    #[cfg_attr(test, schema(value_type = Vec<Flag>, required = false))]
    flags: Vec<&'static str>,
    /// The owner's tags, sorted.
    #[cfg_attr(test, schema(required = false))]
    tags: Vec<String>,
    /// Why the response is excluded from every metric; null if it counts.
    excluded: Option<Exclusion>,
    // Times are kept in milliseconds since 1970 and written as RFC 3339.
    /// When the first revision was received.
    #[cfg_attr(test, schema(value_type = String, format = DateTime, required = false))]
    received_at: i64,
    /// When the latest revision was received.
    #[cfg_attr(test, schema(value_type = String, format = DateTime, required = false))]
    updated_at: i64,
}

/// An answer to one question.
#[derive(Debug, Serialize)]
struct Answer {
    #[serde(flatten)]
    stored: StoredAnswer,
    /// The class of the score, such as `promoter`. Only if answers are explained.
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'static str>,
    /// The text of the question. Only if answers are explained; null if the survey is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<Option<String>>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
/// The order that the response is about.
struct Order {
    #[cfg_attr(test, schema(required))]
    id: Option<String>,
    /// In minor units: cents, grosze, bani.
    value: i64,
    /// ISO 4217.
    currency: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
/// Marks a response that is excluded from every metric.
struct Exclusion {
    reason: String,
}

/// The survey that a response answers, and the name of its shop.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SurveyContext<'a> {
    pub(crate) shop_name: &'a str,
    pub(crate) survey: Option<&'a survey::Survey>,
}

impl SurveyContext<'_> {
    /// For projections that show nothing of the survey.
    pub(crate) const NONE: Self = Self { shop_name: "", survey: None };

    fn survey_name(self) -> Option<String> {
        self.survey.map(|survey| survey.name().to_owned())
    }

    /// A question's text in the language of the response, or in the survey's main language if it is not translated.
    fn question(self, id: &str, language: Option<&Language>) -> Option<String> {
        let survey = self.survey?;
        let question = survey.questions().iter().find(|known| known.id.as_str() == id)?;
        let main = survey.language();
        Some(question.text.pick(language.unwrap_or(main), main).replace("{shop}", self.shop_name))
    }
}

/// The class of an answer's score.
fn class_of(answer: &StoredAnswer) -> Option<&'static str> {
    let metric = Metric::parse(&answer.kind)?;
    Class::of(metric, answer.score?).map(|class| class.name(metric))
}

/// The answers of a stored response.
pub(crate) fn answers_of(row: &ResponseRow) -> Result<Vec<StoredAnswer>, ReportError> {
    parse_column(&row.id, Some(&row.answers))
}

/// Parses a column that holds JSON; `NULL` is the default.
fn parse_column<'a, T: Deserialize<'a> + Default>(id: &str, text: Option<&'a str>) -> Result<T, ReportError> {
    let Some(text) = text else { return Ok(T::default()) };
    serde_json::from_str(text).map_err(|error| corrupt(id, error))
}

fn corrupt(id: &str, cause: impl std::fmt::Display) -> ReportError {
    ReportError::corrupt(format_args!("response {id}"), cause)
}

impl ResponseItem {
    /// A stored response with the members of a projection.
    pub(crate) fn of(
        row: ResponseRow,
        projection: Projection,
        context: SurveyContext<'_>,
    ) -> Result<Self, ReportError> {
        let answers = answers_of(&row)?;
        let traits = parse_column(&row.id, Some(&row.traits))?;
        let tags = parse_column(&row.id, row.tags.as_deref())?;
        let language = row.language.as_deref().and_then(|tag| Language::parse(tag).ok());
        let explains = projection.explains();
        let verified = row.verified();
        let answer = |stored: StoredAnswer| Answer {
            class: explains.then(|| class_of(&stored)).flatten(),
            asked: explains.then(|| context.question(&stored.question, language.as_ref())),
            stored,
        };
        let order = match (row.order_value, row.order_currency) {
            (Some(value), Some(currency)) => Some(Order { id: row.order_id, value, currency }),
            _ => None,
        };
        Ok(Self {
            projection,
            id: row.id,
            survey: row.survey,
            survey_name: context.survey_name().filter(|_| projection.has(Member::survey_name)),
            version: row.version,
            revision: row.revision,
            complete: row.complete == 1,
            touchpoint: row.touchpoint,
            language: row.language,
            device: row.device,
            trigger: row.source,
            url: row.url,
            answers: answers.into_iter().map(answer).collect(),
            order,
            customer: row.customer,
            traits,
            verified: verified.names().collect(),
            flags: Flags::from_bits(row.flags).names().collect(),
            tags,
            excluded: row.excluded.map(|reason| Exclusion { reason }),
            received_at: row.received_at,
            updated_at: row.updated_at,
        })
    }

    /// Whether the shop vouches for the customer's id.
    pub(crate) fn has_verified_customer(&self) -> bool {
        self.verified.contains(&"customer")
    }

    /// Appends the response as a line of JSON.
    fn write_line(&self, out: &mut Vec<u8>) -> Result<(), ReportError> {
        serde_json::to_writer(&mut *out, self).map_err(|error| corrupt(&self.id, error))?;
        out.push(b'\n');
        Ok(())
    }
}

/// Members are written one by one, so a projection allocates nothing and nothing is written only to be dropped.
impl Serialize for ResponseItem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(None)?;
        for member in self.projection.members() {
            let name = member.as_str();
            match member {
                Member::id => out.serialize_entry(name, &self.id),
                Member::survey => out.serialize_entry(name, &self.survey),
                Member::survey_name => out.serialize_entry(name, &self.survey_name),
                Member::version => out.serialize_entry(name, &self.version),
                Member::revision => out.serialize_entry(name, &self.revision),
                Member::complete => out.serialize_entry(name, &self.complete),
                Member::touchpoint => out.serialize_entry(name, &self.touchpoint),
                Member::language => out.serialize_entry(name, &self.language),
                Member::device => out.serialize_entry(name, &self.device),
                Member::trigger => out.serialize_entry(name, &self.trigger),
                Member::url => out.serialize_entry(name, &self.url),
                Member::answers => out.serialize_entry(name, &self.answers),
                Member::order => out.serialize_entry(name, &self.order),
                Member::customer => out.serialize_entry(name, &self.customer),
                Member::traits => out.serialize_entry(name, &self.traits),
                Member::verified => out.serialize_entry(name, &self.verified),
                Member::flags => out.serialize_entry(name, &self.flags),
                Member::tags => out.serialize_entry(name, &self.tags),
                Member::excluded => out.serialize_entry(name, &self.excluded),
                Member::received_at => out.serialize_entry(name, &clock::rfc3339(self.received_at)),
                Member::updated_at => out.serialize_entry(name, &clock::rfc3339(self.updated_at)),
            }?;
        }
        out.end()
    }
}

/// Turns rows into responses, and reads the surveys that the projection needs.
pub(crate) struct ResponsePresenter {
    projection: Projection,
    /// Only if the projection needs surveys.
    shop: Option<Arc<Shop>>,
}

impl ResponsePresenter {
    /// `now` in milliseconds since 1970.
    pub(crate) async fn load(store: &Store, shop: &str, projection: Projection, now: i64) -> Result<Self, ReportError> {
        let shop = if projection.needs_survey() {
            Some(store.config().shop(shop, now).await?.ok_or(ReportError::ShopNotFound)?)
        } else {
            None
        };
        Ok(Self { projection, shop })
    }

    pub(crate) async fn present(&self, store: &Store, row: ResponseRow) -> Result<ResponseItem, ReportError> {
        let survey = self.survey_of(store, &row).await?;
        ResponseItem::of(row, self.projection, self.context(survey.as_deref()))
    }

    pub(crate) async fn present_all(
        &self,
        store: &Store,
        rows: Vec<ResponseRow>,
    ) -> Result<Vec<ResponseItem>, ReportError> {
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            items.push(self.present(store, row).await?);
        }
        Ok(items)
    }

    async fn survey_of(&self, store: &Store, row: &ResponseRow) -> Result<Option<Arc<Published>>, ReportError> {
        match &self.shop {
            Some(shop) => Ok(store.config().survey_version(shop, &row.survey, row.version).await?),
            None => Ok(None),
        }
    }

    fn context<'a>(&'a self, survey: Option<&'a Published>) -> SurveyContext<'a> {
        SurveyContext {
            shop_name: self.shop.as_deref().map_or("", |shop| shop.name.as_str()),
            survey: survey.map(|survey| &survey.definition),
        }
    }
}

#[cfg(test)]
mod tests;
