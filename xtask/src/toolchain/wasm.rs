//! A Rust toolchain for wasm32-unknown-unknown: the active one, or Debian's with a standard library that we build once.

use std::env;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::cache::Cache;
use super::debian;
use crate::process::{already, capture, run, step};
use crate::{paths, versions};

const TARGET: &str = "wasm32-unknown-unknown";
/// The folder of Debian's compiler and cargo.
const DEBIAN_BIN: &str = "/usr/bin";
/// Timeout of a download.
const DOWNLOAD: Duration = Duration::from_secs(180);

/// The Rust toolchain that builds the wasm.
pub enum Target {
    /// The active toolchain has the target.
    Active,
    /// A cached sysroot: Debian's Rust with our standard library.
    Debian(PathBuf),
}

impl Target {
    /// Configures a command to use this toolchain.
    pub fn apply(&self, command: &mut Command, folders: &mut Vec<PathBuf>) {
        if let Self::Debian(sysroot) = self {
            let bin = sysroot.join("bin");
            without_rustup(command);
            command.env("RUSTC", bin.join("rustc")).env("CARGO", bin.join("cargo"));
            folders.insert(0, bin);
        }
    }

    /// The compiler's version line.
    pub fn compiler(&self) -> Result<String> {
        match self {
            Self::Active => version(&mut active_rustc()),
            Self::Debian(sysroot) => version(&mut Command::new(sysroot.join("bin/rustc"))),
        }
    }
}

/// Finds or builds a toolchain. `also` names further packages to install if Debian packages are needed.
pub fn ensure(cache: &Cache, also: &[&str]) -> Result<Target> {
    if active_has_target() {
        already(&format!("{TARGET} (the active toolchain supports it)"));
        return Ok(Target::Active);
    }
    if let Some(sysroot) = cached(cache)? {
        already(&format!("{TARGET} (Debian's Rust, already built)"));
        return Ok(Target::Debian(sysroot));
    }
    let Some(refusal) = add_by_rustup(cache)? else {
        return Ok(Target::Active);
    };
    if debian_is_complete() || debian::can_install() {
        return by_debian(cache, also).map(Target::Debian);
    }
    bail!(
        "Rust cannot compile for {TARGET} on this machine.\n{refusal}\n\
         Run one of these commands, then repeat this one:\n\
         \x20   rustup target add {TARGET}          (needs access to Rust's download host)\n\
         \x20   {}   (Debian 12 or newer)",
        debian::by_hand(&versions::DEBIAN_WASM)
    )
}

/// Tries rustup. `None` on success, otherwise the reason of the failure.
fn add_by_rustup(cache: &Cache) -> Result<Option<String>> {
    let Some(rustup) = paths::on_path("rustup") else {
        return Ok(Some("rustup was not found on the PATH.".to_owned()));
    };
    step(&format!("rustup target add {TARGET}"), || {
        let mut add = Command::new(rustup);
        add.args(["target", "add", TARGET]).env("RUSTUP_MAX_RETRIES", "1");
        let refusal = match capture(&mut add, &cache.log("rustup"), Some(DOWNLOAD)) {
            Ok(_) if active_has_target() => return Ok(None),
            Ok(outcome) => outcome.failure("rustup target add"),
            Err(error) => format!("{error:#}"),
        };
        println!("        failed; trying Debian packages instead");
        Ok(Some(refusal))
    })
}

/// Debian ships the source of the standard library but no build of it for this target, so build it.
fn by_debian(cache: &Cache, also: &[&str]) -> Result<PathBuf> {
    if !debian_is_complete() {
        let packages = [&versions::DEBIAN_WASM, also].concat();
        let what = if also.is_empty() { String::new() } else { format!(", {}", also.join(", ")) };
        step(&format!("Rust with its source{what} from Debian packages"), || debian::install(cache, &packages))?;
        if !debian_is_complete() {
            bail!(
                "{} are installed, but {DEBIAN_BIN}/rustc cannot find its source, or rust-lld is not on the PATH",
                versions::DEBIAN_WASM.join(", ")
            );
        }
    }
    step(&format!("the standard library for {TARGET} (built once, takes about a minute)"), || {
        let compiler = version(&mut debian_rustc())?;
        cache.publish(&entry(&compiler), |partial| {
            build_std(cache, partial)?;
            fs::write(partial.join("made-with"), &compiler)?;
            Ok(())
        })
    })
}

/// Fills `sysroot`: links to Debian's files, the standard library for wasm, and a compiler wrapper that uses both.
fn build_std(cache: &Cache, sysroot: &Path) -> Result<()> {
    let crate_dir = sysroot.join("crate_dir");
    fs::create_dir_all(crate_dir.join("src"))?;
    fs::write(crate_dir.join("src/lib.rs"), "")?;
    fs::write(crate_dir.join("Cargo.toml"), "[package]\nname = \"empty\"\nedition = \"2021\"\n[workspace]\n")?;
    let mut build = Command::new(Path::new(DEBIAN_BIN).join("cargo"));
    without_rustup(&mut build);
    build
        .args(["build", "--release", "-Z", "build-std=std,panic_abort", "--target", TARGET])
        .current_dir(&crate_dir)
        .env("RUSTC", Path::new(DEBIAN_BIN).join("rustc"))
        // `-Z` on a stable compiler is safe here: library and compiler come from the same build.
        .env("RUSTC_BOOTSTRAP", "1")
        // Needed by link-time optimisation.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_TARGET_DIR", crate_dir.join("target"))
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    run(&mut build, &cache.log("wasm-std"))?;

    let libraries = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    fs::create_dir_all(&libraries)?;
    let built = crate_dir.join("target").join(TARGET).join("release/deps");
    for file in fs::read_dir(&built)? {
        let file = file?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            fs::copy(&file, libraries.join(&name))?;
        }
    }
    fs::remove_dir_all(&crate_dir)?;

    let debian = PathBuf::from(output(debian_rustc().args(["--print", "sysroot"]))?);
    for part in fs::read_dir(debian.join("lib/rustlib"))? {
        let part = part?;
        if part.file_name() != TARGET {
            symlink(part.path(), sysroot.join("lib/rustlib").join(part.file_name()))?;
        }
    }
    let bin = sysroot.join("bin");
    fs::create_dir_all(&bin)?;
    symlink(Path::new(DEBIAN_BIN).join("cargo"), bin.join("cargo"))?;
    // Relative to the script, since the folder is renamed when complete.
    let script = format!(
        "#!/bin/sh\nhere=$(CDPATH= cd -- \"$(dirname -- \"$0\")/..\" && pwd)\nexec {DEBIAN_BIN}/rustc --sysroot \"$here\" \"$@\"\n"
    );
    let rustc = bin.join("rustc");
    fs::write(&rustc, script)?;
    fs::set_permissions(&rustc, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

/// A sysroot built by an earlier run, if Debian's compiler has not changed since.
fn cached(cache: &Cache) -> Result<Option<PathBuf>> {
    if !debian_is_complete() {
        return Ok(None);
    }
    let compiler = version(&mut debian_rustc())?;
    let folder = cache.entry(&entry(&compiler));
    let same = fs::read_to_string(folder.join("made-with")).is_ok_and(|made| made == compiler);
    Ok(same.then_some(folder))
}

/// `wasm-sysroot-1.96.0`.
fn entry(compiler: &str) -> String {
    let number = compiler.split_whitespace().nth(1).unwrap_or("unknown");
    format!("wasm-sysroot-{number}")
}

/// True if the compiler, cargo, the standard library's source and the linker are installed.
fn debian_is_complete() -> bool {
    let bin = Path::new(DEBIAN_BIN);
    if !paths::is_executable(&bin.join("rustc")) || !paths::is_executable(&bin.join("cargo")) {
        return false;
    }
    let Ok(sysroot) = output(debian_rustc().args(["--print", "sysroot"])) else {
        return false;
    };
    Path::new(&sysroot).join("lib/rustlib/src/rust/library/std/Cargo.toml").is_file()
        && paths::on_path("rust-lld").is_some()
}

fn active_has_target() -> bool {
    let Ok(folder) = output(active_rustc().args(["--print", "target-libdir", "--target", TARGET])) else {
        return false;
    };
    let Ok(files) = fs::read_dir(folder) else {
        return false;
    };
    let names: Vec<String> = files.flatten().map(|file| file.file_name().to_string_lossy().into_owned()).collect();
    ["libcore-", "libstd-"]
        .iter()
        .all(|library| names.iter().any(|name| name.starts_with(library) && name.ends_with(".rlib")))
}

fn active_rustc() -> Command {
    Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

fn debian_rustc() -> Command {
    let mut command = Command::new(Path::new(DEBIAN_BIN).join("rustc"));
    without_rustup(&mut command);
    command
}

/// Removes the variables by which rustup forces its toolchain and libraries on child processes.
fn without_rustup(command: &mut Command) {
    for name in ["RUSTUP_TOOLCHAIN", "RUSTC", "RUSTDOC", "CARGO", "RUSTC_WRAPPER"] {
        command.env_remove(name);
    }
    if let Some(inherited) = env::var_os("LD_LIBRARY_PATH") {
        let kept = env::split_paths(&inherited)
            .filter(|folder| !folder.components().any(|part| part.as_os_str() == "toolchains"));
        match env::join_paths(kept) {
            Ok(kept) if !kept.is_empty() => command.env("LD_LIBRARY_PATH", kept),
            _ => command.env_remove("LD_LIBRARY_PATH"),
        };
    }
}

fn version(rustc: &mut Command) -> Result<String> {
    output(rustc.arg("-vV"))
}

/// A command's standard output, trimmed.
fn output(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("cannot start `{program}`"))?;
    if !output.status.success() {
        bail!("`{program}` failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
