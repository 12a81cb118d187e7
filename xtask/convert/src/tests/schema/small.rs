//! A definition with the keys and kinds that no election folder has.

pub(super) const UNITS: &str = "\
id,kind,parent,name,seats,weight
M,municipality,,Whole,,
S,station,M,School,2,10
";

pub(super) const DEFINITION: &str = r#"{
  "id": "small", "name": "Small", "languages": ["nl", "en"],
  "calendar": {
    "zone": "UTC", "polls_close": "2026-03-18T20:00:00Z", "release": "2026-03-18T20:00:00.25Z"
  },
  "kinds": [
    {"id": "bus", "one": "bus", "many": {"nl": "bussen", "en": "buses"}},
    {"id": "municipality", "one": "municipality", "many": {"nl": "gemeenten", "en": "towns"}},
    {"id": "station", "one": "station", "many": "stations"}
  ],
  "attributes": [{"id": "seats", "kind": "count"}, {"id": "weight", "kind": "count"}],
  "selections": {
    "lists": [
      {"id": "1", "name": "Red", "candidates": 2},
      {"id": "2", "name": "Blue", "candidates": ["Ann"], "in": ["S"]}
    ]
  },
  "contests": [{"id": "votes", "name": "Votes", "selections": "lists", "decimals": 4}],
  "heard": {"attribute": "seats", "name": "seats"},
  "outcome": {"contest": "votes", "method": "hamilton", "seats": 3, "quota": "hare", "seats_only": true},
  "forms": [
    {"id": "all", "name": "All", "kinds": ["station"], "sections": [
      {"id": "rest", "name": "Rest", "body": {"kind": "fields", "fields": [
        {"code": "A", "name": "First", "presence": "required", "at_most": 9},
        {"code": "B", "name": "Second", "counts": {"contest": "votes", "selection": "2/1"}},
        {"code": "C", "name": "Both", "sum": ["A", "B"]}
      ]}}
    ], "rules": [
      {"code": "F.1", "severity": "error", "source": "none", "text": "A is not B",
       "check": {"kind": "sums-equal", "left": ["A"], "right": ["@rest"]},
       "only": ["station"], "then": "go-on"}
    ]}
  ],
  "across": [],
  "signatures": {"channels": {"app": {"persons": 2}}, "officers": 2, "registrars": 2, "codes": true}
}"#;
