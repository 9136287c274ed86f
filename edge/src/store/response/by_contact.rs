//! The responses in which a contact was left.

use super::{
    super::{Responses, StoreError},
    list::{Cursor, ResponsePage},
    stored::RESPONSE_COLUMNS,
};

impl Responses<'_> {
    /// The responses with a contact, newest first, at most `limit`, after a cursor. `contact` in its canonical form.
    pub(crate) async fn of_contact(
        &self,
        shop: &str,
        contact: &str,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<ResponsePage, StoreError> {
        let (at, id) = Cursor::or_newest(after);
        // CROSS JOIN fixes the order: the table of contacts is in the order of the list.
        let sql = format!(
            "SELECT {RESPONSE_COLUMNS} FROM response_contacts AS c CROSS JOIN responses AS r \
             ON r.shop = c.shop AND r.id = c.response WHERE c.shop = ?1 AND c.contact = ?2 AND (c.at, c.response) < (?3, ?4) \
             ORDER BY c.at DESC, c.response DESC LIMIT ?5"
        );
        let arguments = [shop.into(), contact.into(), at.into(), id.into(), (limit + 1).into()];
        let mut rows: Vec<super::ResponseRow> = self.0.database.rows(&sql, &arguments).await?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| has_more).map(Cursor::from);
        Ok(ResponsePage { rows, next })
    }
}
