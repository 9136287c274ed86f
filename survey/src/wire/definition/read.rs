//! Parses definitions.

use crate::{
    display::PropertyValue,
    problem::{Problem, Problems},
    survey::{
        AskWhen, Draft, DraftAgain, DraftAudience, DraftChoice, DraftDisplay, DraftPalette, DraftQuestion, DraftTheme,
        DraftTrigger, Survey, Texts,
    },
    wire::node::{Node, parse},
};
use alloc::{string::String, vec::Vec};

/// Parses and validates an owner's definition.
///
/// # Errors
/// All problems, each with its place.
pub fn read_definition(text: &str) -> Result<Survey, Vec<Problem>> {
    let (draft, problems) = read(text)?;
    Survey::check(draft, problems)
}

/// Parses and validates a definition from the store, which may have been accepted by an earlier version of the service.
///
/// # Errors
/// All problems, each with its place.
pub fn read_stored(text: &str) -> Result<Survey, Vec<Problem>> {
    let (draft, problems) = read(text)?;
    Survey::check_stored(draft, problems)
}

fn read(text: &str) -> Result<(Draft, Problems), Vec<Problem>> {
    let value = parse(text)?;
    let mut problems = Problems::new();
    let body = Node::root(&value);
    let found = &mut problems;
    let questions = body.member("questions").items(found).unwrap_or_default();
    let draft = Draft {
        name: body.member("name").string(found),
        touchpoint: body.member("touchpoint").string(found),
        language: body.member("language").string(found),
        display: display(&body.member("display"), found),
        audience: audience(&body.member("audience"), found),
        questions: questions.iter().map(|node| question(node, found)).collect(),
        thanks: texts(&body.member("thanks"), found),
    };
    Ok((draft, problems))
}

fn display(node: &Node<'_>, problems: &mut Problems) -> DraftDisplay {
    if node.members(problems).is_none() {
        return DraftDisplay::default();
    }
    let offset = node.member("offset");
    // Reports an offset that is not an object; its members are then missing.
    offset.members(problems);
    let triggers = node.member("triggers").items(problems);
    DraftDisplay {
        mode: node.member("mode").string(problems),
        selector: node.member("selector").string(problems),
        height: node.member("height").integer(problems),
        label: texts(&node.member("label"), problems),
        corner: node.member("corner").string(problems),
        offset_x: offset.member("x").integer(problems),
        offset_y: offset.member("y").integer(problems),
        z_index: node.member("z_index").integer(problems),
        theme: theme(&node.member("theme"), problems),
        pages: strings(&node.member("pages"), problems),
        triggers: triggers.map(|items| items.iter().map(|item| trigger(item, problems)).collect()),
        trigger: node.member("trigger").string(problems),
        delay_ms: node.member("delay_ms").integer(problems),
    }
}

fn theme(node: &Node<'_>, problems: &mut Problems) -> DraftTheme {
    if node.members(problems).is_none() {
        return DraftTheme::default();
    }
    let dark = node.member("dark");
    dark.members(problems);
    DraftTheme {
        scheme: node.member("scheme").string(problems),
        light: palette(node, problems),
        dark: palette(&dark, problems),
        radius: node.member("radius").integer(problems),
    }
}

fn palette(node: &Node<'_>, problems: &mut Problems) -> DraftPalette {
    DraftPalette {
        accent: node.member("accent").string(problems),
        background: node.member("background").string(problems),
        text: node.member("text").string(problems),
    }
}

fn trigger(node: &Node<'_>, problems: &mut Problems) -> DraftTrigger {
    if node.members(problems).is_none() {
        return DraftTrigger::default();
    }
    let props = node.member("where");
    let names = props.members(problems).into_iter().flat_map(|members| members.keys());
    DraftTrigger {
        on: node.member("on").string(problems),
        percent: node.member("percent").integer(problems),
        selector: node.member("selector").string(problems),
        name: node.member("name").string(problems),
        props: names.filter_map(|name| Some((name.clone(), property_value(&props.member(name), problems)?))).collect(),
        seconds: node.member("seconds").integer(problems),
        count: node.member("count").integer(problems),
    }
}

fn property_value(node: &Node<'_>, problems: &mut Problems) -> Option<PropertyValue> {
    match node.value()? {
        serde_json::Value::String(text) => Some(PropertyValue::Text(text.clone())),
        serde_json::Value::Bool(flag) => Some(PropertyValue::Flag(*flag)),
        // Fractions are rejected, because they cannot be compared reliably.
        serde_json::Value::Number(_) => node.integer(problems).map(PropertyValue::Number),
        _ => {
            node.wrong_type("a string, an integer or a boolean", problems);
            None
        }
    }
}

fn audience(node: &Node<'_>, problems: &mut Problems) -> DraftAudience {
    if node.members(problems).is_none() {
        return DraftAudience::default();
    }
    let again = node.member("again");
    again.members(problems);
    DraftAudience {
        devices: strings(&node.member("devices"), problems),
        languages: strings(&node.member("languages"), problems),
        visitors: node.member("visitors").string(problems),
        sample_percent: node.member("sample_percent").integer(problems),
        from: node.member("from").string(problems),
        until: node.member("until").string(problems),
        stop_after: node.member("stop_after").integer(problems),
        during_checkout: node.member("during_checkout").boolean(problems),
        max_views: node.member("max_views").integer(problems),
        again: DraftAgain {
            after_answer: again.member("after_answer_days").integer(problems),
            after_dismissal: again.member("after_dismissal_days").integer(problems),
            after_second_dismissal: again.member("after_second_dismissal_days").integer(problems),
            after_view: again.member("after_view_days").integer(problems),
        },
    }
}

fn question(node: &Node<'_>, problems: &mut Problems) -> DraftQuestion {
    if node.members(problems).is_none() {
        return DraftQuestion::default();
    }
    let choices = node.member("choices").items(problems);
    let when = node.member("ask_when");
    DraftQuestion {
        id: node.member("id").string(problems),
        kind: node.member("kind").string(problems),
        text: texts(&node.member("text"), problems),
        low: texts(&node.member("low"), problems),
        high: texts(&node.member("high"), problems),
        look: node.member("look").string(problems),
        placeholder: texts(&node.member("placeholder"), problems),
        max_chars: node.member("max_chars").integer(problems),
        choices: choices.map(|items| items.iter().map(|item| choice(item, problems)).collect()),
        multiple: node.member("multiple").boolean(problems),
        other: texts(&node.member("other"), problems),
        shuffle: node.member("shuffle").boolean(problems),
        channel: node.member("channel").string(problems),
        consent: texts(&node.member("consent"), problems),
        ask_when: when.members(problems).map(|_| ask_when(&when, problems)),
    }
}

fn ask_when(node: &Node<'_>, problems: &mut Problems) -> AskWhen {
    let choices = node.member("choices").items(problems);
    AskWhen {
        question: node.member("question").string(problems),
        from: node.member("from").integer(problems),
        to: node.member("to").integer(problems),
        choices: choices.map(|items| items.iter().filter_map(|item| item.string(problems)).collect()),
        other: node.member("other").boolean(problems),
    }
}

fn choice(node: &Node<'_>, problems: &mut Problems) -> DraftChoice {
    if node.members(problems).is_none() {
        return DraftChoice::default();
    }
    DraftChoice { id: node.member("id").string(problems), text: texts(&node.member("text"), problems) }
}

fn texts(node: &Node<'_>, problems: &mut Problems) -> Option<Texts> {
    let members = node.members(problems)?;
    let text = |tag: &String| Some((tag.clone(), node.member(tag).string(problems)?));
    Some(members.keys().filter_map(text).collect())
}

fn strings(node: &Node<'_>, problems: &mut Problems) -> Vec<String> {
    node.items(problems).unwrap_or_default().iter().filter_map(|item| item.string(problems)).collect()
}
