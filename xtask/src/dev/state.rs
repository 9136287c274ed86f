//! What a run keeps in its folder: the database, the secrets, the demo shop's keys, its own copy of the site.

use std::fs::{self, File, TryLockError};
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::demo::Shop;
use crate::paths;

/// What stands for the public key in the pages of `www/`.
const KEY_TOKEN: &str = "{{public_key}}";

/// The folder of a run, locked while this lives.
pub struct State {
    folder: PathBuf,
    doors: PathBuf,
    _lock: File,
}

impl State {
    /// Opens the folder, making it if needed.
    ///
    /// # Errors
    /// Another run is using it.
    pub fn open(folder: Option<&Path>) -> Result<Self> {
        let (folder, doors) = match folder {
            Some(folder) => {
                let folder = std::path::absolute(folder)?;
                let doors = folder.join("dev.json");
                (folder, doors)
            }
            None => {
                let folder = super::default_state();
                let doors = folder.with_extension("json");
                (folder, doors)
            }
        };
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let path = folder.join("lock");
        let lock = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!(
                "another `cargo xtask dev` is using {}: stop it, or give this one a folder of its own with --state DIR",
                folder.display()
            ),
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("cannot lock {}", path.display()));
            }
        }
        // Left by a run that was killed.
        let _ = fs::remove_file(&doors);
        Ok(Self { folder, doors, _lock: lock })
    }

    /// The folder itself.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// `dev.json`.
    pub fn doors(&self) -> PathBuf {
        self.doors.clone()
    }

    /// wrangler's output.
    pub fn log(&self) -> PathBuf {
        self.folder.join("wrangler.log")
    }

    /// The secrets, as wrangler reads them.
    pub fn secrets(&self) -> PathBuf {
        self.folder.join("secrets.env")
    }

    /// This run's copy of the site.
    pub fn site(&self) -> PathBuf {
        self.folder.join("site")
    }

    /// The operator's token: made at the first run, kept after.
    pub fn admin_token(&self) -> Result<String> {
        let path = self.secrets();
        let kept = fs::read_to_string(&path).unwrap_or_default();
        if let Some(token) = kept.lines().find_map(|line| line.strip_prefix("ADMIN_TOKEN=")) {
            return Ok(token.trim().to_owned());
        }
        let mut random = [0_u8; 24];
        File::open("/dev/urandom")
            .and_then(|mut source| source.read_exact(&mut random))
            .context("cannot read random bytes")?;
        let token: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        options
            .open(&path)
            .and_then(|mut file| std::io::Write::write_all(&mut file, format!("ADMIN_TOKEN={token}\n").as_bytes()))
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(token)
    }

    /// The demo shop of the last run.
    pub fn shop(&self) -> Option<Shop> {
        let text = fs::read_to_string(self.shop_file()).ok()?;
        let value: Value = serde_json::from_str(&text).ok()?;
        let word = |name: &str| Some(value.get(name)?.as_str()?.to_owned());
        let surveys = value.get("surveys")?.as_array()?.iter().map(|survey| {
            let word = |name: &str| Some(survey.get(name)?.as_str()?.to_owned());
            Some((word("id")?, word("name")?))
        });
        Some(Shop {
            origin: word("origin")?,
            public_key: word("public_key")?,
            api_key: word("api_key")?,
            seed: word("seed")?,
            surveys: surveys.collect::<Option<_>>()?,
        })
    }

    /// Keeps the demo shop for the next run.
    pub fn remember(&self, shop: &Shop) -> Result<()> {
        let surveys: Vec<Value> = shop.surveys.iter().map(|(id, name)| json!({ "id": id, "name": name })).collect();
        let value = json!({
            "origin": shop.origin, "public_key": shop.public_key, "api_key": shop.api_key,
            "seed": shop.seed, "surveys": surveys,
        });
        super::write_atomically(&self.shop_file(), &value)
    }

    /// Copies the site, with the demo shop's key in its pages once there is one.
    pub fn fill_site(&self, public_key: Option<&str>) -> Result<()> {
        let to = self.site();
        copy(&paths::site(), &to, public_key).with_context(|| format!("cannot copy the site to {}", to.display()))
    }

    fn shop_file(&self) -> PathBuf {
        self.folder.join("shop.json")
    }
}

/// Makes `to` equal to `from`, in place: wrangler is watching the folder.
fn copy(from: &Path, to: &Path, public_key: Option<&str>) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(to)? {
        let entry = entry?;
        if !from.join(entry.file_name()).exists() {
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy(&source, &target, public_key)?;
            continue;
        }
        let mut bytes = fs::read(&source)?;
        if let Some(key) = public_key
            && source.extension().is_some_and(|extension| extension == "html")
        {
            bytes = String::from_utf8(bytes)
                .with_context(|| format!("{} is not UTF-8", source.display()))?
                .replace(KEY_TOKEN, key)
                .into_bytes();
        }
        if fs::read(&target).ok().as_ref() != Some(&bytes) {
            fs::write(&target, bytes)?;
        }
    }
    Ok(())
}
