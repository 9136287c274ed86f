//! Schemas composed of other schemas.

/// Any of several schemas.
macro_rules! either {
    ($($(#[doc = $doc:literal])+ $name:ident = $($part:ident)|+;)+) => {$(
        $(#[doc = $doc])+
        pub(crate) struct $name;

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::schema::AnyOfBuilder::new()
                    .description(Some([$($doc),+].map(str::trim).join(" ")))
                    $(.item(utoipa::openapi::Ref::from_schema_name(<$part as utoipa::ToSchema>::name())))+
                    .into()
            }
        }

        $crate::openapi::composed::parts!($name: $($part),+);
    )+};
}

/// The members of several schemas together.
macro_rules! with {
    ($($(#[doc = $doc:literal])+ $name:ident = $($part:ident),+;)+) => {$(
        $(#[doc = $doc])+
        pub(crate) struct $name;

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::AllOfBuilder::new()
                    .description(Some([$($doc),+].map(str::trim).join(" ")))
                    $(.item(utoipa::openapi::Ref::from_schema_name(<$part as utoipa::ToSchema>::name())))+
                    .into()
            }
        }

        $crate::openapi::composed::parts!($name: $($part),+);
    )+};
}

/// Adds the schemas that a composed schema refers to.
macro_rules! parts {
    ($name:ident: $($part:ident),+) => {
        impl utoipa::ToSchema for $name {
            fn schemas(
                schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>,
            ) {
                $(
                    let name = <$part as utoipa::ToSchema>::name().into_owned();
                    schemas.push((name, <$part as utoipa::PartialSchema>::schema()));
                    <$part as utoipa::ToSchema>::schemas(schemas);
                )+
            }
        }
    };
}

pub(super) use {either, parts, with};
