//! What an import says, and where.

use super::*;

const MIXED: &str = "id,title,state\n1,Mail is slow,new\n2,No mail,limbo\n3\n";

#[test]
fn rejected_rows_go_to_a_file_and_the_rest_go_in() {
    let mut desk = Desk::new();
    let ended = desk.import("generic", MIXED);
    assert_eq!((ended.code, ended.out.as_str()), (0, ""));
    assert_eq!(ended.summary(), "imported 1 ticket from a.csv: 1 new, 0 updated, 0 unchanged");
    let path = desk.folder.path().join("a.csv.rejected.csv");
    assert_eq!(
        ended.line("they are in"),
        format!("they are in {}, each with the reason; put them right and import that file", path.display())
    );
    let kept = std::fs::read_to_string(&path).unwrap();
    assert_eq!(
        kept,
        "id,title,state,rejected row,rejected line,rejected reason\n\
         2,No mail,limbo,3,3,\"state 'limbo' is no state of kind incident; add \"\"limbo\"\" = \"\"…\"\" under [values.state] in the map\"\n\
         3,,,4,4,\"has 1 values, the header has 3\"\n"
    );
    // Rows that somebody is putting right are not written over.
    std::fs::write(&path, "mine").unwrap();
    desk.import("generic", MIXED);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    assert_eq!(std::fs::read_to_string(desk.folder.path().join("a.csv.rejected-2.csv")).unwrap(), kept);
}

#[test]
fn a_plan_shows_every_row_and_leaves_no_trace() {
    let mut desk = Desk::new();
    let ended = desk.plan("generic", MIXED);
    assert_eq!(
        ended.out,
        "row\taction\tkey\tticket\twhat\n\
         2\tcreate\t1\t-\tincident\n\
         3\tskip\t-\t-\tstate 'limbo' is no state of kind incident; add \"limbo\" = \"…\" under [values.state] in the map\n\
         4\tskip\t-\t-\thas 1 values, the header has 3\n"
    );
    assert_eq!(ended.line("would"), "would import 1 ticket from a.csv: 1 new, 0 updated, 0 unchanged");
    assert_eq!(desk.newest(), 1);
    assert!(!desk.folder.path().join("a.csv.rejected.csv").exists());
}

#[test]
fn a_file_of_which_nothing_can_go_in_ends_with_1() {
    let mut desk = Desk::new();
    let ended = desk.import("generic", "id,title,state\n2,No mail,limbo\n");
    assert_eq!((ended.code, ended.line("no row")), (1, "no row could be imported"));
    assert_eq!(desk.plan("generic", "id,title,state\n2,No mail,limbo\n").code, 1);
    assert_eq!(desk.import("generic", "id,title,state\n").code, 0);
    assert_eq!(desk.newest(), 1);
}

#[test]
fn a_missing_file_an_unknown_map_and_a_wrong_map_end_with_their_own_codes() {
    let mut desk = Desk::new();
    std::fs::write(desk.folder.path().join("a.csv"), "colour,size\nred,9\n").unwrap();
    let mut code = |name: &str, map: &str| desk.try_run(&desk.args(name, map)).err().unwrap().exit_code();
    assert_eq!(code("gone.csv", "generic"), 3);
    assert_eq!(code("a.csv", "snow"), 2);
    assert_eq!(code("a.csv", "servicenow"), 2);
}

#[test]
fn the_order_of_dates_and_the_zone_can_be_told() {
    let mut desk = Desk::new();
    std::fs::write(desk.folder.path().join("a.csv"), "id,title,created\n1,A,3/4/2016 10:00\n").unwrap();
    let args =
        Args { dates: Some(DayOrder::MonthFirst), zone: Some(Tz::Europe__Berlin), ..desk.args("a.csv", "generic") };
    desk.try_run(&args).unwrap();
    assert_eq!(desk.card("INC-1", "created"), "2016-03-04 09:00");
}

#[test]
fn a_state_of_the_desks_own_is_known() {
    let mut desk = Desk::new();
    let own = crate::desk::rules::DEFAULTS.iter().find(|(name, _)| *name == "workflow/incident.toml").unwrap().1;
    let own = own.replacen("[[transition]]", "[[state]]\nname = \"limbo\"\nphase = \"waiting\"\n\n[[transition]]", 1);
    let settings = vec![(String::from("workflow/incident.toml"), Some(own))];
    desk.carry_out(Command::Register(crate::desk::command::Record::Settings(settings)));
    desk.import("generic", "id,title,state\n2,No mail,Limbo\n");
    assert_eq!(desk.card("INC-1", "state"), "limbo");
    assert_eq!(desk.ticket("INC-1").phase, crate::desk::workflow::Phase::Waiting);
}
