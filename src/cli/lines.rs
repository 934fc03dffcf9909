//! Two texts compared line by line, for configuration documents.

/// One line of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// In both.
    Same(&'a str),
    /// Only before.
    Gone(&'a str),
    /// Only after.
    New(&'a str),
}

/// The shortest way from one text to another, by the longest lines that both have in common.
pub(super) fn compare<'a>(before: &'a str, after: &'a str) -> Vec<Line<'a>> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let columns = new.len() + 1;
    // common[i * columns + j]: how many lines the rests from i and j have in common.
    let mut common = vec![0_u32; (old.len() + 1) * columns];
    let at = |i: usize, j: usize| i * columns + j;
    let get = |common: &[u32], i: usize, j: usize| common.get(at(i, j)).copied().unwrap_or(0);
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let best = match a == b {
                true => get(&common, i + 1, j + 1) + 1,
                false => get(&common, i + 1, j).max(get(&common, i, j + 1)),
            };
            if let Some(cell) = common.get_mut(at(i, j)) {
                *cell = best;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    loop {
        match (old.get(i), new.get(j)) {
            (Some(a), Some(b)) if a == b => {
                lines.push(Line::Same(a));
                (i, j) = (i + 1, j + 1);
            }
            (Some(a), b) if b.is_none() || get(&common, i + 1, j) >= get(&common, i, j + 1) => {
                lines.push(Line::Gone(a));
                i += 1;
            }
            (_, Some(b)) => {
                lines.push(Line::New(b));
                j += 1;
            }
            _ => return lines,
        }
    }
}

/// The lines that differ, each with its sign.
pub(super) fn changed(before: &str, after: &str) -> Vec<String> {
    compare(before, after)
        .into_iter()
        .filter_map(|line| match line {
            Line::Same(_) => None,
            Line::Gone(text) => Some(format!("- {text}")),
            Line::New(text) => Some(format!("+ {text}")),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_told() {
        assert_eq!(changed("a\nb\nc\n", "a\nx\nc\nd\n"), ["- b", "+ x", "+ d"]);
        assert_eq!(changed("", "a"), ["+ a"]);
        assert_eq!(changed("a", ""), ["- a"]);
        assert_eq!(changed("a\n", "a\n"), [] as [&str; 0]);
    }
}
