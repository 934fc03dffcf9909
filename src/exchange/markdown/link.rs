//! Addresses within a folder: what they mean, and how they are written.

use crate::text::address::{decoded, encoded};

/// The text with the references that Hugo writes, `{{< ref "./page.md" >}}`, as the addresses that they stand for: they
/// are no Markdown. Only as the address of a link; in code they stay what they are.
pub(super) fn without_shortcodes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("]({{<") {
        let (before, after) = rest.split_at(at + 2);
        out.push_str(before);
        let end = after.find(">}})").filter(|end| !after.get(..*end).is_some_and(|inner| inner.contains('\n')));
        let named = end.and_then(|end| {
            let inner = after.get(3..end)?.trim();
            let name = inner.strip_prefix("relref").or_else(|| inner.strip_prefix("ref"))?.trim().trim_matches('"');
            (!name.is_empty() && !name.contains([' ', '"'])).then_some((name, end))
        });
        match named {
            Some((name, end)) => {
                out.push_str(name);
                rest = after.get(end + 3..).unwrap_or_default();
            }
            None => rest = after,
        }
    }
    out.push_str(rest);
    out
}

/// An address within the folder, seen from a page: the path that it means, and what follows `#`. `None` for addresses
/// elsewhere, and for those that lead out of the folder.
pub(super) fn local(page: &str, address: &str) -> Option<(String, Option<String>)> {
    let (path, anchor) = match address.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor.to_owned())),
        None => (address, None),
    };
    let path = path.split('?').next().unwrap_or_default();
    if path.is_empty() || path.contains(':') || path.starts_with("//") || path.contains('\\') {
        return None;
    }
    let mut parts: Vec<String> = match path.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => page.split('/').rev().skip(1).map(str::to_owned).collect::<Vec<_>>().into_iter().rev().collect(),
    };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop()?,
            part => parts.push(decoded(part)?),
        }
    }
    Some((parts.join("/"), anchor))
}

/// The way from one page to another, both by their paths from the same folder.
pub(super) fn way(from: &str, to: &str) -> String {
    let (from, to): (Vec<&str>, Vec<&str>) = (from.split('/').collect(), to.split('/').collect());
    let folders = from.len().saturating_sub(1);
    let same = from.iter().take(folders).zip(&to).take_while(|(a, b)| a == b).count().min(to.len().saturating_sub(1));
    let up = "../".repeat(folders - same);
    let down: Vec<String> = to.iter().skip(same).map(|part| encoded(part)).collect();
    format!("{}{}", if up.is_empty() { "./" } else { &up }, down.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_of_hugo_are_addresses() {
        assert_eq!(
            without_shortcodes("see [x]({{< ref \"./A.md\" >}}) and {{< param y >}}"),
            "see [x](./A.md) and {{< param y >}}"
        );
        assert_eq!(without_shortcodes("[x]({{< param BookRepo >}}/new)"), "[x]({{< param BookRepo >}}/new)");
    }

    #[test]
    fn paths_are_read_from_the_page_and_never_leave_the_folder() {
        let path = |address| {
            local("a/b/page.md", address).map(|(path, anchor)| format!("{path} {}", anchor.unwrap_or_default()))
        };
        assert_eq!(path("./c.md#top").as_deref(), Some("a/b/c.md top"));
        assert_eq!(path("../c%20d.md").as_deref(), Some("a/c d.md "));
        assert_eq!(path("/docs/x").as_deref(), Some("docs/x "));
        for outside in
            ["../../../etc/passwd", "https://x.example/a.md", "//x.example/a", "#top", "..%2F..%2F..%2Fx", "c:\\x"]
        {
            assert_eq!(path(outside), None, "{outside}");
        }
    }

    #[test]
    fn the_way_from_page_to_page_is_read_again() {
        for (from, to) in [("a.md", "b.md"), ("a/x.md", "b/y z.md"), ("a/b/c.md", "a/d.md"), ("a/b.md", "a/c/d(1).md")]
        {
            assert_eq!(local(from, &way(from, to)), Some((to.to_owned(), None)), "{}", way(from, to));
        }
        assert_eq!(way("a/x.md", "b/y.md"), "../b/y.md");
        assert_eq!(way("a/x.md", "a/y.md"), "./y.md");
    }
}
