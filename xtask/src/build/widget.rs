//! The widget.
use std::path::PathBuf;

use anyhow::{Result, bail};

use super::stamp;
use crate::toolchain::Toolchain;

pub struct Widget {
    pub hash: String,
    pub files: Vec<PathBuf>,
    pub loader: PathBuf,
    pub loader_hash: String,
}

pub fn build(_toolchain: &Toolchain, _common: &stamp::Inputs) -> Result<Widget> {
    bail!("the widget's build is not written yet")
}
