//! Small readings of single values.

use super::notes::Notes;
use crate::desk::edit::LONGEST_TITLE;
use crate::desk::field::Field;

/// The text, or its beginning and `…` where it is too long for a title.
pub fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST_TITLE) {
        None => text.trim().to_owned(),
        Some(_) => {
            let head: String = text.chars().take(LONGEST_TITLE - 1).collect();
            format!("{}…", head.trim_end())
        }
    }
}

/// A number without the blanks that some sources (GLPI) put between its digits: `4 711`.
pub fn ungrouped(key: &str) -> String {
    let chars: Vec<char> = key.chars().collect();
    let digit = |i: Option<usize>| i.and_then(|i| chars.get(i)).is_some_and(char::is_ascii_digit);
    let within = |i: usize| digit(i.checked_sub(1)) && digit(i.checked_add(1));
    chars.iter().enumerate().filter(|(i, c)| !(c.is_whitespace() && within(*i))).map(|(_, c)| *c).collect()
}

/// The text with its line breaks as blanks.
pub fn one_line(value: &str) -> String {
    if value.contains(['\n', '\t']) { value.split_whitespace().collect::<Vec<_>>().join(" ") } else { value.to_owned() }
}

/// Some sources put several people in one cell: on lines of their own, or mail addresses with commas. The first counts.
pub fn first_of(row: u64, field: Field, value: &str, notes: &mut Notes) -> String {
    let first = value.lines().next().unwrap_or_default();
    let first = match first.split_once(',') {
        Some((head, _)) if head.contains('@') => head,
        _ => first,
    };
    if first.len() < value.len() {
        notes.say(row, format!("{field} names several; the first is taken"));
    }
    first.trim().to_owned()
}

/// `1`, `P1`, `1 - Critical`: the number in front.
pub fn leading_number(value: &str) -> Option<i64> {
    let digits = value.strip_prefix(['P', 'p']).unwrap_or(value);
    let end = digits.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(digits.len());
    let (number, rest) = digits.split_at_checked(end)?;
    if rest.starts_with(|c: char| c.is_alphanumeric() || c == '.') { None } else { number.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_the_number_in_front() {
        let read = ["1", "P1", "2 - High", "3-Low", "1.5", "1st", "High", "-1", ""].map(leading_number);
        assert_eq!(read, [Some(1), Some(1), Some(2), Some(3), None, None, None, None, None]);
    }

    #[test]
    fn blanks_between_digits_go_and_others_stay() {
        assert_eq!(ungrouped("4 711"), "4711");
        assert_eq!(ungrouped("INC 42 a"), "INC 42 a");
    }

    #[test]
    fn of_several_people_the_first_counts() {
        let mut notes = Notes::default();
        assert_eq!(first_of(2, Field::Assignee, "Jones, Bob\nRoe, Rick", &mut notes), "Jones, Bob");
        assert_eq!(first_of(3, Field::Assignee, "a@x.org, b@x.org", &mut notes), "a@x.org");
        assert_eq!(first_of(4, Field::Assignee, "Jones, Bob", &mut notes), "Jones, Bob");
        assert_eq!(
            notes.told().collect::<Vec<_>>(),
            ["assignee names several; the first is taken (2 times, first in row 2)"]
        );
    }
}
