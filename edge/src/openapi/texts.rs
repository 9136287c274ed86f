//! Texts with a form: ids, languages, days, colours.

use survey::templates;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, RefOr, Schema,
        schema::{AdditionalProperties, AnyOfBuilder, SchemaType, Type},
    },
};

/// BCP 47: language, and if it matters script or region. Upper and lower case are the same.
const LANGUAGE: &str = "^[A-Za-z]{2,3}(-[A-Za-z]{4}|-[A-Za-z]{2})?(-[A-Za-z]{2})?$";

fn text(told: &str, pattern: Option<&str>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).description(Some(told)).pattern(pattern)
}

fn format(name: &str, example: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(utoipa::openapi::SchemaFormat::Custom(name.to_owned())))
        .examples([example])
        .into()
}

fn translations(told: &str, kind: SchemaType) -> RefOr<Schema> {
    let translation = ObjectBuilder::new().schema_type(kind).min_length(Some(1)).max_length(Some(500));
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(told))
        .property_names(Some(text("A language.", Some(LANGUAGE))))
        .additional_properties(Some(AdditionalProperties::RefOr(RefOr::T(translation.into()))))
        .examples([serde_json::json!({ "en": "Thank you", "pl": "Dziękujemy" })])
        .into()
}

/// A short text, a number or a flag.
fn scalar(told: &str, number: Type) -> RefOr<Schema> {
    AnyOfBuilder::new()
        .description(Some(told))
        .item(ObjectBuilder::new().schema_type(Type::String).max_length(Some(100)))
        .item(ObjectBuilder::new().schema_type(number))
        .item(ObjectBuilder::new().schema_type(Type::Boolean))
        .into()
}

macro_rules! texts {
    ($($(#[doc = $doc:literal])+ $name:ident = |$told:ident| $schema:expr;)+) => {$(
        $(#[doc = $doc])+
        pub(crate) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let told = [$($doc),+].map(str::trim).join(" ");
                let $told = told.as_str();
                $schema
            }
        }

        impl ToSchema for $name {}
    )+};
}

texts! {
    /// A short name chosen by the owner: 1 to 40 characters of a–z, 0–9, `_` and `-`.
    Slug = |told| text(told, Some("^[a-z0-9_-]{1,40}$")).examples(["delivery_cost"]).into();
    /// A language like `pl`, `pt-BR` or `zh-Hant`.
    LanguageTag = |told| text(told, Some(LANGUAGE)).examples(["pl"]).into();
    /// A colour like `#2443b8`.
    Color = |told| text(told, Some("^#[0-9A-Fa-f]{6}$")).examples(["#2443b8"]).into();
    /// A path that begins with `/` or `*`, or `~` and a regular expression; after `!` to leave pages out.
    PagePattern = |told| text(told, Some("^!?[/*~]")).max_length(Some(300)).examples(["/thank-you"]).into();
    /// The path of a page, or with `*` behind it the begin of several.
    PagePath = |told| text(told, Some("^/[^*?#]*\\*?$")).examples(["/thank-you"]).into();
    /// The short form of one trigger.
    ShortTrigger = |told| text(told, None).enum_values(Some(["load", "exit"])).into();
    /// Scrolling.
    OnScroll = |told| text(told, None).enum_values(Some(["scroll"])).into();
    /// An element: a click on it, or the sight of it.
    OnElement = |told| text(told, None).enum_values(Some(["click", "visible"])).into();
    /// An event of the page.
    OnEvent = |told| text(told, None).enum_values(Some(["event"])).into();
    /// Time on the site.
    OnTime = |told| text(told, None).enum_values(Some(["time"])).into();
    /// Pages of a visit.
    OnPages = |told| text(told, None).enum_values(Some(["pages"])).into();
    /// A question that is answered in own words.
    TextKind = |told| text(told, None).enum_values(Some(["text"])).into();
    /// A question that is answered by choosing.
    ChoiceKind = |told| text(told, None).enum_values(Some(["choice"])).into();
    /// A question for an address.
    ContactKind = |told| text(told, None).enum_values(Some(["contact"])).into();
    /// The id of a template.
    TemplateId = |told| text(told, None).enum_values(Some(templates::ALL.iter().map(|template| template.id))).into();
    /// A text with its translations, by language.
    Texts = |told| translations(told, SchemaType::Type(Type::String));
    /// A text with its translations, by language; one that is null counts as absent.
    TextsDraft = |told| translations(told, SchemaType::from_iter([Type::String, Type::Null]));
    /// An address, or a part of one.
    Link = |_told| format("uri-reference", "/docs/errors/missing");
    /// What a property of an event must be.
    EventValue = |told| scalar(told, Type::Integer);
    /// A trait: kept as text.
    TraitValue = |told| scalar(told, Type::Number);
    /// A day like `2026-11-22`.
    Date = |_told| format("date", "2026-11-22");
    /// A day like `2026-11-22`, or a moment like `2026-11-22T13:00:00Z`.
    DayOrMoment = |told| AnyOfBuilder::new()
        .description(Some(told))
        .item(format("date", "2026-11-22"))
        .item(format("date-time", "2026-11-22T13:00:00Z"))
        .into();
}
