//! `cargo xtask openapi`: writes anew what is made from the code: `edge/openapi.json`, and from it the types of
//! `clients/typescript`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::toolchain::Runtime;
use crate::{paths, process, test};

/// The types of the API's calls, bodies and replies.
const TYPES: &str = "clients/typescript/glas.d.ts";

/// Writes both.
pub fn write() -> Result<()> {
    let runtime = Runtime::ensure()?;
    process::step("edge/openapi.json", document)?;
    process::step(TYPES, || types(&runtime, &paths::root().join(TYPES)))
}

/// The document comes from the tests of `edge`, where it is held against the code: nothing of it is in the Worker.
fn document() -> Result<()> {
    let mut cargo = test::cargo(&["test", "--package", "edge", "--lib", "openapi"]);
    let outcome = process::capture(cargo.env("GLAS_WRITE", "1"), &log("openapi"), None)?;
    if !outcome.status.success() {
        bail!("{}", outcome.failure("cargo test --package edge --lib openapi"));
    }
    Ok(())
}

fn types(runtime: &Runtime, file: &Path) -> Result<()> {
    let mut node = Command::new(&runtime.node);
    node.arg(runtime.package_file("openapi-typescript/bin/cli.js"))
        .args(["edge/openapi.json", "--root-types", "--root-types-no-schema-prefix", "--output"])
        .arg(file)
        .current_dir(paths::root())
        .env("NO_COLOR", "1");
    process::run(&mut node, &log("client-types"))?;
    Ok(())
}

/// Whether the types are those of the document.
///
/// # Errors
/// If they are not, with what renews them.
pub fn types_are_current(runtime: &Runtime) -> Result<()> {
    let made = paths::products().join("glas.d.ts");
    types(runtime, &made)?;
    let read = |path: &Path| fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()));
    if read(&made)? != read(&paths::root().join(TYPES))? {
        bail!("{TYPES} is not what edge/openapi.json says: renew it with `cargo xtask openapi`");
    }
    Ok(())
}

/// The compiler over the types and the example beside them.
pub fn typescript(runtime: &Runtime) -> Command {
    let mut node = Command::new(&runtime.node);
    node.arg(runtime.package_file("typescript/bin/tsc"))
        .args(["--project", "clients/typescript"])
        .current_dir(paths::root());
    node
}

fn log(name: &str) -> PathBuf {
    paths::products().join("logs").join(format!("{name}.log"))
}
