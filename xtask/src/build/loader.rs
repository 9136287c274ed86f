//! Builds `widget/loader/`: the script of the tag, its parts, and the scripts that the tag loads on demand.

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

/// Placeholder in the loader's source for the folder of the widget's files.
const ASSETS_NAME: &str = "__GLAS_ASSETS__";
/// The folder's name until everything in it is built and hashed.
const NO_HASH: &str = "000000000000";
/// Placeholder in the pinned tag (`tag.js`) for the hashes of the files that it loads.
const LOCKS_NAME: &str = "__GLAS_LOCKS__";
/// Placeholders in the built loader that the Worker replaces by a shop's config and the parts that this config needs.
const TOKENS: [&str; 2] = ["__GLAS_CONFIG__", "__GLAS_PARTS__"];

/// Scripts that are loaded on demand, each into its own file.
const ON_DEMAND: [&str; 5] = ["scheduler", "phone", "fallback", "leave", "debug"];
/// Sources whose built name is shorter, because every page view carries it: `run.js` in a URL, `auto` as the name of a
/// part, which is also the setting that asks for it.
const BUILT_NAMES: [(&str, &str); 2] = [("scheduler", "run"), ("consent_platforms", "auto")];
/// Members of the loader's `state` object, with the letter that each becomes. The letters are fixed here because
/// `state` is shared by files that are built separately. A name must not be used for a member of anything else.
const STATE_MEMBERS: [(&str, &str); 6] = [
    ("hasConsent", "c"),
    ("deviceMemory", "m"),
    ("decidedPath", "h"),
    ("decisionCount", "n"),
    ("pageEnd", "w"),
    ("trackedEvents", "e"),
];
/// Scripts that a tag on a page loads directly.
const SCRIPTS: [&str; 3] = ["main", "tag", "hosted"];

/// A built loader and the files that it loads.
pub struct Loader {
    /// The name of the folder of immutable files.
    pub hash: String,
    /// The files in that folder.
    pub files: Vec<PathBuf>,
    /// The files beside it, which contain the folder's name.
    pub entries: [PathBuf; 4],
    /// A hash of the entries.
    pub entries_hash: String,
}

/// Builds the loader.
pub fn build(toolchain: &Toolchain, common: &fingerprint::Inputs, widget: &Widget) -> Result<Loader> {
    let out = paths::products().join("loader");
    let hash_file = out.join("hash");
    let [script, hosted, parts_file, sri_file] =
        ["loader.js", "hosted.js", "parts.json", "sri.json"].map(|name| out.join(name));
    let entries = [script.clone(), hosted, parts_file.clone(), sri_file.clone()];
    let on_demand = ON_DEMAND.map(|name| out.join(format!("{}.js", built_name(name))));
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

/// Bundles and minifies each script into its own file, and returns the parts as expressions.
fn bundle(toolchain: &Toolchain, out: &Path) -> Result<BTreeMap<String, String>> {
    let source = paths::root().join("widget/loader");
    let stubs = out.join("parts");
    fs::create_dir_all(&stubs).with_context(|| format!("cannot make {}", stubs.display()))?;
    let names = part_names(&source.join("parts"))?;
    let letters = out.join("state_members.json");
    write(&letters, &serde_json::to_string(&BTreeMap::from(STATE_MEMBERS))?)?;
    let members = STATE_MEMBERS.map(|(name, _)| name).join("|");
    let entry = |name: &&str| (built_name(name).to_owned(), source.join(format!("{name}.js")));
    let mut modules: Vec<(String, PathBuf)> = ON_DEMAND.iter().map(entry).collect();
    for name in &names {
        // The default export only: the other exports are for tests.
        let built = format!("part-{}", built_name(name));
        let stub = stubs.join(format!("{built}.js"));
        let part = serde_json::to_string(&source.join(format!("parts/{name}.js")))?;
        fs::write(&stub, format!("export {{ default }} from {part};"))?;
        modules.push((built, stub));
    }
    let scripts: Vec<(String, PathBuf)> = SCRIPTS.iter().map(entry).collect();
    for (format, files) in [("esm", modules), ("iife", scripts)] {
        let mut esbuild = toolchain.esbuild()?;
        esbuild
            .args(files.iter().map(|(built, file)| format!("{built}={}", file.display())))
            .args(["--bundle", "--minify", "--charset=utf8", SCRIPT_TARGET])
            .arg(format!("--format={format}"))
            .arg(format!("--define:{ASSETS_NAME}=\"/a/{NO_HASH}\""))
            .arg(format!("--mangle-props=^({members})$"))
            .arg(format!("--mangle-cache={}", letters.display()))
            .arg(format!("--outdir={}", out.display()))
            .current_dir(paths::root());
        run(&mut esbuild, &log(&format!("loader-{format}")))?;
        for (built, _) in &files {
            minify::script(toolchain, &out.join(format!("{built}.js")), format == "esm")?;
        }
    }
    names
        .into_iter()
        .map(|name| {
            let name = built_name(&name);
            Ok((name.to_owned(), expression(&read(&out.join(format!("part-{name}.js")))?)?))
        })
        .collect()
}

/// The name of a script or part in the build.
fn built_name(source: &str) -> &str {
    BUILT_NAMES.iter().find(|(name, _)| *name == source).map_or(source, |(_, built)| built)
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

/// Turns a module that has only a default export into an expression with the exported value.
fn expression(module: &str) -> Result<String> {
    let (body, name) = module
        .trim_end()
        .rsplit_once("export{")
        .and_then(|(body, export)| Some((body, export.strip_suffix(" as default};")?)))
        .with_context(|| format!("a part must have exactly one export, the default: {module}"))?;
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
        times => bail!("the built loader contains {token} {times} times, but the Worker replaces exactly one"),
    }
}

/// The first 12 hex digits of the SHA-256 of the concatenated files.
fn hash_of<'a>(files: impl IntoIterator<Item = &'a PathBuf>) -> Result<String> {
    let mut hash = Sha256::new();
    for file in files {
        hash.update(fs::read(file).with_context(|| format!("cannot read {}", file.display()))?);
    }
    Ok(hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect())
}

/// Maps each file name to the value of its `integrity` attribute.
fn integrity<'a>(files: impl Iterator<Item = &'a PathBuf>) -> Result<BTreeMap<String, String>> {
    files
        .map(|file| Ok((file.file_name().unwrap_or_default().to_string_lossy().into_owned(), lock_of(file)?)))
        .collect()
}

fn lock_of(file: &Path) -> Result<String> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(format!("sha384-{}", base64(&Sha384::digest(bytes))))
}

/// Base64 of a hash whose length is a multiple of three, so that no padding is needed.
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
    fn base64_encodes_groups_of_three_bytes() {
        for (bytes, expected) in [(&b"Man"[..], "TWFu"), (b"light work", "bGlnaHQgd29y"), (&[0xfb, 0xff, 0xbf], "+/+/")]
        {
            assert_eq!(base64(bytes), expected);
        }
    }

    #[test]
    fn every_state_member_has_its_own_letter_and_is_documented() {
        let letters = BTreeMap::from(STATE_MEMBERS.map(|(name, letter)| (letter, name)));
        assert_eq!(letters.len(), STATE_MEMBERS.len());
        let source = read(&paths::root().join("widget/loader/boot.js")).unwrap();
        for (name, _) in STATE_MEMBERS {
            assert!(source.contains(&format!("  //   {name} ")), "{name}");
        }
    }

    #[test]
    fn a_part_becomes_an_expression() {
        let part = "var a=()=>1;export{a as default};\n";
        assert_eq!(expression(part).unwrap(), "(()=>{var a=()=>1;return a})()");
        for wrong in ["var a=1;", "var a=1,b=2;export{a as default,b as c};"] {
            assert!(expression(wrong).is_err(), "{wrong}");
        }
    }
}
