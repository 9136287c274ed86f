//! Dispatch, claims and results, through the store's methods over the real schema.

use super::{super::dispatch, *};
use crate::{
    platform::in_process::ready,
    store::{LogSelection, WebhookForm, WebhookRow, fixture::Fixture},
};
use rusqlite::params;

const NOW: i64 = 1_000_000_000_000;
/// When a delivery that was dispatched at [`NOW`] is due.
const DUE: i64 = NOW + QUEUE_GRACE_MS;

/// Shop `a` has an endpoint for all events, one for deletions and a disabled one; shop `b` has a disabled one.
fn fixture() -> Fixture {
    let fixture = Fixture::new();
    for (shop, id, events, status) in [
        ("a", "all", r#"["response.created","response.updated","response.deleted"]"#, "enabled"),
        ("a", "gone", r#"["response.deleted"]"#, "enabled"),
        ("a", "off", r#"["response.created"]"#, "disabled"),
        ("b", "off", r#"["response.created"]"#, "disabled"),
    ] {
        let insert = "INSERT INTO webhooks (shop, id, url, events, template, description, status, secret, created_at, \
                      updated_at) VALUES (?1, ?2, 'https://shop.example/', ?3, 'standard', '', ?4, 'whsec_', 0, 0)";
        fixture.execute(insert, [shop, id, events, status]).unwrap();
    }
    fixture
}

impl Fixture {
    fn respond(&self, shop: &str, id: &str, revision: u8) {
        let upsert = "INSERT INTO responses (shop, id, survey, version, revision, fingerprint, complete, touchpoint, \
             answers, scores, traits, day, received_at, updated_at) \
             VALUES (?1, ?2, 'v', 1, ?3, '', 0, 't', '[]', '[]', '{}', 7, 0, 5) \
             ON CONFLICT (shop, id) DO UPDATE SET revision = excluded.revision";
        self.execute(upsert, params![shop, id, revision]).unwrap();
    }

    fn delete(&self, shop: &str, id: &str) {
        self.execute("DELETE FROM responses WHERE shop = ?1 AND id = ?2", [shop, id]).unwrap();
    }

    /// Dispatches one batch: the deliveries that were enqueued, and whether there are more events.
    fn dispatch(&self) -> (Vec<String>, bool) {
        let more = ready(self.store.deliveries().dispatch(NOW)).unwrap();
        (self.enqueued(), more)
    }

    /// Takes the messages from the queue.
    fn enqueued(&self) -> Vec<String> {
        let texts = self.platform.drain(Queue::Webhooks);
        let messages = texts.iter().map(|text| serde_json::from_str::<DeliveryMessage>(text).unwrap());
        messages.map(|message| format!("{} {} {}", message.shop, message.webhook, message.event)).collect()
    }

    fn enqueue_due(&self, now: i64) -> Vec<String> {
        let count = ready(self.store.deliveries().enqueue_due(now, 100)).unwrap();
        let enqueued = self.enqueued();
        assert_eq!(count as usize, enqueued.len());
        enqueued
    }

    fn deliveries(&self) -> Vec<String> {
        let sql = "SELECT shop, webhook, event, type, revision, state, attempts FROM deliveries ORDER BY shop, webhook, event";
        self.strings(sql, [])
    }

    /// Claims the delivery of [`message`]; the end of the claim.
    fn claim(&self, due: i64, now: i64) -> Option<i64> {
        let claimed = ready(self.store.deliveries().claim(&message(due), now)).unwrap();
        claimed.map(|claimed| claimed.claim.due)
    }

    fn record(&self, due: i64, state: State, next_at: i64, sent_at: Option<i64>) -> Option<String> {
        let error = (state != State::Delivered).then_some("status");
        let result = AttemptResult { state, next_at, sent_at, status: Some(500), error, is_gone: false };
        ready(self.store.deliveries().record_attempt(&message(DUE), due, &result, sent_at.unwrap_or(NOW))).unwrap()
    }

    fn state(&self) -> Vec<String> {
        self.strings("SELECT state, attempts, next_at, last_at, last_status, last_error FROM deliveries", [])
    }

    fn endpoint(&self) -> WebhookRow {
        ready(self.store.webhooks().get("a", "all")).unwrap().unwrap()
    }
}

/// A message for the first delivery to the endpoint `all`.
fn message(due: i64) -> DeliveryMessage {
    DeliveryMessage { shop: "a".into(), webhook: "all".into(), event: "evt_r1_1_created".into(), due, at: due }
}

#[test]
fn an_event_is_written_only_if_the_shop_has_an_enabled_endpoint() {
    let fixture = fixture();
    fixture.respond("a", "r1", 1);
    fixture.respond("b", "r1", 1);
    fixture.respond("c", "r1", 1);
    fixture.respond("a", "r1", 2);
    fixture.respond("b", "r1", 2);
    fixture.delete("b", "r1");
    let outbox = "SELECT shop, event, revision FROM outbox";
    assert_eq!(fixture.strings(outbox, []), ["a created 1", "a updated 2"]);
    fixture.execute("UPDATE webhooks SET status = 'disabled'", []).unwrap();
    fixture.respond("a", "r2", 1);
    fixture.delete("a", "r1");
    assert_eq!(fixture.strings(outbox, []).len(), 2);
}

#[test]
fn every_event_is_dispatched_once_to_each_endpoint_that_subscribes() {
    let fixture = fixture();
    fixture.respond("a", "r1", 1);
    fixture.respond("a", "r1", 3);
    fixture.respond("a", "r2", 1);
    fixture.delete("a", "r2");
    let mut enqueued = fixture.dispatch().0;
    enqueued.sort();
    let expected = [
        "a all evt_r1_1_created",
        "a all evt_r1_3_updated",
        "a all evt_r2_1_created",
        "a all evt_r2_1_deleted",
        "a gone evt_r2_1_deleted",
    ];
    assert_eq!(enqueued, expected);
    assert_eq!(fixture.dispatch(), (vec![], false), "dispatching is idempotent");
    let deliveries = [
        "a all evt_r1_1_created response.created 1 pending 0",
        "a all evt_r1_3_updated response.updated 3 pending 0",
        "a all evt_r2_1_created response.created 1 pending 0",
        "a all evt_r2_1_deleted response.deleted 1 pending 0",
        "a gone evt_r2_1_deleted response.deleted 1 pending 0",
    ];
    assert_eq!(fixture.deliveries(), deliveries);
    // Also if the position was lost, because the database was restored from a backup.
    fixture.execute("UPDATE dispatched SET seq = 0", []).unwrap();
    assert_eq!(fixture.dispatch(), (vec![], false));
    assert_eq!(fixture.deliveries(), deliveries);
}

#[test]
fn events_are_dispatched_in_batches_in_their_order() {
    let fixture = fixture();
    let insert = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 501) \
                  INSERT INTO outbox (shop, event, response, revision, at) SELECT 'a', 'created', n, 1, 0 FROM n";
    fixture.execute(insert, []).unwrap();
    let (enqueued, more) = fixture.dispatch();
    assert_eq!((enqueued.len(), enqueued[0].as_str(), more), (500, "a all evt_1_1_created", true));
    assert_eq!(fixture.dispatch(), (vec!["a all evt_501_1_created".to_owned()], false));
}

#[test]
fn an_event_type_with_a_dot_is_delivered_unchanged() {
    let fixture = fixture();
    fixture.execute(r#"UPDATE webhooks SET events = '["case.opened"]' WHERE id = 'gone'"#, []).unwrap();
    let insert = "INSERT INTO outbox (shop, event, response, revision, at) VALUES ('a', 'case.opened', 'c1', 1, 0)";
    fixture.execute(insert, []).unwrap();
    assert_eq!(fixture.dispatch().0, ["a gone evt_c1_1_case_opened"]);
    assert_eq!(fixture.deliveries(), ["a gone evt_c1_1_case_opened case.opened 1 pending 0"]);
}

#[test]
fn of_two_messages_only_one_claims_the_delivery() {
    let fixture = fixture();
    fixture.respond("a", "r1", 1);
    fixture.dispatch();
    let claim = fixture.claim(DUE, NOW).unwrap();
    assert_eq!(claim, NOW + ATTEMPT_MS);
    assert_eq!(fixture.claim(DUE, NOW + 1), None, "a duplicate of the message is outdated");
    // Only the claim's own result is recorded, and only once.
    fixture.record(DUE, State::Delivered, 0, Some(NOW));
    assert_eq!(fixture.state(), [format!("pending 0 {claim} Null Null Null")]);
    for next_at in [NOW + 50, NOW + 60] {
        fixture.record(claim, State::Pending, next_at, Some(NOW + 9));
        assert_eq!(fixture.state(), [format!("pending 1 {} {} 500 status", NOW + 50, NOW + 9)]);
    }
    // An attempt that sent nothing is not counted.
    let claim = fixture.claim(NOW + 50, NOW + 50).unwrap();
    fixture.record(claim, State::Failed, NOW, None);
    assert_eq!(fixture.state(), [format!("failed 1 {NOW} {} 500 status", NOW + 9)]);
    assert_eq!(fixture.claim(NOW, NOW + 99), None, "the delivery is finished");
}

#[test]
fn a_claim_never_ends_at_the_time_of_the_message() {
    let fixture = fixture();
    fixture.respond("a", "r1", 1);
    fixture.dispatch();
    assert_eq!(fixture.claim(DUE, DUE - ATTEMPT_MS), Some(DUE + 1));
    assert_eq!(fixture.claim(DUE, DUE - ATTEMPT_MS), None);
}

#[test]
fn a_claim_returns_the_endpoint_and_the_name_of_the_survey() {
    let fixture = fixture();
    fixture.respond("a", "r1", 1);
    fixture.dispatch();
    fixture.execute(r#"INSERT INTO surveys (shop, id, status, version, definition, created_at, updated_at) VALUES ('a', 'v', 'live', 1, '{"name":"N"}', 0, 0)"#, []).unwrap();
    let claimed = ready(fixture.store.deliveries().claim(&message(DUE), NOW)).unwrap().unwrap();
    assert_eq!(claimed.webhook.unwrap().id, "all");
    assert_eq!(claimed.survey_name.as_deref(), Some("N"));
    assert_eq!((claimed.claim.r#type.as_str(), claimed.claim.attempts), ("response.created", 0));
    fixture.execute("DELETE FROM webhooks", []).unwrap();
    let claimed = ready(fixture.store.deliveries().claim(&message(claimed.claim.due), NOW)).unwrap().unwrap();
    assert!(claimed.webhook.is_none());
}

#[test]
fn a_delivery_whose_message_or_isolate_was_lost_becomes_due_again() {
    let fixture = fixture();
    fixture.respond("a", "r1", 1);
    fixture.dispatch();
    assert_eq!(fixture.enqueue_due(DUE - 1), [""; 0], "the message may still be in the queue");
    // The message was lost: the cron job enqueues another, once.
    assert_eq!(fixture.enqueue_due(DUE), ["a all evt_r1_1_created"]);
    assert_eq!(fixture.enqueue_due(DUE), [""; 0]);
    assert_eq!(fixture.claim(DUE, DUE), None, "the lost message arrives after all");
    // The isolate ended between the claim and the result.
    let claim = fixture.claim(DUE + QUEUE_GRACE_MS, DUE).unwrap();
    assert_eq!(fixture.enqueue_due(claim - 1), [""; 0]);
    assert_eq!(fixture.enqueue_due(claim), ["a all evt_r1_1_created"]);
    assert_eq!(
        fixture.strings("SELECT attempts FROM deliveries", []),
        ["0"],
        "an attempt without a result is repeated"
    );
}

#[test]
fn an_owner_may_repeat_a_delivery() {
    let fixture = fixture();
    fixture.respond("a", "r1", 1);
    fixture.dispatch();
    let retry = |shop: &str, now: i64| {
        let row = ready(fixture.store.deliveries().retry(shop, "all", "evt_r1_1_created", now)).unwrap();
        row.map(|row| format!("{} {} {}", row.state, row.attempts, row.next_at))
    };
    let claim = fixture.claim(DUE, NOW).unwrap();
    fixture.record(claim, State::Pending, NOW + 50, Some(NOW));
    let expected = format!("pending 1 {}", NOW + 5);
    assert_eq!(retry("a", NOW + 5), Some(expected), "the next attempt is due at once");
    assert_eq!(fixture.enqueued(), ["a all evt_r1_1_created"]);
    let claim = fixture.claim(NOW + 5, NOW + 5).unwrap();
    fixture.record(claim, State::Failed, NOW, Some(NOW));
    assert_eq!(retry("a", NOW + 9), Some(format!("pending 0 {}", NOW + 9)), "the retry schedule starts again");
    assert_eq!(retry("b", NOW), None);
}

#[test]
fn the_log_lists_an_endpoints_deliveries_by_state() {
    let fixture = fixture();
    for id in ["r1", "r2"] {
        fixture.respond("a", id, 1);
    }
    fixture.dispatch();
    let claim = fixture.claim(DUE, NOW).unwrap();
    fixture.record(claim, State::Failed, NOW, Some(NOW));
    let list = |state: Option<State>, limit: u32| {
        let selection = LogSelection { shop: "a", webhook: "all", state, from: 0, to: NOW, after: None, limit };
        let (rows, next) = ready(fixture.store.deliveries().list(&selection)).unwrap();
        (rows.into_iter().map(|row| row.event).collect::<Vec<_>>(), next.map(|cursor| cursor.id))
    };
    let [first, second] = ["evt_r1_1_created", "evt_r2_1_created"].map(str::to_owned);
    assert_eq!(list(None, 9), (vec![second.clone(), first.clone()], None));
    assert_eq!(list(None, 1), (vec![second.clone()], Some(second.clone())));
    assert_eq!(list(Some(State::Failed), 9), (vec![first], None));
    assert_eq!(list(Some(State::Pending), 9), (vec![second], None));
}

#[test]
fn an_endpoint_is_disabled_if_it_fails_for_days_or_is_gone() {
    let fixture = fixture();
    fixture.respond("a", "r1", 1);
    let record = |error: Option<&'static str>, is_gone: bool, now: i64| {
        let result =
            AttemptResult { state: State::Pending, next_at: now, sent_at: Some(now), status: None, error, is_gone };
        ready(fixture.store.deliveries().record_attempt(&message(DUE), DUE, &result, now)).unwrap()
    };
    assert_eq!(record(Some("status"), false, NOW), None);
    assert_eq!(record(Some("status"), false, NOW + 5), None);
    assert_eq!(fixture.endpoint().failing_since, Some(NOW), "the first failure counts");
    assert_eq!(record(Some("status"), false, NOW + FAILING_MS - 1), None);
    assert_eq!(record(None, false, NOW + FAILING_MS), None);
    assert_eq!(fixture.endpoint().failing_since, None, "a success clears it");
    assert_eq!(record(Some("status"), false, NOW + FAILING_MS + 9), None);
    assert_eq!(record(Some("status"), false, NOW + 2 * FAILING_MS + 9).as_deref(), Some("failing"));
    assert_eq!(record(Some("status"), false, NOW + 2 * FAILING_MS + 10), None, "it is disabled already");
    let state = || format!("{} {:?}", fixture.endpoint().status, fixture.endpoint().reason.as_deref());
    assert_eq!(state(), r#"disabled Some("failing")"#);
    let replace = |enabled: Option<bool>| {
        let form =
            WebhookForm { url: "u", events: "[]", template: "standard", recipient: None, description: "", enabled };
        ready(fixture.store.webhooks().replace("a", "all", &form, NOW)).unwrap().unwrap();
        state()
    };
    assert_eq!(replace(None), r#"disabled Some("failing")"#);
    assert_eq!(replace(Some(true)), "enabled None");
    assert_eq!(fixture.endpoint().failing_since, None);
    assert_eq!(replace(Some(false)), r#"disabled Some("owner")"#);
    ready(fixture.store.webhooks().enable("a", "all", NOW)).unwrap().unwrap();
    assert_eq!(state(), "enabled None");
    assert_eq!(record(Some("status"), true, NOW).as_deref(), Some("gone"));
    assert_eq!(state(), r#"disabled Some("gone")"#);
}

#[test]
fn earlier_events_are_dispatched_before_an_endpoint_is_deleted() {
    let fixture = fixture();
    fixture.respond("a", "r1", 1);
    ready(fixture.store.webhooks().delete("a", "all", NOW)).unwrap().unwrap();
    assert_eq!(fixture.enqueued(), ["a all evt_r1_1_created"]);
    assert!(ready(fixture.store.webhooks().get("a", "all")).unwrap().is_none());
    assert!(ready(fixture.store.webhooks().delete("a", "all", NOW)).unwrap().is_none());
}

#[test]
fn events_before_a_move_are_dispatched_with_the_freeze() {
    let fixture = fixture();
    let set_state = |state: &str| {
        let upsert = "INSERT INTO moves VALUES ('a', ?1, 'DB_1', 'x', '', 0, 1, 1, 0, 0, 0, 0) \
                      ON CONFLICT (shop) DO UPDATE SET state = ?1";
        fixture.execute(upsert, [state]).unwrap();
    };
    let dispatch_shop = || ready(fixture.store.database.transaction([dispatch::dispatch_shop("a", NOW)])).map(|_| ());
    set_state("leaving");
    fixture.respond("a", "r1", 1);
    dispatch_shop().unwrap();
    assert_eq!(fixture.deliveries().len(), 1);
    set_state("frozen");
    // From now on the shop's deliveries belong to the other database.
    assert_eq!(fixture.dispatch(), (vec![], false));
    assert_eq!(fixture.enqueue_due(NOW), [""; 0]);
    dispatch_shop().unwrap();
    for write in [
        "UPDATE deliveries SET next_at = 0",
        "DELETE FROM webhooks",
        "UPDATE webhooks SET description = 'x' WHERE shop = 'a'",
    ] {
        let error = fixture.execute(write, []).expect_err(write);
        assert!(error.to_string().contains("glas: shop is moving"), "{error}");
    }
    set_state("here");
    assert_eq!(fixture.enqueue_due(NOW), ["a all evt_r1_1_created"]);
}
