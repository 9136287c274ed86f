//! Lists come in pages: `limit` and `cursor` in the query, `items` and `next_cursor` in the reply.

use crate::{
    http::{error::Error, query::Query},
    store::Cursor,
};
use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use survey::Code;

/// The query parameters of a list.
pub(crate) const PARAMETERS: [&str; 2] = ["limit", "cursor"];

/// Items of a page without `limit`, unless a list says otherwise.
const DEFAULT: u32 = 50;

/// How many items a page of a list has without `limit`, and at most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageSize {
    default: u32,
    max: u32,
}

impl PageSize {
    pub(crate) const fn up_to(max: u32) -> Self {
        Self { default: DEFAULT, max }
    }

    pub(crate) const fn or_else(self, default: u32) -> Self {
        Self { default, ..self }
    }
}

/// The position after which a page begins. Clients treat it as opaque, so its form may change.
pub(crate) trait PageCursor: Sized {
    fn decode(text: &str) -> Option<Self>;
    fn encode(&self) -> String;
}

impl PageCursor for Cursor {
    fn decode(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let (received_at, id) = serde_json::from_slice(&bytes).ok()?;
        Some(Self { received_at, id })
    }

    fn encode(&self) -> String {
        BASE64URL_NOPAD.encode(&serde_json::to_vec(&(self.received_at, &self.id)).unwrap_or_default())
    }
}

/// The key of the last row, for lists that are ordered by a text.
impl PageCursor for String {
    fn decode(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }

    fn encode(&self) -> String {
        self.clone()
    }
}

/// The page that a request asks for.
#[derive(Debug)]
pub(crate) struct PageRequest<C> {
    pub(crate) limit: u32,
    /// The end of the page before; `None` on the first page.
    pub(crate) after: Option<C>,
}

impl<C: PageCursor> PageRequest<C> {
    /// Reads `limit` and `cursor`.
    pub(crate) fn read(query: &mut Query, size: PageSize) -> Self {
        let limit = query.get("limit").map(|text| text.parse().ok().filter(|limit| (1..=size.max).contains(limit)));
        if limit == Some(None) {
            query.add(Code::OutOfRange, "limit", format!("must be 1 to {}", size.max));
        }
        let after = query.get("cursor").map(C::decode);
        if matches!(after, Some(None)) {
            query.add(Code::InvalidFormat, "cursor", "must be an unchanged next_cursor of an earlier reply");
        }
        Self { limit: limit.flatten().unwrap_or(size.default), after: after.flatten() }
    }

    /// How many rows to select: one more than a page has, which shows whether another page follows.
    pub(crate) const fn rows(&self) -> u32 {
        self.limit + 1
    }

    /// The page of the rows selected, whose last one gives the next cursor.
    ///
    /// # Errors
    /// If a row cannot be shown.
    pub(crate) fn page<T, R>(&self, mut rows: Vec<R>, cursor: impl Fn(&R) -> C) -> Result<Page<T>, Error>
    where
        T: TryFrom<R, Error = Error>,
    {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| has_more).map(cursor);
        Ok(Page::new(rows.into_iter().map(T::try_from).collect::<Result<_, _>>()?, next.as_ref()))
    }
}

/// A page of a list.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Page<T> {
    items: Vec<T>,
    /// The `cursor` of the next page; null on the last one.
    #[cfg_attr(test, schema(required))]
    next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// A page that ends at `next`.
    pub(crate) fn new<C: PageCursor>(items: Vec<T>, next: Option<&C>) -> Self {
        Self { items, next_cursor: next.map(PageCursor::encode) }
    }

    /// A whole list on one page.
    pub(crate) const fn all(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: PageSize = PageSize::up_to(100).or_else(20);

    #[derive(Debug, PartialEq, Serialize)]
    struct Item(u32);

    impl TryFrom<u32> for Item {
        type Error = Error;

        fn try_from(row: u32) -> Result<Self, Error> {
            Ok(Self(row))
        }
    }

    fn read(text: &str) -> Result<PageRequest<Cursor>, Error> {
        let mut query = Query::read(Some(text), &PARAMETERS);
        let page = PageRequest::read(&mut query, SIZE);
        query.or(page)
    }

    #[test]
    fn limits() {
        for (text, expected) in [("", 20), ("limit=", 20), ("limit=1", 1), ("limit=100", 100)] {
            assert_eq!(read(text).unwrap().limit, expected, "{text}");
        }
        for text in ["limit=0", "limit=101", "limit=-1", "limit=1.5", "limit=ten", "cursor=%20", "cursor=abc"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_cursor_survives_the_round_trip() {
        let cursor = Cursor { received_at: 1_795_305_600_000, id: "0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11".into() };
        assert_eq!(read(&format!("cursor={}", cursor.encode())).unwrap().after, Some(cursor));
    }

    #[test]
    fn one_more_row_means_another_page() {
        let request = PageRequest { limit: 2, after: None };
        assert_eq!(request.rows(), 3);
        for (rows, items, next) in [
            (vec![], vec![], None),
            (vec![1, 2], vec![Item(1), Item(2)], None),
            (vec![1, 2, 3], vec![Item(1), Item(2)], Some("2")),
        ] {
            let page: Page<Item> = request.page(rows, u32::to_string).unwrap();
            assert_eq!((page.items, page.next_cursor.as_deref()), (items, next));
        }
    }
}
