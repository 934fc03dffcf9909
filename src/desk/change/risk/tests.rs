use proptest::prelude::*;

use super::*;
use crate::desk::id::{Kind, Number, TicketId};
use crate::desk::people::Role;

const SHIPPED: &str = include_str!("../../../../assets/defaults/change/risk.toml");

fn shipped() -> Questionnaire {
    Questionnaire::read(SHIPPED).unwrap()
}

fn answers(given: &[(&str, &str)]) -> BTreeMap<String, Answer> {
    given
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Answer { value: (*value).to_owned(), by_hand: true }))
        .collect()
}

const HARMLESS: [(&str, &str); 10] = [
    ("users", "none"),
    ("criticality", "low"),
    ("dependents", "few"),
    ("practice", "often"),
    ("tested", "fully"),
    ("backout", "tested"),
    ("backout_time", "quarter"),
    ("time", "window"),
    ("complexity", "one_team"),
    ("compliance", "none"),
];

fn harmless_but(changed: &[(&str, &str)]) -> BTreeMap<String, Answer> {
    let mut all = answers(&HARMLESS);
    all.extend(answers(changed));
    all
}

fn change() -> Ticket {
    Ticket::blank(TicketId(1), Number { kind: Kind::Change, n: 1 }, "draft", Timestamp(0))
}

#[test]
fn the_bands_are_those_of_the_reference_without_a_gap() {
    let risk = shipped();
    let bands: Vec<&str> = [0, 9, 10, 19, 20, 47].map(|score| risk.band(score)).into();
    assert_eq!(bands, ["low", "low", "medium", "medium", "high", "high"]);
}

#[test]
fn a_change_has_no_risk_before_every_question_is_answered() {
    let mut some = harmless_but(&[]);
    some.remove("tested");
    let reading = shipped().read_answers(&some);
    assert_eq!((reading.score, reading.band.as_deref()), (0, None));
    assert_eq!(reading.open().map(|share| share.question.as_str()).collect::<Vec<_>>(), ["tested"]);
    assert_eq!(shipped().read_answers(&harmless_but(&[])).band.as_deref(), Some("low"));
}

#[test]
fn without_a_way_back_the_risk_is_at_least_medium() {
    let reading = shipped().read_answers(&harmless_but(&[("backout", "none")]));
    assert_eq!((reading.score, reading.band.as_deref()), (6, Some("medium")));
    assert_eq!(reading.raised, ["at least medium: there is no way back"]);
}

#[test]
fn something_vital_in_business_hours_is_high() {
    let reading = shipped().read_answers(&harmless_but(&[("criticality", "vital"), ("time", "business")]));
    assert_eq!((reading.score, reading.band.as_deref()), (9, Some("high")));
    let reading = shipped().read_answers(&harmless_but(&[("criticality", "vital"), ("time", "off_hours")]));
    assert_eq!((reading.score, reading.band.as_deref()), (7, Some("low")));
}

#[test]
fn what_the_desk_knows_it_answers_itself() {
    let mut plan = change();
    plan.planned_start = Some(Timestamp(0));
    plan.planned_end = Some(Timestamp(120 * MINUTE));
    plan.backout_minutes = Some(45);
    plan.backout_plan = Some(String::from("Boot the former image."));
    let facts = Facts {
        criticality: Some((Criticality::High, String::from("fw1"))),
        dependents: Some(5),
        runs: Some(Runs { ended: 3, well: 3 }),
        timing: Some(Timing::OffHours),
    };
    let told = shipped().computed(&plan, &facts);
    let told: Vec<(&str, &str)> = told.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        told,
        [
            ("backout", "documented"),
            ("backout_time", "half"),
            ("criticality", "high"),
            ("dependents", "some"),
            ("practice", "often"),
            ("time", "off_hours")
        ]
    );
    let told = shipped().computed(&change(), &Facts::default());
    assert_eq!(told.into_iter().collect::<Vec<_>>(), [(String::from("backout"), String::from("none"))]);
}

#[test]
fn a_plan_that_takes_no_time_has_no_share_of_it() {
    let mut plan = change();
    (plan.planned_start, plan.planned_end, plan.backout_minutes) = (Some(Timestamp(0)), Some(Timestamp(0)), Some(5));
    assert!(!shipped().computed(&plan, &Facts::default()).contains_key("backout_time"));
}

#[test]
fn a_failure_makes_a_procedure_less_practised() {
    assert_eq!(practice(Runs { ended: 0, well: 0 }), "never");
    assert_eq!(practice(Runs { ended: 2, well: 2 }), "some");
    assert_eq!(practice(Runs { ended: 3, well: 3 }), "often");
    assert_eq!(practice(Runs { ended: 9, well: 8 }), "some");
}

#[test]
fn business_hours_are_weekdays_in_the_zone_of_the_reader() {
    let moment = Moment { now: Timestamp(0), zone: chrono_tz::Europe::Berlin };
    let at = |text: &str| crate::desk::time::parse_time(text, &moment).unwrap().from;
    let hours = |from: &str, until: &str| shipped().hours(at(from), at(until), &moment);
    assert_eq!(hours("2026-11-24 20:00", "2026-11-24 22:00"), Timing::OffHours);
    assert_eq!(hours("2026-11-24 06:00", "2026-11-24 08:01"), Timing::Business);
    assert_eq!(hours("2026-11-24 06:00", "2026-11-24 08:00"), Timing::OffHours);
    assert_eq!(hours("2026-11-28 10:00", "2026-11-28 12:00"), Timing::OffHours);
    assert_eq!(hours("2026-11-27 19:00", "2026-11-30 09:00"), Timing::Business);
}

#[test]
fn a_risk_is_overridden_by_a_lead_with_a_reason_and_by_nobody_else() {
    let lead = Roles::of(&[Role::Lead]);
    let high = Edit::from([(Field::Risk, Value::from("high"))]);
    let refused = |roles: &Roles, edit: &Edit| settle(&change(), edit, Some("low"), roles).unwrap_err().to_string();
    assert_eq!(refused(&lead, &high), "CHG-1: the answers about its risk say low; to make it high, give risk_reason=…");
    let mut reasoned = high.clone();
    reasoned.insert(Field::RiskReason, Value::from("the board looks on"));
    assert_eq!(settle(&change(), &reasoned, Some("low"), &lead).unwrap()[&Field::Risk], Value::from("high"));
    assert_eq!(
        refused(&Roles::of(&[Role::Agent]), &reasoned),
        "you (agent) may not override the risk of a change; that takes admin or lead"
    );
    let mut overridden = change();
    overridden.risk = Some(String::from("high"));
    overridden.risk_reason = Some(String::from("the board looks on"));
    assert_eq!(settle(&overridden, &Edit::new(), Some("medium"), &lead).unwrap(), Edit::new());
    let back = settle(&overridden, &Edit::from([(Field::RiskReason, Value::Null)]), Some("medium"), &lead).unwrap();
    assert_eq!(back[&Field::Risk], Value::from("medium"));
}

#[test]
fn a_document_with_bands_that_do_not_rise_is_refused() {
    let broken = SHIPPED.replace("from = 20\n", "from = 10\n");
    assert_eq!(Questionnaire::read(&broken).unwrap_err(), "the band 'high' must begin above 10");
    let broken = SHIPPED.replace("name = \"low\"\nfrom = 0", "name = \"low\"\nfrom = 3");
    assert_eq!(Questionnaire::read(&broken).unwrap_err(), "the first band begins at 0");
    let broken = SHIPPED.replace("at_least = \"high\"", "at_least = \"huge\"");
    assert_eq!(Questionnaire::read(&broken).unwrap_err(), "a rule wants at least 'huge', which is no band");
}

proptest! {
    #[test]
    fn every_sum_is_in_exactly_one_band(score in 0_i64..1_000, starts in prop::collection::btree_set(1_i64..500, 0..6)) {
        let mut risk = shipped();
        let starts: Vec<i64> = std::iter::once(0).chain(starts).collect();
        risk.band = starts.iter().map(|from| Band { name: format!("b{from}"), from: *from }).collect();
        risk.rule.clear();
        risk.check().unwrap();
        let ends = starts.iter().skip(1).copied().chain([i64::MAX]);
        let holding: Vec<i64> =
            starts.iter().copied().zip(ends).filter(|(from, end)| *from <= score && score < *end).map(|(from, _)| from).collect();
        prop_assert_eq!(holding.len(), 1);
        prop_assert_eq!(risk.band(score), format!("b{}", holding[0]));
    }

    #[test]
    fn the_shares_add_up_to_the_sum_and_no_rule_lowers_a_band(picks in prop::collection::vec(prop::option::of(0_usize..4), 10)) {
        let risk = shipped();
        let mut given = BTreeMap::new();
        for (question, pick) in risk.question.iter().zip(&picks) {
            if let Some(choice) = pick.and_then(|pick| question.answer.get(pick)) {
                given.insert(question.name.clone(), Answer { value: choice.name.clone(), by_hand: true });
            }
        }
        let reading = risk.read_answers(&given);
        prop_assert_eq!(reading.score, reading.shares.iter().map(|share| share.score).sum::<i64>());
        prop_assert_eq!(reading.band.is_some(), given.len() == 10);
        if let Some(band) = &reading.band {
            prop_assert!(risk.rank(band) >= risk.rank(risk.band(reading.score)));
        }
    }
}
