//! Strings with a format: ids, languages, days, colours.

use survey::templates;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, RefOr, Schema,
        schema::{AdditionalProperties, AnyOfBuilder, SchemaType, Type},
    },
};

/// BCP 47: a language, optionally with script and region. Case-insensitive.
const LANGUAGE: &str = "^[A-Za-z]{2,3}(-[A-Za-z]{4}|-[A-Za-z]{2})?(-[A-Za-z]{2})?$";

fn text(description: &str, pattern: Option<&str>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).description(Some(description)).pattern(pattern)
}

fn format(name: &str, example: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(utoipa::openapi::SchemaFormat::Custom(name.to_owned())))
        .examples([example])
        .into()
}

fn translations(description: &str, kind: SchemaType) -> RefOr<Schema> {
    let translation = ObjectBuilder::new().schema_type(kind).min_length(Some(1)).max_length(Some(500));
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(description))
        .property_names(Some(text("A language.", Some(LANGUAGE))))
        .additional_properties(Some(AdditionalProperties::RefOr(RefOr::T(translation.into()))))
        .examples([serde_json::json!({ "en": "Thank you", "pl": "Dziękujemy" })])
        .into()
}

/// A short text, a number or a flag.
fn scalar(description: &str, number: Type) -> RefOr<Schema> {
    AnyOfBuilder::new()
        .description(Some(description))
        .item(ObjectBuilder::new().schema_type(Type::String).max_length(Some(100)))
        .item(ObjectBuilder::new().schema_type(number))
        .item(ObjectBuilder::new().schema_type(Type::Boolean))
        .into()
}

macro_rules! texts {
    ($($(#[doc = $doc:literal])+ $name:ident = |$description:ident| $schema:expr;)+) => {$(
        $(#[doc = $doc])+
        pub(crate) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let description = [$($doc),+].map(str::trim).join(" ");
                let $description = description.as_str();
                $schema
            }
        }

        impl ToSchema for $name {}
    )+};
}

texts! {
    /// A short name chosen by the owner: 1 to 40 characters of a–z, 0–9, `_` and `-`.
    Slug = |description| text(description, Some("^[a-z0-9_-]{1,40}$")).examples(["delivery_cost"]).into();
    /// A language like `pl`, `pt-BR` or `zh-Hant`.
    LanguageTag = |description| text(description, Some(LANGUAGE)).examples(["pl"]).into();
    /// A colour like `#2443b8`.
    Color = |description| text(description, Some("^#[0-9A-Fa-f]{6}$")).examples(["#2443b8"]).into();
    /// A path that begins with `/` or `*`, or `~` and a regular expression. A leading `!` excludes the matching pages.
    PagePattern = |description| text(description, Some("^!?[/*~]")).max_length(Some(300)).examples(["/thank-you"]).into();
    /// The path of a page, or a prefix of paths followed by `*`.
    PagePath = |description| text(description, Some("^/[^*?#]*\\*?$")).examples(["/thank-you"]).into();
    /// The short form of one trigger.
    ShortTrigger = |description| text(description, None).enum_values(Some(["load", "exit"])).into();
    /// Scrolling.
    OnScroll = |description| text(description, None).enum_values(Some(["scroll"])).into();
    /// An element: a click on it, or its becoming visible.
    OnElement = |description| text(description, None).enum_values(Some(["click", "visible"])).into();
    /// An event of the page.
    OnEvent = |description| text(description, None).enum_values(Some(["event"])).into();
    /// Time on the site.
    OnTime = |description| text(description, None).enum_values(Some(["time"])).into();
    /// Pages of a visit.
    OnPages = |description| text(description, None).enum_values(Some(["pages"])).into();
    /// A question answered with free text.
    TextKind = |description| text(description, None).enum_values(Some(["text"])).into();
    /// A question answered by choosing.
    ChoiceKind = |description| text(description, None).enum_values(Some(["choice"])).into();
    /// A question for a contact address.
    ContactKind = |description| text(description, None).enum_values(Some(["contact"])).into();
    /// The id of a template.
    TemplateId = |description| text(description, None).enum_values(Some(templates::ALL.iter().map(|template| template.id))).into();
    /// A text with its translations, by language.
    Texts = |description| translations(description, SchemaType::Type(Type::String));
    /// A text with its translations, by language. A null translation counts as absent.
    TextsDraft = |description| translations(description, SchemaType::from_iter([Type::String, Type::Null]));
    /// A URL, or a relative reference.
    Link = |_description| format("uri-reference", "/docs/errors/missing");
    /// The value that a property of an event must have.
    EventValue = |description| scalar(description, Type::Integer);
    /// The value of a trait, stored as text.
    TraitValue = |description| scalar(description, Type::Number);
    /// A day like `2026-11-22`.
    Date = |_description| format("date", "2026-11-22");
    /// A day like `2026-11-22`, or a moment like `2026-11-22T13:00:00Z`.
    DayOrMoment = |description| AnyOfBuilder::new()
        .description(Some(description))
        .item(format("date", "2026-11-22"))
        .item(format("date-time", "2026-11-22T13:00:00Z"))
        .into();
}
