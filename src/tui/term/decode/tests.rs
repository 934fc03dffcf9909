//! Each dialect by example; then any bytes, cut anywhere.

use proptest::prelude::*;

use super::*;

/// What `bytes` mean when nothing follows. A key reads as its chord, a paste in quotes.
fn decode(bytes: &[u8]) -> String {
    let mut decoder = Decoder::new();
    let mut inputs = decoder.feed(bytes);
    inputs.extend(decoder.flush());
    assert!(!decoder.pending());
    let words = inputs.iter().map(|input| match input {
        Input::Key(key) => key.to_string(),
        Input::Paste(text) => format!("{text:?}"),
        Input::Focus(true) => "focus".to_owned(),
        Input::Focus(false) => "blur".to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn characters_of_any_length() {
    assert_eq!(decode("aé東👩".as_bytes()), "a é 東 👩");
}

#[test]
fn invalid_bytes_are_one_replacement_each_and_lose_nothing_after() {
    assert_eq!(decode(b"\xf8\xff\xc0a"), "\u{fffd} \u{fffd} \u{fffd} a");
    assert_eq!(decode(b"\xe6a"), "\u{fffd} a");
    assert_eq!(decode(b"\xe6\x9d"), "\u{fffd}");
    assert_eq!(decode(b"\xed\xa0\x80j"), "\u{fffd} j");
}

#[test]
fn controls() {
    assert_eq!(decode(b"\r\t\x7f\x08\x03\x00\x1f\n"), "Enter Tab Backspace Backspace ctrl-c ctrl-Space ctrl-_ ctrl-j");
}

#[test]
fn escape_alone_twice_and_as_alt() {
    assert_eq!(decode(b"\x1b"), "Esc");
    assert_eq!(decode(b"\x1b\x1b"), "Esc Esc");
    assert_eq!(decode(b"\x1bx\x1b\xc3\xa9\x1b\r\x1b\x7f"), "alt-x alt-é alt-Enter alt-Backspace");
    assert_eq!(decode(b"\x1b["), "alt-[");
    assert_eq!(decode(b"\x1bO"), "alt-O");
    assert_eq!(decode(b"\x1b]"), "alt-]");
    assert_eq!(decode(b"\x1b[\r"), "alt-[ Enter");
}

#[test]
fn arrows_and_their_neighbours() {
    assert_eq!(decode(b"\x1b[A\x1b[B\x1bOC\x1bOD"), "Up Down Right Left");
    assert_eq!(decode(b"\x1b[H\x1bOF\x1b[1~\x1b[8~"), "Home End Home End");
    assert_eq!(decode(b"\x1b[2~\x1b[3~\x1b[5~\x1b[6~\x1b[Z"), "Ins Del PgUp PgDn Shift-Tab");
}

#[test]
fn function_keys_of_every_dialect() {
    assert_eq!(decode(b"\x1bOP\x1b[[A\x1b[11~\x1b[P"), "F1 F1 F1 F1");
    assert_eq!(decode(b"\x1b[15~\x1b[17~\x1b[24~\x1b[R"), "F5 F6 F12 F3");
}

#[test]
fn modifiers_of_every_dialect() {
    assert_eq!(decode(b"\x1b[1;5A\x1b[1;3B\x1b[1;2C\x1b[3;5~"), "ctrl-Up alt-Down Right ctrl-Del");
    assert_eq!(decode(b"\x1bOa\x1b[7^\x1b[3$"), "ctrl-Up ctrl-Home Del");
    assert_eq!(decode(b"\x1b[100;5u\x1b[27u\x1b[103;2u\x1b[27;5;13~"), "ctrl-d Esc G ctrl-Enter");
    assert_eq!(decode(b"\x1b[9;2u\x1b[97;1:3u"), "Shift-Tab");
}

#[test]
fn focus() {
    assert_eq!(decode(b"\x1b[I\x1b[O"), "focus blur");
}

#[test]
fn a_paste_is_text_whatever_is_in_it() {
    assert_eq!(decode(b"\x1b[200~dd\r\nq\x03\x1b[A\rx\x1b[201~j"), r#""dd\nq\u{3}\u{1b}[A\nx" j"#);
    assert_eq!(decode(b"\x1b[200~a\x1b\x1b[20\x1b[201~"), r#""a\u{1b}\u{1b}[20""#);
    assert_eq!(decode(b"\x1b[200~\x1b[201~j"), "j");
}

#[test]
fn escape_leaves_a_paste_without_an_end() {
    assert_eq!(decode(b"\x1b[200~text\x1b"), r#""text" Esc"#);
    let mut decoder = Decoder::new();
    assert!(decoder.feed(b"\x1b[200~text").is_empty());
    assert!(!decoder.pending() && decoder.pasting());
}

#[test]
fn an_endless_paste_comes_in_parts() {
    let mut decoder = Decoder::new();
    let mut parts = decoder.feed(b"\x1b[200~");
    parts.extend(decoder.feed("é".repeat(LONGEST_PASTE).as_bytes()));
    parts.extend(decoder.feed(b"\x1b[201~"));
    let text: String = parts.iter().map(|part| if let Input::Paste(text) = part { text } else { "" }).collect();
    assert_eq!(parts.len(), 2);
    assert_eq!(text, "é".repeat(LONGEST_PASTE));
}

#[test]
fn replies_of_the_terminal_are_swallowed() {
    for reply in [
        &b"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\"[..],
        b"\x1b]11;rgb:1e1e/1e1e/1e1e\x07",
        b"\x1bP>|XTerm(390)\x1b\\",
        b"\x1b_Gi=31;OK\x1b\\",
        b"\x1b[?62;22c",
        b"\x1b[>41;390;0c",
        b"\x1b[24;80R",
        b"\x1b[0n",
        b"\x1b[?2026;2$y",
        b"\x1b[8;24;80t",
        b"\x1b[<0;10;20M\x1b[<0;10;20m",
        b"\x1b[M !!",
        b"\x1b[32;10;20M",
    ] {
        assert_eq!(decode(&[reply, b"j"].concat()), "j", "{reply:?}");
    }
}

#[test]
fn a_reply_that_lost_its_end_gives_way_to_esc_and_enter() {
    assert_eq!(decode(b"\x1b]11;rgb\x1b"), "Esc");
    assert_eq!(decode(b"\x1b]11;rgb\rj"), "Enter j");
    assert_eq!(decode(b"\x1b]11;rgb\x1b[Aj"), "Up j");
}

#[test]
fn a_sequence_cut_by_the_line_waits_for_its_rest() {
    let mut decoder = Decoder::new();
    assert!(decoder.feed(b"\x1b[1;").is_empty());
    assert!(!decoder.pending());
    assert!(decoder.flush().is_empty());
    assert_eq!(decoder.feed(b"5A"), [Input::Key(Key { ctrl: true, ..Key::new(Code::Up) })]);
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop_oneof![
        any::<u8>().prop_map(|byte| vec![byte]),
        Just(b"\x1b".to_vec()),
        Just(b"\x1b[".to_vec()),
        Just(b"\x1bO".to_vec()),
        Just(b"\x1b]".to_vec()),
        Just(b"\x1b[200~".to_vec()),
        Just(b"\x1b[201~".to_vec()),
        Just(b"\x1b\\".to_vec()),
        Just("é東👩".as_bytes().to_vec()),
        "[0-9;:?<$\\[~^uARMm\\r]{1,6}".prop_map(String::into_bytes),
    ];
    prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn the_same_however_it_is_cut(bytes in bytes(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8)) {
        let mut whole = Decoder::new();
        let expected = whole.feed(&bytes);

        let mut one_by_one = Decoder::new();
        let single: Vec<Input> = bytes.iter().flat_map(|byte| one_by_one.feed(&[*byte])).collect();
        prop_assert_eq!(&single, &expected);

        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let mut in_parts = Decoder::new();
        let parts: Vec<Input> = cuts.windows(2).flat_map(|pair| in_parts.feed(&bytes[pair[0]..pair[1]])).collect();
        prop_assert_eq!(&parts, &expected);
        prop_assert_eq!(in_parts.pending(), whole.pending());
        prop_assert_eq!(in_parts.flush(), whole.flush());
        prop_assert!(!whole.pending());
    }

    #[test]
    fn typed_text_comes_through_as_typed(text in "[^\\p{Cc}]{0,40}") {
        let keys: String = Decoder::new().feed(text.as_bytes()).iter().filter_map(|input| match input {
            Input::Key(key) => key.text(),
            _ => None,
        }).collect();
        prop_assert_eq!(keys, text);
    }
}
