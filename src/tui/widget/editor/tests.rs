//! The editor against what a shell does, and against a model that is too simple to be wrong.

use proptest::prelude::*;

use super::*;

fn typed(strokes: &[Stroke], mut editor: Editor) -> (String, usize) {
    for stroke in strokes {
        editor.stroke(*stroke);
    }
    (editor.text().to_owned(), editor.cursor())
}

#[test]
fn strokes_go_by_grapheme() {
    let family = "a👨‍👩‍👧é";
    assert_eq!(typed(&[Stroke::Backspace], Editor::line(family)), (String::from("a👨‍👩‍👧"), "a👨‍👩‍👧".len()));
    assert_eq!(typed(&[Stroke::Left, Stroke::Backspace], Editor::line(family)), (String::from("aé"), 1));
}

#[test]
fn up_and_down_keep_the_column_over_a_shorter_line() {
    let mut editor = Editor::lines("longer line\nab\nanother one");
    editor.go_rows(-1, 40);
    assert_eq!(editor.cursor(), "longer line\nab".len());
    editor.go_rows(-1, 40);
    assert_eq!(editor.cursor(), "longer line".len());
    editor.go_rows(-1, 40);
    assert_eq!(editor.cursor(), 0);
}

#[test]
fn up_and_down_go_by_the_rows_that_are_seen() {
    let mut editor = Editor::lines("the printer jams and jams");
    // the | printer | jams and | jams
    editor.go_rows(-1, 9);
    assert_eq!(&editor.text()[editor.cursor()..], " and jams");
    editor.go_rows(-1, 9);
    assert_eq!(&editor.text()[editor.cursor()..], "ter jams and jams");
    editor.go_rows(5, 9);
    assert_eq!(editor.cursor(), editor.text().len());
}

#[test]
fn a_column_inside_a_wide_character_means_the_place_before_it() {
    let mut editor = Editor::lines("abc\n漢字");
    editor.stroke(Stroke::Home);
    editor.go_rows(-1, 40);
    editor.stroke(Stroke::End);
    editor.go_rows(1, 40);
    assert_eq!(&editor.text()[editor.cursor()..], "字");
}

#[test]
fn words_and_line_ends_go_as_in_a_shell() {
    assert_eq!(typed(&[Stroke::DeleteWord], Editor::line("reset the router ")).0, "reset the ");
    assert_eq!(typed(&[Stroke::DeleteToStart], Editor::lines("a\nbc")).0, "a\n");
    assert_eq!(typed(&[Stroke::Home, Stroke::DeleteToEnd], Editor::lines("a\nbc")).0, "a\n");
    assert_eq!(typed(&[Stroke::Transpose], Editor::line("teh")), (String::from("the"), 3));
    assert_eq!(typed(&[Stroke::Left, Stroke::Left, Stroke::Transpose], Editor::line("ab漢d")).0, "a漢bd");
    assert_eq!(typed(&[Stroke::Home, Stroke::Transpose], Editor::line("ab")).0, "ab");
}

#[test]
fn what_is_killed_is_given_back_to_be_put_elsewhere() {
    let mut editor = Editor::line("reset the router");
    assert_eq!(editor.stroke(Stroke::DeleteWord), Some(String::from("router")));
    assert_eq!(editor.stroke(Stroke::DeleteToEnd), None);
    assert_eq!(editor.stroke(Stroke::Backspace), None);
    assert_eq!(editor.stroke(Stroke::DeleteToStart), Some(String::from("reset the")));
}

#[test]
fn a_paste_is_text_and_its_escapes_are_gone() {
    let mut editor = Editor::line("");
    editor.insert("one\ntwo\u{1b}[2J");
    assert!(!editor.text().contains(['\n', '\u{1b}']), "{:?}", editor.text());
    let mut editor = Editor::lines("");
    editor.insert("one\r\ntwo");
    assert_eq!(editor.text(), "one\ntwo");
}

#[test]
fn rows_wrap_and_tell_the_cursor() {
    assert_eq!(Editor::lines("abcdef\ng").shown(4, 9), (vec!["abcd", "ef", "g"], (2, 1)));
    assert_eq!(Editor::line("").shown(4, 9), (vec![""], (0, 0)));
    assert_eq!(Editor::lines("the printer jams").shown(8, 9), (vec!["the ", "printer ", "jams"], (2, 4)));
    assert_eq!(Editor::lines("a\nb\nc").shown(8, 2), (vec!["b", "c"], (1, 1)));
}

#[test]
fn a_mark_that_joins_the_letter_before_it_takes_the_cursor_along() {
    let mut editor = Editor::lines("e\n\u{301}x");
    editor.stroke(Stroke::Home);
    editor.go_rows(-1, 40);
    editor.stroke(Stroke::End);
    editor.stroke(Stroke::Delete);
    assert_eq!((editor.text(), editor.cursor()), ("e\u{301}x", "e\u{301}".len()));
}

#[test]
fn undo_takes_back_a_word_a_paste_or_a_stroke_at_a_time() {
    let mut editor = Editor::lines("");
    "one two".chars().for_each(|c| editor.insert(&c.to_string()));
    editor.insert(" and\nall this");
    editor.stroke(Stroke::DeleteWord);
    let mut seen = Vec::new();
    for _ in 0..6 {
        editor.stroke(Stroke::Undo);
        seen.push(editor.text().to_owned());
    }
    assert_eq!(seen, ["one two and\nall this", "one two", "one ", "one", "", ""]);
}

/// The whole text kept at every step, and every place found by reading from the start.
struct Naive {
    text: String,
    at: usize,
    past: Vec<(String, usize)>,
    running: bool,
    column: Option<usize>,
}

impl Naive {
    fn places(&self) -> Vec<usize> {
        self.text.grapheme_indices(true).map(|(at, _)| at).chain([self.text.len()]).collect()
    }

    /// Tells whether the cursor is right behind what was put in.
    fn change(&mut self, from: usize, to: usize, text: &str, goes_on: bool) -> bool {
        if !goes_on && (from < to || !text.is_empty()) {
            self.past.push((self.text.clone(), self.at));
        }
        self.text = [&self.text[..from], text, &self.text[to..]].concat();
        let end = from + text.len();
        self.at = self.places().into_iter().find(|place| *place >= end).unwrap();
        self.column = None;
        self.at == end
    }

    fn does(&mut self, deed: &Deed) {
        let places = self.places();
        let here = places.iter().position(|place| *place == self.at).unwrap();
        let previous = places[here.saturating_sub(1)];
        let next = places[(here + 1).min(places.len() - 1)];
        let line_start = self.text[..self.at].rfind('\n').map_or(0, |at| at + 1);
        let line_end = self.text[self.at..].find('\n').map_or(self.text.len(), |at| self.at + at);
        let was_running = std::mem::take(&mut self.running);
        if !matches!(deed, Deed::Rows(_)) {
            self.column = None;
        }
        match deed {
            Deed::Type(text) => {
                let letter = text.chars().count() == 1 && text != " " && text != "\n";
                self.running = self.change(self.at, self.at, text, letter && was_running) && letter;
            }
            Deed::Stroke(stroke) => match stroke {
                Stroke::Left => self.at = previous,
                Stroke::Right => self.at = next,
                Stroke::Home => self.at = line_start,
                Stroke::End => self.at = line_end,
                Stroke::Backspace => drop_it(self.change(previous, self.at, "", false)),
                Stroke::Delete => drop_it(self.change(self.at, next, "", false)),
                Stroke::DeleteWord => {
                    let words = self.text[..self.at].trim_end();
                    let kept = words
                        .rfind(char::is_whitespace)
                        .map_or(0, |at| at + words[at..].chars().next().map_or(0, char::len_utf8));
                    drop_it(self.change(kept, self.at, "", false));
                }
                Stroke::DeleteToStart => drop_it(self.change(line_start, self.at, "", false)),
                Stroke::DeleteToEnd => drop_it(self.change(self.at, line_end, "", false)),
                Stroke::Undo => {
                    if let Some((text, at)) = self.past.pop() {
                        (self.text, self.at) = (text, at);
                    }
                }
                Stroke::Transpose => unreachable!("not drawn"),
            },
            Deed::Rows(by) => {
                let rows = wrap::rows(&self.text, WIDTH);
                let row = rows.iter().rposition(|row| row.start <= self.at).unwrap();
                let wide = |from: usize, to: usize| text::width(&self.text[from..to]);
                let column = self.column.unwrap_or(wide(rows[row].start, self.at));
                let to = isize::try_from(row).unwrap() + by;
                self.at = if to < 0 {
                    0
                } else if to >= isize::try_from(rows.len()).unwrap() {
                    self.text.len()
                } else {
                    let to = usize::try_from(to).unwrap();
                    let (row, next) = (rows[to].clone(), rows.get(to + 1).map_or(usize::MAX, |row| row.start));
                    let inside = |place: &usize| row.start <= *place && *place <= row.end && *place < next;
                    let mut fits = places.into_iter().filter(inside).filter(|place| wide(row.start, *place) <= column);
                    fits.next_back().unwrap()
                };
                self.column = Some(column);
            }
        }
    }
}

const WIDTH: usize = 7;

fn drop_it(_: bool) {}

#[derive(Clone, Debug)]
enum Deed {
    Type(String),
    Stroke(Stroke),
    Rows(isize),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let strokes = [
        Stroke::Left,
        Stroke::Right,
        Stroke::Home,
        Stroke::End,
        Stroke::Backspace,
        Stroke::Delete,
        Stroke::DeleteWord,
        Stroke::DeleteToStart,
        Stroke::DeleteToEnd,
        Stroke::Undo,
    ];
    let deed = prop_oneof![
        4 => "[ab 漢\u{301}👍\u{200d}🇩🇪\n]{1,1}".prop_map(Deed::Type),
        1 => "[ab 漢\u{301}👍\n]{2,12}".prop_map(Deed::Type),
        4 => prop::sample::select(strokes.to_vec()).prop_map(Deed::Stroke),
        2 => (-2_isize..3).prop_map(Deed::Rows),
    ];
    prop::collection::vec(deed, 0..60)
}

proptest! {
    #[test]
    fn the_editor_does_what_the_naive_one_does(deeds in deeds()) {
        let mut editor = Editor::lines("");
        let mut naive = Naive { text: String::new(), at: 0, past: Vec::new(), running: false, column: None };
        for deed in deeds {
            // What is typed is cleaned first, which is tested elsewhere.
            let deed = match deed {
                Deed::Type(text) => Deed::Type(crate::text::clean_text(&text).into_owned()),
                other => other,
            };
            match &deed {
                Deed::Type(text) => editor.insert(text),
                Deed::Stroke(stroke) => { editor.stroke(*stroke); }
                Deed::Rows(by) => editor.go_rows(*by, WIDTH),
            }
            naive.does(&deed);
            prop_assert_eq!((editor.text(), editor.cursor()), (naive.text.as_str(), naive.at), "after {:?}", deed);
        }
    }

    #[test]
    fn rows_hold_the_whole_text_and_the_cursor_where_it_is(
        text in "[a-c 漢é👍\\n]{0,60}", width in 1_usize..12, lefts in 0_usize..60
    ) {
        let mut editor = Editor::lines(&text);
        for _ in 0..lefts {
            editor.stroke(Stroke::Left);
        }
        let (rows, (row, column)) = editor.shown(width, usize::MAX);
        let mut rest = editor.text();
        let mut before = 0;
        for (at, text) in rows.iter().enumerate() {
            prop_assert!(rest.starts_with(text));
            prop_assert!(text::width(text.trim_end()) <= width.max(2), "{text:?} in {width}");
            if at == row {
                let place = editor.cursor() - before;
                prop_assert_eq!(column, text::width(&text[..place]).min(width));
            }
            before += text.len();
            rest = &rest[text.len()..];
            if let Some(next) = rest.strip_prefix('\n') {
                rest = next;
                before += 1;
            }
        }
        prop_assert_eq!(rest, "");
    }

    #[test]
    fn undoing_everything_brings_the_first_text_back(typed in prop::collection::vec(".{1,4}", 0..30)) {
        let mut editor = Editor::lines("first");
        typed.iter().for_each(|text| editor.insert(text));
        editor.stroke(Stroke::DeleteWord);
        (0..=typed.len()).for_each(|_| { editor.stroke(Stroke::Undo); });
        prop_assert_eq!((editor.text(), editor.cursor()), ("first", 5));
    }
}
