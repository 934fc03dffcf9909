//! How each kind of block looks, and that nothing can make it wider than asked or send a control to the terminal.

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use crate::text::markdown::{Document, Layout, Part, Role, link_lines, read};
use crate::text::width;

fn lines(layout: &Layout) -> Vec<String> {
    layout.lines.iter().map(|line| line.iter().map(|piece| piece.text.as_str()).collect()).collect()
}

fn shown(source: &str, width: usize) -> String {
    lines(&read(source).layout(width)).join("\n")
}

/// The pieces of the first line that are no plain text.
fn inks(source: &str) -> Vec<String> {
    let layout = read(source).layout(80);
    let special = layout.lines[0].iter().filter(|piece| piece.ink != Role::Text.into());
    special.map(|piece| format!("{} {:?}", piece.text, piece.ink)).collect()
}

#[test]
fn headings_keep_their_marks_and_paragraphs_wrap() {
    assert_eq!(
        shown("Title\n===\nThe *quick* brown\nfox.\n\n## A very long heading\n", 14),
        "# Title\n\nThe quick\nbrown fox.\n\n## A very long\n   heading"
    );
}

#[test]
fn emphasis_code_and_links_are_told_apart_without_colours() {
    assert_eq!(
        shown("Run `ls -l` as [root](KB-7), ~~not~~ ![a map](x/map.png)\\\n**now**.", 60),
        "Run `ls -l` as root[1], not [picture: a map][2]\nnow."
    );
    assert_eq!(
        inks("a *b* **c**"),
        [
            "b Ink { role: Text, strong: false, emphasis: true, struck: false }",
            "c Ink { role: Text, strong: true, emphasis: false, struck: false }",
        ]
    );
}

#[test]
fn lists_hang_and_numbers_align() {
    let source = "- one is rather long\n  - deeper still\n- [x] done\n- [ ] to do\n\n9. nine\n10. ten\n";
    assert_eq!(
        shown(source, 16),
        "• one is rather\n  long\n  • deeper still\n[x] done\n[ ] to do\n\n 9. nine\n10. ten"
    );
}

#[test]
fn items_of_several_blocks_stand_apart() {
    assert_eq!(
        shown("1. Stop it\n\n   ```sh\n   kill 1\n   ```\n2. Start it\n   - soon\n", 40),
        "1. Stop it\n\n       kill 1\n\n2. Start it\n   • soon"
    );
}

#[test]
fn quotes_have_a_bar_and_footnotes_their_name() {
    assert_eq!(
        shown("> one\n>\n> - two\n\nsee[^1]\n\n[^1]: Below.\n", 40),
        "│ one\n│\n│ • two\n\nsee[^1]\n\n[^1] Below."
    );
}

#[test]
fn a_table_that_fits_is_a_table() {
    let source = "| Name | Cost |\n|:-----|-----:|\n| fw1 | 9 |\n| *core* | 1000 |\n";
    assert_eq!(shown(source, 40), "Name │ Cost\n─────┼─────\nfw1  │    9\ncore │ 1000");
}

#[test]
fn a_wide_table_wraps_its_wide_columns_and_then_becomes_a_list() {
    let source = "| Host | What it does |\n|---|---|\n| fw1 | keeps the wolves out |\n| lb | shares the load |\n";
    assert_eq!(
        shown(source, 19),
        "Host │ What it does\n─────┼─────────────\nfw1  │ keeps the\n     │ wolves out\n─────┼─────────────\nlb   │ shares the\n     │ load"
    );
    assert_eq!(
        shown(source, 14),
        "Host: fw1\nWhat it does:\nkeeps the\nwolves out\n\nHost: lb\nWhat it does:\nshares the\nload"
    );
}

#[test]
fn code_is_set_in_and_what_goes_on_below_says_so() {
    let layout = read("text\n\n```sh\nls -l /var/log/messages\n\tcat x\n```\n").layout(24);
    assert_eq!(lines(&layout), ["text", "", "    ls -l", "    ↳ /var/log/messages", "            cat x"]);
    assert_eq!(layout.codes[0], 2..5);
}

#[test]
fn code_is_copied_with_its_tabs_and_without_controls() {
    assert_eq!(read("```\na\tb\u{1b}[31m\rc\n```").codes[0].text, "a\tb\nc\n");
}

#[test]
fn colours_come_when_they_are_asked_for() {
    let mut document = read("```python\nx = 'a'\n```\n");
    let roles = |document: &Document| {
        document.layout(40).lines[0].iter().map(|piece| (piece.text.clone(), piece.ink.role)).collect::<Vec<_>>()
    };
    let code = |text: &str, role| (text.to_owned(), role);
    assert_eq!(roles(&document), [code("    ", Role::Quiet), code("x = 'a'", Role::Code)]);
    document.colour();
    assert_eq!(
        roles(&document),
        [code("    ", Role::Quiet), code("x = ", Role::Code), code("'a'", Role::Part(Part::Quoted))]
    );
}

#[test]
fn links_have_one_number_for_each_place_and_are_listed() {
    let document = read("[a](http://x.example/1) [b](#end) [c](http://x.example/1)\n\n# End\n\n<http://y.example>");
    let layout = document.layout(60);
    assert_eq!(lines(&layout), ["a[1] b[2] c[1]", "", "# End", "", "http://y.example[3]"]);
    assert_eq!((layout.links, layout.headings), (vec![0, 0, 4], vec![2]));
    let listed: Vec<String> =
        link_lines(&document, 20).iter().map(|line| line.iter().map(|piece| piece.text.as_str()).collect()).collect();
    assert_eq!(listed, ["[1] http://x.example", "    /1", "[2] #end", "[3] http://y.example"]);
}

#[test]
fn steps_are_tasks_or_else_numbered_items_and_their_lines_are_known() {
    let document = read("# Mend\n\n1. Stop\n   1. really\n2. Start\n");
    let steps: Vec<String> = document.steps().iter().map(|step| format!("{} {}", step.number, step.text)).collect();
    assert_eq!(steps, ["1 Stop", "1.1 really", "2 Start"]);
    assert_eq!(document.layout(40).steps, [2, 3, 4]);
    let tasks = read("1. Read this\n\n- [ ] Stop\n- [x] Start\n");
    let steps: Vec<(String, bool)> = tasks.steps().into_iter().map(|step| (step.text, step.done)).collect();
    assert_eq!(steps, [("Stop".to_owned(), false), ("Start".to_owned(), true)]);
    assert_eq!(tasks.layout(40).steps, [2, 3]);
}

#[test]
fn html_rules_and_breaks() {
    assert_eq!(shown("<details>\n\n---\n\na<br> b <i>c</i>\n", 10), "<details>\n\n──────────\n\na\nb <i>c</i>");
}

#[test]
fn wide_characters_and_narrow_places_are_safe() {
    assert_eq!(shown("東京都の印刷機", 5), "東京\n都の\n印刷\n機");
    assert_eq!(shown("- ab\n\n> c\n", 1), "•\na\nb\n\n│\nc");
    assert_eq!(shown("ab", 0), "a\nb");
    assert_eq!(shown("שלום \u{202e}עולם", 20), "שלום עולם");
}

#[test]
fn what_is_nested_without_end_is_no_harm() {
    let deep = ">".repeat(50_000) + " x\n\n" + &"- ".repeat(50_000) + "y\n";
    let document = read(&deep);
    assert!(lines(&document.layout(80)).iter().any(|line| line.ends_with('x')));
    let marks = "*".repeat(20_000) + "a" + &"[".repeat(20_000) + "![".repeat(2_000).as_str();
    assert!(!read(&marks).layout(20).lines.is_empty());
}

/// No control, and no line wider than asked unless a single character is.
fn is_sound(document: &Document, columns: usize) -> Result<(), String> {
    let layout = document.layout(columns);
    let steps = document.steps().len();
    if (layout.steps.len(), layout.codes.len(), layout.links.len())
        != (steps, document.codes.len(), document.links.len())
    {
        return Err(format!("parts got lost: {layout:?}"));
    }
    let listed = link_lines(document, columns);
    for line in layout.lines.iter().chain(&listed) {
        let text: String = line.iter().map(|piece| piece.text.as_str()).collect();
        if text.contains(char::is_control) {
            return Err(format!("a control in {text:?}"));
        }
        let visible = text.graphemes(true).filter(|grapheme| width(grapheme) > 0).count();
        if width(&text) > columns && visible > 1 {
            return Err(format!("{} columns in {columns}: {text:?}", width(&text)));
        }
    }
    Ok(())
}

#[test]
fn every_example_of_the_commonmark_specification_lays_out() {
    let specification = include_str!("../../../../tests/samples/markdown/commonmark-0.31.2.md");
    let fence = "`".repeat(32);
    let mut examples = 0;
    for example in specification.split(&format!("{fence} example\n")).skip(1) {
        let (markdown, _) = example.split_once("\n.\n").or_else(|| example.split_once(".\n")).unwrap();
        let mut document = read(&markdown.replace('→', "\t"));
        document.colour();
        for columns in [0, 1, 2, 13, 20, 80] {
            is_sound(&document, columns).unwrap();
        }
        examples += 1;
    }
    assert_eq!(examples, 652);
    is_sound(&read(specification), 80).unwrap();
}

proptest! {
    #[test]
    fn any_text_lays_out_within_its_width_and_without_controls(
        source in "([a-z]{1,9}|[ \n#>*_`~|\\[\\]()!:-]|\n\n|\n- |\n1. |\n> |\n```sh\n|\n    |\\| |\n\\|-\\|-\\|\n|\\[x\\] |\\]\\(|<b>|&#27;|&#155;|\u{1b}\\[31m|\t|\r|東|👩\u{200d}👧|e\u{301}|\u{202e}|\\PC|.){0,60}",
        columns in 0_usize..40,
    ) {
        prop_assert_eq!(is_sound(&read(&source), columns), Ok(()));
    }

    #[test]
    fn any_code_takes_colours_and_loses_nothing(code in "([a-z]{1,9}|[ \n$#'\"{}()<>=|&;+-]|\t|東|e\u{301}|.){0,40}", sh in any::<bool>()) {
        let mut document = read(&format!("~~~~~{}\n{code}\n~~~~~\n", if sh { "sh" } else { "yaml" }));
        let plain = lines(&document.layout(30));
        document.colour();
        prop_assert_eq!(lines(&document.layout(30)), plain);
    }
}
