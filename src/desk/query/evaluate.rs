//! Whether a query holds for one ticket, told as plainly as possible: the measure of the store's answers.

use crate::desk::query::ast::{Expr, Term, TextMatch, Who};
use crate::desk::query::facts::{Facts, Named, PersonNames};
use crate::desk::query::tokens::{fold, tokens};
use crate::desk::query::values::state;
use crate::desk::query::vocabulary::{ChoiceField, LevelField, PersonField, Place, ReferenceField, TimeField};
use crate::desk::query::when::TimeRange;
use crate::desk::query::words::{Has, Is};
use crate::desk::time::{Moment, Timestamp};
use crate::desk::workflow::Phase;

/// Whether `expr` holds for the ticket of these facts, asked by the person of the login `me` at `moment`.
#[must_use]
pub fn matches(expr: &Expr, facts: &Facts, me: &str, moment: &Moment) -> bool {
    match expr {
        Expr::And(parts) => parts.iter().all(|part| matches(part, facts, me, moment)),
        Expr::Or(parts) => parts.iter().any(|part| matches(part, facts, me, moment)),
        Expr::Not(inner) => !matches(inner, facts, me, moment),
        Expr::Term(term) => holds(term, facts, me, moment),
    }
}

fn holds(term: &Term, facts: &Facts, me: &str, moment: &Moment) -> bool {
    match term {
        Term::Is(words) => words.iter().any(|word| is(*word, facts, me, moment.now)),
        Term::Has(things) => things.iter().any(|thing| has(*thing, facts)),
        Term::Kind(kinds) => kinds.contains(&facts.number.kind),
        Term::State(states) => states.contains(&state(facts.state)),
        Term::Phase(phases) => phases.contains(&facts.phase),
        Term::Level { field, ranges } => {
            let level = level(*field, facts);
            ranges.iter().any(|range| (range.from..=range.to).contains(&level))
        }
        Term::Person { field, who } => {
            let person = match field {
                PersonField::Requester => facts.requester,
                PersonField::Assignee => facts.assignee,
            };
            who.iter().any(|who| is_who(who, person, me))
        }
        Term::Reference { field, names } => {
            let own = own_names(*field, facts);
            names.iter().any(|name| same(name.as_deref(), &own))
        }
        Term::Choice { field, words } => {
            let own: Vec<String> = choice(*field, facts).into_iter().map(str::to_owned).collect();
            words.iter().any(|word| same(word.as_deref(), &own))
        }
        Term::Tag(tags) => {
            let own: Vec<String> = facts.tags.iter().map(|&tag| tag.to_owned()).collect();
            tags.iter().any(|tag| same(tag.as_deref(), &own))
        }
        Term::Linked(numbers) => numbers.iter().any(|number| facts.links.contains(number)),
        Term::Number(numbers) => numbers.contains(&facts.number),
        Term::Time { field, ranges } => {
            let at = time(*field, facts);
            ranges.iter().any(|range| is_within(range, *field, at, moment))
        }
        Term::Text { place, any } => any.iter().any(|text| match place {
            Place::Title => found(text, facts.title),
            Place::Anywhere => found(text, facts.title) || found(text, facts.body),
        }),
    }
}

fn is(word: Is, facts: &Facts, me: &str, now: Timestamp) -> bool {
    let open = facts.phase.is_open();
    match word {
        Is::Open => open,
        Is::Closed => !open,
        Is::New => facts.phase == Phase::New,
        Is::Active => facts.phase == Phase::Active,
        Is::Waiting => facts.phase == Phase::Waiting,
        Is::Resolved => facts.phase == Phase::Done,
        Is::Mine => is_who(&Who::Me, facts.assignee, me),
        Is::Unassigned => facts.assignee.is_none(),
        Is::Breached => open && facts.due.is_some_and(|due| due < now),
        Is::AtRisk => open && facts.due.is_some_and(|due| is_at_risk(facts.created, due, now)),
        Is::Major => facts.major,
        Is::Changed => facts.changed,
        Is::Watched => facts.watched,
        Is::ToApprove => facts.to_approve,
        Is::Conflicting => facts.conflicting,
        Is::Merged => facts.merged,
    }
}

/// Not yet due, and less than a quarter of the time from opening to due is left.
fn is_at_risk(created: Timestamp, due: Timestamp, now: Timestamp) -> bool {
    let left = i128::from(due.0) - i128::from(now.0);
    let whole = i128::from(due.0) - i128::from(created.0);
    left >= 0 && left * 4 < whole
}

fn has(thing: Has, facts: &Facts) -> bool {
    match thing {
        Has::Link => !facts.links.is_empty(),
        Has::Tag => !facts.tags.is_empty(),
        Has::Due => facts.due.is_some(),
        other => facts.has.contains(&other),
    }
}

fn level(field: LevelField, facts: &Facts) -> u8 {
    match field {
        LevelField::Priority => facts.priority.get(),
        LevelField::Impact => facts.impact.get(),
        LevelField::Urgency => facts.urgency.get(),
    }
}

fn is_who(who: &Who, person: Option<PersonNames>, me: &str) -> bool {
    match (who, person) {
        (Who::None, person) => person.is_none(),
        (_, None) => false,
        (Who::Me, Some(person)) => fold(person.login) == fold(me),
        (Who::Named(name), Some(person)) => [person.login, person.name].iter().any(|own| fold(own) == fold(name)),
    }
}

/// Whether one of a ticket's own names is meant; `None` means that it has none. Blank is none.
fn same(name: Option<&str>, own: &[String]) -> bool {
    match name {
        None => own.iter().all(|own| own.trim().is_empty()),
        Some(name) => own.iter().any(|own| fold(own) == fold(name)),
    }
}

fn own_names(field: ReferenceField, facts: &Facts) -> Vec<String> {
    let both = |named: Option<Named>| named.map(|named| vec![named.key.to_owned(), named.name.to_owned()]);
    match field {
        ReferenceField::Team => both(facts.team).unwrap_or_default(),
        ReferenceField::Service => both(facts.service).unwrap_or_default(),
        ReferenceField::Category => {
            // Its name and path, and those of all above it.
            let path = |depth| facts.category.iter().take(depth).copied().collect::<Vec<_>>().join(" / ");
            let paths = (2..=facts.category.len()).map(path);
            facts.category.iter().map(|&name| name.to_owned()).chain(paths).collect()
        }
    }
}

fn choice<'a>(field: ChoiceField, facts: &Facts<'a>) -> Option<&'a str> {
    match field {
        ChoiceField::Channel => facts.channel,
        ChoiceField::PendingReason => facts.pending_reason,
        ChoiceField::ResolutionCode => facts.resolution_code,
        ChoiceField::ChangeType => facts.change_type,
        ChoiceField::Template => facts.template,
        ChoiceField::Risk => facts.risk,
        ChoiceField::CauseCode => facts.cause_code,
        ChoiceField::Ci => facts.ci,
        ChoiceField::External => facts.external,
    }
}

fn time(field: TimeField, facts: &Facts) -> Option<Timestamp> {
    match field {
        TimeField::Created | TimeField::Age => Some(facts.created),
        TimeField::Updated => Some(facts.updated),
        TimeField::Resolved => facts.resolved,
        TimeField::Closed => facts.closed,
        TimeField::Due => facts.due,
        TimeField::PlannedStart => facts.planned_start,
        TimeField::PlannedEnd => facts.planned_end,
    }
}

fn is_within(range: &TimeRange, field: TimeField, at: Option<Timestamp>, moment: &Moment) -> bool {
    match (range, at) {
        (TimeRange::None, at) => at.is_none(),
        (_, None) => false,
        (range, Some(at)) => range
            .bounds(field, moment)
            .is_some_and(|(from, until)| from.is_none_or(|from| at >= from) && until.is_none_or(|until| at < until)),
    }
}

/// Whether the tokens of `wanted` stand in a row in `text`; with a star, the last one may go on.
fn found(wanted: &TextMatch, text: &str) -> bool {
    let phrase = tokens(&wanted.text);
    let Some((last, before)) = phrase.split_last() else { return false };
    tokens(text).windows(phrase.len()).any(|row| {
        row.split_last().is_some_and(|(end, begin)| {
            begin == before && (end == last || (wanted.prefix && end.starts_with(last.as_str())))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::id::{Kind, Number};
    use crate::desk::priority::{Level, Priority};
    use crate::desk::query::parse;
    use crate::desk::time::{DAY, HOUR};

    const NOW: Timestamp = Timestamp(1_000 * DAY);
    const ANNA: PersonNames = PersonNames { login: "anna", name: "Anna Berg" };
    const BOB: PersonNames = PersonNames { login: "bob", name: "Bob Öz" };

    fn facts() -> Facts<'static> {
        Facts {
            number: "INC-42".parse().unwrap(),
            phase: Phase::Active,
            state: "in_progress",
            title: "VPN drops every hour",
            body: "The e-mail client says: BGP flap at the Café",
            priority: Priority::new(2).unwrap(),
            impact: Level::new(2).unwrap(),
            urgency: Level::new(3).unwrap(),
            requester: Some(BOB),
            assignee: Some(ANNA),
            team: Some(Named { key: "net", name: "Network Operations" }),
            service: None,
            category: &["Network", "VPN"],
            channel: Some("mail"),
            pending_reason: None,
            resolution_code: None,
            cause_code: None,
            ci: Some("FW1"),
            external: Some(" "),
            tags: &["vpn", "Home Office"],
            links: &[Number { kind: Kind::Problem, n: 3 }],
            has: &[Has::Note, Has::Description],
            created: Timestamp(NOW.0 - 8 * DAY),
            updated: Timestamp(NOW.0 - HOUR),
            resolved: None,
            closed: None,
            due: Some(Timestamp(NOW.0 + 3 * HOUR)),
            planned_start: None,
            planned_end: None,
            major: false,
            merged: false,
            to_approve: false,
            conflicting: false,
            change_type: None,
            template: None,
            risk: None,
            changed: true,
            watched: false,
        }
    }

    #[track_caller]
    fn all(facts: &Facts, expected: bool, queries: &[&str]) {
        for query in queries {
            let filter = parse(query).unwrap().filter.unwrap();
            assert_eq!(matches(&filter, facts, "anna", &Moment::utc(NOW)), expected, "{query}");
        }
    }

    #[test]
    fn words_and_phrases_are_found_without_case_accents_and_across_hyphens() {
        let yes = ["vpn", "CAFE", "\"e mail\"", "e-mail", "\"bgp flap\"", "fla*", "\"bgp fl\"*", "title:drops"];
        all(&facts(), true, &yes);
        all(&facts(), false, &["vp", "\"flap bgp\"", "\"hour the\"", "title:bgp", "\"bgp fl\"", "*hour -vpn"]);
    }

    #[test]
    fn people_go_by_login_or_name_and_me_is_whoever_asks() {
        all(
            &facts(),
            true,
            &["assignee:me", "is:mine", "assignee:ANNA", "assignee:\"anna berg\"", "requester:\"BOB ÖZ\""],
        );
        all(&facts(), false, &["assignee:none", "is:unassigned", "assignee:ann", "requester:me", "assignee:\"me\""]);
        let unassigned = Facts { assignee: None, ..facts() };
        all(&unassigned, true, &["assignee:none", "assignee:bob,none", "is:unassigned", "-is:mine"]);
    }

    #[test]
    fn a_category_includes_those_below_it_and_may_be_a_path() {
        all(&facts(), true, &["category:network", "category:vpn", "category:\"network / vpn\""]);
        all(&facts(), false, &["category:none", "category:\"vpn / network\"", "category:hardware"]);
    }

    #[test]
    fn names_and_words_compare_without_case_and_none_is_an_empty_field() {
        let yes = [
            "team:NET",
            "team:\"network operations\"",
            "service:none",
            "ci:fw1",
            "channel:phone,MAIL",
            "external:none",
        ];
        all(&facts(), true, &yes);
        all(
            &facts(),
            true,
            &["tag:\"home office\"", "reason:none", "state:In-Progress", "linked:prb3", "inc42", "kind:inc,req"],
        );
        all(
            &facts(),
            false,
            &["team:ops", "tag:none", "ci:none", "channel:phone", "linked:INC-42", "INC-43", "kind:change"],
        );
    }

    #[test]
    fn levels_compare_as_numbers() {
        all(&facts(), true, &["prio:1,2", "prio:p2", "prio:<=2", "prio:1..3", "impact:>1", "urgency:3.."]);
        all(&facts(), false, &["prio:1", "prio:>2", "impact:..1", "urgency:<3"]);
    }

    #[test]
    fn a_ticket_is_at_risk_in_the_last_quarter_of_its_time_and_breached_after_it() {
        all(&facts(), true, &["is:at-risk", "-is:breached", "due:<4h", "due:4h", "age:>7d", "updated:<2h", "has:due"]);
        let late = Facts { due: Some(Timestamp(NOW.0 - 1)), ..facts() };
        all(&late, true, &["is:breached", "is:overdue", "-is:at-risk", "due:<4h", "-due:4h"]);
        let early = Facts { due: Some(Timestamp(NOW.0 + 3 * DAY)), ..facts() };
        all(&early, false, &["is:at-risk", "is:breached", "due:<2d", "due:none"]);
        let done = Facts { phase: Phase::Done, ..late };
        all(&done, false, &["is:breached", "is:open"]);
        all(&done, true, &["is:closed", "is:resolved", "phase:done"]);
    }

    #[test]
    fn negation_alternatives_and_parentheses_do_as_they_look() {
        all(
            &facts(),
            true,
            &["-assignee:none (ci:fw1 or ci:fw2)", "nowhere or vpn", "-(nowhere or is:closed)", "is:new or vpn bgp"],
        );
        all(&facts(), false, &["(nowhere or vpn) is:new", "-(nowhere or vpn)"]);
        all(
            &facts(),
            true,
            &[
                "is:changed -is:watched -is:major -is:merged",
                "has:note -has:attachment",
                "has:reply,link",
                "resolved:none",
            ],
        );
    }
}
