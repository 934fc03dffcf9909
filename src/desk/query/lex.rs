//! Text into tokens: parentheses, negations, words, and fields with their values. Never fails but for an open quote.

use crate::desk::query::error::QueryError;

/// A piece of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: TokenKind,
    /// Where it begins, in characters, from 1.
    pub column: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Open,
    Close,
    Minus,
    Or,
    /// A word without a field.
    Bare(Word),
    /// `name:value,value`.
    Field {
        name: Word,
        values: Vec<Word>,
    },
}

/// One word, or one of the values behind a colon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::desk) struct Word {
    /// Without quotes and star.
    pub text: String,
    /// Whether it began with a quote, so that it is no keyword.
    pub quoted: bool,
    /// Whether a star followed.
    pub star: bool,
    pub column: usize,
}

/// Whether a character parts words: white space and everything that a terminal could choke on.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// Whether a character can stand in the name of a field.
pub(super) fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

pub(super) fn lex(text: &str) -> Result<Vec<Token>, QueryError> {
    let mut lexer = Lexer { chars: text.chars().collect(), at: 0 };
    let mut tokens = Vec::new();
    while let Some(c) = lexer.peek() {
        let column = lexer.at + 1;
        let kind = match c {
            _ if is_space(c) => {
                lexer.at += 1;
                continue;
            }
            '(' => lexer.one(TokenKind::Open),
            ')' => lexer.one(TokenKind::Close),
            '-' if lexer.ahead(1).is_some_and(|next| !is_space(next) && next != ')') => lexer.one(TokenKind::Minus),
            _ => match lexer.field_name() {
                Some(name) => TokenKind::Field { name, values: lexer.values()? },
                None => keyword(lexer.bare()?),
            },
        };
        tokens.push(Token { kind, column });
    }
    Ok(tokens)
}

fn keyword(word: Word) -> TokenKind {
    let is = |keyword| !word.quoted && !word.star && word.text.eq_ignore_ascii_case(keyword);
    if is("or") { TokenKind::Or } else { TokenKind::Bare(word) }
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
}

impl Lexer {
    fn peek(&self) -> Option<char> {
        self.ahead(0)
    }

    fn ahead(&self, by: usize) -> Option<char> {
        self.chars.get(self.at + by).copied()
    }

    fn one(&mut self, kind: TokenKind) -> TokenKind {
        self.at += 1;
        kind
    }

    /// `name:`, if that is what comes next; the colon is taken too.
    fn field_name(&mut self) -> Option<Word> {
        let rest = self.chars.get(self.at..)?;
        let length = rest.iter().take_while(|c| is_name(**c)).count();
        let begins = rest.first().is_some_and(|c| c.is_alphabetic());
        if !begins || rest.get(length) != Some(&':') {
            return None;
        }
        let text = rest.iter().take(length).collect();
        let column = self.at + 1;
        self.at += length + 1;
        Some(Word { text, quoted: false, star: false, column })
    }

    /// The values behind a colon, at least one, perhaps empty.
    fn values(&mut self) -> Result<Vec<Word>, QueryError> {
        let mut values = vec![self.value()?];
        while self.peek() == Some(',') {
            self.at += 1;
            values.push(self.value()?);
        }
        Ok(values)
    }

    /// One value: it may begin with a quote, or have one behind a comparison or range (`<"fri 14:00"`).
    fn value(&mut self) -> Result<Word, QueryError> {
        if self.peek() == Some('"') && !self.range_of_quotes() {
            return self.phrase();
        }
        let column = self.at + 1;
        let mut text = String::new();
        while let Some(c) = self.peek() {
            match c {
                '"' if text.is_empty() || text.ends_with(['<', '>', '=', '.']) => text.push_str(&self.quoted()?),
                ',' | '(' | ')' => break,
                _ if is_space(c) => break,
                _ => {
                    text.push(c);
                    self.at += 1;
                }
            }
        }
        Ok(starred(text, column))
    }

    /// A word without a field: commas belong to it.
    fn bare(&mut self) -> Result<Word, QueryError> {
        if self.peek() == Some('"') {
            return self.phrase();
        }
        let column = self.at + 1;
        let mut text = String::new();
        while let Some(c) = self.peek().filter(|c| !is_space(*c) && !matches!(c, '(' | ')')) {
            text.push(c);
            self.at += 1;
        }
        Ok(starred(text, column))
    }

    fn phrase(&mut self) -> Result<Word, QueryError> {
        let column = self.at + 1;
        let text = self.quoted()?;
        let mut star = false;
        while self.peek() == Some('*') {
            star = true;
            self.at += 1;
        }
        Ok(Word { text, quoted: true, star, column })
    }

    /// Whether the quote here begins a range: `"fri 14:00".."fri 15:00"`.
    fn range_of_quotes(&self) -> bool {
        let rest = self.chars.get(self.at + 1..).unwrap_or_default();
        let close = rest.iter().position(|c| *c == '"');
        close.is_some_and(|close| rest.get(close + 1..close + 3) == Some(&['.', '.']))
    }

    /// What stands between the quote here and the next single one; two quotes in a row are one.
    fn quoted(&mut self) -> Result<String, QueryError> {
        let column = self.at + 1;
        let mut text = String::new();
        self.at += 1;
        while let Some(c) = self.peek() {
            self.at += 1;
            match c {
                '"' if self.peek() == Some('"') => {
                    text.push('"');
                    self.at += 1;
                }
                '"' => return Ok(text),
                _ => text.push(if c.is_control() { ' ' } else { c }),
            }
        }
        Err(QueryError::new(column, "\"", "this quote is not closed"))
    }
}

fn starred(text: String, column: usize) -> Word {
    let begin = text.trim_end_matches('*');
    let star = begin.len() < text.len();
    Word { text: begin.to_owned(), quoted: false, star, column }
}
