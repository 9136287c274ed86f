//! The OpenAPI document, and whether the Worker keeps to it.

use tests::{
    contract::{self, Effort},
    worker::Worker,
};

/// A few hundred requests to each operation: at the edges of what the document allows, and made up. The long form is
/// `cargo xtask torture api`. A Worker of its own: its shops are of no use afterwards.
#[test]
fn by_schemathesis() {
    let worker = Worker::start();
    let effort = Effort { examples: 6, seed: 20_261_128, phases: "examples,coverage,fuzzing" };
    let report = contract::attempt(&worker, effort);
    assert!(report.operations.total > 30 && report.operations.tested == report.operations.total, "{report:?}");
    assert!(report.test_cases.generated > 1_000, "{report:?}");
}
