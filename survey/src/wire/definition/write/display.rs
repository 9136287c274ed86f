//! The JSON of where and when a survey is shown.

use super::{Texts, translations};
use crate::{
    display::{Display, Mode, PropertyValue, Trigger},
    theme::{Palette, Scheme, Theme},
};
use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(super) struct WireDisplay<'a> {
    mode: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    selector: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u16>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    label: Texts<'a>,
    corner: &'static str,
    offset: WireOffset,
    z_index: u16,
    theme: WireTheme,
    pages: &'a [String],
    triggers: Vec<WireTrigger<'a>>,
    delay_ms: u32,
}

#[derive(Debug, Serialize)]
struct WireOffset {
    x: u8,
    y: u8,
}

#[derive(Debug, Serialize)]
struct WireTheme {
    scheme: &'static str,
    #[serde(flatten)]
    light: WirePalette,
    #[serde(skip_serializing_if = "Option::is_none")]
    radius: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dark: Option<WirePalette>,
}

#[derive(Debug, Serialize)]
struct WirePalette {
    #[serde(skip_serializing_if = "Option::is_none")]
    accent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    background: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

#[derive(Debug, Serialize)]
struct WireTrigger<'a> {
    on: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    selector: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(rename = "where", skip_serializing_if = "BTreeMap::is_empty")]
    props: BTreeMap<&'a str, WireValue<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u8>,
}

/// A property's value as JSON.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(in crate::wire) enum WireValue<'a> {
    Text(&'a str),
    Number(i64),
    Flag(bool),
}

impl<'a> From<&'a PropertyValue> for WireValue<'a> {
    fn from(value: &'a PropertyValue) -> Self {
        match value {
            PropertyValue::Text(text) => Self::Text(text),
            PropertyValue::Number(number) => Self::Number(*number),
            PropertyValue::Flag(flag) => Self::Flag(*flag),
        }
    }
}

impl<'a> From<&'a Display> for WireDisplay<'a> {
    fn from(display: &'a Display) -> Self {
        let placement = display.placement;
        Self {
            mode: display.mode.as_str(),
            selector: display.mode.selector(),
            height: display.mode.selector().map(|_| display.mode.height()),
            label: match &display.mode {
                Mode::Button { label } => translations(label),
                Mode::SlideIn | Mode::Inline { .. } | Mode::Modal => Texts::new(),
            },
            corner: placement.corner.as_str(),
            offset: WireOffset { x: placement.x, y: placement.y },
            z_index: placement.z_index,
            theme: (&display.theme).into(),
            pages: &display.pages,
            triggers: display.triggers.iter().map(WireTrigger::from).collect(),
            delay_ms: display.delay_ms,
        }
    }
}

impl From<&Theme> for WireTheme {
    fn from(theme: &Theme) -> Self {
        Self {
            scheme: Scheme::as_str(theme.scheme),
            light: theme.light.into(),
            radius: theme.radius,
            dark: Some(theme.dark).filter(|dark| *dark != Palette::default()).map(WirePalette::from),
        }
    }
}

impl From<Palette> for WirePalette {
    fn from(palette: Palette) -> Self {
        Self {
            accent: palette.accent.map(|color| color.to_string()),
            background: palette.background.map(|color| color.to_string()),
            text: palette.text.map(|color| color.to_string()),
        }
    }
}

impl<'a> From<&'a Trigger> for WireTrigger<'a> {
    fn from(trigger: &'a Trigger) -> Self {
        let mut written = Self {
            on: trigger.as_str(),
            percent: None,
            selector: None,
            name: None,
            props: BTreeMap::new(),
            seconds: None,
            count: None,
        };
        match trigger {
            Trigger::Load | Trigger::Exit => {}
            Trigger::Scroll { percent } => written.percent = Some(*percent),
            Trigger::Click { selector } | Trigger::Visible { selector } => written.selector = Some(selector),
            Trigger::Event { name, props } => {
                written.name = Some(name);
                written.props = props.iter().map(|(name, value)| (name.as_str(), value.into())).collect();
            }
            Trigger::Time { seconds } => written.seconds = Some(*seconds),
            Trigger::Pages { count } => written.count = Some(*count),
        }
        written
    }
}
