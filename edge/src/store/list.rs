//! Reading responses: page by page along an index, and never more rows than a page may cost.
//!
//! Of all that is asked, the index that knows most leads; whatever else is asked is looked at in the rows themselves, of
//! which a page looks at so many and no more. So every combination of filters has the same price, and one that hardly any
//! answer fits gives short pages, each with the place from which the next one goes on.

mod filter;
#[cfg(test)]
mod tests;

pub(crate) use filter::{Chosen, Filter, OrderRange, Page, Scores, Wanted};

use super::{Store, StoreError};
use crate::db::Arg;
use serde::{Deserialize, Serialize};

/// Rows that a page looks at where an index cannot tell which are wanted. If few are, it is a short page, perhaps an empty
/// one, and the next one goes on from there. With what else a request reads they are 500.
pub(crate) const LOOKED_AT: u32 = 490;

impl Store {
    /// A shop's responses, newest first, at most `limit`, after a cursor.
    pub(crate) async fn responses(&self, selection: &Selection<'_>) -> Result<Found, StoreError> {
        let (sql, arguments, most) = statement(selection);
        page(self.database.rows(&sql, &arguments).await?, selection, most)
    }
}

/// Along which index a page is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Order,
    Customer,
    Tag,
    Exclusion,
    Survey,
    Touchpoint,
    Flag,
    Time,
}

impl Way {
    /// The one that leaves least to be looked at.
    const fn of(filter: &Filter) -> Self {
        match filter {
            Filter { order_id: Some(_), .. } => Self::Order,
            Filter { customer: Some(_), .. } => Self::Customer,
            Filter { tag: Some(_), .. } => Self::Tag,
            Filter { excluded: Some(true), .. } => Self::Exclusion,
            Filter { survey: Some(_), .. } => Self::Survey,
            Filter { touchpoint: Some(_), .. } => Self::Touchpoint,
            Filter { flags: Wanted::Any(_), .. } => Self::Flag,
            _ => Self::Time,
        }
    }

    /// What is read, and by which condition beside the shop. The index is named, because D1's SQLite otherwise takes the one
    /// by time for all of them.
    const fn source(self) -> (&'static str, &'static str) {
        match self {
            Self::Order => ("responses AS r INDEXED BY responses_by_order WHERE r.shop = ?", "order_id = ?"),
            Self::Customer => ("responses AS r INDEXED BY responses_by_customer WHERE r.shop = ?", "customer = ?"),
            // The order of this join is given: a tag's answers stand in the order of the list.
            Self::Tag => (
                "response_tags AS t CROSS JOIN responses AS r ON r.shop = t.shop AND r.id = t.response WHERE t.shop = ?",
                "tag = ?",
            ),
            Self::Exclusion => {
                ("responses AS r INDEXED BY responses_by_exclusion WHERE r.shop = ?", "excluded IS NOT NULL")
            }
            Self::Survey => ("responses AS r INDEXED BY responses_by_survey WHERE r.shop = ?", "survey = ?"),
            Self::Touchpoint => {
                ("responses AS r INDEXED BY responses_by_touchpoint WHERE r.shop = ?", "touchpoint = ?")
            }
            Self::Flag => ("responses AS r INDEXED BY responses_by_flag WHERE r.shop = ?", "flags <> 0"),
            Self::Time => ("responses AS r INDEXED BY responses_by_time WHERE r.shop = ?", "true"),
        }
    }

    /// The columns that put its rows in order.
    const fn order(self) -> [&'static str; 2] {
        if matches!(self, Self::Tag) { ["at", "response"] } else { ["received_at", "id"] }
    }

    fn value(self, filter: &Filter) -> Option<&str> {
        match self {
            Self::Order => filter.order_id.as_deref(),
            Self::Customer => filter.customer.as_deref(),
            Self::Tag => filter.tag.as_deref(),
            Self::Survey => filter.survey.as_deref(),
            Self::Touchpoint => filter.touchpoint.as_deref(),
            Self::Exclusion | Self::Flag | Self::Time => None,
        }
    }

    /// Whether its index holds those that are wanted and no others.
    fn is_exact(self, filter: &Filter) -> bool {
        let known = match self {
            Self::Time => 0,
            Self::Flag if filter.flags != Wanted::ANY => return false,
            _ => 1,
        };
        filter.conditions() == known
    }
}

/// The statement of a page, its arguments, and how many rows it reads.
fn statement<'a>(selection: &'a Selection<'_>) -> (String, Vec<Arg>, u32) {
    let filter = selection.filter;
    let way = Way::of(filter);
    let ((source, condition), [at, id]) = (way.source(), way.order());
    let mut sql = "SELECT id, survey, version, revision, complete, touchpoint, language, device, source, url, \
         answers, order_id, order_value, order_currency, customer, traits, received_at, updated_at, flags, excluded, tags \
         FROM "
        .to_owned();
    sql.push_str(&format!("{source} AND {condition} AND {at} >= ?"));
    let mut arguments: Vec<Arg> = vec![selection.shop.into()];
    arguments.extend(way.value(filter).map(Arg::from));
    arguments.push(selection.from.into());
    // One end of the range, not both: the index would be walked from the first that stands here.
    match selection.after.as_ref().filter(|cursor| cursor.received_at < selection.to) {
        Some(cursor) => {
            sql.push_str(&format!(" AND ({at}, {id}) < (?, ?)"));
            arguments.extend([cursor.received_at.into(), (&cursor.id).into()]);
        }
        None => {
            sql.push_str(&format!(" AND {at} < ?"));
            arguments.push(selection.to.into());
        }
    }
    sql.push_str(&format!(" ORDER BY {at} DESC, {id} DESC LIMIT ?"));
    // One row more than asked for says whether there is a next page.
    let most = if way.is_exact(filter) { selection.limit + 1 } else { selection.looked_at };
    // The entry of a tag is a row, too.
    let most = if way == Way::Tag { most.min(selection.looked_at / 2) } else { most };
    arguments.push(most.into());
    (sql, arguments, most)
}

/// Of the rows that were read, at most `most`, those that are wanted.
fn page(rows: Vec<ResponseRow>, selection: &Selection<'_>, most: u32) -> Result<Found, StoreError> {
    let (limit, most) = (selection.limit as usize, most as usize);
    let read = rows.len();
    let mut wanted = Vec::with_capacity(limit.min(read));
    let mut last = None;
    for row in rows {
        if wanted.len() == limit {
            return Ok(Found { rows: wanted, next: last });
        }
        last = Some(row.place());
        if selection.filter.wants(&row)? {
            wanted.push(row);
        }
    }
    Ok(Found { rows: wanted, next: last.filter(|_| read == most) })
}

/// Which responses to read.
pub(crate) struct Selection<'a> {
    pub(crate) shop: &'a str,
    pub(crate) filter: &'a Filter,
    /// Milliseconds since 1970, inclusive.
    pub(crate) from: i64,
    /// Milliseconds since 1970, exclusive.
    pub(crate) to: i64,
    pub(crate) after: Option<Cursor>,
    pub(crate) limit: u32,
    /// Rows to look at where no index knows all: [`LOOKED_AT`] for a page of a list.
    pub(crate) looked_at: u32,
}

/// A page of responses.
pub(crate) struct Found {
    pub(crate) rows: Vec<ResponseRow>,
    /// The last row that was looked at, if there may be more behind it.
    pub(crate) next: Option<Cursor>,
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
    /// JSON list of [`survey::wire::StoredAnswer`].
    pub(crate) answers: String,
    pub(crate) order_id: Option<String>,
    pub(crate) order_value: Option<i64>,
    pub(crate) order_currency: Option<String>,
    pub(crate) customer: Option<String>,
    /// JSON object.
    pub(crate) traits: String,
    pub(crate) received_at: i64,
    pub(crate) updated_at: i64,
    /// Bits.
    pub(crate) flags: u8,
    /// Why it is left out of every number, in the owner's words; `None` = it counts.
    pub(crate) excluded: Option<String>,
    /// JSON list of texts, sorted; `None` = none.
    pub(crate) tags: Option<String>,
}

impl ResponseRow {
    /// Where it stands in a list.
    pub(crate) fn place(&self) -> Cursor {
        Cursor { received_at: self.received_at, id: self.id.clone() }
    }
}
