//! The real program where terminals, eyes and tastes differ.

use crate::home::Home;

/// Everything sent, without what is ASCII.
fn beyond_ascii(raw: &[u8]) -> String {
    String::from_utf8_lossy(raw).chars().filter(|c| !c.is_ascii()).collect()
}

#[test]
fn a_c_locale_gets_ascii_and_nothing_else() {
    let home = Home::with_a_desk();
    home.run(&["new", "incident", "--title", "Café “東京” is offline …"]);
    let mut pty = home.screens(&[("LC_ALL", "C")]);
    pty.wait_for_text("Unassigned 4");
    pty.send("]");
    pty.wait_for_text("Cafe \"? ? \" is offline ~");
    for (keys, shown) in
        [("?", "+- Help"), ("\x1b", "Unassigned 4"), ("c", "+- "), ("Hm\x1b", "Enter send"), ("d", "Discarded")]
    {
        pty.send(keys);
        pty.wait_for_text(shown);
    }
    assert_eq!(beyond_ascii(&pty.raw()), "");
}

#[test]
fn the_linux_console_and_vt100_get_no_lines_and_vt100_no_colours() {
    let home = Home::with_a_desk();
    for term in ["linux", "vt100"] {
        let mut pty = home.screens(&[("TERM", term)]);
        pty.wait_for_text("Unassigned 3");
        pty.send("?");
        pty.wait_for_text("+- Help");
        let raw = pty.raw();
        assert_eq!(beyond_ascii(&raw), "", "{term}");
        let text = String::from_utf8_lossy(&raw).into_owned();
        let codes = text.split("\x1b[").filter_map(|part| part.split_once('m')).flat_map(|(codes, _)| codes.split(';'));
        assert_eq!(codes.into_iter().any(|code| code == "36"), term == "linux", "{term}");
    }
}

#[test]
fn ascii_lines_can_be_asked_for() {
    let home = Home::with_a_desk();
    home.configure("ascii = true\n");
    let mut pty = home.screens(&[]);
    pty.wait_for_text("Unassigned 3");
    pty.send("?");
    pty.wait_for_text("+- Help");
}

#[test]
fn plain_screens_draw_no_lines_and_keep_the_cursor_on_the_row() {
    let home = Home::with_a_desk();
    for (arguments, config) in [(&["--plain"][..], ""), (&[], "plain = true\n")] {
        home.configure(config);
        let mut pty = home.start(arguments, &[], (24, 180));
        pty.wait_for_text("Unassigned 3");
        pty.send("]");
        pty.wait_for(|screen| !screen.hide_cursor() && row_at_cursor(screen).starts_with("> INC-1"));
        pty.send("j");
        pty.wait_for(|screen| row_at_cursor(screen).starts_with("> INC-2"));
        pty.send("?");
        pty.wait_for(|screen| row_at_cursor(screen).contains("list.down"));
        pty.send("\x1b");
        pty.wait_for(|screen| row_at_cursor(screen).starts_with("> INC-2"));
        pty.send("c");
        pty.wait_for_text("Note on INC-2");
        let text = String::from_utf8_lossy(&pty.raw()).into_owned();
        assert!(!text.contains(['│', '─', '┌']), "lines are drawn");
    }
}

fn row_at_cursor(screen: &vt100::Screen) -> String {
    let (row, _) = screen.cursor_position();
    screen.rows(0, 180).nth(usize::from(row)).unwrap_or_default()
}

#[test]
fn a_theme_of_true_colours_gives_every_cell_its_background() {
    let home = Home::with_a_desk();
    home.configure("theme = \"light-contrast\"\n");
    let pty = home.screens(&[("COLORTERM", "truecolor")]);
    pty.wait_for_text("Unassigned 3");
    pty.wait_for(|screen| {
        [(0, 0), (12, 40), (23, 79)].iter().all(|(row, column)| {
            screen.cell(*row, *column).is_some_and(|cell| cell.bgcolor() == vt100::Color::Rgb(255, 255, 255))
        })
    });
}

#[test]
fn no_color_wins_over_a_theme() {
    let home = Home::with_a_desk();
    home.configure("theme = \"light-contrast\"\n");
    let pty = home.screens(&[("COLORTERM", "truecolor"), ("NO_COLOR", "1")]);
    pty.wait_for_text("Unassigned 3");
    assert!(!String::from_utf8_lossy(&pty.raw()).contains("8;2;"));
}

#[test]
fn a_storm_of_sizes_ends_in_a_whole_screen() {
    let home = Home::with_a_desk();
    let mut pty = home.screens(&[]);
    pty.wait_for_text("Unassigned 3");
    pty.send("]");
    pty.wait_for_text("> INC-1");
    for (rows, columns) in [(1, 1), (50, 200), (3, 300), (24, 20), (10, 40), (80, 39), (2, 80), (24, 120)].repeat(4) {
        pty.resize(rows, columns);
    }
    pty.resize(24, 80);
    pty.send("j");
    pty.wait_for_text("> INC-2");
    pty.wait_for(|screen| screen.contents().contains("? help") && screen.contents().contains("[Unassigned 3]"));
}

#[test]
fn forty_by_ten_is_enough_and_less_is_told() {
    let home = Home::with_a_desk();
    let mut pty = home.start(&[], &[], (10, 40));
    pty.wait_for_text("Queue");
    pty.send("]]");
    pty.wait_for_text("> INC-1");
    pty.wait_for_text("? help");
    pty.resize(9, 40);
    pty.wait_for_text("Please make the window larger");
}

#[test]
fn a_mistake_in_the_configuration_stops_with_file_line_and_what_was_meant() {
    let home = Home::with_a_desk();
    for (config, told) in [
        ("plain = false\nthem = \"mono\"\n", "config.toml, line 2: `them` is not known; did you mean `theme`?"),
        (
            "theme = \"drak-contrast\"\n",
            "config.toml, line 1: there is no theme `drak-contrast`; did you mean `dark-contrast`?",
        ),
        (
            "[keys]\n\"ticket.tak\" = [\"T\"]\n",
            "config.toml, line 2: there is no action `ticket.tak`; did you mean `ticket.take`?",
        ),
        (
            "[keys]\n\n\"ticket.take\" = [\n\"r\"]\n",
            "config.toml, line 4: `r` is the key of ticket.reply and of ticket.take",
        ),
    ] {
        home.configure(config);
        let pty = home.screens(&[]);
        assert_eq!(pty.exit_code(), 2, "{config}");
        let shown = pty.screen_text().replace('\n', "");
        assert!(shown.contains(told), "{shown}");
        assert!(!String::from_utf8_lossy(&pty.raw()).contains("\x1b[?1049h"), "the screens were opened");
    }
}

#[test]
fn a_rebound_key_works_and_shows_wherever_keys_are_shown() {
    let home = Home::with_a_desk();
    home.configure("[keys]\n\"ticket.take\" = [\"Z\"]\n\"undo\" = [\"y u\"]\n");
    let mut pty = home.screens(&[]);
    pty.wait_for_text("Unassigned 3");
    pty.send("]");
    pty.wait_for_text("Z take");
    pty.send("Z");
    pty.wait_for_text("Set assignee of INC-1");
    pty.send("y");
    pty.wait_for_text("u undo");
    pty.send("u");
    pty.wait_for_text("Undid entry");
    pty.send("?take it");
    pty.wait_for(|screen| screen.contents().lines().any(|row| row.contains("ticket.take") && row.contains(" Z ")));
    assert!(home.run(&["guide", "keys"]).contains("| `Z` |"));
}

#[test]
fn a_key_that_terminals_eat_is_bound_with_a_warning() {
    let home = Home::with_a_desk();
    home.configure("[keys]\n\"ticket.take\" = [\"ctrl-b\"]\n");
    let pty = home.screens(&[]);
    pty.wait_for_text("`ctrl-b` is what tmux waits for (config.toml, line 2)");
}

#[test]
fn a_watched_list_is_live_and_changes_nothing() {
    let home = Home::with_a_desk();
    let mut pty = home.start(&["watch", "is:open", "sort:created"], &[], (24, 200));
    pty.wait_for_text("Watch ▸ is:open sort:created");
    pty.wait_for_text("[read-only]");
    pty.wait_for_text("> INC-1");
    home.run(&["new", "incident", "--title", "Door badge fails"]);
    pty.wait_for_text("Door badge fails");
    pty.send("jx");
    pty.wait_for_text("x does nothing here");
    pty.wait_for_text("> INC-2");
    pty.send("?");
    pty.wait_for_text("watch.down");
    pty.send("\x1b");
    pty.wait_for_text("q quit");
    pty.send("q");
    assert_eq!(pty.exit_code(), 0);
    pty.assert_restored();
}

#[test]
fn a_watched_list_needs_a_query_that_can_be_asked() {
    let home = Home::with_a_desk();
    let pty = home.start(&["watch", "prio:9"], &[], (24, 80));
    pty.wait_for_text("prio");
    assert_eq!(pty.exit_code(), 2);
}

#[test]
fn a_terminal_that_nobody_looks_at_shows_the_changes_as_soon_as_somebody_does() {
    let home = Home::with_a_desk();
    let mut pty = home.screens(&[]);
    pty.wait_for_text("Unassigned 3");
    pty.send("\x1b[O");
    assert!(pty.runs_for(std::time::Duration::from_millis(300)));
    home.run(&["new", "incident", "--title", "Door badge fails"]);
    assert!(pty.runs_for(std::time::Duration::from_millis(1_500)));
    assert!(!pty.screen_text().contains("Unassigned 4"));
    pty.send("\x1b[I");
    pty.wait_for_text("Unassigned 4");
}

#[test]
fn the_wheel_is_left_to_the_terminal_when_asked() {
    let home = Home::with_a_desk();
    home.configure("mouse = \"off\"\n");
    let pty = home.screens(&[]);
    pty.wait_for_text("Unassigned 3");
    let raw = String::from_utf8_lossy(&pty.raw()).into_owned();
    assert!(raw.contains("\x1b[?1007l") && !raw.contains("\x1b[?1007h"));
}
