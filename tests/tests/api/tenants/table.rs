//! Reads the router's table of routes as text, since this crate does not import the Worker. An unknown line fails the
//! test, so that no route is missed.

use std::fs;
use tests::worker::repository;

/// A route of the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    /// The access group.
    pub(crate) access: String,
    /// Method in lower case.
    pub(crate) method: String,
    pub(crate) path: String,
}

fn source() -> String {
    fs::read_to_string(repository().join("edge/src/router.rs")).unwrap()
}

/// All routes of the router.
pub(crate) fn routes() -> Vec<Route> {
    read(&source())
}

/// Parses `routes! { Group { method "path" => handler, … } … }`.
fn read(source: &str) -> Vec<Route> {
    let begin = source.find("\nroutes! {\n").expect("a line `routes! {`") + "\nroutes! {\n".len();
    let mut routes = Vec::new();
    let mut access: Option<String> = None;
    for line in source[begin..].lines() {
        let line = line.split("//").next().unwrap_or_default().trim();
        match (line, &access) {
            ("", _) => {}
            ("}", Some(_)) => access = None,
            ("}", None) => return routes,
            (line, None) => {
                let group = line.strip_suffix(" {").filter(|name| name.chars().all(char::is_alphabetic));
                access = Some(group.unwrap_or_else(|| panic!("not an access group: {line}")).to_owned());
            }
            (line, Some(access)) => {
                let entry = line.strip_suffix(',').and_then(|line| line.split_once(" => "));
                let route = entry.and_then(|(route, _)| route.strip_suffix('"')?.split_once(" \""));
                let (method, path) = route.unwrap_or_else(|| panic!("not a route: {line}"));
                routes.push(Route { access: access.clone(), method: method.to_owned(), path: path.to_owned() });
            }
        }
    }
    panic!("the table is not closed")
}

#[test]
fn the_table_is_parsed_completely() {
    let source = source();
    let shipped = source.split("#[cfg(test)]").next().unwrap();
    assert_eq!(routes().len(), shipped.matches("\" => ").count());
    assert!(routes().len() > 40, "{}", routes().len());
    // No other file defines routes.
    let mut folders = vec![repository().join("edge/src")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let expected = usize::from(path.ends_with("router.rs"));
            let found = fs::read_to_string(&path).unwrap().matches(".route(").count();
            assert_eq!(found, expected, "{}: routes must be in the router's table", path.display());
        }
    }
    let small = "x\nroutes! {\n  A {\n    get \"/a\" => b::c, // d\n\n    put \"/e/{f}\" => g,\n  }\n}\n";
    let route = |method: &str, path: &str| Route { access: "A".into(), method: method.into(), path: path.into() };
    assert_eq!(read(small), [route("get", "/a"), route("put", "/e/{f}")]);
    for odd in [
        "\nroutes! {\n  A {\n    any(\"/a\") => b,\n  }\n}\n",
        "\nroutes! {\n  A {\n    get \"/a\" =>\n      b,\n  }\n}\n",
        "\nroutes! {\n  A {\n    get \"/a\" => b,\n",
        "\nroutes! {\n  A { get \"/a\" => b, }\n}\n",
    ] {
        assert!(std::panic::catch_unwind(|| read(odd)).is_err(), "{odd}");
    }
}
