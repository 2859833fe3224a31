//! The names that the attribute reserves are those that addresses and servers have, no more and no
//! less.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use syn::{FnArg, ImplItem, Item, ItemImpl, Signature, TraitItem, Type, Visibility};

/// What the traits of the standard prelude give to those who implement them: methods that a call with
/// a dot may mean.
const OF_STD: &[(&str, &[&str])] = &[
    ("Clone", &["clone", "to_owned"]),
    ("Copy", &[]),
    ("Debug", &[]),
    ("Display", &["to_string"]),
    ("Drop", &[]),
    ("Eq", &[]),
    ("From", &[]),
    ("Hash", &[]),
    ("PartialEq", &["eq", "ne"]),
];

/// What every type has.
const OF_ALL: &[&str] = &["into", "try_into"];

/// The functions of `Supervised` that nobody calls on a server of his own.
const NOT_CALLED: &[&str] = &["configure", "start_supervised"];

#[test]
fn no_message_hides_a_method_of_an_address_or_is_hidden_by_one() {
    let sources = Sources::read();
    let addresses = sources.addresses();
    for address in ["ActorRef", "ChildRef", "Name", "Within"] {
        assert!(
            addresses.contains(address),
            "{address} is no address: {addresses:?}"
        );
    }
    let mut taken: BTreeSet<_> = OF_ALL.iter().map(|&name| name.to_owned()).collect();
    for block in sources
        .impls()
        .filter(|block| addresses.contains(&name_of(&block.self_ty)))
    {
        match &block.trait_ {
            None => taken.extend(public_methods(block)),
            Some((_, path, _)) => {
                let name = path.segments.last().expect("a path").ident.to_string();
                match OF_STD.iter().find(|(of_std, _)| name == *of_std) {
                    Some((_, methods)) => taken.extend(methods.iter().map(|&name| name.to_owned())),
                    None => {
                        taken.extend(sources.trait_functions(&name).filter(has_self).map(ident))
                    }
                }
            }
        }
    }
    assert_eq!(sources.reserved("OF_ADDRESSES"), taken);
}

#[test]
fn no_method_hides_a_function_of_a_server() {
    let sources = Sources::read();
    let functions = ["Start", "Supervised"]
        .into_iter()
        .flat_map(|name| sources.trait_functions(name));
    let taken = functions
        .map(ident)
        .filter(|name| !NOT_CALLED.contains(&&**name));
    assert_eq!(sources.reserved("OF_SERVERS"), taken.collect());
}

/// The items of the crates whose types are addresses, and the lists of the attribute.
struct Sources {
    items: Vec<Item>,
    reserved: Vec<Item>,
}

impl Sources {
    fn read() -> Self {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
        let mut files = Vec::new();
        for name in ["actor-core", "actor-supervisor"] {
            rust_files(&crates.join(name).join("src"), &mut files);
        }
        Self {
            items: files.iter().flat_map(|file| items(file)).collect(),
            reserved: items(&crates.join("actor-macros/src/reserved.rs")),
        }
    }

    fn impls(&self) -> impl Iterator<Item = &ItemImpl> {
        self.items.iter().filter_map(|item| match item {
            Item::Impl(block) => Some(block),
            _ => None,
        })
    }

    /// The types that implement `Address`.
    fn addresses(&self) -> BTreeSet<String> {
        let is_address = |block: &&ItemImpl| match &block.trait_ {
            Some((_, path, _)) => path
                .segments
                .last()
                .is_some_and(|last| last.ident == "Address"),
            None => false,
        };
        let addresses = self.impls().filter(is_address);
        addresses.map(|block| name_of(&block.self_ty)).collect()
    }

    fn trait_functions<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Signature> {
        let found = self.items.iter().find_map(|item| match item {
            Item::Trait(item) if item.ident == name => Some(item),
            _ => None,
        });
        let found = found.unwrap_or_else(|| panic!("`{name}` is no trait that the test knows"));
        found.items.iter().filter_map(|item| match item {
            TraitItem::Fn(function) => Some(&function.sig),
            _ => None,
        })
    }

    /// The texts in a list of the attribute.
    fn reserved(&self, list: &str) -> BTreeSet<String> {
        let list = self.reserved.iter().find_map(|item| match item {
            Item::Const(item) if item.ident == list => Some(&*item.expr),
            _ => None,
        });
        let Some(syn::Expr::Reference(reference)) = list else {
            panic!("there is a list");
        };
        let syn::Expr::Array(array) = &*reference.expr else {
            panic!("the list is an array");
        };
        let text = |expr: &syn::Expr| match expr {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) => text.value(),
            _ => panic!("the list holds texts"),
        };
        array.elems.iter().map(text).collect()
    }
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be listed") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

fn items(file: &Path) -> Vec<Item> {
    let text = fs::read_to_string(file).expect("the file can be read");
    syn::parse_file(&text).expect("the file is Rust").items
}

/// The last name in the path of a type.
fn name_of(ty: &Type) -> String {
    match ty {
        Type::Path(ty) => ty.path.segments.last().expect("a path").ident.to_string(),
        _ => String::new(),
    }
}

fn public_methods(block: &ItemImpl) -> impl Iterator<Item = String> {
    let methods = block.items.iter().filter_map(|item| match item {
        ImplItem::Fn(method) if matches!(method.vis, Visibility::Public(_)) => Some(&method.sig),
        _ => None,
    });
    methods.filter(has_self).map(ident)
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "a filter hands out references"
)]
fn has_self(signature: &&Signature) -> bool {
    matches!(signature.inputs.first(), Some(FnArg::Receiver(_)))
}

fn ident(signature: &Signature) -> String {
    signature.ident.to_string()
}
