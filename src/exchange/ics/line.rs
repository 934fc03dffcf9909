//! Content lines of RFC 5545 3.1: `NAME;PARAM=value:value`, folded at 75 octets.

/// One line, unfolded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Which line of the file it begins on, from 1.
    pub(super) at: usize,
    /// Its name in capitals.
    pub(super) name: String,
    params: Vec<(String, String)>,
    /// What stands behind the colon, as it stands.
    pub(super) value: String,
}

impl Line {
    /// A parameter.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value as text, its escapes undone.
    pub(super) fn text(&self) -> String {
        let mut text = String::with_capacity(self.value.len());
        let mut rest = self.value.chars();
        while let Some(c) = rest.next() {
            match (c, c == '\\') {
                (_, true) => match rest.next() {
                    Some('n' | 'N') => text.push('\n'),
                    Some(other) => text.push(other),
                    None => {}
                },
                (c, _) => text.push(c),
            }
        }
        text.trim().to_owned()
    }
}

/// The lines of a file. What is no such line is left out: real calendars have them.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut unfolded: Vec<(usize, String)> = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let line = line.trim_end_matches('\r');
        match (line.strip_prefix([' ', '\t']), unfolded.last_mut()) {
            (Some(rest), Some((_, begun))) => begun.push_str(rest),
            _ if line.trim().is_empty() => {}
            _ => unfolded.push((n + 1, line.to_owned())),
        }
    }
    unfolded.into_iter().filter_map(|(at, text)| line(at, &text)).collect()
}

fn line(at: usize, text: &str) -> Option<Line> {
    // A colon or semicolon within quotes parts nothing.
    let mut quoted = false;
    let mut cuts = Vec::new();
    let mut end = None;
    for (n, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ';' if !quoted => cuts.push(n),
            ':' if !quoted => {
                end = Some(n);
                break;
            }
            _ => {}
        }
    }
    // A quote that nobody closed: the first colon then.
    let end = end.or_else(|| text.find(':'))?;
    cuts.retain(|cut| *cut < end);
    cuts.push(end);
    let mut parts = Vec::new();
    let mut begin = 0;
    for cut in cuts {
        parts.push(text.get(begin..cut)?);
        begin = cut + 1;
    }
    let name = parts.first()?.trim().to_ascii_uppercase();
    let params = parts.iter().skip(1).filter_map(|part| part.split_once('='));
    let params = params.map(|(name, value)| (name.trim().to_ascii_uppercase(), value.trim_matches('"').to_owned()));
    let params = params.collect();
    if name.is_empty() { None } else { Some(Line { at, name, params, value: text.get(end + 1..)?.to_owned() }) }
}

/// A line folded as the standard wants it, ended by CR and LF.
pub(super) fn fold(line: &str) -> String {
    let mut folded = String::with_capacity(line.len() + line.len() / 70 * 3 + 2);
    let mut octets = 0;
    for c in line.chars() {
        if octets + c.len_utf8() > 75 {
            folded.push_str("\r\n ");
            octets = 1;
        }
        folded.push(c);
        octets += c.len_utf8();
    }
    folded.push_str("\r\n");
    folded
}

/// Text as a value: backslashes, commas, semicolons and newlines escaped, other controls left out.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ',' | ';' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            '\t' => escaped.push('\t'),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folded_line_with_quoted_parameters_is_one_line() {
        let all =
            lines("DTSTART;TZID=\"a:b;c\";X=1:2026\r\n 1224\r\n\r\nnonsense\r\nSUMMARY:Ein\\, zwei\\nund \\\\n\r\n");
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].name.as_str(), all[0].value.as_str()), ("DTSTART", "20261224"));
        assert_eq!((all[0].param("TZID"), all[0].param("X"), all[0].at), (Some("a:b;c"), Some("1"), 1));
        assert_eq!(all[1].text(), "Ein, zwei\nund \\n");
    }

    #[test]
    fn a_long_line_is_folded_between_letters_at_75_octets() {
        let folded = fold(&format!("SUMMARY:{}", "ä".repeat(60)));
        assert!(folded.split("\r\n").all(|line| line.len() <= 75));
        assert_eq!(folded.replace("\r\n ", "").trim_end(), format!("SUMMARY:{}", "ä".repeat(60)));
        assert_eq!(escape("a;b,c\\d\r\ne\u{1b}"), "a\\;b\\,c\\\\d\\ne");
    }
}
