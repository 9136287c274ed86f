//! Runs LibreOffice without a window to find out which cells of a file it reads as formulas.

use crate::temp_dir;
use std::{fs, path::Path, process::Command};

/// The number of cells that LibreOffice reads as formulas when it splits at this delimiter with formula detection on,
/// and the number of all cells. `None` if LibreOffice is not installed.
///
/// # Panics
/// If LibreOffice fails.
#[must_use]
pub fn formulas(table: &str, delimiter: char) -> Option<(usize, usize)> {
    let soffice = Path::new("/usr/bin/soffice");
    if !soffice.exists() {
        return None;
    }
    let folder = temp_dir::create();
    let file = folder.path().join("table.csv");
    fs::write(&file, table).expect("a file");
    // Delimiter, quote, UTF-8, first line, no formats, no language, quoted cells are not forced to text, numbers are
    // detected, …, formulas are evaluated.
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
