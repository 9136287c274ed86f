//! The wasm instance traps during a request. The next request gets a new instance, and acknowledged responses are
//! stored.

use super::{
    Fixture, Scale,
    database::deliver,
    fixture::{anything, new_id},
};
use crate::{
    faults::Faults,
    load::{self, Line},
    random::Random,
    supervisor::Supervisor,
};
use serde_json::json;
use std::time::Duration;

pub(super) fn run(supervisor: &Supervisor, scale: Scale, seed: u64) -> String {
    let (alone, together) = scale.of((20, 400), (200, 10_000));
    let fixture = Fixture::new(supervisor);
    let faults = Faults::of(supervisor);
    let mut random = Random::seeded(seed);

    // Sequentially: a request that traps, then the next one.
    load::run(async {
        let mut line = Line::to(fixture.target.clone());
        for number in 0..alone {
            let before = number % 2 == 0;
            faults.set(
                &json!({ "trap_before": f64::from(u8::from(before)), "trap_after": f64::from(u8::from(!before)) }),
            );
            let (id, content) = (new_id(&mut random), anything(&mut random));
            fixture.ledger.sent(&id, 1, &content);
            let ended = line.send(&fixture.call(&id, 1, &content)).await;
            assert!(ended.as_ref().map_or(true, |answer| answer.status >= 500), "{ended:?}");
            assert!(faults.seen("traps") >= 1, "no instance trapped");
            faults.none();
            let next = line.send(&fixture.call(&id, 1, &content)).await.expect("the next request is answered");
            assert_eq!(next.status, if before { 201 } else { 200 }, "{:?}", next.body);
            fixture.ledger.replied(&id, 1, next.status);
        }
    });

    // Concurrently: all requests of an instance fail with it.
    faults.set(&json!({ "seed": seed, "trap_before": 0.01, "trap_after": 0.01 }));
    let figures = load::run(deliver(&fixture, together, seed));
    let traps = faults.seen("traps");
    faults.none();
    let checked = fixture.check(Duration::from_secs(60));
    assert_eq!(checked.rows, alone + together);
    assert!(traps > 0, "no instance trapped");
    format!(
        "{alone} instances trapped, each next request succeeded; {together} submissions with {traps} more traps, 16 at a time ({}): {} rows",
        figures.by_status(),
        checked.rows
    )
}
