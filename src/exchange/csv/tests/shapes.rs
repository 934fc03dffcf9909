//! The shapes that CSV comes in.

use super::*;

const MAP: &str = "about = ''\nkey = 'id'\nunknown = ['?']\n[fields]\ntitle = 'title'\ncreated = 'opened'\ncategory = 'category'\n\
                   resolution_code = 'category#2'\n";

fn titles(bytes: &[u8]) -> Vec<String> {
    let (_, tickets, rejected) = read_with(MAP, bytes).unwrap();
    assert_eq!(rejections(&rejected), Vec::<String>::new());
    tickets.iter().map(|t| format!("{} {:?}", t.key, told(t, Field::Title))).collect()
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_header() {
    let (source, tickets, _) = read_with(MAP, b"\xEF\xBB\xBFid,title\n1,jam\n").unwrap();
    assert_eq!(source.headers, ["id", "title"]);
    assert_eq!(source.encoding, "UTF-8 (a byte order mark says so)");
    assert_eq!(tickets[0].key, "1");
}

#[test]
fn windows_1252_and_utf16_are_read_as_what_they_are() {
    let (source, tickets, _) = read_with(MAP, b"id;title\n1;Dr\xFCcker \x80\n").unwrap();
    assert_eq!(source.encoding, "windows-1252 (byte 0xFC on line 2 is not UTF-8)");
    assert_eq!(source.delimiter, ';');
    assert_eq!(told(&tickets[0], Field::Title), "Drücker €");
    let utf16: Vec<u8> = "\u{FEFF}id\ttitle\r\n1\tDrücker\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (source, tickets, _) = read_with(MAP, &utf16).unwrap();
    assert_eq!((source.encoding.as_str(), source.delimiter), ("UTF-16LE (a byte order mark says so)", '\t'));
    assert_eq!(told(&tickets[0], Field::Title), "Drücker");
}

#[test]
fn lines_may_end_in_any_of_the_three_ways() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["id,title", "1,one", "", "2,two", ""].join(end);
        assert_eq!(titles(text.as_bytes()), ["1 \"one\"", "2 \"two\""], "{end:?}");
    }
}

#[test]
fn quotes_hold_separators_quotes_and_line_breaks() {
    let (_, tickets, rejected) = read_with(
        "about=''\nkey='id'\n[fields]\ndescription='d'",
        b"id,d\r\n1,\"a, \"\"b\"\"\r\nc\"\r\n2,x\r\nbad\r\n",
    )
    .unwrap();
    assert_eq!(told(&tickets[0], Field::Description), "a, \"b\"\nc");
    assert_eq!((tickets[0].row, tickets[1].row), (2, 3));
    assert_eq!(rejections(&rejected), ["row 4 line 5: has 1 values, the header has 2"]);
}

#[test]
fn the_line_of_a_row_is_right_after_line_breaks_of_every_kind() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["id,title", "1,\"a", "b\"", "", "broken", "2,x,y"].join(end);
        let (_, _, rejected) = read_with(MAP, text.as_bytes()).unwrap();
        let expected = ["row 3 line 5: has 1 values, the header has 2", "row 4 line 6: has 3 values, the header has 2"];
        assert_eq!(rejections(&rejected), expected, "{end:?}");
    }
}

#[test]
fn two_columns_of_one_name_can_both_be_mapped() {
    let (source, tickets, _) = read_with(MAP, b"id,title,category,category\n1,x,55,170\n2,y,?,\n").unwrap();
    assert_eq!(source.headers, ["id", "title", "category", "category#2"]);
    assert_eq!(
        card(&tickets[0], &[Field::Category, Field::ResolutionCode]),
        ["category: category 55", "resolution_code: 170"]
    );
    assert_eq!(
        card(&tickets[1], &[Field::Category, Field::ResolutionCode]),
        ["category: nothing", "resolution_code: nothing"]
    );
    assert_eq!(told(&tickets[0], Field::Created), "absent");
}

#[test]
fn a_row_with_blank_values_too_many_is_fine_and_others_are_rejected() {
    let (_, tickets, rejected) = read_with(MAP, b"id,title\n1,x,,\n2\n3,y,z\n,no key\n1,again\n").unwrap();
    assert_eq!(tickets.len(), 1);
    assert_eq!(
        rejections(&rejected),
        [
            "row 3 line 3: has 1 values, the header has 2",
            "row 4 line 4: has 3 values, the header has 2",
            "row 5 line 5: has no key: nothing tells which record it is",
            "row 6 line 6: has the same key as row 2: 1",
        ]
    );
    assert_eq!(rejected[1].raw, ["3", "y", "z"]);
}

#[test]
fn excels_hint_at_the_separator_is_believed() {
    let (source, tickets, _) = read_with(MAP, b"sep=|\nid|title\n1|a, b; c\n").unwrap();
    assert_eq!(source.delimiter, '|');
    assert_eq!(told(&tickets[0], Field::Title), "a, b; c");
}

#[test]
fn the_order_of_dates_comes_from_the_rows_and_is_told() {
    let (source, tickets, _) = read_with(MAP, b"id,title,opened\n1,x,3/4/2016 01:16\n2,y,29/2/2016 01:16\n").unwrap();
    assert_eq!(source.dates, "day-first: row 3 has 29/2/2016 01:16, which can't be month-first");
    assert_eq!(told(&tickets[0], Field::Created), "2016-04-03T01:16:00Z");
    let (source, tickets, _) = read_with(MAP, b"id,title,opened\n1,x,3/4/2016\n2,y,2/29/2016\n").unwrap();
    assert_eq!(source.dates, "month-first: row 3 has 2/29/2016, which can't be day-first");
    assert_eq!(told(&tickets[0], Field::Created), "2016-03-04T00:00:00Z");
}

#[test]
fn a_map_sets_the_order_of_dates_and_their_zone_and_what_does_not_fit_is_rejected() {
    let map = format!("dates = 'month-first'\nzone = 'Europe/Berlin'\n{MAP}");
    let (source, tickets, rejected) =
        read_with(&map, b"id,title,opened\n1,x,3/4/2016 12:00\n2,y,29/2/2016\n3,z,soon\n").unwrap();
    assert_eq!(source.dates, "month-first: as set");
    assert_eq!(
        source.warnings,
        ["dates are set to month-first, but row 3 has 29/2/2016, which can't be month-first; such rows are rejected"]
    );
    assert_eq!(told(&tickets[0], Field::Created), "2016-03-04T11:00:00Z");
    assert_eq!(
        rejections(&rejected),
        [
            "row 3 line 3: created '29/2/2016' is no date in the order of this file's other dates",
            "row 4 line 4: created 'soon' is no date"
        ]
    );
}

#[test]
fn columns_of_which_nothing_is_taken_are_named_or_kept() {
    let file = b"id,title,floor,phone\n1,x,3,\n";
    assert_eq!(read_with(MAP, file).unwrap().0.unmapped, ["floor", "phone"]);
    let (source, tickets, _) = read_with(&format!("keep = ['*']\n{MAP}"), file).unwrap();
    assert_eq!(source.unmapped, Vec::<String>::new());
    assert_eq!(told(&tickets[0], Field::Description), "floor: 3");
}

#[test]
fn a_title_too_long_is_cut_and_whole_in_the_description() {
    let long = "word ".repeat(100);
    let (source, tickets, _) = read_with(MAP, format!("id,title\n1,{long}\n2,\n").as_bytes()).unwrap();
    let title = told(&tickets[0], Field::Title);
    assert!(title.chars().count() <= 250 && title.ends_with("…"), "{title}");
    assert_eq!(told(&tickets[0], Field::Description), long.trim());
    assert_eq!(told(&tickets[1], Field::Title), "2");
    assert_eq!(
        source.warnings,
        [
            "a title was too long; it is cut, and whole in the description (row 2)",
            "there is no title; the description's first line or the key stands in (row 3)"
        ]
    );
}

#[test]
fn all_that_is_wrong_with_a_row_is_told_at_once() {
    let map = "about = ''\nkey = 'id'\n[fields]\nimpact = 'impact'\nurgency = 'urgency'\ncreated = 'opened'\n";
    let (_, tickets, rejected) =
        read_with(map, b"id,impact,urgency,opened\n,high,9,yesterday\n2,1,1,2026-01-02\n").unwrap();
    assert_eq!(tickets.len(), 1);
    assert_eq!(
        rejections(&rejected),
        ["row 2 line 2: has no key: nothing tells which record it is; \
          impact 'high' is no level; add \"high\" = \"…\" under [values.impact] in the map; \
          urgency '9' is no level; add \"9\" = \"…\" under [values.urgency] in the map; created 'yesterday' is no date"]
    );
}

#[test]
fn a_preset_that_knows_more_of_the_columns_than_the_one_named_is_named() {
    let file = b"Number,Short description,Opened,State,Assignment group,Assigned to,Caller\nINC1,Mail,2026-01-02 10:00:00,New,Net,Anna,Bert\n";
    let (source, ..) = read_as("osticket", file).unwrap();
    assert_eq!(
        source.warnings.first().map(String::as_str),
        Some("--map osticket knows 2 of the 7 columns; --map servicenow would know 7")
    );
    let (source, ..) = read_as("servicenow", file).unwrap();
    assert_eq!(source.warnings, [] as [String; 0]);
}
