//! Persons as the subject of an erasure: which responses are theirs, and the hash under which the erasure is recorded.

use super::super::{Store, StoreError};
use crate::key;
use data_encoding::HEXLOWER;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// How a person is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Naming {
    /// By the shop's own customer id.
    Customer,
    /// By the e-mail address or phone number in an answer.
    Contact,
}

impl Naming {
    /// The value of `erasures.what`.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Contact => "contact",
        }
    }

    /// `SELECT` of the person's responses with the columns `id`, up to and including the conditions on shop `?1` and name
    /// `?2`. The index is named, because D1's SQLite would choose the one by time and read the responses of all customers.
    pub(super) const fn select_ids(self) -> &'static str {
        match self {
            Self::Customer => {
                "SELECT id FROM responses INDEXED BY responses_by_customer WHERE shop = ?1 AND customer = ?2"
            }
            Self::Contact => "SELECT response AS id FROM response_contacts WHERE shop = ?1 AND contact = ?2",
        }
    }

    /// The order of those responses, newest first.
    pub(super) const fn order(self) -> &'static str {
        match self {
            Self::Customer => "ORDER BY received_at DESC, id DESC",
            Self::Contact => "ORDER BY at DESC, response DESC",
        }
    }

    /// The condition on a dead letter that holds a response of the person `?2`.
    pub(in crate::store) const fn in_letter(self) -> &'static str {
        match self {
            Self::Customer => "CASE WHEN json_valid(body) THEN json_extract(body, '$.row.customer') = ?2 END",
            // `contact` is a string that holds a JSON list.
            Self::Contact => {
                "CASE WHEN json_valid(body) AND json_valid(json_extract(body, '$.row.contact')) THEN \
                 EXISTS (SELECT 1 FROM json_each(json_extract(body, '$.row.contact')) WHERE value = ?2) END"
            }
        }
    }

    /// The hash under which an erasure of the person is recorded. A contact has few possible values, so anyone could find it
    /// from a plain hash; it is hashed with the key of the deployment. Owners can compute the hash of a customer's id.
    ///
    /// # Errors
    /// If the deployment has no key.
    pub(super) fn subject(self, store: &Store, shop: &str, name: &str) -> Result<String, StoreError> {
        match self {
            Self::Customer => Ok(key::hash(name)),
            Self::Contact => keyed(store, shop, name),
        }
    }
}

/// HMAC-SHA256 in hex, separately for each shop.
fn keyed(store: &Store, shop: &str, contact: &str) -> Result<String, StoreError> {
    let secret = |name| store.platform.secret(name).filter(|secret| secret.len() >= 16);
    let missing = || StoreError::Misconfigured("no secret SIGNING_KEY and no ADMIN_TOKEN".to_owned());
    let secret = secret("SIGNING_KEY").or_else(|| secret("ADMIN_TOKEN")).ok_or_else(missing)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(format!("glas contact\n{secret}").as_bytes())
        .map_err(|error| StoreError::Misconfigured(error.to_string()))?;
    for part in [shop, "\n", contact] {
        mac.update(part.as_bytes());
    }
    Ok(HEXLOWER.encode(&mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::Fixture;

    #[test]
    fn contacts_are_hashed_with_a_key_and_customers_without() {
        let store = Fixture::new().store;
        let subject = |naming: Naming, shop, name| naming.subject(&store, shop, name).unwrap();
        assert_eq!(subject(Naming::Customer, "a", "c-7"), key::hash("c-7"));
        let contact = subject(Naming::Contact, "a", "jan@example.com");
        assert_eq!(contact.len(), 64);
        assert_eq!(contact, subject(Naming::Contact, "a", "jan@example.com"));
        assert_ne!(contact, key::hash("jan@example.com"));
        assert_ne!(contact, subject(Naming::Contact, "b", "jan@example.com"));
        assert_ne!(contact, subject(Naming::Contact, "a", "jan@example.org"));
    }
}
