//! Fuzz targets: properties that must hold for every input sent to the service, as functions of bytes. No input may
//! cause a panic; each function documents what else it checks. `cargo xtask fuzz` runs them under libFuzzer; the test
//! of this crate replays the corpus.

#![allow(clippy::panic, reason = "a target reports a violation by panicking")]

mod csv_writer;
mod definition;
mod events;
mod import;
mod names;
mod redact;
mod settings;
mod submission;
mod webhook_url;

pub use csv_writer::csv_writer;
pub use definition::definition;
pub use events::events;
pub use import::import;
pub use names::{names, origin};
pub use redact::redact;
pub use settings::settings;
pub use submission::submission;
pub use webhook_url::webhook_url;

#[cfg(feature = "engine")]
#[doc(hidden)]
pub use libfuzzer_sys;

use survey::Problem;

/// Makes a function of bytes a libFuzzer target.
#[cfg(feature = "engine")]
#[macro_export]
macro_rules! target {
    ($function:path) => {
        $crate::libfuzzer_sys::fuzz_target!(|data: &[u8]| $function(data));
    };
}

/// Makes a function of bytes a program that runs it on the files given as arguments.
#[cfg(not(feature = "engine"))]
#[macro_export]
macro_rules! target {
    ($function:path) => {
        fn main() -> std::io::Result<()> {
            std::env::args_os().skip(1).try_for_each(|file| std::fs::read(file).map(|data| $function(&data)))
        }
    };
}

/// A rejected input has at least one problem, and each location fits on one line.
fn are_reported(problems: &[Problem]) {
    assert!(!problems.is_empty(), "rejected without a reason");
    for problem in problems {
        assert!(!problem.message.is_empty() && !problem.code.as_str().is_empty(), "{problem:?}");
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// Runs each target on its corpus, which includes the inputs of fixed crashes.
    #[test]
    fn no_corpus_input_violates_a_property() {
        type Target = fn(&[u8]);
        let targets: [(&str, Target); 10] = [
            ("definition", crate::definition),
            ("events", crate::events),
            ("import", crate::import),
            ("names", crate::names),
            ("origin", crate::origin),
            ("redact", crate::redact),
            ("settings", crate::settings),
            ("csv_writer", crate::csv_writer),
            ("submission", crate::submission),
            ("webhook_url", crate::webhook_url),
        ];
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
        for (name, target) in targets {
            let mut tried = 0;
            for entry in std::fs::read_dir(corpus.join(name)).unwrap() {
                target(&std::fs::read(entry.unwrap().path()).unwrap());
                tried += 1;
            }
            assert!(tried > 0, "the corpus of {name} is empty");
        }
        assert_eq!(std::fs::read_dir(corpus).unwrap().count(), targets.len(), "a corpus folder has no target");
    }
}
