//! Tokens into a tree: white space is *and*, which binds tighter than *or*; `-` and parentheses do as they look.

use std::str::FromStr;

use crate::desk::query::ast::{Expr, Query, SortKey, Term};
use crate::desk::query::error::{QueryError, nearest};
use crate::desk::query::lex::{Token, TokenKind, Word, lex};
use crate::desk::query::values;
use crate::desk::query::vocabulary::{FIELDS, FieldHelp, Takes, field_named};

/// The longest query, in bytes, as typed and as printed.
const LONGEST: usize = 64 * 1024;
/// How deep parentheses may nest.
const DEEPEST: usize = 64;
/// No query gets longer than this many times its length by being printed canonically; a test holds the bound.
const GROWTH: usize = 8;

/// Reads a query. Any text whatever is either one or an error that says where it stops being one.
///
/// # Errors
/// The first mistake, with its column and the nearest valid word.
///
/// ```
/// # use deskhand::desk::query::parse;
/// assert_eq!(parse("type:INC  priority:<=2").unwrap().to_string(), "kind:incident prio:1..2");
/// assert_eq!(parse("is:open proi:1").unwrap_err().to_string(), "column 9: there is no field 'proi'; did you mean 'prio'?");
/// ```
pub fn parse(text: &str) -> Result<Query, QueryError> {
    let (filter, sort) = read(text, &Tickets)?;
    let query = Query { filter, sort: sort.unwrap_or_default() };
    // What is printed has to be read again.
    if text.len() > LONGEST / GROWTH && query.to_string().len() > LONGEST {
        return Err(too_long());
    }
    Ok(query)
}

impl FromStr for Query {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Query, QueryError> {
        parse(text)
    }
}

/// What can be asked of one sort of record: the terms of the language. Its grammar is the same for all.
pub(in crate::desk) trait Vocabulary {
    /// One thing asked.
    type Term;
    /// An order.
    type Sort;

    /// A word without a field.
    fn bare(&self, word: &Word) -> Result<Self::Term, QueryError>;

    /// Whether a field of that name gives the order; an error where there is no such field.
    fn is_sort(&self, name: &Word) -> Result<bool, QueryError>;

    /// `sort:values`.
    fn sort(&self, name: &Word, values: &[Word]) -> Result<Self::Sort, QueryError>;

    /// `field:values`.
    fn term(&self, name: &Word, values: &[Word]) -> Result<Self::Term, QueryError>;
}

/// What must hold, and in what order: either may be missing.
type Asked<V> = (Option<Expr<<V as Vocabulary>::Term>>, Option<<V as Vocabulary>::Sort>);

/// Reads a query in the words of one sort of record.
pub(in crate::desk) fn read<V: Vocabulary>(text: &str, vocabulary: &V) -> Result<Asked<V>, QueryError> {
    if text.len() > LONGEST {
        return Err(too_long());
    }
    let end = text.chars().count() + 1;
    let mut parser = Parser { tokens: lex(text)?.into_iter().peekable(), end, sort: None, vocabulary };
    let filter = parser.any(0)?;
    if let Some(token) = parser.tokens.next() {
        return Err(QueryError::new(token.column, ")", "this parenthesis closes nothing"));
    }
    Ok((filter, parser.sort.map(|(_, keys)| keys)))
}

fn too_long() -> QueryError {
    QueryError::new(1, "", format!("a query is at most {LONGEST} bytes long"))
}

/// The words in which tickets are asked for.
struct Tickets;

impl Vocabulary for Tickets {
    type Term = Term;
    type Sort = Vec<SortKey>;

    fn bare(&self, word: &Word) -> Result<Term, QueryError> {
        values::bare(word)
    }

    fn is_sort(&self, name: &Word) -> Result<bool, QueryError> {
        known_field(name).map(|field| field.takes == Takes::Sort)
    }

    fn sort(&self, name: &Word, values: &[Word]) -> Result<Vec<SortKey>, QueryError> {
        values::sort_keys(known_field(name)?, values)
    }

    fn term(&self, name: &Word, values: &[Word]) -> Result<Term, QueryError> {
        values::term(known_field(name)?, values)
    }
}

struct Parser<'v, V: Vocabulary> {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    /// The column after the last character.
    end: usize,
    sort: Option<(usize, V::Sort)>,
    vocabulary: &'v V,
}

impl<V: Vocabulary> Parser<'_, V> {
    fn peek(&mut self) -> Option<&TokenKind> {
        self.tokens.peek().map(|token| &token.kind)
    }

    fn column(&mut self) -> usize {
        self.tokens.peek().map_or(self.end, |token| token.column)
    }

    /// Alternatives between `or`, until the end or a closing parenthesis.
    fn any(&mut self, depth: usize) -> Result<Option<Expr<V::Term>>, QueryError> {
        let mut parts: Vec<Expr<V::Term>> = self.all(depth)?.into_iter().collect();
        let mut alternatives = false;
        while self.peek() == Some(&TokenKind::Or) {
            let column = self.column();
            self.tokens.next();
            let next = self.all(depth)?;
            if let Some((column, _)) = self.sort {
                return Err(misplaced_sort(column));
            }
            match next {
                Some(next) if !parts.is_empty() => parts.push(next),
                _ => {
                    return Err(QueryError::new(
                        column,
                        "or",
                        "'or' needs something on both sides; in quotes it is a word",
                    ));
                }
            }
            alternatives = true;
        }
        match (&self.sort, alternatives) {
            (Some((column, _)), true) => Err(misplaced_sort(*column)),
            _ => Ok(Expr::any(parts)),
        }
    }

    /// Parts side by side, until `or`, the end or a closing parenthesis.
    fn all(&mut self, depth: usize) -> Result<Option<Expr<V::Term>>, QueryError> {
        let mut parts = Vec::new();
        while !matches!(self.peek(), None | Some(TokenKind::Or | TokenKind::Close)) {
            parts.extend(self.one(depth)?);
        }
        Ok(Expr::all(parts))
    }

    /// One term or parenthesis with the negations before it; nothing where the term is an order.
    fn one(&mut self, depth: usize) -> Result<Option<Expr<V::Term>>, QueryError> {
        let mut negated = false;
        let mut sign = None;
        while matches!(self.peek(), Some(TokenKind::Minus)) {
            sign = Some(self.column());
            self.tokens.next();
            negated = !negated;
        }
        let column = self.column();
        let expr = match self.tokens.next().map(|token| token.kind) {
            Some(TokenKind::Open) => self.group(depth, column)?,
            Some(TokenKind::Bare(word)) => Expr::Term(self.vocabulary.bare(&word)?),
            Some(TokenKind::Field { name, values }) => {
                if self.vocabulary.is_sort(&name)? {
                    if depth > 0 || sign.is_some() {
                        return Err(misplaced_sort(column));
                    }
                    if self.sort.is_some() {
                        return Err(QueryError::new(column, &name.text, "the order was given before"));
                    }
                    self.sort = Some((column, self.vocabulary.sort(&name, &values)?));
                    return Ok(None);
                }
                Expr::Term(self.vocabulary.term(&name, &values)?)
            }
            _ => {
                let column = sign.unwrap_or(column);
                return Err(QueryError::new(column, "", "there is nothing here to negate; in quotes it is a word"));
            }
        };
        Ok(Some(if negated { expr.negated() } else { expr }))
    }

    fn group(&mut self, depth: usize, column: usize) -> Result<Expr<V::Term>, QueryError> {
        if depth >= DEEPEST {
            return Err(QueryError::new(column, "(", format!("parentheses nest at most {DEEPEST} deep")));
        }
        let inner = self.any(depth + 1)?;
        match self.tokens.next() {
            Some(_) => inner.ok_or_else(|| QueryError::new(column, "()", "there is nothing between these parentheses")),
            None => Err(QueryError::new(column, "(", "this parenthesis is not closed")),
        }
    }
}

fn known_field(name: &Word) -> Result<&'static FieldHelp, QueryError> {
    if let Some(field) = field_named(&name.text) {
        return Ok(field);
    }
    let suggestion = nearest(&name.text.replace('-', "_"), FIELDS.iter().flat_map(FieldHelp::spellings));
    let hint = if suggestion.is_none() { "; text with a colon needs quotes" } else { "" };
    let message = format!("there is no field '{}'{hint}", name.text);
    Err(QueryError::new(name.column, &name.text, message).suggesting(suggestion))
}

fn misplaced_sort(column: usize) -> QueryError {
    QueryError::new(column, "sort", "'sort' orders the whole query: it stands outside of 'or', '-' and parentheses")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A query and how it is printed: what the language made of it.
    #[track_caller]
    fn reads(text: &str, canonical: &str) {
        assert_eq!(parse(text).map(|query| query.to_string()), Ok(canonical.to_owned()), "{text}");
    }

    #[track_caller]
    fn refuses(text: &str, complaint: &str) {
        assert_eq!(parse(text).map(|query| query.to_string()).map_err(|e| e.to_string()), Err(complaint.to_owned()));
    }

    #[test]
    fn the_examples_of_the_product_are_understood() {
        reads("is:open team:net prio:1,2 due:<4h \"bgp flap\"", "is:open team:net prio:1,2 due:<4h \"bgp flap\"");
        reads(
            "-assignee:none (ci:fw1 or ci:fw2) sort:due,-updated",
            "-assignee:none (ci:fw1 or ci:fw2) sort:due,-updated",
        );
        reads(
            "created:2026-01-01..2026-03-31  age:>7d  updated:today",
            "created:2026-01-01..2026-03-31 age:>7d updated:today",
        );
        let words = "is:mine is:unassigned is:breached is:at-risk is:major";
        reads(words, words);
        reads(
            "is:pending is:changed   has:attachment has:workaround",
            "is:waiting is:changed has:attachment has:workaround",
        );
        reads("linked:PRB-3  kind:inc,req  state:pending", "linked:PRB-3 kind:incident,request state:pending");
        reads("tag:vpn  service:payroll  requester:anna", "tag:vpn service:payroll requester:anna");
        reads("text:\"exact phrase\"", "\"exact phrase\"");
    }

    #[test]
    fn nothing_asks_for_everything() {
        assert_eq!(parse("").unwrap(), Query::default());
        assert_eq!(parse(" \t\n\0").unwrap(), Query::default());
        reads("sort:-priority", "sort:-prio");
    }

    #[test]
    fn and_binds_tighter_than_or() {
        reads("a b or c and not d", "a b or c and not d");
        reads("a (b or c) or (d or e)", "a (b or c) or d or e");
        reads("(a (b (c)))", "a b c");
        reads("(a or b) sort:due", "(a or b) sort:due");
    }

    #[test]
    fn minus_negates_what_follows_and_not_is_a_word() {
        reads("-(a or b) -c -d", "-(a or b) -c -d");
        reads("--a ---b -(-(c d))", "a -b c d");
        reads("e-mail 14:00", "e-mail \"14:00\"");
    }

    #[test]
    fn quotes_keep_what_would_mean_something_else() {
        reads("\"or\" \"-x\" \"a:b\" \"inc42\" \"x*\" x*", "\"or\" \"-x\" \"a:b\" \"inc42\" \"x*\" x*");
        reads("assignee:\"me\",me,\"Anna Berg\"", "assignee:\"me\",me,\"Anna Berg\"");
        reads("\"say \"\"hi\"\"\"", "\"say \"\"hi\"\"\"");
        reads(
            "due:<\"fri  14:00\" planned_end:\"fri 14:00\"..\"fri 16:00\"",
            "due:\"<fri 14:00\" planned_end:\"fri 14:00..fri 16:00\"",
        );
        reads("\"plain\"", "plain");
        reads("\"bgp fl\"*", "\"bgp fl\"*");
    }

    #[test]
    fn aliases_and_short_forms_are_printed_in_full() {
        reads("type:INC priority:P1 owner:ME is:overdue", "kind:incident prio:1 assignee:me is:breached");
        reads("prio:<=2 prio:>3 impact:..3 urgency:2..", "prio:1..2 prio:4..5 impact:1..3 urgency:2..4");
        reads("inc42 id:req7,PRB-1 link:chg-2", "INC-42 REQ-7,PRB-1 linked:CHG-2");
        reads(
            "reason:vendor code:fixed cause:change status:In-Progress",
            "pending_reason:vendor resolution_code:fixed cause_code:change state:in_progress",
        );
        reads("created:..2026-02 due:TODAY.. due:none,<4H", "created:<=2026-02 due:>=today due:none,<4h");
    }

    #[test]
    fn a_mistake_is_named_with_its_column_and_the_nearest_word() {
        refuses("vpn proi:1", "column 5: there is no field 'proi'; did you mean 'prio'?");
        refuses("is:opne", "column 4: is: takes no 'opne'; did you mean 'open'?");
        refuses("äöü -has:atachment", "column 10: has: takes no 'atachment'; did you mean 'attachment'?");
        refuses("kind:inc,reqest", "column 10: kind: takes no 'reqest'; did you mean 'request'?");
        refuses("sort:due,-udpated", "column 10: sort: takes no 'udpated'; did you mean 'updated'?");
        refuses("phase:x", "column 7: phase: takes no 'x' but new, active, waiting, done, closed");
        refuses("http://x", "column 1: there is no field 'http'; text with a colon needs quotes");
    }

    #[test]
    fn values_that_cannot_be_are_refused_with_an_example() {
        refuses("prio:6", "column 6: prio: takes 1 to 5, not '6'; write prio:1,2");
        refuses("prio:<1", "column 6: no prio is <1");
        refuses("prio:", "column 6: prio: needs a value, such as prio:1,2");
        refuses("tag:a,", "column 7: tag: needs a value, such as tag:vpn");
        refuses("due:soon", "column 5: due: takes no 'soon'; write due:<4h");
        refuses("created:2026-02-30", "column 9: created: takes no '2026-02-30'; write created:2026-01-01..2026-03-31");
        refuses("age:today", "column 5: age: takes spans such as 7d, not 'today'; write age:>7d");
        refuses("linked:vpn", "column 8: 'vpn' is no ticket number; they look like INC-42");
        refuses("team:net*", "column 6: only text may end in a star; team: takes a key or name, none");
    }

    #[test]
    fn a_word_without_letters_or_digits_is_nothing_to_search_for() {
        refuses("vpn ***", "column 5: there is nothing to search for in '*'");
        refuses("\"--\"", "column 1: there is nothing to search for in '--'");
        refuses("a - b", "column 3: there is nothing to search for in '-'");
    }

    #[test]
    fn what_is_left_open_or_alone_is_pointed_at() {
        refuses("a \"b", "column 3: this quote is not closed");
        refuses("a (b", "column 3: this parenthesis is not closed");
        refuses("a) b", "column 2: this parenthesis closes nothing");
        refuses("()", "column 1: there is nothing between these parentheses");
        refuses("a or", "column 3: 'or' needs something on both sides; in quotes it is a word");
    }

    #[test]
    fn an_order_is_given_once_and_for_the_whole() {
        let misplaced = "'sort' orders the whole query: it stands outside of 'or', '-' and parentheses";
        for text in ["a or sort:due", "sort:due or a", "a or b sort:due", "-sort:due", "(sort:due)", "a (b sort:due)"] {
            assert_eq!(parse(text).unwrap_err().message, misplaced, "{text}");
        }
        refuses("sort:due a sort:id", "column 12: the order was given before");
        refuses("sort:", "column 6: sort: needs a value, such as sort:due,-updated");
        refuses("sort:due,-due", "column 10: the order names 'due' twice");
    }

    #[test]
    fn depth_and_length_are_bounded() {
        let nested = |n: usize| format!("{}a{}", "-(b ".repeat(n), ")".repeat(n));
        assert!(parse(&nested(DEEPEST)).is_ok());
        refuses(&nested(DEEPEST + 1), "column 258: parentheses nest at most 64 deep");
        assert!(parse(&"(".repeat(LONGEST)).is_err());
        assert!(parse(&"-".repeat(LONGEST - 1)).is_err());
        assert!(parse(&"a ".repeat(LONGEST / 2)).is_ok());
        refuses(&"a ".repeat(LONGEST / 2 + 1), "column 1: a query is at most 65536 bytes long");
        assert!(parse(&"code:a ".repeat(LONGEST / 8)).is_err());
    }

    #[test]
    fn a_query_is_narrowed_without_losing_its_order() {
        let mine = parse("is:mine").unwrap().filter.unwrap();
        let query = parse("(a or b) sort:due").unwrap().and(mine.clone());
        assert_eq!(query.to_string(), "(a or b) is:mine sort:due");
        assert_eq!(query.without_sort().to_string(), "(a or b) is:mine");
        assert_eq!(Query::default().and(mine).to_string(), "is:mine");
    }
}
