//! The config cache (KV) fails while the isolate's own cache is empty: configs come from D1, and no submission is
//! rejected.

use super::{Fixture, Scale, database, steady};
use crate::{faults::Faults, load, supervisor::Supervisor};
use serde_json::json;
use std::time::Duration;

pub(super) fn run(supervisor: &Supervisor, scale: Scale, seed: u64) -> String {
    let (seconds, a_second) = scale.of((3, 30), (600, 30));
    let fixture = Fixture::new(supervisor);
    // A new process has an empty cache.
    supervisor.kill();
    supervisor.wait_until_healthy();
    let faults = Faults::of(supervisor);
    faults.set(&json!({ "seed": seed, "kv_down": true }));
    let figures = load::run(async {
        let mut figures = database::deliver(&fixture, 16, seed).await;
        figures.add(steady::open_loop(&fixture, a_second, Duration::from_secs(seconds), seed).await);
        figures
    });
    let loader = fixture.shop.client.send("GET", &format!("/w/{}.js", fixture.shop.public_key), &[], "");
    let failed = faults.seen("kv_failed");
    assert_eq!(figures.count(|status| status == 201), figures.replies(), "{}", figures.by_status());
    assert_eq!(loader.status, 200, "pages still get their loader");
    assert!(failed > 0, "no KV read failed");
    faults.none();
    let checked = fixture.check(Duration::from_secs(10));
    assert_eq!(checked.rows as u64, figures.replies());
    format!(
        "KV unavailable for {seconds} s at {a_second}/s, {failed} reads failed: {}; {} rows",
        figures.by_status(),
        checked.rows
    )
}
