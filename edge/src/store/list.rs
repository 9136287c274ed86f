//! Reading responses: page by page along an index, and never more rows than a page may cost.

use super::{Store, StoreError, sql::Arg};
use serde::{Deserialize, Serialize};
use survey::plausibility::Flags;

/// Rows that a page looks at where an index cannot tell which are wanted. If few are, it is a short page, perhaps an empty
/// one, and the next one goes on from there. With what else a request reads they are 500.
const LOOKED_AT: u32 = 490;

impl Store {
    /// A shop's responses, newest first, at most `limit`, after a cursor.
    pub(crate) async fn responses(&self, selection: &Selection<'_>) -> Result<Found, StoreError> {
        // Each filter is a prefix of its own index, so a page walks that index in order and stops after `limit` rows. It is
        // named, because D1's SQLite otherwise takes the one by time for all of them.
        let mut sql = "SELECT id, survey, version, revision, complete, touchpoint, language, device, source, url, \
             answers, order_id, order_value, order_currency, customer, traits, received_at, updated_at, flags \
             FROM responses INDEXED BY "
            .to_owned();
        sql.push_str(selection.index());
        sql.push_str(" WHERE shop = ?");
        let mut arguments: Vec<Arg<'_>> = vec![selection.shop.into()];
        for (column, value) in [("survey", selection.survey), ("touchpoint", selection.touchpoint)] {
            if let Some(value) = value {
                sql.push_str(" AND ");
                sql.push_str(column);
                sql.push_str(" = ?");
                arguments.push(value.into());
            }
        }
        if selection.is_all_flagged() {
            sql.push_str(" AND flags <> 0");
        }
        sql.push_str(" AND received_at >= ?");
        arguments.push(selection.from.into());
        // One end of the range, not both: the index would be walked from the first that stands here.
        match selection.after.as_ref().filter(|cursor| cursor.received_at < selection.to) {
            Some(cursor) => {
                sql.push_str(" AND (received_at, id) < (?, ?)");
                arguments.extend([cursor.received_at.into(), (&cursor.id).into()]);
            }
            None => {
                sql.push_str(" AND received_at < ?");
                arguments.push(selection.to.into());
            }
        }
        sql.push_str(" ORDER BY received_at DESC, id DESC LIMIT ?");
        // One row more than asked for says whether there is a next page.
        let most = if selection.is_by_index() { selection.limit + 1 } else { LOOKED_AT };
        arguments.push(most.into());
        let rows = self.database.rows(&sql, &arguments).await?;
        Ok(page(rows, selection, most))
    }
}

/// Of the rows that were read, at most `most`, those that are wanted.
fn page(rows: Vec<ResponseRow>, selection: &Selection<'_>, most: u32) -> Found {
    let (limit, most) = (selection.limit as usize, most as usize);
    let read = rows.len();
    let mut wanted = Vec::with_capacity(limit.min(read));
    let mut last = None;
    for row in rows {
        if wanted.len() == limit {
            return Found { rows: wanted, next: last };
        }
        last = Some(Cursor { received_at: row.received_at, id: row.id.clone() });
        if selection.wants(&row) {
            wanted.push(row);
        }
    }
    Found { rows: wanted, next: last.filter(|_| read == most) }
}

/// Which responses to read, by their flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Whatever their flags.
    All,
    /// Without any.
    None,
    /// With at least one of these.
    Any(Flags),
}

/// Which responses to read.
pub(crate) struct Selection<'a> {
    pub(crate) shop: &'a str,
    pub(crate) survey: Option<&'a str>,
    pub(crate) touchpoint: Option<&'a str>,
    pub(crate) flags: Wanted,
    /// Milliseconds since 1970, inclusive.
    pub(crate) from: i64,
    /// Milliseconds since 1970, exclusive.
    pub(crate) to: i64,
    pub(crate) after: Option<Cursor>,
    pub(crate) limit: u32,
}

impl Selection<'_> {
    /// Whether all flagged ones are wanted and nothing else is asked: they have an index of their own, which they alone
    /// pay for.
    fn is_all_flagged(&self) -> bool {
        self.survey.is_none() && self.touchpoint.is_none() && matches!(self.flags, Wanted::Any(_))
    }

    /// Whether an index holds those that are wanted and no others.
    fn is_by_index(&self) -> bool {
        self.flags == Wanted::All || (self.is_all_flagged() && self.flags == Wanted::Any(Flags::from_bits(u8::MAX)))
    }

    const fn index(&self) -> &'static str {
        match (self.survey, self.touchpoint, self.flags) {
            (Some(_), ..) => "responses_by_survey",
            (None, Some(_), _) => "responses_by_touchpoint",
            (None, None, Wanted::Any(_)) => "responses_by_flag",
            (None, None, Wanted::All | Wanted::None) => "responses_by_time",
        }
    }

    fn wants(&self, row: &ResponseRow) -> bool {
        match self.flags {
            Wanted::All => true,
            Wanted::None => row.flags == 0,
            Wanted::Any(flags) => row.flags & flags.bits() != 0,
        }
    }
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
    /// Bits.
    pub(crate) flags: u8,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: i64, flags: u8) -> ResponseRow {
        let row = serde_json::json!({
            "id": format!("r{number}"), "survey": "s", "version": 1, "revision": 1, "complete": 0, "touchpoint": "t",
            "answers": "[]", "traits": "{}", "received_at": -number, "updated_at": 0, "flags": flags,
        });
        serde_json::from_value(row).unwrap()
    }

    #[test]
    fn a_page_ends_behind_what_was_looked_at() {
        let honeypot = Wanted::Any(Flags::HONEYPOT);
        for (flags, read, limit, most, wanted, next) in [
            (Wanted::All, [].as_slice(), 2, 3, vec![], None),
            (Wanted::All, &[0, 4], 2, 3, vec![0, 1], None),
            (Wanted::All, &[0, 4, 0], 2, 3, vec![0, 1], Some(1)),
            (Wanted::None, &[0, 4, 0], 2, 5, vec![0, 2], None),
            (Wanted::None, &[0, 4, 0, 0], 2, 5, vec![0, 2], Some(2)),
            (Wanted::None, &[4, 4, 4], 2, 3, vec![], Some(2)),
            (Wanted::None, &[4, 4], 2, 3, vec![], None),
            (honeypot, &[1, 5, 2], 2, 3, vec![1], Some(2)),
            (honeypot, &[4, 4, 4], 2, 3, vec![0, 1], Some(1)),
            (honeypot, &[4, 4], 2, 3, vec![0, 1], None),
        ] {
            let rows = (0..).zip(read).map(|(number, flags)| row(number, *flags)).collect();
            let selection =
                Selection { shop: "s", survey: None, touchpoint: None, flags, from: 0, to: 1, after: None, limit };
            let found = page(rows, &selection, most);
            let ids: Vec<String> = found.rows.into_iter().map(|row| row.id).collect();
            let expected: Vec<String> = wanted.iter().map(|number| format!("r{number}")).collect();
            assert_eq!(ids, expected, "{flags:?} {read:?}");
            assert_eq!(
                found.next.map(|next| next.id),
                next.map(|number: i64| format!("r{number}")),
                "{flags:?} {read:?}"
            );
        }
    }
}
