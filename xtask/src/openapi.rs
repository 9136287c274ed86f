//! `cargo xtask openapi`: writes `edge/openapi.json` anew, from the code.

use anyhow::{Result, bail};

use crate::{paths, step, test};

/// The document comes from the tests of `edge`, where it is held against the code: nothing of it is in the Worker.
pub fn write() -> Result<()> {
    step::step("edge/openapi.json", || {
        let mut cargo = test::cargo(&["test", "--package", "edge", "--lib", "openapi"]);
        let log = paths::products().join("logs/openapi.log");
        let outcome = step::capture(cargo.env("GLAS_WRITE", "1"), &log, None)?;
        if !outcome.status.success() {
            bail!("{}", outcome.failure("cargo test --package edge --lib openapi"));
        }
        Ok(())
    })
}
