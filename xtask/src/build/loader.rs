//! `widget/loader/` → the script of the tag, its parts, and what it loads when there is something to ask.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, slice};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256, Sha384};

use super::widget::{SCRIPT_TARGET, Widget};
use super::{fingerprint, log, minify};
use crate::paths;
use crate::process::run;
use crate::toolchain::Toolchain;

/// In the loader's source: the folder of the widget's files.
const ASSETS_NAME: &str = "__GLAS_ASSETS__";
/// Stands for the folder's name until everything in it is built.
const NO_HASH: &str = "000000000000";
/// In the tag that names its version: the hashes of what it loads.
const LOCKS_NAME: &str = "__GLAS_LOCKS__";
/// In the built loader: what the Worker replaces by a shop's config, and by the parts that it needs.
const TOKENS: [&str; 2] = ["__GLAS_CONFIG__", "__GLAS_PARTS__"];

/// Loaded on demand, each by itself.
const ON_DEMAND: [&str; 5] = ["run", "phone", "fallback", "leave", "debug"];
/// Loaded by a tag.
const SCRIPTS: [&str; 3] = ["main", "tag", "hosted"];

/// A built loader, with what it loads.
pub struct Loader {
    /// Names the folder of what never changes.
    pub hash: String,
    /// The files of that folder.
    pub files: Vec<PathBuf>,
    /// The files beside it, which know the folder's name.
    pub entries: [PathBuf; 4],
    /// Changes when one of those does.
    pub entries_hash: String,
}

/// Builds what decides whether a survey is loaded.
pub fn build(toolchain: &Toolchain, common: &fingerprint::Inputs, widget: &Widget) -> Result<Loader> {
    let out = paths::products().join("loader");
    let hash_file = out.join("hash");
    let [script, hosted, parts_file, sri_file] =
        ["loader.js", "hosted.js", "parts.json", "sri.json"].map(|name| out.join(name));
    let entries = [script.clone(), hosted, parts_file.clone(), sri_file.clone()];
    let on_demand = ON_DEMAND.map(|name| out.join(format!("{name}.js")));
    let own = [&on_demand[..], &[out.join("tag.js")]].concat();
    let made: Vec<PathBuf> = [&entries[..], &own, slice::from_ref(&hash_file)].concat();

    let inputs = common.clone().word(&hash_of(&widget.files)?).tree("widget/loader")?;
    fingerprint::unless_unchanged("loader", "loader", inputs, &made, || {
        if out.exists() {
            fs::remove_dir_all(&out).with_context(|| format!("cannot remove {}", out.display()))?;
        }
        let parts = bundle(toolchain, &out)?;
        fs::rename(out.join("main.js"), &script)?;
        let hash = hash_of(widget.files.iter().chain([&script]).chain(&own))?;
        for file in own.iter().chain([&script]) {
            replace(file, NO_HASH, &hash)?;
        }
        for token in TOKENS {
            once(&script, token)?;
        }
        write(&parts_file, &serde_json::to_string(&parts)?)?;

        let locks = integrity(widget.files.iter().chain(&on_demand))?;
        let tag = out.join("tag.js");
        replace(&tag, LOCKS_NAME, &serde_json::to_string(&locks)?)?;
        let sri = serde_json::json!({
            "tag": format!("/a/{hash}/tag.js"),
            "integrity": lock_of(&tag)?,
            "files": locks.into_iter().map(|(name, lock)| (format!("/a/{hash}/{name}"), lock)).collect::<BTreeMap<_, _>>(),
        });
        write(&sri_file, &sri.to_string())?;
        write(&hash_file, &hash)
    })?;

    let hash = read(&hash_file)?;
    let entries_hash = hash_of(&entries)?;
    Ok(Loader { hash, files: [&widget.files[..], &own].concat(), entries, entries_hash })
}

/// Every script by itself, and the parts as expressions.
fn bundle(toolchain: &Toolchain, out: &Path) -> Result<BTreeMap<String, String>> {
    let source = paths::root().join("widget/loader");
    let stubs = out.join("parts");
    fs::create_dir_all(&stubs).with_context(|| format!("cannot make {}", stubs.display()))?;
    let names = part_names(&source.join("parts"))?;
    let mut modules: Vec<PathBuf> = ON_DEMAND.iter().map(|name| source.join(format!("{name}.js"))).collect();
    for name in &names {
        // Only the part itself: what its tests need besides is left out.
        let stub = stubs.join(format!("part-{name}.js"));
        let part = serde_json::to_string(&source.join(format!("parts/{name}.js")))?;
        fs::write(&stub, format!("export {{ default }} from {part};"))?;
        modules.push(stub);
    }
    let scripts: Vec<PathBuf> = SCRIPTS.iter().map(|name| source.join(format!("{name}.js"))).collect();
    for (format, files) in [("esm", modules), ("iife", scripts)] {
        let mut esbuild = toolchain.esbuild()?;
        esbuild
            .args(&files)
            .args(["--bundle", "--minify", "--charset=utf8", "--entry-names=[name]", SCRIPT_TARGET])
            .arg(format!("--format={format}"))
            .arg(format!("--define:{ASSETS_NAME}=\"/a/{NO_HASH}\""))
            .arg(format!("--outdir={}", out.display()))
            .current_dir(paths::root());
        run(&mut esbuild, &log(&format!("loader-{format}")))?;
        for file in &files {
            minify::script(toolchain, &out.join(file.file_name().unwrap_or_default()), format == "esm")?;
        }
    }
    names
        .into_iter()
        .map(|name| Ok((name.clone(), expression(&read(&out.join(format!("part-{name}.js")))?)?)))
        .collect()
}

fn part_names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if let Some(name) = name.strip_suffix(".js")
            && !name.ends_with(".test")
        {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// A module with nothing but a default export, as an expression of it.
fn expression(module: &str) -> Result<String> {
    let (body, name) = module
        .trim_end()
        .rsplit_once("export{")
        .and_then(|(body, export)| Some((body, export.strip_suffix(" as default};")?)))
        .with_context(|| format!("a part has to export one name: {module}"))?;
    Ok(format!("(()=>{{{body}return {name}}})()"))
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

fn write(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

fn replace(file: &Path, from: &str, to: &str) -> Result<()> {
    write(file, &read(file)?.replace(from, to))
}

fn once(file: &Path, token: &str) -> Result<()> {
    match read(file)?.matches(token).count() {
        1 => Ok(()),
        times => bail!("the built loader has {token} {times} times; the Worker replaces exactly one"),
    }
}

/// The first 12 hex digits of the SHA-256 over the files' bytes, one after the other.
fn hash_of<'a>(files: impl IntoIterator<Item = &'a PathBuf>) -> Result<String> {
    let mut hash = Sha256::new();
    for file in files {
        hash.update(fs::read(file).with_context(|| format!("cannot read {}", file.display()))?);
    }
    Ok(hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect())
}

/// File name → what an `integrity` attribute takes.
fn integrity<'a>(files: impl Iterator<Item = &'a PathBuf>) -> Result<BTreeMap<String, String>> {
    files
        .map(|file| Ok((file.file_name().unwrap_or_default().to_string_lossy().into_owned(), lock_of(file)?)))
        .collect()
}

fn lock_of(file: &Path) -> Result<String> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(format!("sha384-{}", base64(&Sha384::digest(bytes))))
}

/// A hash of whole groups of three bytes, so that nothing is padded.
fn base64(bytes: &[u8]) -> String {
    let letters: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let group = |group: &[u8]| {
        let number = group.iter().fold(0, |number, byte| number << 8 | usize::from(*byte));
        [18, 12, 6, 0].map(|shift| letters.get(number >> shift & 63).copied().unwrap_or_default())
    };
    bytes.chunks_exact(3).flat_map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_whole_groups() {
        for (bytes, expected) in [(&b"Man"[..], "TWFu"), (b"light work", "bGlnaHQgd29y"), (&[0xfb, 0xff, 0xbf], "+/+/")]
        {
            assert_eq!(base64(bytes), expected);
        }
    }

    #[test]
    fn a_part_is_an_expression() {
        let part = "var a=()=>1;export{a as default};\n";
        assert_eq!(expression(part).unwrap(), "(()=>{var a=()=>1;return a})()");
        for wrong in ["var a=1;", "var a=1,b=2;export{a as default,b as c};"] {
            assert!(expression(wrong).is_err(), "{wrong}");
        }
    }
}
