//! How much of each response a request asks for: `form` and `fields`.

use crate::{
    http::query::Query,
    reports::response::projection::{Member, Projection},
};
use survey::Code;

pub(super) const KNOWN: [&str; 2] = ["form", "fields"];

/// Reads `form` and `fields`; problems are added to the query.
pub(super) fn read(query: &mut Query) -> Projection {
    let projection = match query.get("form") {
        None | Some("usual") => Projection::BASIC,
        Some("complete") => Projection::FULL,
        Some(_) => {
            query.add(Code::UnknownValue, "form", "must be usual or complete");
            Projection::BASIC
        }
    };
    let Some(fields) = query.get("fields").map(str::to_owned) else { return projection };
    let mut members = Vec::new();
    for name in fields.split(',').map(str::trim) {
        match Member::parse(name) {
            Some(member) => members.push(member),
            None => {
                let names: Vec<&str> = Member::ALL.iter().map(|member| member.as_str()).collect();
                let message = format!("`{name}` is not a member of a response; expected: {}", names.join(", "));
                query.add(Code::UnknownValue, "fields", message);
            }
        }
    }
    projection.only(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_fields_are_projections() {
        let two = [Member::id, Member::received_at];
        for (text, expected) in [
            ("", Some(Projection::BASIC)),
            ("form=usual", Some(Projection::BASIC)),
            ("form=complete", Some(Projection::FULL)),
            ("fields=received_at, id", Some(Projection::BASIC.only(two))),
            ("form=complete&fields=id,received_at,id", Some(Projection::FULL.only(two))),
            ("form=all", None),
            ("fields=id,name", None),
            ("fields=,", None),
        ] {
            let mut query = Query::read(Some(text), &KNOWN);
            let projection = read(&mut query);
            assert_eq!(query.or(projection).ok(), expected, "{text}");
        }
    }
}
