use proc_macro2::Span;
use syn::Ident;

#[test]
fn a_variant_is_the_method_in_camel_case() {
    check("get", "Get");
    check("get_count", "GetCount");
    check("get_2", "Get2");
    check("_get__count_", "GetCount");
    check("getCount", "GetCount");
    check("r#type", "Type");
    check("self_", "Self_");
    check("_2", "_2");
    check("été", "Été");
}

fn check(method: &str, variant: &str) {
    let method = match method.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(method, Span::call_site()),
    };
    assert_eq!(super::variant(&method).to_string(), variant);
}
