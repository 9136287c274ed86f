//! The Worker conforms to its OpenAPI document.

use tests::{
    contract::{self, Effort},
    worker::Worker,
};

/// Sends a few hundred boundary and generated requests to each operation. The long form is `cargo xtask torture api`.
/// It uses its own Worker, which is full of generated data afterwards.
#[test]
fn by_schemathesis() {
    let worker = Worker::start();
    let effort = Effort { examples: 6, seed: 20_261_128, phases: "examples,coverage,fuzzing" };
    let report = contract::attempt(&worker, effort);
    assert!(report.operations.total > 30 && report.operations.tested == report.operations.total, "{report:?}");
    assert!(report.test_cases.generated > 1_000, "{report:?}");
}
