//! The pages of error codes, `/docs/errors/…`, made from `docs/errors.md`: of each code what it means, what to do, and a
//! reply that has it. An edge test holds that file against the codes.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::docs::html::{escape, line};

/// Where the texts are, from the root of the repository.
pub const SOURCE: &str = "docs/errors.md";

/// A code and what is said of it.
#[derive(Debug, PartialEq, Eq)]
struct Code {
    name: String,
    means: String,
    /// Paragraphs.
    to_do: Vec<String>,
    /// A reply, as JSON.
    example: String,
}

/// Writes a page for each code and one that lists them.
pub fn write(text: &str, folder: &Path) -> Result<()> {
    let codes = read(text)?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for code in &codes {
        let file = folder.join(format!("{}.html", code.name));
        fs::write(&file, code.page()).with_context(|| format!("cannot write {}", file.display()))?;
    }
    fs::write(folder.join("index.html"), index(&codes)).context("cannot write the list of error codes")
}

/// A section for each code: its name, what it means, what to do about it, an example.
fn read(text: &str) -> Result<Vec<Code>> {
    let mut codes = Vec::new();
    for section in text.split("\n## ").skip(1) {
        let (name, rest) = section.split_once('\n').unwrap_or((section, ""));
        let (told, example) =
            rest.split_once("```json\n").with_context(|| format!("{SOURCE}: {name} has no example"))?;
        let (example, _) = example.split_once("\n```").with_context(|| format!("{SOURCE}: {name} does not end"))?;
        let mut paragraphs =
            told.split("\n\n").map(|part| part.trim().replace('\n', " ")).filter(|part| !part.is_empty());
        let means = paragraphs.next().unwrap_or_default();
        let to_do: Vec<String> = paragraphs.collect();
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if !is_name || to_do.is_empty() {
            bail!("{SOURCE}: {name} needs a name in small letters, what it means, and what to do");
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
             <section aria-labelledby=\"example\">\n        <h2 id=\"example\">A reply with it</h2>\n        \
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
        "      <div class=\"stack\">\n        <h1>Errors</h1>\n        <p class=\"lead\">A reply that refuses something \
         names everything that is wrong: where, what, and what would be right.</p>\n        <p>It is \
         <code>application/problem+json</code> (RFC 9457). Each entry of <code>problems</code> has a <code>code</code>, \
         which never changes its meaning; new ones may join. Programs look at the code, people at the message.</p>\n      \
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
    fn every_section_becomes_a_page() {
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
    fn a_text_that_is_not_whole_is_refused() {
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
