//! Data subject requests: whatever the spelling, every response of a person is exported and erased.

use super::*;
use crate::{
    platform::Queue,
    store::{Message, Store},
};

/// A customer's id or an order's id as pages send it, how it is stored, and other spellings of it.
const SPELLINGS: [(&str, &str, [&str; 3]); 4] = [
    ("Jose\u{301}", "José", ["José", "Jose\u{301}", " Jose\u{200b}\u{301} "]),
    ("c\u{7}-7", "c-7", ["c-7", "c\u{7}-7", "c-7\u{feff}"]),
    ("\u{202a}12\u{2060}34\u{202c}", "1234", ["1234", "12\u{ad}34", "\u{202e}1234"]),
    ("a&b=c d", "a&b=c d", ["a&b=c d", " a&b=c d", "a&b=c d\n"]),
];

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

impl Shop<'_> {
    /// Stores the messages that waited in the queue; the results.
    fn replay(&self) -> Vec<&'static str> {
        let store = ready(Store::open(&self.service.platform.platform(), &self.id)).unwrap();
        let queued = self.service.platform.drain(Queue::Intake);
        let save = |text: &String| {
            let Message::Response { row } = serde_json::from_str(text).unwrap() else { panic!("{text}") };
            ready(store.responses().save(&row, &survey::trust::Budgets::UNLIMITED)).unwrap().outcome.as_str()
        };
        queued.iter().map(save).collect()
    }

    /// Submits while the database is unavailable, so that the response waits in the queue.
    fn submit_later(&self, submission: &Value) {
        self.service.platform.sqlite("DB_0").fail_next("D1 DB is overloaded. Requests queued for too long.");
        self.submit_from_page(submission).expect(202);
    }

    /// The ids in the two lists of an export.
    fn export(&self, body: &Value) -> [Vec<String>; 2] {
        let report = self.call("POST", "/v1/exports", body).expect(200).json();
        ["items", "unverified"].map(|list| {
            report[list].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
        })
    }

    /// Publishes a survey that asks for an e-mail address and a phone number.
    fn publish_contacts(&self) -> String {
        let consent = json!({ "en": "You may contact me." });
        let definition = json!({
            "name": "Contacts", "touchpoint": "purchase", "language": "en",
            "questions": [
                { "id": "q1", "kind": "nps", "text": { "en": "How likely?" } },
                { "id": "mail", "kind": "contact", "channel": "email", "text": { "en": "Mail?" }, "consent": consent },
                { "id": "phone", "kind": "contact", "channel": "phone", "text": { "en": "Phone?" }, "consent": consent },
            ],
        });
        let id = self.call("POST", "/v1/surveys", &definition).expect(201).json()["id"].as_str().unwrap().to_owned();
        self.call("POST", &format!("/v1/surveys/{id}/publish"), &Value::Null).expect(200);
        id
    }

    fn contact_submission(&self, survey: &str, number: u32, contacts: &[(&str, &str)]) -> Value {
        let mut submission = self.submission(survey, number, 3);
        let answers = contacts
            .iter()
            .map(|(question, contact)| json!({ "question": question, "contact": contact, "consent": true }));
        let score = json!({ "question": "q1", "score": 3 });
        submission["answers"] = std::iter::once(score).chain(answers).collect();
        submission["context"] = json!({});
        // For revisions.
        submission["client_secret"] = "A".repeat(22).into();
        submission
    }
}

#[test]
fn every_spelling_of_an_id_finds_the_stored_responses() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish();
    for (number, (sent, stored, spellings)) in (1..).zip(SPELLINGS) {
        let mut submission = shop.submission(&survey, number, 9);
        submission["context"]["customer"] = sent.into();
        submission["context"]["order"]["id"] = sent.into();
        shop.submit_from_page(&submission).expect(201);
        for spelling in spellings {
            let text = encoded(spelling);
            for list in ["customer", "order_id"] {
                let found = shop.get(&format!("/v1/responses?{list}={text}"))["items"].clone();
                assert_eq!(found.as_array().unwrap().len(), 1, "{list} {spelling:?}");
                assert_eq!((&found[0]["customer"], &found[0]["order"]["id"]), (&json!(stored), &json!(stored)));
            }
            assert_eq!(shop.get(&format!("/v1/metrics?metric=nps&flag=any&customer={text}"))["n"], 1, "{spelling:?}");
            assert_eq!(shop.get(&format!("/v1/exports?customer={text}"))["customer"], stored, "{spelling:?}");
            assert_eq!(shop.export(&json!({ "customer": spelling })), [vec![], vec![id(number)]], "{spelling:?}");
        }
    }
}

#[test]
fn an_erasure_reaches_every_spelling_also_of_late_copies() {
    for (sent, _, spellings) in SPELLINGS {
        for erased in spellings {
            let service = Service::new();
            let shop = service.shop();
            let survey = shop.publish();
            for (number, customer) in [(1, sent), (2, spellings[0])] {
                let mut submission = shop.submission(&survey, number, 9);
                submission["context"]["customer"] = customer.into();
                shop.submit_from_page(&submission).expect(201);
            }
            let mut late = shop.submission(&survey, 3, 9);
            late["context"]["customer"] = sent.into();
            shop.submit_later(&late);
            let reply = shop.call("POST", "/v1/erasures", &json!({ "customer": erased })).expect(200).json();
            assert_eq!(reply, json!({ "erased": 2, "unverified": 2, "more": false }), "{sent:?} {erased:?}");
            assert_eq!(shop.replay(), ["erased"], "{sent:?} {erased:?}");
            assert_eq!(shop.get("/v1/responses")["items"], json!([]), "{sent:?} {erased:?}");
        }
    }
}

#[test]
fn a_contact_in_an_answer_is_exported_and_erased_in_every_spelling() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish_contacts();
    let jan = [("mail", "Jan.Kot@Poczta.Example"), ("phone", "+40 (0)721 234 567")];
    shop.submit_from_page(&shop.contact_submission(&survey, 1, &jan)).expect(201);
    shop.submit_from_page(&shop.contact_submission(&survey, 2, &[("mail", "jan.kot@poczta.example\u{200b}")]))
        .expect(201);
    shop.submit_from_page(&shop.contact_submission(&survey, 3, &[("phone", "0721/234.567")])).expect(201);
    for (contact, numbers) in [
        ("jan.kot@poczta.example", &[2, 1][..]),
        (" JAN.KOT@poczta.example\u{ad}", &[2, 1]),
        ("+40721234567", &[1]),
        ("0040 721 234 567", &[1]),
        ("0721 234 567", &[3]),
        ("kot@poczta.example", &[]),
        ("0721234568", &[]),
    ] {
        let expected: Vec<String> = numbers.iter().copied().map(id).collect();
        // Anyone can type an address, so none of it is called the person's own.
        assert_eq!(shop.export(&json!({ "contact": contact })), [vec![], expected], "{contact:?}");
    }
    // Pages of an export continue where the last one ended.
    let first = shop.call("POST", "/v1/exports", &json!({ "contact": jan[0].1, "limit": 1 })).expect(200).json();
    assert_eq!(first["unverified"][0]["id"], id(2).as_str());
    let rest = json!({ "contact": jan[0].1, "limit": 1, "cursor": first["next_cursor"] });
    let rest = shop.call("POST", "/v1/exports", &rest).expect(200).json();
    assert_eq!((&rest["unverified"][0]["id"], &rest["next_cursor"]), (&json!(id(1)), &Value::Null));

    let reply = shop.call("POST", "/v1/erasures", &json!({ "contact": "JAN.KOT@POCZTA.EXAMPLE" })).expect(200).json();
    assert_eq!(reply, json!({ "erased": 2, "more": false }));
    let left = &shop.get("/v1/responses")["items"];
    assert_eq!((left.as_array().unwrap().len(), &left[0]["id"]), (1, &json!(id(3))));
    let recorded = &shop.get("/v1/erasures")["items"][0];
    assert_eq!((&recorded["what"], &recorded["responses"]), (&json!("contact"), &json!(2)));
    assert_ne!(
        recorded["subject_sha256"],
        crate::key::hash("jan.kot@poczta.example"),
        "a plain hash is easily reversed"
    );
    // The same submission is refused, and a new one is a new response.
    let again = shop.submit_from_page(&shop.contact_submission(&survey, 1, &jan)).expect(200).json();
    assert_eq!(again["result"], "erased");
    clock::set(clock::now_ms() + 1);
    shop.submit_from_page(&shop.contact_submission(&survey, 4, &jan)).expect(201);
}

#[test]
fn a_late_copy_of_an_erased_contact_does_not_return() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish_contacts();
    // An earlier revision without the contact is stored; the one with it waits.
    shop.submit_from_page(&shop.contact_submission(&survey, 1, &[])).expect(201);
    let mut late = shop.contact_submission(&survey, 1, &[("phone", "+48 601 123 456")]);
    late["revision"] = 2.into();
    shop.submit_later(&late);
    shop.submit_later(&shop.contact_submission(&survey, 2, &[("phone", "+48 (601) 123-456"), ("mail", "a@b.example")]));
    shop.submit_later(&shop.contact_submission(&survey, 3, &[("mail", "a@b.example")]));
    let reply = shop.call("POST", "/v1/erasures", &json!({ "contact": "+48601123456" })).expect(200).json();
    assert_eq!(reply["erased"], 0);
    assert_eq!(shop.replay(), ["erased", "erased", "stored"]);
    let left = &shop.get("/v1/responses")["items"];
    assert_eq!((left.as_array().unwrap().len(), &left[0]["id"]), (1, &json!(id(3))));
}

#[test]
fn dead_letters_of_a_contact_are_exported_and_erased() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish_contacts();
    shop.submit_later(&shop.contact_submission(&survey, 1, &[("mail", "Jan@b.example")]));
    let store = ready(Store::open(&service.platform.platform(), &shop.id)).unwrap();
    let text = service.platform.drain(Queue::Intake).remove(0);
    for (letter, body) in
        [("r1.1", text.as_str()), ("r2.1", r#"{"row":{"contact":"no list"}}"#), ("r3.1", "jan@b.example")]
    {
        ready(store.dead_letters().insert(&shop.id, letter, "a test", body, clock::now_ms())).unwrap();
    }
    let letters = |contact: &str| {
        let report = shop.call("POST", "/v1/exports", &json!({ "contact": contact })).expect(200).json();
        report["dead_letters"].as_array().unwrap().len()
    };
    assert_eq!((letters("jan@b.example"), letters("an@b.example")), (1, 0));
    shop.call("POST", "/v1/erasures", &json!({ "contact": "jan@b.example" })).expect(200);
    assert_eq!(letters("jan@b.example"), 0);
    assert_eq!(shop.get("/v1/dead-letters")["items"].as_array().unwrap().len(), 2);
}

#[test]
fn an_invalid_export_is_rejected_with_all_problems() {
    let service = Service::new();
    let shop = service.shop();
    let reply = shop.call("POST", "/v1/exports", &json!({ "contact": "jan", "limit": 0, "who": 1 })).expect(400);
    let problems = reply.problems();
    let expected = [("unknown_value", "who"), ("invalid_format", "contact"), ("out_of_range", "limit")];
    assert_eq!(problems, expected.map(|(code, at)| (code.to_owned(), at.to_owned())));
    for query in ["", "?customer=", "?customer=%E2%80%8B"] {
        shop.call("GET", &format!("/v1/exports{query}"), &Value::Null).expect(400);
    }
}

#[test]
fn a_revision_replaces_the_contacts_of_a_response() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish_contacts();
    shop.submit(&shop.contact_submission(&survey, 1, &[("mail", "a@b.example"), ("phone", "601 123 456")])).expect(201);
    let mut changed = shop.contact_submission(&survey, 1, &[("mail", "c@b.example"), ("phone", "601123456")]);
    changed["revision"] = 2.into();
    shop.submit(&changed).expect(201);
    for (contact, found) in [("a@b.example", 0), ("c@b.example", 1), ("601-123-456", 1)] {
        assert_eq!(shop.export(&json!({ "contact": contact }))[1].len(), found, "{contact}");
    }
    shop.call("DELETE", &format!("/v1/responses/{}", id(1)), &Value::Null).expect(204);
    let connection = service.platform.sqlite("DB_0").connection();
    let left: i64 = connection.query_row("SELECT count(*) FROM response_contacts", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
}
