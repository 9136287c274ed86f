//! Generates `/docs/errors/…` from `docs/errors.md`: for each error code its meaning, what to do, and an example
//! response. A test of `edge` compares that file with the codes.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::docs::html::{escape, line};

/// The source of the texts, relative to the repository root.
pub const SOURCE: &str = "docs/errors.md";

/// An error code and its documentation.
#[derive(Debug, PartialEq, Eq)]
struct Code {
    name: String,
    means: String,
    /// Paragraphs.
    to_do: Vec<String>,
    /// An example response, as JSON.
    example: String,
}

/// Writes one page per code and an index.
pub fn write(text: &str, folder: &Path) -> Result<()> {
    let codes = read(text)?;
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    for code in &codes {
        let file = folder.join(format!("{}.html", code.name));
        fs::write(&file, code.page()).with_context(|| format!("cannot write {}", file.display()))?;
    }
    fs::write(folder.join("index.html"), index(&codes)).context("cannot write the list of error codes")
}

/// Parses the sections: the code, its meaning, what to do, an example.
fn read(text: &str) -> Result<Vec<Code>> {
    let mut codes = Vec::new();
    for section in text.split("\n## ").skip(1) {
        let (name, rest) = section.split_once('\n').unwrap_or((section, ""));
        let (description, example) =
            rest.split_once("```json\n").with_context(|| format!("{SOURCE}: {name} has no example"))?;
        let (example, _) =
            example.split_once("\n```").with_context(|| format!("{SOURCE}: the example of {name} is not closed"))?;
        let mut paragraphs =
            description.split("\n\n").map(|part| part.trim().replace('\n', " ")).filter(|part| !part.is_empty());
        let means = paragraphs.next().unwrap_or_default();
        let to_do: Vec<String> = paragraphs.collect();
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if !is_name || to_do.is_empty() {
            bail!("{SOURCE}: section {name} needs a lower-case name, a meaning, and what to do");
        }
        codes.push(Code { name: name.to_owned(), means, to_do, example: example.to_owned() });
    }
    if codes.is_empty() {
        bail!("{SOURCE} has no sections");
    }
    Ok(codes)
}

impl Code {
    fn page(&self) -> String {
        let to_do: String = self.to_do.iter().map(|part| format!("        <p>{}</p>\n", line(part))).collect();
        let body = format!(
            "      <div class=\"stack\">\n        <p class=\"soft\"><a href=\"/docs/errors/\">Errors</a></p>\n        \
             <h1><code>{name}</code></h1>\n        <p class=\"lead\">{means}</p>\n      </div>\n\n      \
             <section aria-labelledby=\"to-do\">\n        <h2 id=\"to-do\">What to do</h2>\n{to_do}      </section>\n\n      \
             <section aria-labelledby=\"example\">\n        <h2 id=\"example\">Example response</h2>\n        \
             <pre><code>{example}</code></pre>\n      </section>\n",
            name = self.name,
            means = line(&self.means),
            example = escape(&self.example),
        );
        let plain = self.means.replace('`', "");
        frame(&self.name, &plain, &body)
    }
}

fn index(codes: &[Code]) -> String {
    let entry = |code: &Code| {
        let (name, means) = (&code.name, line(&code.means));
        format!(
            "          <div><dt><a href=\"/docs/errors/{name}\"><code>{name}</code></a></dt><dd>{means}</dd></div>\n"
        )
    };
    let entries: String = codes.iter().map(entry).collect();
    let body = format!(
        "      <div class=\"stack\">\n        <h1>Errors</h1>\n        <p class=\"lead\">An error response \
         lists every problem: its location, what is wrong, and what is expected.</p>\n        <p>It is \
         <code>application/problem+json</code> (RFC 9457). Each entry of <code>problems</code> has a <code>code</code>, \
         whose meaning never changes; new codes may be added. Programs should rely on the code, people read the message.</p>\n      \
         </div>\n\n      <section aria-labelledby=\"codes\">\n        <h2 id=\"codes\">Codes</h2>\n        \
         <dl class=\"kinds\">\n{entries}        </dl>\n      </section>\n"
    );
    frame("Errors", "Every error code of the Glas API: what it means and what to do.", &body)
}

fn frame(title: &str, description: &str, body: &str) -> String {
    format!(
        "<!doctype html>
<html lang=\"en\">
<head>
  <meta charset=\"utf-8\">
  <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
  <title>{title} – Glas</title>
  <meta name=\"description\" content=\"{description}\">
  <link rel=\"icon\" href=\"/icon.svg\" type=\"image/svg+xml\">
  <link rel=\"stylesheet\" href=\"/style.css\">
</head>
<body>
  <a class=\"skip\" href=\"#main\">Skip to content</a>
  <header class=\"top\">
    <div class=\"wide\">
      <a class=\"brand\" href=\"/\"><img src=\"/icon.svg\" alt=\"\" width=\"32\" height=\"32\">Glas</a>
      <nav aria-label=\"Main\">
        <a href=\"/demo/\">Demo shop</a>
        <a href=\"/install\">Install</a>
        <a href=\"/docs/\">API</a>
      </nav>
    </div>
  </header>

  <main id=\"main\" tabindex=\"-1\">
    <div class=\"wide text\">
{body}    </div>
  </main>

  <footer class=\"bottom\">
    <div class=\"wide\">
      <p>Glas is customer feedback for online shops. The name means “voice”.</p>
    </div>
  </footer>
</body>
</html>
",
        description = escape(description),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths;

    #[test]
    fn each_section_becomes_a_page() {
        let text = fs::read_to_string(paths::root().join(SOURCE)).unwrap();
        let codes = read(&text).unwrap();
        assert_eq!(codes.len(), text.lines().filter(|line| line.starts_with("## ")).count());
        let list = index(&codes);
        for code in &codes {
            let page = code.page();
            assert!(list.contains(&format!("href=\"/docs/errors/{}\"", code.name)), "{}", code.name);
            for part in [format!("<h1><code>{}</code></h1>", code.name), escape(&code.example)] {
                assert!(page.contains(&part), "{}: {part}", code.name);
            }
            for page in [&page, &list] {
                assert!(!page.contains('`') && !page.contains("<script") && !page.contains("style="), "{page}");
                for tag in ["p", "section", "div", "dl", "dt", "dd", "code", "pre", "main"] {
                    let begun = page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
                    assert_eq!(begun, page.matches(&format!("</{tag}>")).count(), "{}: {tag}", code.name);
                }
            }
        }
    }

    #[test]
    fn an_incomplete_section_is_rejected() {
        let whole = "# Errors\n\nx\n\n## a_b\n\nMeans <this>\nand `that`.\n\nDo.\n\nMore.\n\n```json\n{\n}\n```\n";
        let code = read(whole).unwrap().pop().unwrap();
        assert_eq!(line(&code.means), "Means &lt;this&gt; and <code>that</code>.");
        assert_eq!((code.to_do, code.example), (vec!["Do.".to_owned(), "More.".to_owned()], "{\n}".to_owned()));
        for (part, instead) in
            [("```json", "json"), ("\n```\n", ""), ("Do.\n\nMore.\n\n", ""), ("a_b", "A b"), ("\n## a_b", "")]
        {
            assert!(read(&whole.replace(part, instead)).is_err(), "{part}");
        }
    }
}
