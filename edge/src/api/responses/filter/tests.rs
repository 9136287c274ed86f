use super::*;
use crate::{
    http::error::Error,
    store::{ChoiceFilter, ScoreFilter},
};
use insight::Metric;
use std::{collections::BTreeSet, ops::RangeInclusive};

fn problems(text: &str) -> Vec<String> {
    let mut query = Query::read(Some(text), &list_parameters(&[]));
    for_list(&mut query, &Zone::new("UTC"));
    match query.or(()) {
        Err(Error::Invalid(problems)) => {
            problems.iter().map(|problem| format!("{} {}", problem.at, problem.code.as_str())).collect()
        }
        _ => Vec::new(),
    }
}

fn filter(text: &str) -> ResponseFilter {
    let mut query = Query::read(Some(text), &list_parameters(&[]));
    let filter = for_list(&mut query, &Zone::new("UTC"));
    assert_eq!(problems(text), [""; 0], "{text}");
    filter
}

fn scores(metric: Option<Metric>, question: Option<&str>, range: RangeInclusive<u8>) -> ResponseFilter {
    ResponseFilter {
        score: Some(ScoreFilter { metric, question: question.map(str::to_owned), range }),
        ..ResponseFilter::default()
    }
}

fn chosen(question: &str, choice: Option<&str>) -> Option<ChoiceFilter> {
    Some(ChoiceFilter { question: question.into(), choice: choice.map(str::to_owned) })
}

#[test]
fn filters_are_read() {
    let none = ResponseFilter::default;
    let nps = Some(Metric::Nps);
    let pln = |range| Some(OrderFilter { currency: "PLN".into(), range });
    for (text, expected) in [
        ("", none()),
        (
            "from=2026-01-01&to=2026-01-31",
            ResponseFilter { received: TimeRange { from: 1_767_225_600_000, to: 1_769_904_000_000 }, ..none() },
        ),
        (
            "survey=srv_1&touchpoint=cart",
            ResponseFilter { survey: Some("srv_1".into()), touchpoint: Some("cart".into()), ..none() },
        ),
        (
            "language=pl-pl&device=mobile",
            ResponseFilter { language: Some("pl-PL".into()), device: Some("mobile"), ..none() },
        ),
        ("metric=nps", scores(nps, None, 0..=10)),
        ("class=promoter", scores(nps, None, 9..=10)),
        ("metric=ces&class=neutral", scores(Some(Metric::Ces), None, 4..=4)),
        ("class=dissatisfied", scores(Some(Metric::Csat), None, 1..=2)),
        ("metric=agree&score_max=3", scores(Some(Metric::Agree), None, 1..=3)),
        ("class=detractor&score_min=3&question=q1", scores(nps, Some("q1"), 3..=6)),
        ("question=q1&score_min=5", scores(None, Some("q1"), 5..=10)),
        ("question=why", ResponseFilter { choice: chosen("why", None), ..none() }),
        ("question=reason&choice=price", ResponseFilter { choice: chosen("reason", Some("price")), ..none() }),
        ("question=reason&choice=~other", ResponseFilter { choice: chosen("reason", Some("~other")), ..none() }),
        (
            "question=reason&choice=price&class=detractor",
            ResponseFilter { choice: chosen("reason", Some("price")), ..scores(nps, None, 0..=6) },
        ),
        (
            "complete=true&has_text=false&excluded=true",
            ResponseFilter { complete: Some(true), has_text: Some(false), excluded: Some(true), ..none() },
        ),
        (
            "words=Kurier+%C5%BB%C3%93%C5%81TY",
            ResponseFilter { words: vec!["kurier".into(), "zolty".into()], ..none() },
        ),
        ("tag=+Call++back", ResponseFilter { tag: Some("call back".into()), ..none() }),
        (
            "customer=c-7&order_id=+1001",
            ResponseFilter { customer: Some("c-7".into()), order_id: Some("1001".into()), ..none() },
        ),
        ("currency=PLN", ResponseFilter { order: pln(0..=MAX_AMOUNT), ..none() }),
        ("currency=PLN&order_min=100&order_max=200", ResponseFilter { order: pln(100..=200), ..none() }),
        (
            "trait.plan=gold&trait.a.b=%3D",
            ResponseFilter { traits: vec![("plan".into(), "gold".into()), ("a.b".into(), "=".into())], ..none() },
        ),
        ("page=/thank-you", ResponseFilter { page: Some(PathFilter::Exact("/thank-you".into())), ..none() }),
        ("page=/app%23/cart", ResponseFilter { page: Some(PathFilter::Exact("/app#/cart".into())), ..none() }),
        ("page=/help/*", ResponseFilter { page: Some(PathFilter::Prefix("/help/".into())), ..none() }),
        ("flag=none", ResponseFilter { flags: FlagFilter::None, ..none() }),
        ("flag=any", none()),
        ("flag=flagged", ResponseFilter { flags: FlagFilter::FLAGGED, ..none() }),
        ("flag=token_reused", ResponseFilter { flags: FlagFilter::Any(Flags::TOKEN_REUSED), ..none() }),
        ("flag=honeypot", ResponseFilter { flags: FlagFilter::Any(Flags::HONEYPOT), ..none() }),
    ] {
        assert_eq!(filter(text), expected, "{text}");
    }
    // No score can match, which is valid: the list is empty.
    assert!(filter("class=promoter&score_max=3").score.unwrap().range.is_empty());
}

#[test]
fn invalid_filters_are_reported() {
    for (text, expected) in [
        ("score=9", vec!["query.score unknown_value"]),
        ("score_min=9", vec!["query.metric missing"]),
        ("metric=csat&score_max=6", vec!["query.score_max out_of_range"]),
        ("metric=csat&score_min=4&score_max=2", vec!["query.score_min out_of_range"]),
        ("metric=nsp", vec!["query.metric unknown_value"]),
        ("metric=nps&class=easy", vec!["query.class unknown_value"]),
        ("class=happy", vec!["query.class unknown_value"]),
        ("class=neutral", vec!["query.metric missing"]),
        ("choice=price", vec!["query.question missing"]),
        ("question=Q&choice=%3D", vec!["query.question invalid_format", "query.choice invalid_format"]),
        ("question=reason&choice=price&score_min=1", vec!["query.metric missing"]),
        ("touchpoint=A", vec!["query.touchpoint invalid_format"]),
        ("language=polski!&device=fridge", vec!["query.language invalid_format", "query.device unknown_value"]),
        (
            "complete=yes&has_text=1&excluded=0",
            vec!["query.complete unknown_value", "query.has_text unknown_value", "query.excluded unknown_value"],
        ),
        ("words=+%0A", vec!["query.words empty"]),
        ("words=a+b+c+d+e+f+g+h+i+j+k", vec!["query.words too_long"]),
        ("tag=a,b", vec!["query.tag invalid_format"]),
        ("customer=+&order_id=%09", vec!["query.customer invalid_format", "query.order_id invalid_format"]),
        ("order_min=100", vec!["query.currency missing"]),
        ("order_min=x&currency=zl", vec!["query.order_min out_of_range", "query.currency invalid_format"]),
        ("order_min=2&order_max=1&currency=PLN", vec!["query.order_min out_of_range"]),
        ("trait.=x", vec!["query.trait. unknown_value"]),
        ("page=thank-you", vec!["query.page invalid_format"]),
        ("page=/a*b", vec!["query.page invalid_format"]),
        ("page=/a%23top", vec!["query.page invalid_format"]),
        ("flag=odd", vec!["query.flag unknown_value"]),
        ("from=2026-02-01&to=2026-01-01", vec!["query.from out_of_range"]),
        (
            "from=x&device=x&form=x",
            vec!["query.form unknown_value", "query.from invalid_format", "query.device unknown_value"],
        ),
    ] {
        assert_eq!(problems(text), expected, "{text}");
    }
}

/// A query with every parameter of lists.
const EVERY: &str = "survey=srv_1&metric=nps&class=detractor&score_min=1&score_max=5&question=reason&choice=price\
    &touchpoint=cart&language=pl&device=mobile&complete=true&has_text=true&tag=vip&customer=c-7&order_id=7&order_min=1\
    &order_max=2&currency=PLN&trait.plan=gold&page=/&flag=flagged&from=2026-01-01&to=2026-01-31&words=a&excluded=true";

#[test]
fn every_condition_has_a_parameter() {
    let none = ResponseFilter::default();
    // Without `..`: a new condition does not compile until it is checked here.
    let ResponseFilter {
        received,
        survey,
        touchpoint,
        language,
        device,
        customer,
        order_id,
        order,
        complete,
        excluded,
        flags,
        page,
        traits,
        tag,
        score,
        choice,
        has_text,
        words,
    } = filter(EVERY);
    assert!(received != none.received && flags != none.flags && !traits.is_empty() && !words.is_empty());
    assert!(survey.is_some() && touchpoint.is_some() && language.is_some() && device.is_some());
    assert!(customer.is_some() && order_id.is_some() && order.is_some() && tag.is_some() && page.is_some());
    assert!(complete.is_some() && excluded.is_some() && has_text.is_some() && score.is_some() && choice.is_some());
}

/// The names with `trait.` as the documents write it.
fn documented(names: Vec<&str>) -> BTreeSet<&str> {
    names.into_iter().map(|name| if name == "trait." { "trait.NAME" } else { name }).collect()
}

#[test]
fn every_parameter_is_documented() {
    let openapi: serde_json::Value = serde_json::from_str(include_str!("../../../../openapi.json")).unwrap();
    for (path, accepted) in [
        ("/v1/responses", list_parameters(&["form", "fields", "limit", "cursor"])),
        ("/v1/responses.ndjson", list_parameters(&["form", "fields"])),
        ("/v1/responses.csv", list_parameters(&["form", "fields", "bom"])),
        ("/v1/metrics", metric_parameters(&["interval", "segment_by"])),
    ] {
        let parameters = openapi["paths"][path]["get"]["parameters"].as_array().unwrap();
        let names: BTreeSet<&str> = parameters.iter().map(|parameter| parameter["name"].as_str().unwrap()).collect();
        assert_eq!(names, documented(accepted), "{path}");
    }
    let guide = include_str!("../../../../../docs/responses.md");
    for name in documented(list_parameters(&[])) {
        assert!(guide.contains(&format!("`{name}`")), "docs/responses.md does not name {name}");
    }
    let guide = include_str!("../../../../../docs/metrics.md");
    for name in documented(metric_parameters(&["interval", "segment_by"])).into_iter().filter(|name| *name != "metric")
    {
        assert!(guide.contains(&format!("`{name}`")), "docs/metrics.md does not name {name}");
    }
    let given: BTreeSet<&str> = EVERY.split('&').map(|pair| pair.split('=').next().unwrap()).collect();
    let given = given.into_iter().map(|name| if name == "trait.plan" { "trait.NAME" } else { name });
    assert_eq!(given.collect::<BTreeSet<_>>(), documented(list_parameters(&[])));
}

/// A filter that SQL cannot express must not be a parameter of metrics.
#[test]
fn only_lists_search_words_and_excluded_responses() {
    for (text, problems) in [("words=a", 1), ("excluded=false", 1), ("tag=a", 0)] {
        let query = Query::read(Some(text), &metric_parameters(&[]));
        let found = match query.or(()) {
            Err(Error::Invalid(problems)) => problems.len(),
            _ => 0,
        };
        assert_eq!(found, problems, "{text}");
        assert!(filter(text) != ResponseFilter::default(), "{text}");
    }
}
