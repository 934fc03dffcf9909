//! Links rewritten where they stand in a text.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Parser, Tag};

use super::OPTIONS;

/// The text with the address of each link and picture put through `to`, which gives a new one or leaves it; all else stays
/// byte for byte. `to` is told whether it is a picture; an address that stands apart, `[1]: x`, may be either.
#[must_use]
pub fn relinked(text: &str, to: &mut dyn FnMut(&str, bool) -> Option<String>) -> String {
    let mut changes: Vec<(Range<usize>, String)> = Vec::new();
    let mut parser = Parser::new_ext(text, OPTIONS).into_offset_iter();
    for (event, range) in parser.by_ref() {
        let (dest_url, picture) = match event {
            Event::Start(Tag::Link { link_type: LinkType::Inline, dest_url, .. }) => (dest_url, false),
            Event::Start(Tag::Image { link_type: LinkType::Inline, dest_url, .. }) => (dest_url, true),
            _ => continue,
        };
        let source = text.get(range.clone()).unwrap_or_default();
        // The last `](` begins the address: a title after it can't hold one that parses.
        if let Some(open) = source.rfind("](")
            && let Some(new) = to(&dest_url, picture)
            && let Some(at) = address(text, range.start + open + 2..range.end)
        {
            changes.push((at, new));
        }
    }
    for (_, definition) in parser.reference_definitions().iter() {
        let range = definition.span.clone();
        let source = text.get(range.clone()).unwrap_or_default();
        if let Some(open) = source.find("]:")
            && let Some(new) = to(&definition.dest, false)
            && let Some(at) = address(text, range.start + open + 2..range.end)
        {
            changes.push((at, new));
        }
    }
    changes.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (range, new) in changes {
        // An address within another, as of a link in a picture's text, was changed with it.
        if range.start < from {
            continue;
        }
        out.push_str(text.get(from..range.start).unwrap_or_default());
        out.push_str(&new);
        from = range.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// Where the address stands in what follows the opening of a link; with its angle brackets, where it has some.
fn address(text: &str, within: Range<usize>) -> Option<Range<usize>> {
    let rest = text.get(within.clone())?;
    let start = rest.len() - rest.trim_start().len();
    let from = rest.get(start..)?;
    let length = match from.strip_prefix('<') {
        Some(inner) => inner.find('>')? + 2,
        None => {
            let mut depth = 0_usize;
            let mut end = from.len();
            for (at, c) in from.char_indices() {
                match c {
                    '(' => depth += 1,
                    ')' if depth == 0 => {
                        end = at;
                        break;
                    }
                    ')' => depth -= 1,
                    c if c.is_whitespace() => {
                        end = at;
                        break;
                    }
                    _ => {}
                }
            }
            end
        }
    };
    Some(within.start + start..within.start + start + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_links_are_rewritten_and_nothing_else() {
        let text =
            "[a](x.md) `[b](x.md)` ![p](x.md) [c](<x.md> \"t\") [d][1] [e](y.md)\n\n    [f](x.md)\n\n[1]: x.md\n";
        let new = relinked(text, &mut |to, picture| (to == "x.md" && !picture).then(|| String::from("KB-1")));
        assert_eq!(
            new,
            "[a](KB-1) `[b](x.md)` ![p](x.md) [c](KB-1 \"t\") [d][1] [e](y.md)\n\n    [f](x.md)\n\n[1]: KB-1\n"
        );
    }

    #[test]
    fn a_picture_is_rewritten_within_a_link_too() {
        let new = relinked("[![a](p.png \"t\")](x.md) ![b][1]\n\n[1]: <p.png>\n", &mut |to, picture| {
            Some(format!("{}{to}", if picture { "pic:" } else { "to:" }))
        });
        assert_eq!(new, "[![a](pic:p.png \"t\")](to:x.md) ![b][1]\n\n[1]: to:p.png\n");
    }
}
