use axum::http::header::HeaderName;

use super::*;

fn headers(list: &[(&str, &str)]) -> HeaderMap {
    let header = |(name, value): &(&str, &str)| {
        let name: HeaderName = name.parse().expect("a name");
        (name, value.parse().expect("a value"))
    };
    list.iter().map(header).collect()
}

#[test]
fn an_origin_is_ours_or_foreign() {
    let host = ("host", "localhost:4001");
    for (list, foreign) in [
        (&[host][..], false),
        (&[host, ("origin", "http://localhost:4001")], false),
        (&[host, ("origin", "https://localhost:4001")], false),
        (&[host, ("origin", "http://localhost:4002")], true),
        (&[host, ("origin", "http://localhost")], true),
        (&[host, ("origin", "http://example.com")], true),
        (
            &[host, ("origin", "http://localhost:4001.example.com")],
            true,
        ),
        (&[host, ("origin", "localhost:4001")], true),
        (&[host, ("origin", "null")], true),
        (&[host, ("origin", "")], true),
        (&[("origin", "http://localhost:4001")], true),
        (&[("origin", "null")], true),
    ] {
        assert_eq!(is_foreign(&headers(list)), foreign, "{list:?}");
    }
}

#[test]
fn a_client_is_of_this_machine_or_of_another() {
    let host = ("host", "localhost:4001");
    for (from, list, ours) in [
        ("127.0.0.1", &[host][..], true),
        ("127.0.0.1", &[("host", "localhost")], true),
        ("127.0.0.1", &[("host", "127.0.0.1:4001")], true),
        ("::1", &[("host", "[::1]:4001")], true),
        ("192.0.2.7", &[host], false),
        ("127.0.0.1", &[("host", "rebound.example.com:4001")], false),
        ("127.0.0.1", &[], false),
        (
            "127.0.0.1",
            &[host, ("x-forwarded-for", "192.0.2.7")],
            false,
        ),
        ("127.0.0.1", &[host, ("forwarded", "for=192.0.2.7")], false),
    ] {
        let from: IpAddr = from.parse().expect("an address");
        assert_eq!(
            is_of_this_machine(from, &headers(list)),
            ours,
            "{from} {list:?}"
        );
    }
}
