//! Revisions arrive late, early, repeatedly, with different content and with another secret: the highest
//! revision is kept, conflicts and wrong secrets are rejected, and the tallies match the final state.

use super::{
    Fixture, Scale,
    fixture::{anything, new_id},
};
use crate::{
    ledger::Content,
    load::{self, Figures},
    random::Random,
    shopper::client_secret,
    supervisor::Supervisor,
};
use serde_json::{Value, json};
use std::time::Duration;

const LINES: usize = 24;
const REVISIONS: u32 = 5;

pub(super) fn run(supervisor: &Supervisor, scale: Scale, seed: u64) -> String {
    // Each response sends five revisions, some twice, and one that conflicts.
    let each = scale.of(6, 84);
    let fixture = Fixture::new(supervisor);
    fixture.stock(each * LINES);
    let counts = load::run(load::on_lines(&fixture.target, LINES, |number, mut line| {
        let fixture = fixture.clone();
        let mut random = Random::seeded(seed.wrapping_add(number as u64));
        async move {
            let (mut figures, mut conflicts, mut conflicting) = (Figures::default(), 0_u64, 0_u64);
            for _ in 0..each {
                let id = new_id(&mut random);
                let revisions: Vec<(u32, Content)> =
                    (1..=REVISIONS).map(|revision| (revision, anything(&mut random))).collect();
                let mut order = revisions.clone();
                for _ in 0..random.below(3) {
                    let again = random.pick(&revisions).clone();
                    order.push(again);
                }
                shuffle(&mut order, &mut random);
                let mut highest = 0;
                for (revision, content) in &order {
                    let answer =
                        fixture.send(&mut line, (&id, *revision, content), &mut figures).await.expect("a reply");
                    let expected = if *revision > highest { 201 } else { 200 };
                    assert_eq!(answer.status, expected, "revision {revision} after {highest}: {:?}", answer.body);
                    highest = highest.max(*revision);
                }
                // The same revision with other content.
                let (revision, content) = revisions.last().expect("revisions");
                let other = Content { score: (content.score + 1) % 11, ..content.clone() };
                conflicting += 1;
                let answer = line.send(&fixture.call(&id, *revision, &other)).await.expect("a reply");
                conflicts += u64::from(answer.status == 409);
                // A later revision of a stranger, who knows the id but not the secret.
                let mut forged = fixture.body(&id, revision + 1, content);
                for secret in [json!(client_secret("a stranger")), Value::Null] {
                    forged["client_secret"] = secret;
                    conflicting += 1;
                    let answer = line.send(&fixture.call_with(&id, &forged)).await.expect("a reply");
                    let reply = answer.json();
                    assert!(reply["receipt"].is_null(), "{reply}");
                    conflicts += u64::from(answer.status == 409 && reply["problems"][0]["code"] == "wrong_secret");
                }
            }
            (figures, conflicts, conflicting)
        }
    }));
    let conflicts: u64 = counts.iter().map(|(_, conflicts, _)| conflicts).sum();
    let conflicting: u64 = counts.iter().map(|(.., conflicting)| conflicting).sum();
    assert_eq!(conflicts, conflicting, "every conflict is rejected");
    let figures = Figures::sum(counts.into_iter().map(|(figures, ..)| figures));
    let checked = fixture.check(Duration::from_secs(10));
    assert_eq!(checked.rows, each * LINES);
    format!(
        "{} revisions of {} answers, shuffled and repeated ({}); {conflicts} conflicts and wrong secrets, all 409; {} tallies match",
        figures.replies() + conflicting,
        checked.rows,
        figures.by_status(),
        checked.tallies
    )
}

fn shuffle<T>(items: &mut [T], random: &mut Random) {
    for at in (1..items.len()).rev() {
        items.swap(at, usize::try_from(random.below(at as u64 + 1)).expect("an index"));
    }
}
