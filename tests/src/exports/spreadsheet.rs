//! LibreOffice without a window: what it takes for a formula in a file.

use crate::temp_dir;
use std::{fs, path::Path, process::Command};

/// How many cells of a table LibreOffice takes for formulas, told to split at this character and to take whatever looks like
/// one; and how many cells it sees at all. `None` if it is not installed.
///
/// # Panics
/// If it does not do what it is asked.
#[must_use]
pub fn formulas(table: &str, delimiter: char) -> Option<(usize, usize)> {
    let soffice = Path::new("/usr/bin/soffice");
    if !soffice.exists() {
        return None;
    }
    let folder = temp_dir::create();
    let file = folder.path().join("table.csv");
    fs::write(&file, table).expect("a file");
    // Delimiter, quote, UTF-8, first line, no formats, no language, quoted cells are no texts by that, numbers are looked
    // for, …, formulas are taken for such.
    let filter = format!("CSV:{},34,76,1,,0,false,true,false,false,false,-1,true", u32::from(delimiter));
    let profile = format!("-env:UserInstallation=file://{}", folder.path().join("profile").display());
    let output = Command::new(soffice)
        .args([profile.as_str(), "--headless", "--norestore", "--convert-to", "fods"])
        .arg(format!("--infilter={filter}"))
        .arg("--outdir")
        .arg(folder.path())
        .arg(&file)
        .output()
        .expect("soffice starts");
    let made = fs::read_to_string(folder.path().join("table.fods"))
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    Some((made.matches("table:formula=").count(), made.matches("office:value-type=").count()))
}
