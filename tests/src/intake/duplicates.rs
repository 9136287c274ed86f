//! Many clients send the same submissions at once: each is stored exactly once and acknowledged to all clients.

use super::{
    Fixture, Scale,
    fixture::{anything, is_unvouched, new_id},
};
use crate::{
    load::{self, Figures},
    random::Random,
    supervisor::Supervisor,
};
use std::{sync::Arc, time::Duration};

const LINES: usize = 50;

pub(super) fn run(supervisor: &Supervisor, scale: Scale, seed: u64) -> String {
    let ids = scale.of(40, 1_000);
    let fixture = Fixture::new(supervisor);
    let mut random = Random::seeded(seed);
    // So many copies of a response without a token exceed the visitor's rate limit.
    let vouched = |random: &mut Random| loop {
        let id = new_id(random);
        if !is_unvouched(&id) {
            return id;
        }
    };
    let answers: Arc<Vec<_>> = Arc::new((0..ids).map(|_| (vouched(&mut random), anything(&mut random))).collect());
    let figures = load::run(async {
        // All connections send the submissions in the same order, so each id arrives many times within moments.
        let each = load::on_lines(&fixture.target, LINES, |_, mut line| {
            let (fixture, answers) = (fixture.clone(), Arc::clone(&answers));
            async move {
                let mut figures = Figures::default();
                for (id, content) in answers.iter() {
                    fixture.send(&mut line, (id, 1, content), &mut figures).await.expect("a reply");
                }
                figures
            }
        });
        Figures::sum(each.await)
    });
    let (created, known) = (figures.count(|status| status == 201), figures.count(|status| status == 200));
    let all = ids * LINES;
    assert_eq!((created, known), (ids as u64, (all - ids) as u64), "{}", figures.by_status());
    let checked = fixture.check(Duration::from_secs(10));
    assert_eq!((checked.rows, checked.revisions), (ids, ids));
    format!("{ids} ids × {LINES} on {LINES} connections: {}; {} rows", figures.by_status(), checked.rows)
}
