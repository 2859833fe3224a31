//! The item under the attribute: from tokens to an impl block whose items are sorted by place.

use proc_macro2::{Span, TokenStream};
use syn::{Ident, ImplItem, ImplItemFn, Item, ItemImpl, Path, Type};

use crate::behaviour::Behaviour;
use crate::entry::Entry;
use crate::errors::Errors;
use crate::fallback;
use crate::half_typed::{self, Unread};
use crate::marks::{Mark, take_marks};
use crate::types::ungroup;

/// An impl block of one of our traits, as the user wrote it.
pub(crate) struct Block {
    /// Which trait it is.
    pub(crate) behaviour: &'static Behaviour,
    /// The trait as the user wrote it.
    pub(crate) trait_path: Path,
    /// The last name in the path of the type.
    pub(crate) name: Ident,
    /// The block with the items that belong to the trait.
    pub(crate) item: ItemImpl,
    /// The methods with a mark.
    pub(crate) marked: Vec<Marked>,
    /// A `child_spec`.
    pub(crate) child_spec: Option<ImplItemFn>,
    /// The functions that have no place.
    pub(crate) strays: Vec<ImplItemFn>,
}

/// A method with at least one mark. The marks are taken off it.
pub(crate) struct Marked {
    pub(crate) marks: Vec<Mark>,
    pub(crate) method: ImplItemFn,
}

/// Reads the item under the attribute, and gives what of it could not be read beside it.
///
/// # Errors
///
/// If it is no impl block of our traits: what to write in its place.
pub(crate) fn read(
    tokens: TokenStream,
    entry: Entry,
    errors: &mut Errors,
) -> Result<(Block, Unread), TokenStream> {
    let (item, unread) = match syn::parse2(tokens.clone()) {
        Ok(Item::Impl(item)) => (item, Unread::default()),
        Ok(other) => {
            errors.at(place(&other), not_here(entry));
            return Err(tokens);
        }
        Err(error) => match half_typed::read(tokens.clone(), errors) {
            Some(read) => read,
            None => {
                errors.add(error);
                return Err(tokens);
            }
        },
    };
    match header(&item, entry, errors) {
        Some(header) => Ok((sort(header, item), unread)),
        None => Err(unread.restore(fallback::plain(item))),
    }
}

/// What the first line of the block says.
struct Header {
    behaviour: &'static Behaviour,
    trait_path: Path,
    name: Ident,
}

fn header(item: &ItemImpl, entry: Entry, errors: &mut Errors) -> Option<Header> {
    let Some((_, trait_path, _)) = &item.trait_ else {
        errors.on(&item.self_ty, not_here(entry));
        return None;
    };
    let last = trait_path.segments.last()?;
    let Some(behaviour) = Behaviour::named(&last.ident) else {
        errors.on(trait_path, not_here(entry));
        return None;
    };
    if !behaviour.is_in(entry) {
        errors.on(trait_path, Entry::no_supervision("no supervisors here"));
        return None;
    }
    let Some(name) = name(&item.self_ty) else {
        errors.on(
            &item.self_ty,
            "an actor is a type with a name: implement the trait for a struct or an enum",
        );
        return None;
    };
    Some(Header {
        behaviour,
        trait_path: trait_path.clone(),
        name,
    })
}

/// The last name in the path of a type.
fn name(ty: &Type) -> Option<Ident> {
    match ungroup(ty) {
        Type::Path(ty) => ty.path.segments.last().map(|last| last.ident.clone()),
        _ => None,
    }
}

fn sort(header: Header, mut item: ItemImpl) -> Block {
    let items = std::mem::take(&mut item.items);
    let mut block = Block {
        behaviour: header.behaviour,
        trait_path: header.trait_path,
        name: header.name,
        item,
        marked: Vec::new(),
        child_spec: None,
        strays: Vec::new(),
    };
    for item in items {
        match item {
            ImplItem::Fn(method) => block.sort_method(method),
            item => block.item.items.push(item),
        }
    }
    block
}

impl Block {
    fn sort_method(&mut self, mut method: ImplItemFn) {
        let marks = take_marks(&mut method);
        let name = method.sig.ident.to_string();
        if !marks.is_empty() {
            self.marked.push(Marked { marks, method });
        } else if self.behaviour.callbacks.contains(&name.as_str()) {
            self.item.items.push(ImplItem::Fn(method));
        } else if name == "child_spec" {
            self.child_spec = Some(method);
        } else {
            self.strays.push(method);
        }
    }
}

fn not_here(entry: Entry) -> String {
    let blocks = Behaviour::all(entry).map(|behaviour| format!("`{}`", behaviour.block));
    let blocks: Vec<_> = blocks.collect();
    format!("`#[actor]` stands on a block {}", blocks.join(" or "))
}

/// The token that best stands for an item that is no impl block.
fn place(item: &Item) -> Span {
    match item {
        Item::Enum(item) => item.ident.span(),
        Item::Fn(item) => item.sig.ident.span(),
        Item::Mod(item) => item.ident.span(),
        Item::Struct(item) => item.ident.span(),
        Item::Trait(item) => item.ident.span(),
        Item::Type(item) => item.ident.span(),
        Item::Union(item) => item.ident.span(),
        _ => Span::call_site(),
    }
}
