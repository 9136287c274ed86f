//! Definitions made from a template.

use serde_json::{Map, Value};
use survey::{Code, Problem, templates::Template};

/// The members that can be combined with a template. Questions cannot: an owner changes them in the draft.
const ALLOWED: [&str; 6] = ["name", "language", "touchpoint", "display", "audience", "thanks"];

/// The definition of a body with a `template`; `None` for a body without one. Each other member replaces the template's
/// member as a whole.
pub(super) fn from_template(body: &str) -> Result<Option<String>, Vec<Problem>> {
    let Ok(Value::Object(mut given)) = serde_json::from_str(body) else { return Ok(None) };
    let Some(named) = given.remove("template").filter(|named| !named.is_null()) else { return Ok(None) };
    let mut problems = Vec::new();
    let template = named.as_str().and_then(Template::find);
    if template.is_none() {
        let code = if named.is_string() { Code::UnknownValue } else { Code::WrongType };
        problems.push(Problem::new(code, "template", "must be an id of GET /v1/templates"));
    }
    for name in given.keys().filter(|name| !ALLOWED.contains(&name.as_str())) {
        let message = "cannot be combined with 'template': create the draft, then replace it";
        problems.push(Problem::new(Code::UnknownValue, name.clone(), message));
    }
    let Some(template) = template.filter(|_| problems.is_empty()) else { return Err(problems) };
    let mut definition: Map<String, Value> = serde_json::from_str(template.definition).unwrap_or_default();
    definition.extend(given.into_iter().filter(|(_, value)| !value.is_null()));
    Ok(Some(Value::Object(definition).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use survey::wire::read_definition;

    #[test]
    fn members_replace_those_of_the_template() {
        let body = r#"{"template":"post_purchase_nps","name":"Mine","language":"pl","display":{"pages":["/done"]}}"#;
        let text = from_template(body).unwrap().unwrap();
        let survey = read_definition(&text).unwrap();
        assert_eq!((survey.name(), survey.language().as_str()), ("Mine", "pl"));
        assert_eq!(survey.display().pages, ["/done"]);
        assert_eq!(survey.questions()[0].kind.as_str(), "nps");
    }

    #[test]
    fn problems_are_reported() {
        for (body, expected) in [
            ("{", None),
            ("[]", None),
            (r#"{"name":"x"}"#, None),
            (r#"{"template":null}"#, None),
            (r#"{"template":"nope"}"#, Some(vec![("template", Code::UnknownValue)])),
            (
                r#"{"template":1,"questions":[]}"#,
                Some(vec![("template", Code::WrongType), ("questions", Code::UnknownValue)]),
            ),
        ] {
            let found = from_template(body);
            match expected {
                None => assert_eq!(found.unwrap(), None, "{body}"),
                Some(expected) => {
                    let problems = found.unwrap_err();
                    let found: Vec<_> = problems.iter().map(|problem| (problem.at.as_str(), problem.code)).collect();
                    assert_eq!(found, expected, "{body}");
                }
            }
        }
    }
}
