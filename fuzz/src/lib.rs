//! What must hold for everything that is sent to the service, as functions of bytes: no panic, and whatever else each
//! function says. libFuzzer looks for bytes for which it does not (`cargo xtask fuzz`); the test of this crate tries
//! those that it found interesting before.

#![allow(clippy::panic, reason = "a panic is how a target says that something does not hold")]

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

/// Makes a program of a function of bytes.
#[cfg(feature = "engine")]
#[macro_export]
macro_rules! target {
    ($function:path) => {
        $crate::libfuzzer_sys::fuzz_target!(|data: &[u8]| $function(data));
    };
}

/// Makes a program of a function of bytes: it reads the files that it is given.
#[cfg(not(feature = "engine"))]
#[macro_export]
macro_rules! target {
    ($function:path) => {
        fn main() -> std::io::Result<()> {
            std::env::args_os().skip(1).try_for_each(|file| std::fs::read(file).map(|data| $function(&data)))
        }
    };
}

/// Whoever is refused is told why, and where in words that fit into a line.
fn are_said(problems: &[Problem]) {
    assert!(!problems.is_empty(), "refused without a reason");
    for problem in problems {
        assert!(!problem.message.is_empty() && !problem.code.as_str().is_empty(), "{problem:?}");
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// Every input of the corpus, each by its target. A crash that was mended leaves its input there.
    #[test]
    fn what_was_found_before() {
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
            assert!(tried > 0, "there is no input for {name}");
        }
        assert_eq!(std::fs::read_dir(corpus).unwrap().count(), targets.len(), "a corpus without a target");
    }
}
