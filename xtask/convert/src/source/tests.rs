//! Tests of published tables: what is wrong is named with its place.

use super::Table;

#[track_caller]
fn check(text: &str, expected: &str) {
    let read = Table::read("votes.csv", text, b';')
        .and_then(|table| table.rows().map(|row| row.number("votes")).sum::<Result<u64, _>>());
    let said = read.map_or_else(|e| e.to_string(), |sum| sum.to_string());
    assert_eq!(said, expected);
}

#[test]
fn cells_are_read_by_the_names_of_their_columns() {
    check("list;votes\r\n\"a;b\";7\r\nc;5\r\n", "12");
    check("list;count\na;7\n", "votes.csv: line 1: no column \"votes\"");
    check(
        "votes\n7\n7.5\n",
        "votes.csv: line 3, column \"votes\": expected a whole number, found \"7.5\"",
    );
    check(
        "list;votes\na\n",
        "votes.csv: CSV error: record 1 (line: 2, byte: 11): found record with 1 fields, but the \
         previous record has 2 fields",
    );
}
