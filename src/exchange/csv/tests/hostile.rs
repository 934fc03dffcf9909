//! What a file may do to us, and does not.

use proptest::prelude::*;

use super::*;

const MAP: &str = "about = ''\nkey = 'id'\n[fields]\ndescription = 'text'\nimpact = 'impact'\n";

#[test]
fn a_quote_that_never_closes_refuses_the_file_and_names_its_line() {
    let mut file = b"id,text\n1,fine\n2,\"two\nlines\"\n3,\"open\n".to_vec();
    file.extend(b"4,more\n".repeat(400_000));
    assert_eq!(
        read_with(MAP, &file).unwrap_err().to_string(),
        "the quote that opens on line 5 (row 4) is never closed: all after it would be one value; \
         close it or double it (\"\"), then import again"
    );
}

#[test]
fn a_value_over_its_bounds_is_passed_over_and_the_rest_goes_in() {
    let huge = "x".repeat(3 << 20);
    let file = format!("id,text\n1,{huge}\n2,\"{huge}\n{huge}\"\n3,fine\n");
    let (_, tickets, rejected) = read_with(MAP, file.as_bytes()).unwrap();
    assert_eq!(tickets.iter().map(|t| t.key.as_str()).collect::<Vec<_>>(), ["3"]);
    assert_eq!(
        rejections(&rejected),
        ["row 2 line 2: value 2 is longer than 1048576 bytes", "row 3 line 3: value 2 is longer than 1048576 bytes"]
    );
    assert!(rejected[0].raw[1].len() <= 4096);
}

#[test]
fn a_line_of_a_million_characters_is_a_value_like_any_other() {
    let (_, tickets, rejected) = read_with(MAP, format!("id,text\n1,{}\n", "é".repeat(500_000)).as_bytes()).unwrap();
    assert_eq!((tickets.len(), rejected.len()), (1, 0));
    assert_eq!(told(&tickets[0], Field::Description).len(), 1_000_000);
}

#[test]
fn a_header_of_a_million_characters_is_no_table() {
    let error = read_with(MAP, "x".repeat(2_000_000).as_bytes()).unwrap_err().to_string();
    assert!(error.ends_with("the header value 1 is longer than 1048576 bytes; this is no table"), "{error}");
}

#[test]
fn a_row_of_a_hundred_thousand_values_is_rejected() {
    let file = format!("id,text\n{}\n2,fine\n", ",".repeat(100_000));
    let (_, tickets, rejected) = read_with(MAP, file.as_bytes()).unwrap();
    assert_eq!(tickets.len(), 1);
    assert_eq!(rejections(&rejected), ["row 2 line 2: has more than 4096 values"]);
}

#[test]
fn nuls_and_escape_sequences_do_not_get_in() {
    let (source, tickets, _) = read_with(MAP, b"id,text\n1,a\0b\x1b]0;title\x07\xC2\x9B31m\n").unwrap();
    assert_eq!(told(&tickets[0], Field::Description), "ab]0;title31m");
    assert_eq!(
        source.warnings,
        [
            "4 control characters were removed",
            "there is no title; the description's first line or the key stands in (row 2)"
        ]
    );
}

#[test]
fn a_number_beyond_all_numbers_is_rejected() {
    let file = format!("id,text,impact\n1,x,{}\n2,y,9\n3,z,2 - Medium\n", "9".repeat(10_000));
    let (_, tickets, rejected) = read_with(MAP, file.as_bytes()).unwrap();
    assert_eq!(told(&tickets[0], Field::Impact), "2");
    assert_eq!(rejected.len(), 2);
    assert_eq!(rejected[1].reason, "impact '9' is no level; add \"9\" = \"…\" under [values.impact] in the map");
    assert!(rejected[0].reason.len() < 200, "{}", rejected[0].reason);
}

#[test]
fn an_empty_file_and_noise_are_refused_with_a_reason() {
    for file in [&b""[..], b"\n\n\r\n", b"\xEF\xBB\xBF"] {
        let error = read_with(MAP, file).unwrap_err().to_string();
        assert!(error.ends_with("there is no header line; the file is empty"), "{error}");
    }
    let noise: Vec<u8> = (0..=255u8).cycle().take(100_000).filter(|b| *b != b'"').collect();
    assert!(matches!(read_with(MAP, &noise), Err(ImportError::NoKey { .. })));
}

#[test]
fn the_wrong_map_is_told_which_preset_would_fit() {
    let error = read_as("osticket", b"Number,Short description,Caller,State\nINC1,x,y,New\n");
    assert!(error.is_ok()); // osTicket has a `Number` too
    let error = read_as("jira", b"Number,Short description,Caller,State\nINC1,x,y,New\n").unwrap_err();
    assert_eq!(
        error.to_string(),
        "no column tells the records apart: the map 'jira' looks for Issue key, Key, the file has \
         Number, Short description, Caller, State; --map servicenow would fit; name one under `key` in the map"
    );
}

#[test]
fn formulas_come_in_as_text_and_go_out_escaped() {
    let (_, tickets, _) = read_with(MAP, b"id,text\n1,=cmd()\n2,'=cmd()\n").unwrap();
    assert_eq!(told(&tickets[0], Field::Description), "=cmd()");
    assert_eq!(told(&tickets[1], Field::Description), "=cmd()");
    assert_eq!(cell("=cmd()"), "'=cmd()");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_reader_fall(
        header in prop::sample::select(vec![
            "number,ident_state,sys_mod_count,sys_updated_at,opened_at,category,category,priority",
            "Number;State;Priority;Opened;Comments and Work notes;Tags",
            "Issue key,Status,Created,Comment,Comment,Priority",
            "ID\tStatus\tOpening date\tCategory\tImpact",
        ]),
        cells in prop::collection::vec(prop_oneof![
            "[0-9]{1,12}", "[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4} ?[0-9]{0,2}:?[0-9]{0,2}", "[New,Cosed\"\n;\t\r-]{0,12}",
            "\\PC{0,8}", "2016-02-29 01:16:00 - [a-z(]{0,4} \\([a-z ]{0,5}\\)\n.{0,4}",
        ], 0..80),
        noise in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let separator = if header.contains(';') { ";" } else if header.contains('\t') { "\t" } else { "," };
        let mut file = header.as_bytes().to_vec();
        for row in cells.chunks(header.split(separator).count()) {
            file.push(b'\n');
            file.extend(row.join(separator).bytes());
        }
        file.extend(&noise);
        for preset in PRESETS {
            if let Ok((source, tickets, rejected)) = read_as(preset.name, &file) {
                prop_assert!(tickets.len() + rejected.len() <= source.rows as usize);
                for ticket in &tickets {
                    prop_assert!(ticket.past.windows(2).all(|p| p[0].at <= p[1].at));
                    prop_assert!(!ticket.key.is_empty() && !told(ticket, Field::Title).is_empty());
                }
            }
        }
    }
}
