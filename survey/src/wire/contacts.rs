//! The contacts in stored answers, by which a response is found.

use super::StoredAnswer;
use crate::contact;
use alloc::{collections::BTreeSet, string::String, vec::Vec};

/// The contacts in a response's stored answers (a JSON list of [`StoredAnswer`]) as the column `contact` holds them: a JSON
/// list of [`canonical`](contact::canonical) contacts, sorted, without duplicates. `None` if there are none, or if the
/// answers cannot be parsed.
#[must_use]
pub fn contacts_of(answers: &str) -> Option<String> {
    let answers: Vec<StoredAnswer> = serde_json::from_str(answers).ok()?;
    let contacts: BTreeSet<String> =
        answers.iter().filter_map(|answer| contact::canonical(answer.contact.as_deref()?)).collect();
    serde_json::to_string(&contacts).ok().filter(|_| !contacts.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_contact_of_a_response_is_found_in_its_canonical_form() {
        for (answers, expected) in [
            ("[]", None),
            ("not JSON", None),
            (r#"[{"question":"q","kind":"text","text":"jan@poczta.example"}]"#, None),
            (
                r#"[{"question":"q","kind":"nps","score":9},
                    {"question":"p","kind":"contact","contact":"+48601123456","consent":true},
                    {"question":"m","kind":"contact","contact":"Jan@poczta.example","consent":true},
                    {"question":"n","kind":"contact","contact":"jan@poczta.example","consent":true}]"#,
                Some(r#"["+48601123456","jan@poczta.example"]"#),
            ),
            // Stored before invisible letters were dropped.
            (
                "[{\"question\":\"m\",\"kind\":\"contact\",\"contact\":\"jan@poczta.example\u{200b}\"}]",
                Some(r#"["jan@poczta.example"]"#),
            ),
        ] {
            assert_eq!(contacts_of(answers).as_deref(), expected, "{answers}");
        }
    }
}
