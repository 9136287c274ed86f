//! Injects scripts of the harness into pages, and allows them in the page's content security policy.

/// The nonce of the harness's scripts.
const NONCE: &str = "of-the-harness";

/// Inserts scripts before all others of a page.
pub(super) fn scripts(html: &str, scripts: &[String]) -> String {
    let all: String = scripts.iter().map(|script| format!("<script nonce={NONCE}>{script}</script>")).collect();
    let after = ["<head>", "<meta charset=\"utf-8\">"].iter().find_map(|tag| Some(html.find(tag)? + tag.len()));
    let (head, rest) = html.split_at(after.unwrap_or(0));
    format!("{head}{all}{rest}")
}

/// Extends every policy so that it allows the harness's scripts.
pub(super) fn allow(headers: &mut [(String, String)]) {
    for (name, value) in headers {
        if name == "content-security-policy" {
            *value = with_nonce(value);
        }
    }
}

fn with_nonce(policy: &str) -> String {
    let mut directives: Vec<Vec<&str>> = policy.split(';').map(|each| each.split_whitespace().collect()).collect();
    let governs = |name: &str| directives.iter().position(|each| each.first() == Some(&name));
    let scripts = governs("script-src-elem").or_else(|| governs("script-src"));
    let nonce = format!("'nonce-{NONCE}'");
    if let Some(at) = scripts {
        name(&mut directives[at], &nonce);
    } else if let Some(at) = governs("default-src") {
        let mut own = directives[at].clone();
        own[0] = "script-src";
        name(&mut own, &nonce);
        directives.push(own);
    }
    directives.iter().map(|each| each.join(" ")).collect::<Vec<_>>().join("; ")
}

fn name<'a>(directive: &mut Vec<&'a str>, nonce: &'a str) {
    directive.retain(|source| *source != "'none'");
    // A nonce would disable 'unsafe-inline'.
    if !directive.contains(&"'unsafe-inline'") {
        directive.push(nonce);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_extended_by_one_script_only() {
        for (policy, expected) in [
            ("script-src 'self'; style-src 'self'", "script-src 'self' 'nonce-of-the-harness'; style-src 'self'"),
            ("default-src 'none'", "default-src 'none'; script-src 'nonce-of-the-harness'"),
            (
                "default-src 'self'; img-src *",
                "default-src 'self'; img-src *; script-src 'self' 'nonce-of-the-harness'",
            ),
            ("script-src 'none'; script-src-elem a", "script-src 'none'; script-src-elem a 'nonce-of-the-harness'"),
            ("script-src 'unsafe-inline'", "script-src 'unsafe-inline'"),
            ("sandbox allow-scripts", "sandbox allow-scripts"),
            ("", ""),
        ] {
            assert_eq!(with_nonce(policy), expected, "{policy}");
        }
    }

    #[test]
    fn injected_scripts_precede_the_page_s_own() {
        let all = ["1".to_owned(), "2".to_owned()];
        let both = "<script nonce=of-the-harness>1</script><script nonce=of-the-harness>2</script>";
        for (html, expected) in [
            ("<html><head><script>x", format!("<html><head>{both}<script>x")),
            ("<html><meta charset=\"utf-8\"><title>", format!("<html><meta charset=\"utf-8\">{both}<title>")),
            ("<p>", format!("{both}<p>")),
        ] {
            assert_eq!(scripts(html, &all), expected);
        }
        assert_eq!(scripts("<p>", &[]), "<p>");
    }
}
