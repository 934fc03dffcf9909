//! One value on its way in or out: cleaned of what no text needs, and kept from being run as a formula.

use std::borrow::Cow;

/// A value as it may stand in a CSV that a spreadsheet opens: one that begins like a formula gets a leading `'`.
///
/// Spreadsheets run values that begin with `=`, `+`, `-`, `@`, a tab or a carriage return (OWASP, "CSV injection").
/// `take` removes the `'` again.
///
/// ```
/// use deskhand::exchange::csv::cell;
/// assert_eq!(cell("=1+1"), "'=1+1");
/// assert_eq!(cell("printer jams"), "printer jams");
/// ```
#[must_use]
pub fn cell(value: &str) -> Cow<'_, str> {
    if runs(value) { Cow::Owned(format!("'{value}")) } else { Cow::Borrowed(value) }
}

fn runs(value: &str) -> bool {
    value.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A value as it comes in: control characters removed (line breaks and tabs stay), the `'` before a formula removed,
/// blanks around it too. Adds to `removed` how many characters went.
pub fn take<'a>(value: &'a str, removed: &mut u64) -> Cow<'a, str> {
    // DEL is 0x7F; the C1 controls U+0080 to U+009F are encoded with a first byte of 0xC2.
    let suspicious = |b: u8| (b < b' ' && b != b'\n' && b != b'\t') || b == 0x7F || b == 0xC2;
    if !value.bytes().any(suspicious) {
        return Cow::Borrowed(bare(value));
    }
    let kept: String = value.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    *removed += (value.chars().count() - kept.chars().count()) as u64;
    Cow::Owned(bare(&kept).to_owned())
}

/// A value as messages quote it: its beginning.
pub fn shown(value: &str) -> String {
    let short: String = value.chars().take(40).collect();
    if short.len() < value.len() { format!("{short}…") } else { short }
}

fn bare(value: &str) -> &str {
    match value.strip_prefix('\'') {
        Some(formula) if runs(formula) => formula.trim(),
        _ => value.trim(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_goes_out_quoted_and_comes_back_bare() {
        for formula in ["=cmd|' /C calc'!A0", "+1", "-100", "@SUM(A1)"] {
            let out = cell(formula).into_owned();
            assert_eq!(out, format!("'{formula}"));
            assert_eq!(take(&out, &mut 0), formula);
        }
        assert_eq!(cell("\t=1"), "'\t=1");
        assert_eq!(cell("\r=1"), "'\r=1");
        assert_eq!(cell("it's - fine"), "it's - fine");
        assert_eq!(take("'tis", &mut 0), "'tis");
    }

    #[test]
    fn control_characters_go_but_line_breaks_and_tabs_stay() {
        let mut removed = 0;
        assert_eq!(take(" a\0b\x1b[31m\u{9b}c\n\td ", &mut removed), "ab[31mc\n\td");
        assert_eq!(removed, 3);
        assert_eq!(take("Â£ é", &mut removed), "Â£ é");
        assert_eq!(removed, 3);
    }
}
