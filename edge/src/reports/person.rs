//! Everything that is stored about one customer, with the questions as they were asked, so that it can be handed over.

use crate::{
    reports::{
        ReportError,
        response::{ResponseItem, ResponsePresenter, projection::Projection},
    },
    store::{Cursor, DeadLetter, ResponseFilter, SCAN_LIMIT, Selection, Store},
    time::clock,
};
use serde::Serialize;

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Export))]
/// Everything that is stored about one person.
pub(crate) struct PersonReport {
    /// In an export by `customer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<String>,
    /// In an export by `contact`.
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<String>,
    /// The responses whose customer the shop vouches for, each in its complete form.
    items: Vec<ResponseItem>,
    /// The responses that anyone may have sent in this person's name.
    unverified: Vec<ResponseItem>,
    /// What arrived and could not be stored: see `/v1/dead-letters`. Only on the first page.
    dead_letters: Vec<ExportedDeadLetter>,
    #[cfg_attr(test, schema(required))]
    next_cursor: Option<String>,
}

#[derive(Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
/// A submission that arrived and could not be stored.
struct ExportedDeadLetter {
    id: String,
    /// The message as it was queued.
    message: String,
    #[cfg_attr(test, schema(format = DateTime))]
    at: String,
}

impl From<DeadLetter> for ExportedDeadLetter {
    fn from(letter: DeadLetter) -> Self {
        Self { id: letter.id, message: letter.body, at: clock::rfc3339(letter.at) }
    }
}

/// Whose data to report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Whose {
    /// A customer's id in its canonical spelling.
    Customer(String),
    /// An e-mail address or a phone number in its canonical form.
    Contact(String),
}

/// Whose data to report, and which page of it.
pub(crate) struct PersonQuestion {
    pub(crate) whose: Whose,
    pub(crate) after: Option<Cursor>,
    pub(crate) limit: u32,
}

/// Reads a page of a person's data, newest first. `encode_cursor` writes the place where the next page starts; `now` is
/// in milliseconds since 1970.
pub(crate) async fn load(
    store: &Store,
    shop: &str,
    question: PersonQuestion,
    now: i64,
    encode_cursor: impl Fn(&Cursor) -> String,
) -> Result<PersonReport, ReportError> {
    let PersonQuestion { whose, after, limit } = question;
    let presenter = ResponsePresenter::load(store, shop, Projection::FULL, now).await?;
    let dead_letters = match (&after, &whose) {
        (None, Whose::Customer(id)) => store.dead_letters().of_customer(shop, id).await?,
        (None, Whose::Contact(contact)) => store.dead_letters().of_contact(shop, contact).await?,
        (Some(_), _) => Vec::new(),
    };
    let found = match &whose {
        Whose::Customer(id) => {
            let filter = ResponseFilter { customer: Some(id.clone()), ..ResponseFilter::default() };
            let selection = Selection { shop, filter: &filter, after, limit, scan_limit: SCAN_LIMIT };
            store.responses().list(&selection).await?
        }
        Whose::Contact(contact) => store.responses().of_contact(shop, contact, after.as_ref(), limit).await?,
    };
    let next_cursor = found.next.as_ref().map(encode_cursor);
    let items = presenter.present_all(store, found.rows).await?;
    Ok(PersonReport::of(whose, items, dead_letters, next_cursor))
}

impl PersonReport {
    fn of(
        whose: Whose,
        responses: Vec<ResponseItem>,
        dead_letters: Vec<DeadLetter>,
        next_cursor: Option<String>,
    ) -> Self {
        let dead_letters = dead_letters.into_iter().map(ExportedDeadLetter::from).collect();
        // A contact is what someone typed, so it proves nothing about the person.
        let is_own = |item: &ResponseItem| matches!(whose, Whose::Customer(_)) && item.has_verified_customer();
        let (items, unverified) = responses.into_iter().partition(is_own);
        let (customer, contact) = match whose {
            Whose::Customer(id) => (Some(id), None),
            Whose::Contact(contact) => (None, Some(contact)),
        };
        Self { customer, contact, items, unverified, dead_letters, next_cursor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::response::SurveyContext;
    use serde_json::json;

    #[test]
    fn a_customer_s_data_is_complete() {
        let row = json!({
            "id": "r", "survey": "s", "version": 1, "revision": 2, "complete": 1, "touchpoint": "cart", "flags": 0,
            "answers": r#"[{"question":"q","kind":"nps","score":3}]"#, "traits": r#"{"plan":"gold"}"#,
            "received_at": 0, "updated_at": 1, "customer": "c-7",
        });
        let item = |verified: u8| {
            let mut row = row.clone();
            row["verified"] = verified.into();
            let row = serde_json::from_value(row).unwrap();
            ResponseItem::of(row, Projection::FULL, SurveyContext::NONE).unwrap()
        };
        let whose = Whose::Customer("c-7".to_owned());
        let letter = DeadLetter { id: "d".to_owned(), reason: "too old".to_owned(), body: "{}".to_owned(), at: 1_000 };
        let report = PersonReport::of(whose, vec![item(1), item(6)], vec![letter], Some("next".to_owned()));
        let value = serde_json::to_value(report).unwrap();
        assert_eq!((&value["customer"], &value["next_cursor"]), (&json!("c-7"), &json!("next")));
        assert_eq!(value["items"][0]["verified"], json!(["customer"]));
        assert_eq!(value["unverified"][0]["verified"], json!(["order", "traits"]), "the customer is not signed");
        assert_eq!(value["items"][0]["traits"], json!({ "plan": "gold" }));
        assert_eq!(value["items"][0]["answers"][0]["class"], "detractor", "the projection is the full one");
        let letter = json!({ "id": "d", "message": "{}", "at": "1970-01-01T00:00:01.000Z" });
        assert_eq!(value["dead_letters"], json!([letter]), "a dead letter is exported as it was queued");
        let by_contact = PersonReport::of(Whose::Contact("a@b.example".to_owned()), vec![item(7)], Vec::new(), None);
        let value = serde_json::to_value(by_contact).unwrap();
        assert_eq!((&value["contact"], &value["items"]), (&json!("a@b.example"), &json!([])));
        assert_eq!(value["unverified"].as_array().unwrap().len(), 1);
    }
}
