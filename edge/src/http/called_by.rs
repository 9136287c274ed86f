//! A handler declares its caller as its first argument, and a route accepts no other handler.
//!
//! Axum implements `Handler<T, S>` for functions, where `T` is the tuple of a marker and the arguments' types. [`CalledBy`]
//! is implemented for those tuples in which the first argument is the caller, so a route whose handler names another
//! caller, or none, does not compile.

use axum::handler::Handler;

/// The arguments of a handler whose first one is `Caller`.
#[diagnostic::on_unimplemented(
    message = "the first argument of a handler of this route must be `{Caller}`",
    label = "another caller, or none",
    note = "the callers are in edge/src/http/auth.rs, and the group of the route in edge/src/router.rs chooses one"
)]
pub(crate) trait CalledBy<Caller> {}

macro_rules! called_by_the_first {
    ($($arguments:ident),*) => {
        impl<Marker, Caller, $($arguments),*> CalledBy<Caller> for (Marker, Caller, $($arguments),*) {}
    };
}

called_by_the_first!();
called_by_the_first!(A);
called_by_the_first!(A, B);
called_by_the_first!(A, B, C);
called_by_the_first!(A, B, C, D);
called_by_the_first!(A, B, C, D, E);
called_by_the_first!(A, B, C, D, E, F);

/// Returns the handler unchanged, if its first argument is `Caller`.
pub(crate) const fn require<Caller, H, T>(handler: H) -> H
where
    H: Handler<T, ()>,
    T: CalledBy<Caller>,
{
    handler
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::App,
        http::auth::{Anyone, Operator, PageCaller, Reader, ReceiptHolder, Writer},
    };

    /// Fails to compile if the arguments `$T` are accepted for the caller `$Caller`: the trait then has two
    /// implementations for them, and the call cannot choose one.
    macro_rules! assert_rejected {
        ($T:ty, $Caller:ty) => {
            const _: fn() = || {
                trait Ambiguous<Which> {
                    fn check() {}
                }
                impl<T: ?Sized> Ambiguous<()> for T {}
                struct Accepted;
                impl<T: ?Sized + CalledBy<$Caller>> Ambiguous<Accepted> for T {}
                let _ = <$T as Ambiguous<_>>::check;
            };
        };
    }

    // No argument at all, the caller missing, and the caller in the second place.
    assert_rejected!(((),), Anyone);
    assert_rejected!(((), App), Reader);
    assert_rejected!(((), App, Reader), Reader);
    // A caller of another group.
    assert_rejected!(((), Anyone, App), Reader);
    assert_rejected!(((), Reader, App), Writer);
    assert_rejected!(((), Writer, App), Operator);
    assert_rejected!(((), PageCaller), ReceiptHolder);

    #[test]
    fn a_handler_with_its_caller_in_front_is_accepted() {
        async fn read(_: Anyone) {}
        async fn write(_: Operator, _: App, _: String) {}
        let _ = (require::<Anyone, _, _>(read), require::<Operator, _, _>(write));
    }
}
