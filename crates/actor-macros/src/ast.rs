//! What the attribute is about, as values that are checked already.

use std::time::Duration;

use proc_macro2::Span;
use quote::format_ident;
use syn::ext::IdentExt;
use syn::{Attribute, Generics, Ident, ImplItemFn, ItemImpl, Path, Type, Visibility};

use crate::behaviour::Behaviour;

/// A server or a supervisor: the impl block under the attribute, sorted and checked.
pub(crate) struct Actor {
    /// Which trait the block implements.
    pub(crate) behaviour: &'static Behaviour,
    /// The type's own name, from which the names of the generated items are made.
    pub(crate) name: Ident,
    /// The trait as the user wrote it.
    pub(crate) trait_path: Path,
    /// The trait impl with the items that stay in it.
    pub(crate) item: ItemImpl,
    /// The type of `Args`, if the user left it to `init` to say.
    pub(crate) args: Option<Type>,
    /// The methods that go to an inherent impl.
    pub(crate) methods: Vec<ImplItemFn>,
    /// The messages that the marked ones of them stand for.
    pub(crate) messages: Vec<Message>,
    /// A `child_spec` written by hand.
    pub(crate) child_spec: Option<ImplItemFn>,
    /// The name of the client trait.
    pub(crate) client: Ident,
    /// Who may use the client and the enums.
    pub(crate) visibility: Visibility,
}

/// One message, made of one marked method.
pub(crate) struct Message {
    pub(crate) kind: Kind,
    /// The server's method.
    pub(crate) method: Ident,
    /// The client's method.
    pub(crate) name: Ident,
    pub(crate) variant: Ident,
    /// Who may use the method. One that does not say it leaves it to the others.
    pub(crate) visibility: Visibility,
    /// The method's docs.
    pub(crate) docs: Vec<Attribute>,
    /// Its deprecation.
    pub(crate) deprecated: Option<Attribute>,
    /// The conditions under which the method exists.
    pub(crate) cfgs: Vec<Attribute>,
    /// The method's parameters after `self`.
    pub(crate) parameters: Vec<Parameter>,
    /// Whether the arguments travel in a box.
    pub(crate) boxed: bool,
    /// The type of the answer; `()` for a cast.
    pub(crate) reply: Type,
    /// How long a caller waits, unless it says so itself.
    pub(crate) deadline: Option<Deadline>,
    /// Where the method says what it returns.
    pub(crate) returns: Span,
    pub(crate) is_async: bool,
    /// Whether it is right. One that is not has a method of the client alone, so that the mistake is
    /// one error and not one at each use.
    pub(crate) is_sound: bool,
}

/// Whether a message is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Call,
    Cast,
}

/// How long a caller waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deadline {
    After(Duration),
    Never,
}

/// A parameter of a marked method.
pub(crate) enum Parameter {
    /// The process's context, which the server hands in.
    Context,
    /// The way back to the caller, which the server hands in.
    ReplyTo,
    /// An argument, which the client hands in.
    Argument(Argument),
}

/// An argument of a message.
pub(crate) struct Argument {
    pub(crate) name: Ident,
    pub(crate) ty: Box<Type>,
}

impl Actor {
    /// The type that implements the trait.
    pub(crate) fn self_ty(&self) -> &Type {
        &self.item.self_ty
    }

    /// The generics of the impl block.
    pub(crate) fn generics(&self) -> &Generics {
        &self.item.generics
    }

    /// The messages of one kind.
    pub(crate) fn messages(&self, kind: Kind) -> impl Iterator<Item = &Message> {
        self.messages
            .iter()
            .filter(move |message| message.is_sound && message.kind == kind)
    }

    /// Whether there are messages of the kind, and so an enum of them.
    pub(crate) fn has(&self, kind: Kind) -> bool {
        self.messages(kind).next().is_some()
    }

    /// The name of the enum of one kind of message.
    pub(crate) fn enum_name(&self, kind: Kind) -> Ident {
        format_ident!("{}{}", self.name.unraw(), kind.type_name())
    }
}

impl Message {
    /// The arguments that travel in the message.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &Argument> {
        self.parameters
            .iter()
            .filter_map(|parameter| match parameter {
                Parameter::Context | Parameter::ReplyTo => None,
                Parameter::Argument(argument) => Some(argument),
            })
    }

    /// Whether a call is answered later, instead of by what its method returns.
    pub(crate) fn is_delayed(&self) -> bool {
        let is_way_back = |parameter: &Parameter| matches!(parameter, Parameter::ReplyTo);
        self.parameters.iter().any(is_way_back)
    }

    /// The name of the field with the way back to the caller, which no argument has.
    pub(crate) fn reply_field(&self) -> Ident {
        let mut name = "reply".to_owned();
        while self.arguments().any(|argument| argument.name == name) {
            name.push('_');
        }
        Ident::new(&name, Span::call_site())
    }
}

impl Kind {
    /// The mark: `call` in `#[call]`. Also the name of the address's method.
    pub(crate) fn mark(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Cast => "cast",
        }
    }

    /// The trait's callback for messages of the kind.
    pub(crate) fn callback(self) -> &'static str {
        match self {
            Self::Call => "handle_call",
            Self::Cast => "handle_cast",
        }
    }

    /// The trait's associated type for messages of the kind.
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Self::Call => "Call",
            Self::Cast => "Cast",
        }
    }

    /// The kind whose callback or associated type is called so.
    pub(crate) fn of_item(name: &Ident) -> Option<Self> {
        [Self::Call, Self::Cast]
            .into_iter()
            .find(|kind| name == kind.callback() || name == kind.type_name())
    }
}
