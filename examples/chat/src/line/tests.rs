use super::*;

/// What becomes of bytes that come in pieces: what is read, or the first word that is wrong with it.
fn lines(pieces: &[&[u8]]) -> Vec<Result<String, &'static str>> {
    let mut codec = LineCodec::new(4);
    let mut bytes = BytesMut::new();
    let mut lines = Vec::new();
    for piece in pieces {
        bytes.extend_from_slice(piece);
        while let Some(line) = codec.decode(&mut bytes).expect("no error of the stream") {
            lines.push(line.map_err(|wrong| {
                if wrong.contains("UTF-8") {
                    "bytes"
                } else {
                    "long"
                }
            }));
        }
        assert!(bytes.len() <= 5, "no more is kept than is needed");
    }
    lines
}

#[test]
fn bytes_become_lines() {
    let ok = |text: &str| Ok(text.to_owned());
    for (pieces, expected) in [
        (&[&b"ab\ncd\n"[..]][..], vec![ok("ab"), ok("cd")]),
        (&[b"a", b"b\n"], vec![ok("ab")]),
        (&[b"ab"], vec![]),
        (&[b"ab\r\n\r\n\n"], vec![ok("ab"), ok(""), ok("")]),
        (&[b"abcd\n"], vec![ok("abcd")]),
        (&[b"abcd\r\n"], vec![ok("abcd")]),
        (&[b"abcd\r", b"\n"], vec![ok("abcd")]),
        (&[b"abcde\nf\n"], vec![Err("long"), ok("f")]),
        (&[b"abcde", b"\nf\n"], vec![Err("long"), ok("f")]),
        (
            &[b"abcdef", b"ghijkl", b"m\nf\n"],
            vec![Err("long"), ok("f")],
        ),
        (&[b"\xff\nf\n"], vec![Err("bytes"), ok("f")]),
        (&[b"\xc3", b"\xa9\n"], vec![ok("\u{e9}")]),
        (&[b"a\tb\x1b\n"], vec![ok("a b ")]),
    ] {
        assert_eq!(lines(pieces), expected, "{pieces:?}");
    }
}
