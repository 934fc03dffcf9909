use proptest::prelude::*;

use super::*;

const SHIPPED: &str = include_str!("../../../../assets/defaults/change/approval.toml");
const RISK: &str = include_str!("../../../../assets/defaults/change/risk.toml");

const ANNA: PersonId = PersonId(1);
const BOB: PersonId = PersonId(2);
const CARL: PersonId = PersonId(3);
const DORA: PersonId = PersonId(4);

fn read(text: &str) -> Result<Approvals, String> {
    let types = ["standard", "normal", "emergency"].map(str::to_owned);
    Approvals::read(text, &types, &Questionnaire::read(RISK).unwrap())
}

fn steps(of_type: &str, risk: Option<&str>) -> Vec<String> {
    let shipped = read(SHIPPED).unwrap();
    shipped.policy(of_type, risk).unwrap().step.iter().map(|step| step.name.clone()).collect()
}

fn vote(person: PersonId, verdict: Option<Verdict>) -> Vote {
    Vote { person, verdict }
}

/// Bob and Carl are in the change's team, Dora is a lead.
fn find(who: &Who) -> Result<Vec<PersonId>, Refusal> {
    Ok(match who {
        Who::OwnTeam => vec![BOB, CARL],
        Who::Role(Role::Lead) => vec![DORA],
        _ => Vec::new(),
    })
}

#[test]
fn who_must_approve_follows_from_type_and_risk() {
    assert_eq!(steps("standard", Some("low")), [] as [&str; 0]);
    assert_eq!(steps("standard", Some("high")), ["CAB"]);
    assert_eq!(steps("normal", Some("low")), ["peer"]);
    assert_eq!(steps("normal", Some("medium")), ["change manager", "service owner"]);
    assert_eq!(steps("normal", Some("high")), ["CAB"]);
    assert_eq!(steps("emergency", None), ["emergency"]);
    assert!(read(SHIPPED).unwrap().policy("normal", None).is_none());
}

#[test]
fn a_document_that_forgets_a_risk_or_names_nobody_is_refused() {
    let without = SHIPPED.replace("risk = [\"medium\"]", "risk = [\"high\"]");
    assert_eq!(read(&without).unwrap_err(), "no policy is for a standard change of medium risk");
    let strange = SHIPPED.replace("role:lead\"]\notherwise = [\"role:admin\"]", "role:king\"]");
    assert!(read(&strange).unwrap_err().contains("'king' is no role"));
}

#[test]
fn the_owner_of_a_service_without_one_is_not_asked_and_that_is_told() {
    let shipped = read(SHIPPED).unwrap();
    let (asked, told) = shipped.policy("normal", Some("medium")).unwrap().ask(&mut find, &[ANNA]).unwrap();
    assert_eq!(asked, [Asked { name: "change manager".into(), need: 1, meeting: false, people: vec![DORA] }]);
    assert_eq!(told, ["the step 'service owner' falls away: nobody is owner"]);
}

#[test]
fn where_only_those_who_plan_could_approve_others_are_asked_or_it_is_refused() {
    let shipped = read(SHIPPED).unwrap();
    let policy = shipped.policy("normal", Some("low")).unwrap();
    let (asked, _) = policy.ask(&mut find, &[BOB, CARL]).unwrap();
    assert_eq!(asked[0].people, [BOB, CARL, DORA]);
    let refusal = policy.ask(&mut find, &[BOB, CARL, DORA]).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "the step 'peer' could be approved by nobody but those who plan the change; it asks team, role:agent, role:lead, role:admin"
    );
    let (asked, told) = shipped.policy("normal", Some("high")).unwrap().ask(&mut find, &[ANNA]).unwrap();
    assert_eq!((asked[0].need, asked[0].meeting), (1, true));
    assert_eq!(told, ["the step 'CAB' needs 2, but only 1 can be asked"]);
}

#[test]
fn nobody_approves_alone_what_they_planned() {
    let yes = Some(Verdict::Approve);
    assert_eq!(tally(1, &[vote(ANNA, yes), vote(BOB, None)], &[ANNA]), StepState::Open);
    assert_eq!(tally(1, &[vote(ANNA, yes), vote(BOB, yes)], &[ANNA]), StepState::Approved);
    assert_eq!(tally(2, &[vote(ANNA, yes), vote(BOB, yes), vote(CARL, None)], &[ANNA]), StepState::Approved);
    assert_eq!(tally(2, &[vote(BOB, yes), vote(CARL, None)], &[ANNA]), StepState::Open);
    assert_eq!(tally(1, &[vote(BOB, yes), vote(CARL, Some(Verdict::Reject))], &[]), StepState::Rejected);
    assert_eq!(tally(1, &[vote(BOB, Some(Verdict::Delegate)), vote(CARL, yes)], &[]), StepState::Approved);
}

proptest! {
    #[test]
    fn a_step_is_approved_only_by_enough_and_never_by_planners_alone(
        need in 1_usize..5, said in prop::collection::vec(prop::option::of(0_usize..3), 0..8), planners in 0_i64..8,
    ) {
        let votes: Vec<Vote> = (0..).zip(&said).map(|(person, said)| vote(PersonId(person), said.map(|at| Verdict::ALL[at]))).collect();
        let planners: Vec<PersonId> = (0..planners).map(PersonId).collect();
        let yes = |vote: &&Vote| vote.verdict == Some(Verdict::Approve);
        let no = votes.iter().any(|vote| vote.verdict == Some(Verdict::Reject));
        let others = votes.iter().filter(yes).any(|vote| !planners.contains(&vote.person));
        let expected = match (no, votes.iter().filter(yes).count() >= need && others) {
            (true, _) => StepState::Rejected,
            (false, true) => StepState::Approved,
            (false, false) => StepState::Open,
        };
        prop_assert_eq!(tally(need, &votes, &planners), expected);
    }
}
