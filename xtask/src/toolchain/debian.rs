//! Debian packages, the only installation that needs root.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::cache::Cache;
use crate::paths;
use crate::process::{capture, run};

/// True if packages can be installed without a password prompt.
pub fn can_install() -> bool {
    paths::on_path("apt-get").is_some() && (is_root() || has_sudo())
}

/// The command for the user to run if we cannot install packages.
pub fn by_hand(packages: &[&str]) -> String {
    format!("sudo apt-get update && sudo apt-get install -y {}", packages.join(" "))
}

/// Installs packages.
pub fn install(cache: &Cache, packages: &[&str]) -> Result<()> {
    if !can_install() {
        bail!("installing packages needs root; run\n    {}\nand then repeat this command", by_hand(packages));
    }
    // Other package sources of the machine may be unreachable; only a failed install counts.
    capture(apt_get().args(["update", "-q"]), &cache.log("apt-update"), None)?;
    let mut install = apt_get();
    install.args(["install", "-y", "-q", "--no-install-recommends"]).args(packages);
    run(&mut install, &cache.log("apt-install"))
        .with_context(|| format!("the packages {} could not be installed", packages.join(" ")))?;
    Ok(())
}

fn apt_get() -> Command {
    let mut command = if is_root() {
        Command::new("apt-get")
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "apt-get"]);
        sudo
    };
    command.args(["-o", "Acquire::Retries=3"]).env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

fn has_sudo() -> bool {
    Command::new("sudo")
        .args(["-n", "true"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
