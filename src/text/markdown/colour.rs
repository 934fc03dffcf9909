//! The colours of code, by `syntect` with the grammars that it brings. It reads some 300 kB a second at its slowest, so it
//! is asked in the background, never on a key's path, and only for so much.

use std::sync::LazyLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::block::{Code, Document};

/// No more code of one document gets colours.
const MOST: usize = 64 << 10;
/// A longer line is data, not code, and slow to read.
const LONGEST_LINE: usize = 1_000;

/// The grammars: 0.4 MB in the program, unpacked when the first code is coloured.
static GRAMMARS: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

/// What a part of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A remark.
    Comment,
    /// A word of the language.
    Keyword,
    /// A text in quotes.
    Quoted,
    /// A number or another constant.
    Constant,
    /// The name of a function, type, tag or key.
    Name,
    /// A line that came, in a diff.
    Come,
    /// A line that went, in a diff.
    Gone,
}

/// A part of a line of code: up to which byte it goes from where the one before it ended, and what it is.
pub type Coloured = (usize, Option<Part>);

impl Document {
    /// Gives its code colours, as far as its languages are known.
    pub fn colour(&mut self) {
        let mut room = MOST;
        for code in &mut self.codes {
            if code.text.len() <= room
                && let Some(grammar) = grammar(&code.language)
            {
                room -= code.text.len();
                code.colours = coloured(code, grammar).unwrap_or_default();
            }
        }
    }
}

/// The grammar of a language as fences name it.
fn grammar(language: &str) -> Option<&'static SyntaxReference> {
    let known = match language {
        "" | "text" | "txt" | "plain" | "plaintext" | "output" | "none" => return None,
        "shell" | "console" | "shell-session" | "shellsession" | "sh-session" | "terminal" | "ksh" | "dash" => "sh",
        "ini" | "conf" | "cfg" | "toml" | "systemd" | "dotenv" | "env" | "desktop" => "properties",
        "golang" => "go",
        "jsonc" | "json5" | "jsonl" | "ndjson" => "json",
        "typescript" | "ts" | "jsx" | "tsx" | "node" => "js",
        "postgres" | "postgresql" | "psql" | "mysql" | "mariadb" | "sqlite" | "tsql" | "plsql" => "sql",
        "cmd" | "batch" | "dos" => "bat",
        "patch" => "diff",
        "make" | "mk" => "makefile",
        "python3" => "python",
        other => other,
    };
    GRAMMARS.find_syntax_by_token(known).filter(|grammar| grammar.name != "Plain Text")
}

/// The colours of each line, or nothing where the code is not of the kind that has them.
fn coloured(code: &Code, grammar: &SyntaxReference) -> Option<Vec<Vec<Coloured>>> {
    let mut state = ParseState::new(grammar);
    let mut stack = ScopeStack::new();
    let mut lines = Vec::new();
    for line in code.lines() {
        if line.len() > LONGEST_LINE {
            return None;
        }
        let mut parts: Vec<Coloured> = Vec::new();
        let mut put = |end: usize, part: Option<Part>| match parts.last_mut() {
            Some((last, _)) if end <= *last => {}
            Some((last, same)) if *same == part => *last = end,
            _ if end > 0 => parts.push((end, part)),
            _ => {}
        };
        for (at, change) in state.parse_line(&format!("{line}\n"), &GRAMMARS).ok()? {
            put(at.min(line.len()), part(&stack));
            stack.apply(&change).ok()?;
        }
        put(line.len(), part(&stack));
        lines.push(parts);
    }
    Some(lines)
}

/// What the innermost scope that says anything amounts to.
fn part(stack: &ScopeStack) -> Option<Part> {
    let known = |scope: &Scope| SCOPES.iter().find(|(known, _)| known.is_prefix_of(*scope)).and_then(|(_, part)| *part);
    stack.as_slice().iter().rev().find_map(known)
}

/// What grammars call the parts of code. The first that fits counts; operators are no words.
static SCOPES: LazyLock<Vec<(Scope, Option<Part>)>> = LazyLock::new(|| {
    let known = [
        ("comment", Some(Part::Comment)),
        ("markup.inserted", Some(Part::Come)),
        ("markup.deleted", Some(Part::Gone)),
        ("meta.diff.header", Some(Part::Keyword)),
        ("string", Some(Part::Quoted)),
        ("constant", Some(Part::Constant)),
        ("keyword.operator", None),
        ("keyword", Some(Part::Keyword)),
        ("storage", Some(Part::Keyword)),
        ("entity.name", Some(Part::Name)),
        ("support.function", Some(Part::Name)),
        ("variable.function", Some(Part::Name)),
        ("entity.other.attribute-name", Some(Part::Name)),
    ];
    known.into_iter().filter_map(|(name, part)| Some((Scope::new(name).ok()?, part))).collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::markdown::read;

    fn told(source: &str) -> Vec<(String, Part)> {
        let mut document = read(source);
        document.colour();
        let code = &document.codes[0];
        let mut told = Vec::new();
        for (line, parts) in code.lines().zip(&code.colours) {
            let mut from = 0;
            for (end, part) in parts {
                told.extend(part.map(|part| (line[from..*end].to_owned(), part)));
                from = *end;
            }
        }
        told
    }

    #[test]
    fn code_is_coloured_by_its_language() {
        let one = |text: &str, part| (text.to_owned(), part);
        assert_eq!(
            told("```python\nif x: return 'a'  # no\n```"),
            [
                one("if", Part::Keyword),
                one("return", Part::Keyword),
                one("'a'", Part::Quoted),
                one("# no", Part::Comment),
            ]
        );
        assert_eq!(told("```diff\n-old\n+new\n```"), [one("-old", Part::Gone), one("+new", Part::Come)]);
        assert!(told("```shell\n$ kubectl get pods # all\n```").contains(&one("# all", Part::Comment)));
        assert_eq!(told("```promql\nup == 0\n```"), []);
        assert_eq!(told("    indented\n"), []);
    }

    #[test]
    fn what_is_too_long_stays_plain() {
        assert_eq!(told(&format!("```json\n[{}]\n```", "1,".repeat(600))), []);
    }
}
